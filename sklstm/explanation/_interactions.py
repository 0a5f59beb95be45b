"""What two neighbouring words say together, beyond what both say apart."""

import numpy as np


def interactions(samples, options):
    r"""Find the second difference of each pair of neighbouring words.

    .. math:: v(N) - v(N \setminus i) - v(N \setminus j) + v(N \setminus \{i, j\})

    of the scores :math:`v` of all words :math:`N` and of those without some of them
    [1]_.

    Parameters
    ----------
    samples : TokenSamples
    options : Options

    Returns
    -------
    list of ndarray of shape (n_tokens_i - 1, n_classes)
        Of a sample whose neighbouring words are left out together, what the last of
        some and the first of the next say together stands for all of them, and 0
        between the others.

    References
    ----------
    .. [1] Grabisch, Roubens: "An axiomatic approach to the concept of interaction
       among players in cooperative games", International Journal of Game Theory, 1999.
    """
    answers = samples.answers(
        lambda row: _without_neighbours(samples.n_parts(row)), verbose=options.verbose
    )
    return [
        _spread(_second_differences(scores), samples.parts(row))
        for row, scores in enumerate(answers)
    ]


def _without_neighbours(n_parts):
    """All parts, all but each, all but each and the next."""
    one_less = ~np.eye(n_parts, dtype=bool)
    whole = np.ones((1, n_parts), dtype=bool)
    return np.vstack([whole, one_less, one_less[:-1] & one_less[1:]])


def _second_differences(scores):
    n_parts = len(scores) // 2
    whole, without, without_both = np.split(scores, [1, 1 + n_parts])
    return whole - without[:-1] - without[1:] + without_both


def _spread(differences, parts):
    """Put the difference of two parts between their neighbouring words."""
    steps = np.flatnonzero(np.diff(parts))
    pairs = np.zeros((max(len(parts) - 1, 0), differences.shape[1]))
    pairs[steps] = differences
    return pairs
