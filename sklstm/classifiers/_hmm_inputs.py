"""What an HMM reads: token sequences, codes, integers or numeric series."""

from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np

from sklstm.sequences import Sequences, check_sequences
from sklstm.utils import check_token_sequences, estimator_name

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
    samples : list of list of str, or Sequences
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
    sequences = check_sequences(X, estimator, reset=True)
    return sequences, _kind_of(sequences, estimator_name(estimator), emission)


def read_for_predict(X, estimator, kind):
    """Validate input that must be of the kind that ``fit`` had.

    Parameters
    ----------
    X : as in `read_for_fit`
    estimator : HMMClassifier
    kind : {"tokens", "codes", "integers", "numeric series"}

    Returns
    -------
    list of list of str, or Sequences
    """
    name = estimator_name(estimator)
    if kind == TOKENS:
        if isinstance(X, Sequences):
            raise TypeError(f"{name} was fitted on token sequences; got {X!r}.")
        return check_token_sequences(X, estimator)
    sequences = check_sequences(X, estimator, reset=False)
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
    if n_streams or sequences.channels.shape[1] != 1:
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
    return INTEGERS


def _holds_text(X):
    """Whether `X` holds words, or what a word's place should not be taken by."""
    if isinstance(X, Sequences):
        return False
    shape = getattr(X, "shape", None)
    if shape is not None and len(shape) != 1:
        if not hasattr(X, "columns") or shape[1] != 1:
            return False
        X = X[X.columns[0]]
    if isinstance(X, str | bytes | bytearray | set | frozenset | dict):
        return True
    for row in X if hasattr(X, "__iter__") else ():
        if isinstance(row, str | bytes):
            return True
        if hasattr(row, "__iter__"):
            for element in row:
                return isinstance(element, str | bytes)
    return False


def learn_vocabulary(samples, kind, weights, min_count):
    """Find the symbols that occur, each with its code from 1.

    Parameters
    ----------
    samples : list of list of str, or Sequences
    kind : {"tokens", "integers"}
    weights : ndarray of shape (n_samples,)
    min_count : float
        Rarer symbols are left out; a sample counts by its weight.

    Returns
    -------
    dict of str or int to int
        In sorted order.
    """
    flat, lengths = _flatten(samples, kind)
    # np.unique on str is slow; a dict is not.
    first = {}
    places = np.fromiter((first.setdefault(x, len(first)) for x in flat), np.int64)
    counts = np.bincount(places, np.repeat(weights, lengths), len(first))
    kept = sorted(
        x for x, count in zip(first, counts, strict=True) if count >= min_count
    )
    return {symbol: code for code, symbol in enumerate(kept, start=1)}


def encode(samples, kind, vocabulary, n_symbols):
    """Turn samples into `Observations`.

    Parameters
    ----------
    samples : list of list of str, or Sequences
    kind : {"tokens", "codes", "integers", "numeric series"}
    vocabulary : dict or None
        Codes of tokens and integers.

    n_symbols : int or None
        Codes from here on are unknown.

    Returns
    -------
    Observations
    """
    if kind == NUMBERS:
        streams = zip(samples.codes, samples.vectors, strict=True)
        parts = [table[code] for code, table in streams]
        if samples.channels is not None:
            parts.append(samples.channels)
        return Observations(samples.lengths, np.hstack(parts).astype(np.float64))
    if kind == CODES:
        codes = samples.codes[0].astype(np.int64)
        codes[codes >= n_symbols] = 0
        return Observations(samples.lengths, codes)
    flat, lengths = _flatten(samples, kind)
    codes = np.fromiter(map(vocabulary.get, flat, repeat(0)), np.int64)
    return Observations(lengths, codes)


def _flatten(samples, kind):
    """All symbols one after the other, and how many each sample has."""
    if kind == TOKENS:
        lengths = np.fromiter(map(len, samples), np.int64, len(samples))
        return list(chain.from_iterable(samples)), lengths
    return samples.channels[:, 0].astype(np.int64).tolist(), samples.lengths
