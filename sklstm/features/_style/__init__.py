"""POSFeatureExtractor: how a text is written, measured word by word."""
