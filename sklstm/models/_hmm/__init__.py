"""HMMClassifier, from what it reads to Baum-Welch; the recursions are in `nn`."""
