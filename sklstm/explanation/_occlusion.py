"""What a sample says without one of its parts."""

import numpy as np


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

    References
    ----------
    .. [1] Robnik-Sikonja, Kononenko: "Explaining Classifications for Individual
       Instances", IEEE Transactions on Knowledge and Data Engineering, 2008.
    .. [2] Li, Monroe, Jurafsky: "Understanding Neural Networks through Representation
       Erasure", 2016.
    """

    def plan(row):
        one_less = ~np.eye(samples.n_parts(row), dtype=bool)
        nothing = np.zeros_like(one_less, shape=(1, one_less.shape[1]))
        return np.vstack([nothing, ~nothing, one_less])

    answers = samples.answers(plan, options.verbose)
    return [
        samples.attribution(row, base, whole - without)
        for row, (base, whole, without) in enumerate(map(_parted, answers))
    ]


def _parted(scores):
    return scores[0], scores[1], scores[2:]
