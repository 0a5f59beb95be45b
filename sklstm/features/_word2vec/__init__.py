"""Word2VecEmbedder, its vectors and their files; the steps of training are in `nn`."""
