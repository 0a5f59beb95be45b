"""Makers and loaders: generated reviews and series, and the user's own files."""

from sklstm.datasets._duplicates import find_duplicates
from sklstm.datasets._files import Reviews, read_documents, read_reviews
from sklstm.datasets._reviews.domains import NEW_REVIEWS
from sklstm.datasets._reviews.maker import make_reviews
from sklstm.datasets._sequences import make_sequences

__all__ = [
    "NEW_REVIEWS",
    "Reviews",
    "find_duplicates",
    "make_reviews",
    "make_sequences",
    "read_documents",
    "read_reviews",
]
