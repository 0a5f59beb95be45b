"""What is missing in a run of samples, and the values around it."""

from functools import cached_property

import numpy as np

from sklstm.series._base import places_in_sample


class Gaps:
    """Missing values of whole samples that stand one after the other.

    Parameters
    ----------
    block : ndarray of shape (n_steps, n_channels), float64
        NaN where a value is missing.

    lengths : ndarray of shape (n_samples,)
    seconds : ndarray of shape (n_steps,), or None
        When the steps were; None where they are one apart.
    """

    def __init__(self, block, lengths, seconds):
        places = places_in_sample(lengths)
        self.block = block
        self.is_missing = np.isnan(block)
        self.starts = np.arange(len(places)) - places
        self.ends = self.starts + np.repeat(lengths, lengths)
        self.seconds = places.astype(np.float64) if seconds is None else seconds

    @cached_property
    def _last_seen(self):
        """Last step up to each where a channel was seen, also of other samples."""
        return _last_true(~self.is_missing)

    def fill_forward(self, filled):
        """Put the last value of the sample into gaps of `filled`, if there is one."""
        steps, columns = np.nonzero(self.is_missing)
        last = self._last_seen[steps, columns]
        seen = last >= self.starts[steps]
        steps, columns, last = steps[seen], columns[seen], last[seen]
        filled[steps, columns] = self.block[last, columns]

    def fill_linearly(self, filled):
        """Put what lies between the values around them into gaps of `filled`."""
        steps, columns = np.nonzero(self.is_missing)
        left = self._last_seen[steps, columns]
        # The first step from each on is the last one up to it, read backwards.
        right = len(filled) - 1 - _last_true(~self.is_missing[::-1])[::-1]
        right = right[steps, columns]
        has_left, has_right = left >= self.starts[steps], right < self.ends[steps]
        seen = has_left | has_right
        left, right = (
            np.where(has_left, left, right)[seen],
            np.where(has_right, right, left)[seen],
        )
        steps, columns = steps[seen], columns[seen]
        filled[steps, columns] = self._between(left, right, steps, columns)

    def _between(self, left, right, steps, columns):
        """Values on the line between two steps; where both are one, that of it."""
        low, high = self.block[left, columns], self.block[right, columns]
        span = self.seconds[right] - self.seconds[left]
        passed = self.seconds[steps] - self.seconds[left]
        share = np.divide(passed, span, out=np.zeros_like(span), where=span > 0)
        return low + share * (high - low)

    def elapsed(self):
        """Time since each channel was seen before a step, else since the first."""
        before = np.roll(self._last_seen, 1, axis=0)
        before[:1] = -1
        before = np.maximum(before, self.starts[:, np.newaxis])
        return self.seconds[:, np.newaxis] - self.seconds[before]


def _last_true(flags):
    """Last row up to each where a column is true; -1 where there is none."""
    rows = np.arange(len(flags))[:, np.newaxis]
    return np.maximum.accumulate(np.where(flags, rows, -1), axis=0)
