"""Skip-gram and CBOW: windows over the text, steps of training, vector tables."""
