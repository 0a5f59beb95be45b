"""LSTMClassifier, from samples to trained weights; the network is in `nn`."""
