"""Door D2: the one container of sequences, and what passes as sequences."""

from sklstm.sequences._check import check_sequences
from sklstm.sequences._container import Sequences

__all__ = ["Sequences", "check_sequences"]
