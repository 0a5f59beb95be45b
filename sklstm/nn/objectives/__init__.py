"""What training minimises: a term of the loss a file."""
