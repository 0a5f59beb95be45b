"""When the time steps of sequences were."""

import numpy as np

from sklstm.utils import as_array, as_numbers, shown


def check_times(times, lengths):
    """Validate the times of all steps.

    Parameters
    ----------
    times : array-like of shape (n_steps,), or None
        Numbers, spans, which become seconds, or dates.

    lengths : ndarray of shape (n_samples,)

    Returns
    -------
    ndarray of shape (n_steps,), float64 or datetime64, or None
    """
    if times is None:
        return None
    times = _as_times(times)
    n_steps = int(lengths.sum())
    if times.shape != (n_steps,):
        raise ValueError(
            f"Sequences expects a time for each of {n_steps} steps; got shape "
            f"{times.shape}."
        )
    is_absent = np.isnat(times) if times.dtype.kind == "M" else ~np.isfinite(times)
    if is_absent.any():
        raise ValueError(
            f"Sequences expects times that are known; that of step "
            f"{np.argmax(is_absent)} is missing. Leave out such steps."
        )
    falls = times[1:] < times[:-1]
    falls[ends_of(lengths, n_steps)] = False
    if falls.any():
        step = np.argmax(falls)
        raise ValueError(
            "Sequences expects times that never fall within a sample; "
            f"{shown(times[step + 1])} comes after {shown(times[step])}. "
            "Sequences.from_frame sorts them."
        )
    return times


def ends_of(lengths, n_steps):
    """Last steps of the samples, but for that of the last one."""
    ends = np.cumsum(lengths)[lengths > 0] - 1
    return ends[ends < n_steps - 1]


def _as_times(times):
    array = as_array(times)
    if array.dtype.kind == "m":
        return np.where(np.isnat(array), np.nan, array / np.timedelta64(1, "s"))
    if array.dtype.kind == "M":
        return np.array(array)
    return as_numbers(array, "Sequences expects times as numbers or dates").astype(
        np.float64
    )


def as_seconds(sequences):
    """Give times since the first step of each sample, those of dates in seconds."""
    times = sequences.times
    if times is None:
        return None
    starts = np.repeat(sequences.offsets[:-1], sequences.lengths)
    since = times - times[starts]
    return since / np.timedelta64(1, "s") if since.dtype.kind == "m" else since
