"""Long series made short."""

from numbers import Integral

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import Interval, StrOptions

from sklstm.series._base import SeriesTransformer, pieces, places_in_sample
from sklstm.utils import plain, shown

# Up to this median length, `size="auto"` leaves series as they are.
_SHORT, _AUTO_SIZE = 200, 8


class SeriesPatcher(SeriesTransformer):
    """Join groups of time steps into one step each.

    A recurrent network pays for each step and forgets over many; a tenth of the steps
    with ten times the channels is faster and reaches further back [1]_.

    Parameters
    ----------
    size : int or "auto", default=8
        Steps in a patch. "auto" is 8 where the median length of the samples in ``fit``
        is above 200, else 1.

    stride : int, default=None
        Steps from the beginning of one patch to that of the next, at most `size`, so
        that no step is left out. None is `size`: patches do not overlap.

    Attributes
    ----------
    size_ : int
        Steps in a patch.

    stride_ : int
        Steps between their beginnings.

    n_channels_in_ : int
        The number of channels in ``fit``.

    channel_names_in_ : tuple of str, or None
        Their names.

    See Also
    --------
    SeriesResampler : Makes series shorter by leaving out what is fine.

    Notes
    -----
    The channels of a patch are those of its first step, of its second, and so on, and
    last the share of its steps that are none of the padding. The last patch of a sample
    is padded with the sample's last step. A sample shorter than a patch becomes one,
    and one without steps stays without. Times are those of the first steps.

    References
    ----------
    .. [1] Nie, Nguyen, Sinthong, Kalagnanam (2023). A time series is worth 64 words:
       long-term forecasting with Transformers. ICLR.

    Examples
    --------
    >>> from sklstm import SeriesPatcher
    >>> patches = SeriesPatcher(size=2).fit_transform([[1.0, 2.0, 3.0]])
    >>> patches[0].tolist()
    [[1.0, 2.0, 1.0], [3.0, 3.0, 0.5]]
    >>> patches.channel_names
    ('channel_0[0]', 'channel_0[1]', 'patch_share')
    """

    _keeps_steps = False
    _parameter_constraints: dict = {
        "size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "stride": [Interval(Integral, 1, None, closed="left"), None],
    }

    def __init__(self, *, size=8, stride=None):
        self.size = size
        self.stride = stride

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Learn the channels, and the size where that is "auto".

        Parameters
        ----------
        X : Sequences, list of arrays, or 2-D or 3-D array
            Numeric series.

        y : None
            Ignored.

        Returns
        -------
        SeriesPatcher
            The fitted estimator.
        """
        sequences = self._read(X, reset=True)
        size, stride = plain(self.size), plain(self.stride)
        if size == "auto":
            size = _AUTO_SIZE if np.median(sequences.lengths) > _SHORT else 1
        if stride is not None and stride > size:
            raise ValueError(
                f"SeriesPatcher expects stride to be at most the size of a patch, "
                f"{size}; got {shown(stride)}, which would leave out steps."
            )
        self.size_ = int(size)
        self.stride_ = self.size_ if stride is None else int(stride)
        return self

    def transform(self, X):
        """Join steps into patches.

        Parameters
        ----------
        X : as in `fit`
            Numeric series.

        Returns
        -------
        Sequences
            With ``size_ * n_channels_in_ + 1`` channels and static features as they
            were.
        """
        sequences = self._read(X)
        n_more = -(-np.maximum(sequences.lengths - self.size_, 0) // self.stride_)
        lengths = np.where(sequences.lengths > 0, n_more + 1, 0)
        firsts = np.repeat(sequences.offsets[:-1], lengths)
        firsts += places_in_sample(lengths) * self.stride_
        lasts = np.repeat(sequences.offsets[1:], lengths) - 1
        times = sequences.times
        return sequences._replace(
            lengths=lengths,
            channels=self._join(sequences.channels, firsts, lasts),
            times=None if times is None else times[firsts],
            channel_names=self._names_out(),
        )

    def _join(self, channels, firsts, lasts):
        """Patches that begin at `firsts` and end no later than `lasts`."""
        n_patches, n_values = len(firsts), self.size_ * self.n_channels_in_
        out = np.empty((n_patches, n_values + 1), dtype=channels.dtype)
        for _, part in pieces(np.arange(n_patches + 1) * self.size_):
            rows = slice(part.start // self.size_, part.stop // self.size_)
            steps = firsts[rows, np.newaxis] + np.arange(self.size_)
            last = lasts[rows, np.newaxis]
            values = channels[np.minimum(steps, last)]
            out[rows, :-1] = values.reshape(len(values), n_values)
            out[rows, -1] = (steps <= last).mean(axis=1)
        return out

    def _names_out(self):
        places = range(self.size_)
        names = [f"{name}[{place}]" for place in places for name in self._names_in()]
        return (*names, "patch_share")
