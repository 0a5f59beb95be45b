"""What an HMM reads: token sequences, codes, integers or numeric series."""

from dataclasses import dataclass
from itertools import chain, repeat
from numbers import Integral

import numpy as np

from sklstm.models._base import count_codes
from sklstm.sequences import Sequences, check_sequences
from sklstm.utils import (
    as_list,
    as_numbers,
    check_token_sequences,
    estimator_name,
    is_frame,
    is_missing,
    shown,
    sole_column,
    warn_of_unknown_tokens,
)

_FLOAT32 = np.dtype(np.float32)
_FIRST_INEXACT = 2**53  # float64 takes this integer and its neighbour for one
TOKENS, CODES, INTEGERS, NUMBERS = "tokens", "codes", "integers", "numeric series"


@dataclass
class Observations:
    """Sequences as the recursions read them.

    Attributes
    ----------
    lengths : ndarray of shape (n_samples,), int64
    values : ndarray of shape (n_steps,), int64, or (n_steps, n_channels), float64
        Symbols, where 0 is unknown, or channels.
    """

    lengths: np.ndarray
    values: np.ndarray

    def take(self, rows):
        """Pick samples."""
        starts = np.cumsum(self.lengths) - self.lengths
        lengths = self.lengths[rows]
        offsets = np.cumsum(lengths) - lengths
        steps = np.arange(lengths.sum()) + np.repeat(starts[rows] - offsets, lengths)
        return Observations(lengths, self.values[steps])


@dataclass
class InputForm:
    """What ``fit`` was given, and how it becomes `Observations`.

    Attributes
    ----------
    kind : {"tokens", "codes", "integers", "numeric series"}
    vocabulary : dict of str or int to int, or None
        Symbol of each token or integer, from 1.

    n_columns : int
        Symbols, or channels.

    dtype : dtype
        What numbers are rounded to before anything else: float32 where that held them
        in ``fit``, so that a sequence means the same in any company.
    """

    kind: str
    vocabulary: dict | None
    n_columns: int
    dtype: np.dtype = _FLOAT32

    @classmethod
    def learn(cls, X, kind, weights, min_count):
        """Find out what occurs in ``fit``.

        Parameters
        ----------
        X : list of list of str, or Sequences
        kind : {"tokens", "codes", "integers", "numeric series"}
        weights : ndarray of shape (n_samples,)
        min_count : float
            Rarer tokens and integers are unknown; a sample counts by its weight.

        Returns
        -------
        InputForm
        """
        if kind == CODES:
            return cls(kind, None, count_codes(X.codes[0], "HMMClassifier"))
        dtype = _dtype_of(X)
        if kind == NUMBERS:
            return cls(kind, None, _vectors_of(X, dtype).shape[1], dtype)
        vocabulary = _learn_vocabulary(*_flatten(X, kind), weights, min_count)
        return cls(kind, vocabulary, len(vocabulary) + 1, dtype)

    def read(self, X, estimator):
        """Validate and encode the input of a predicting method."""
        X = _read_for_predict(X, estimator, self.kind, self.dtype)
        observations = self.encode(X, estimator)
        if self.vocabulary is not None:
            n_known = np.count_nonzero(observations.values)
            warn_of_unknown_tokens(n_known, observations.lengths, estimator)
        return observations

    def encode(self, X, estimator):
        """Turn validated input into `Observations`."""
        if self.kind == NUMBERS:
            values = _vectors_of(X, self.dtype)
            if values.shape[1] != self.n_columns and len(values):
                raise ValueError(
                    f"{estimator_name(estimator)} was fitted on {self.n_columns} "
                    f"channel(s); got {values.shape[1]}."
                )
            return Observations(X.lengths, values)
        if self.kind == CODES:
            # A series of no steps may come without a stream.
            codes = np.concatenate([*X.codes, np.empty(0, np.int64)])
            codes[codes >= self.n_columns] = 0
            return Observations(X.lengths, codes)
        flat, lengths = _flatten(X, self.kind)
        codes = np.fromiter(map(self.vocabulary.get, flat, repeat(0)), np.int64)
        return Observations(lengths, codes)

    def restore(self, values, lengths):
        """Turn values into what ``fit`` was given; the opposite of `encode`."""
        if self.kind == NUMBERS:
            return Sequences(lengths, channels=values)
        if self.kind == CODES:
            return Sequences(lengths, [values])
        symbols = np.array(list(self.vocabulary))[values - 1]
        if self.kind == INTEGERS:
            return Sequences(lengths, channels=symbols[:, np.newaxis])
        parts = np.split(symbols, np.cumsum(lengths))
        return [part.tolist() for part in parts[: len(lengths)]]


def read_for_fit(X, estimator, emission):
    """Validate the input of ``fit`` and say of which kind it is.

    Parameters
    ----------
    X : list of list of str, Sequences, or what becomes Sequences
    estimator : HMMClassifier
        Who speaks in messages.

    emission : {"auto", "categorical", "gaussian"}

    Returns
    -------
    X : list of list of str, or Sequences
    kind : {"tokens", "codes", "integers", "numeric series"}
    """
    if hasattr(X, "__next__"):
        X = list(X)
    if _holds_text(X):
        if emission == "gaussian":
            raise ValueError(
                f"{estimator_name(estimator)} with emission='gaussian' expects numeric "
                "series; got token sequences. Set emission='categorical', or put "
                "Word2VecEmbedder before it."
            )
        return check_token_sequences(X, estimator, min_samples=1), TOKENS
    dtype = np.float64 if emission == "categorical" else None
    sequences = check_sequences(X, estimator, reset=True, dtype=dtype)
    return sequences, _kind_of(sequences, estimator_name(estimator), emission)


def flatten_states(states, rows, lengths, n_samples):
    """Join the names of states of some samples, held to the lengths of these.

    Parameters
    ----------
    states : list of list of str or int, or array-like of shape \
            (n_samples, n_timesteps)
        Of all samples.

    rows : ndarray of shape (n_rows,)
        The samples that are wanted.

    lengths : ndarray of shape (n_rows,)
        Their time steps.

    n_samples : int

    Returns
    -------
    ndarray of shape (lengths.sum(),)
    """
    if is_frame(states):
        single = states.shape[1] == 1
        states = sole_column(states, "") if single else np.asarray(states)
    states = list(states)  # the index of a Series is not that of its rows
    if len(states) != n_samples:
        raise ValueError(
            f"HMMClassifier expects the states of {n_samples} sequences; got "
            f"{len(states)}."
        )
    chosen = [states[row] for row in rows]
    for row, names, length in zip(rows, chosen, lengths, strict=True):
        if len(names) != length:
            raise ValueError(
                f"HMMClassifier expects one state for each time step; row {row} has "
                f"{length} time steps and {len(names)} states."
            )
        missing = next((t for t, state in enumerate(names) if is_missing(state)), None)
        if missing is not None:
            raise ValueError(
                f"HMMClassifier expects the name of a state for each time step; row "
                f"{row}, step {missing} has none."
            )
    return np.array(list(chain.from_iterable(chosen)))


def check_n_states(n_states, classes):
    """Give the number of states of each class.

    Parameters
    ----------
    n_states : int or array-like of int of shape (n_classes,)
    classes : ndarray of shape (n_classes,)

    Returns
    -------
    list of int
    """
    if isinstance(n_states, Integral):
        return [int(n_states)] * len(classes)
    subject = (
        "HMMClassifier expects n_states to be a positive int, or one for each of the "
        f"{len(classes)} classes"
    )
    numbers = as_list(n_states, subject)
    are_valid = all(isinstance(n, Integral) and n >= 1 for n in numbers)
    if len(numbers) != len(classes) or not are_valid:
        raise ValueError(f"{subject}; got {shown(n_states)}.")
    return numbers


def check_class_prior(class_prior, classes):
    """Validate the probability of each class.

    Parameters
    ----------
    class_prior : array-like of shape (n_classes,)
    classes : ndarray of shape (n_classes,)

    Returns
    -------
    ndarray of shape (n_classes,)
    """
    subject = (
        "HMMClassifier expects class_prior to be one probability for each of the "
        f"{len(classes)} classes, summing to 1"
    )
    prior = as_numbers(as_list(class_prior, subject), subject).astype(
        np.float64, copy=False
    )
    is_valid = prior.shape == classes.shape and (prior >= 0).all()
    if not is_valid or not np.isclose(prior.sum(), 1):
        raise ValueError(f"{subject}; got {shown(class_prior)}.")
    return prior


def _read_for_predict(X, estimator, kind, dtype):
    """Validate input that must be of the kind that ``fit`` had."""
    name = estimator_name(estimator)
    if kind == TOKENS:
        if isinstance(X, Sequences):
            raise TypeError(f"{name} was fitted on token sequences; got {X!r}.")
        return check_token_sequences(X, estimator)
    # Symbols keep their digits: one that fit has not met is unknown, not rounded.
    exact = np.float64 if kind == INTEGERS else dtype
    sequences = check_sequences(X, estimator, reset=False, dtype=exact)
    emission = "gaussian" if kind == NUMBERS else "categorical"
    if sequences.n_steps and _kind_of(sequences, name, emission) != kind:
        raise ValueError(f"{name} was fitted on {kind}; got {sequences!r}.")
    return sequences


def _kind_of(sequences, name, emission):
    if sequences.static is not None:
        raise ValueError(
            f"{name} reads what changes over time; got {sequences!r}. Leave the static "
            "part out."
        )
    n_streams, has_channels = len(sequences.codes), sequences.channels is not None
    if n_streams == 1 and not has_channels and emission != "gaussian":
        return CODES
    if emission != "categorical":
        if any(table is None for table in sequences.vectors):
            raise ValueError(
                f"{name} expects one stream of codes, or numbers; got {sequences!r}. "
                "Pass one stream, or codes that come with vectors."
            )
        return NUMBERS
    if n_streams or not has_channels or sequences.channels.shape[1] != 1:
        raise ValueError(
            f"{name} with emission='categorical' expects one symbol at each time step; "
            f"got {sequences!r}. Pass one stream or one channel, or set "
            "emission='gaussian'."
        )
    if (sequences.channels % 1).any():
        raise ValueError(
            f"{name} with emission='categorical' expects integers; got numbers with "
            "fractions. Set emission='gaussian'."
        )
    if (np.abs(sequences.channels) >= _FIRST_INEXACT).any():
        raise ValueError(
            f"{name} with emission='categorical' expects integers within +-2**53, "
            "which float64 tells apart; got larger ones. Number the symbols first: "
            "np.unique(symbols, return_inverse=True)."
        )
    return INTEGERS


def _holds_text(X):
    """Whether `X` holds words, or stands where only words could be meant."""
    if isinstance(X, Sequences):
        return False
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) != 1:
        X = _first_column(X)
    if isinstance(X, str | bytes | bytearray | set | frozenset | dict):
        return True
    for row in X if hasattr(X, "__iter__") else ():
        if isinstance(row, str | bytes):
            return True
        if isinstance(row, dict) or len(getattr(row, "shape", "1")) != 1:
            continue
        if hasattr(row, "__iter__"):
            for element in row:
                return isinstance(element, str | bytes)
    return False


def _first_column(X):
    """Column that tells whether a table holds text; empty where it holds numbers."""
    if is_frame(X) and X.shape[1]:
        return X[X.columns[0]]
    may_be_text = isinstance(X, np.ndarray) and X.dtype.kind in "OUS" and X.ndim == 2
    return X[:, 0] if may_be_text and X.shape[1] else ()


def _dtype_of(X):
    channels = X.channels if isinstance(X, Sequences) else None
    return _FLOAT32 if channels is None else channels.dtype


def _vectors_of(sequences, dtype):
    """Vectors of the codes and channels, side by side (n_steps, n_channels)."""
    streams = zip(sequences.codes, sequences.vectors, strict=True)
    parts = [table[code] for code, table in streams if table is not None]
    if sequences.channels is not None:
        parts.append(sequences.channels.astype(dtype, copy=False))
    parts = parts or [np.empty((sequences.n_steps, 0))]
    return np.hstack(parts).astype(np.float64)


def _flatten(X, kind):
    """All symbols one after the other, and how many each sample has."""
    if kind == TOKENS:
        lengths = np.fromiter(map(len, X), np.int64, len(X))
        return list(chain.from_iterable(X)), lengths
    symbols = [] if X.channels is None else X.channels[:, 0].astype(np.int64).tolist()
    return symbols, X.lengths


def _learn_vocabulary(flat, lengths, weights, min_count):
    # A dict finds the distinct among str faster than np.unique.
    first = {}
    places = np.fromiter((first.setdefault(x, len(first)) for x in flat), np.int64)
    counts = np.bincount(places, np.repeat(weights, lengths), len(first))
    pairs = zip(first, counts, strict=True)
    kept = sorted(symbol for symbol, count in pairs if count >= min_count)
    return {symbol: code for code, symbol in enumerate(kept, start=1)}
