"""What a sample says without one of its parts."""

import numpy as np

from sklstm.explanation._options import Attribution


def refusal(samples):
    """Say why the method cannot explain; it can explain anything."""
    return ""


def attribute(samples, options):
    """Compare each sample with itself without one part.

    Parameters
    ----------
    samples : PartedSamples
    options : Options

    Returns
    -------
    list of Attribution
    """
    return [_attribute(samples, row) for row in range(len(samples))]


def _attribute(samples, row):
    n_parts = samples.n_parts(row)
    nothing, all_parts = np.zeros((1, n_parts), bool), np.ones((1, n_parts), bool)
    keeps = np.vstack([nothing, all_parts, ~np.eye(n_parts, dtype=bool)])
    base, whole, *without = samples.scores([row] * len(keeps), keeps)
    contributions = whole - np.reshape(without, (n_parts, len(whole)))
    return Attribution(base, contributions)
