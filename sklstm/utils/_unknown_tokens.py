"""Input that has nothing in common with that of ``fit``."""

import warnings

from sklstm.utils._validation import estimator_name

# One sample, or a few, may well hold nothing but new words; so many hardly ever do.
_FEWEST_SAMPLES = 30


def warn_of_unknown_tokens(n_known, lengths, estimator):
    """Warn where not one token of many samples is known.

    Parameters
    ----------
    n_known : int
        Tokens that ``fit`` has met.

    lengths : ndarray of shape (n_samples,)
        Tokens of each sample.

    estimator : estimator instance
        Who speaks in the message.
    """
    n_samples = int((lengths > 0).sum())
    if n_known or n_samples < _FEWEST_SAMPLES:
        return
    warnings.warn(
        f"{estimator_name(estimator)} knows none of the {int(lengths.sum())} tokens of "
        f"{n_samples} samples: all of them are answered as though they were empty. Cut "
        "and write them as in fit (segmentation, simplified or traditional characters, "
        "case).",
        stacklevel=4,
    )
