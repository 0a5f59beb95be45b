"""Makers and loaders: generated reviews and series, and the user's own files."""

from sklstm.datasets._files import Reviews, read_documents, read_reviews

__all__ = ["Reviews", "read_documents", "read_reviews"]
