"""A language model in each direction: network, candidates, likelihoods."""
