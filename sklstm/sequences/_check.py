"""What passes as sequences (door D2)."""

import numpy as np
from sklearn.utils.validation import validate_data

from sklstm.sequences._container import Sequences
from sklstm.sequences._finite import check_finite
from sklstm.sequences._reading import (
    EXPECTED,
    as_cube,
    as_sample,
    as_table_of_numbers,
    is_column_of_objects,
    join_samples,
    samples_of_table,
)
from sklstm.utils import (
    estimator_name,
    in_float32,
    in_float64,
    warn_of_lost_digits,
)


def check_sequences(X, estimator, *, reset, dtype=np.float32, allow_nan=False):
    """Validate sequences (door D2) for a classifier.

    Parameters
    ----------
    X : Sequences, list of arrays, 2-D or 3-D array, or DataFrame
        See `Sequences`; a 2-D array or DataFrame is one channel. A DataFrame, or object
        array, whose cells hold series has a channel in each column.

    estimator : estimator instance
        Who speaks in messages. From a 2-D array it learns, or is held to,
        ``n_features_in_`` and ``feature_names_in_``.

    reset : bool
        Whether this is ``fit``: at least one sample is wanted then, and digits that
        float32 loses are warned of.

    dtype : {float32, float64} or None, default=float32
        What the estimator computes in: the type of `channels` and `static`. None is
        float32 where that loses nothing that varies; see `Sequences`.

    allow_nan : bool, default=False
        Whether NaN stands for what is missing.

    Returns
    -------
    Sequences
        Finite throughout, but for NaN that is allowed.

    Raises
    ------
    TypeError
        If `X` or an element of it is of the wrong kind.

    ValueError
        If `X` has no time steps in ``fit``, other dimensions, unequal numbers of
        channels, NaN or infinity.
    """
    sequences = _as_sequences(X, estimator, reset, dtype)
    if reset and not sequences.n_steps:
        raise ValueError(
            f"{estimator_name(estimator)} expects at least 1 sample with a time step "
            f"in fit; got {len(sequences)} samples without any."
        )
    check_finite(sequences, estimator, allow_nan=allow_nan)
    if dtype != np.float32:
        return sequences
    if reset:
        warn_of_lost_digits(sequences, estimator)
    return _in_float32(sequences)


def _in_float32(sequences):
    channels, static = map(in_float32, (sequences.channels, sequences.static))
    if channels is sequences.channels and static is sequences.static:
        return sequences
    return sequences._replace(channels=channels, static=static)


def _as_sequences(X, estimator, reset, dtype):
    if isinstance(X, Sequences):
        return X
    name = estimator_name(estimator)
    X = samples_of_table(X, name)
    if is_column_of_objects(X) or isinstance(X, list | tuple):
        samples = [as_sample(array, row, name) for row, array in enumerate(X)]
        return _from_channels(*join_samples(samples, name), dtype)
    if not any(hasattr(X, way) for way in ("shape", "__array__", "__dlpack__")):
        raise TypeError(
            f"{name} expects {EXPECTED}; got {type(X).__name__}, which cannot be "
            "indexed by sample. Pass a list of arrays."
        )
    X = as_table_of_numbers(X, f"{name} expects {EXPECTED}")
    if isinstance(X, np.ndarray) and X.ndim > 2:
        return _from_cube(as_cube(X, name), dtype)
    matrix = validate_data(
        estimator,
        X,
        reset=reset,
        dtype=[np.float64, np.float32],
        ensure_all_finite=False,
        ensure_min_samples=int(reset),
    )
    return _from_cube(matrix[:, :, np.newaxis], dtype)


def _from_cube(cube, dtype):
    n_samples, n_timesteps, n_channels = cube.shape
    lengths = np.full(n_samples, n_timesteps)
    return _from_channels(lengths, cube.reshape(-1, n_channels), dtype)


def _from_channels(lengths, channels, dtype):
    """Build from numbers; float64 keeps all their digits, whatever they are."""
    if dtype != np.float64:
        return Sequences(lengths, channels=channels)
    return Sequences(lengths)._replace(channels=in_float64(channels))
