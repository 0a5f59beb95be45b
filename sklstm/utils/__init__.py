"""The cellar: validation, random state and threads. It imports no other room."""

from sklstm.utils._base import Estimator, TextInputMixin
from sklstm.utils._random import derive_seed
from sklstm.utils._threads import effective_n_threads
from sklstm.utils._validation import (
    check_documents,
    check_token_sequences,
    estimator_name,
    iter_documents,
    iter_token_sequences,
)

__all__ = [
    "Estimator",
    "TextInputMixin",
    "check_documents",
    "check_token_sequences",
    "derive_seed",
    "effective_n_threads",
    "estimator_name",
    "iter_documents",
    "iter_token_sequences",
]
