"""What people see: words of two languages, tables, fonts; no room of the house."""
