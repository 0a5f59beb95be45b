"""Scores without one group of documents each, for standard errors of differences.

Of two scores of the same documents the difference is taken before anything is left out,
so that what both have in common costs no precision (Shao & Tu 1995).
"""

import numpy as np

from sklstm.comparison._robustness.answers import Remembered

_MOST_GROUPS = 50  # more make no better standard error, and cost
_MOST_CLASSES = 100  # whose confusion matrices are held, one for each group


def document_groups(n_documents, random_state):
    """Divide documents among groups of about equal sizes, or of one document each.

    Parameters
    ----------
    n_documents : int
        At least one.

    random_state : int
        Decides who is with whom.

    Returns
    -------
    ndarray of shape (n_documents,), int
    """
    order = np.random.RandomState(random_state).permutation(n_documents)
    return order % min(n_documents, _MOST_GROUPS)


def jackknife_error(leaving_out):
    """Compute a standard error from the values without one group each.

    Parameters
    ----------
    leaving_out : ndarray of shape (n_groups,)
        One value for each group.

    Returns
    -------
    float
        NaN where there are fewer than two groups.
    """
    n_groups = len(leaving_out)
    if n_groups < 2:
        return np.nan
    scale = (n_groups - 1) / n_groups
    return float(np.sqrt(scale * ((leaving_out - leaving_out.mean()) ** 2).sum()))


def make_jackknife(name, scorer, y, groups, classes):
    """Choose the way to a score: through confusion matrices where they suffice.

    Parameters
    ----------
    name : str
        Of the score.

    scorer : Scorer
        What to score by.

    y : ndarray of shape (n_rows,)
        Labels.

    groups : ndarray of shape (n_rows,), int
        Of the documents that the rows are about.

    classes : ndarray of shape (n_classes,)
        Every label, sorted.

    Returns
    -------
    CountedJackknife or ScoredJackknife
        ``scores(said)`` gives the score of all rows, then those without one group each.
    """
    if scorer.by_name and name in _OF_COUNTS and len(classes) <= _MOST_CLASSES:
        return CountedJackknife(_OF_COUNTS[name], y, groups, classes)
    return ScoredJackknife(scorer.score, y, groups, classes)


class CountedJackknife:
    """A score that is a function of confusion matrices: all groups in one step.

    Parameters
    ----------
    score : callable
        Takes matrices of shape (n, n_classes, n_classes), labels down, predictions
        across.

    y, groups, classes : ndarray
        As of `make_jackknife`.
    """

    def __init__(self, score, y, groups, classes):
        self.score = score
        self.n_classes = len(classes)
        _, groups = np.unique(groups, return_inverse=True)
        self.n_groups = int(groups.max()) + 1
        self.rows = groups * self.n_classes + np.searchsorted(classes, y)

    def scores(self, said):
        """Score predictions, all of them and without one group each."""
        shape = (self.n_groups, self.n_classes, self.n_classes)
        cells = self.rows * self.n_classes + said.codes
        counts = np.bincount(cells, minlength=np.prod(shape)).reshape(shape)
        total = counts.sum(axis=0, keepdims=True)
        if self.n_groups == 1:
            return self.score(total)
        return self.score(np.concatenate([total, total - counts]))


class ScoredJackknife:
    """Any score: asked once for each group.

    Parameters
    ----------
    scorer : callable
        As scikit-learn has it.

    y, groups, classes : ndarray
        As of `make_jackknife`.
    """

    def __init__(self, scorer, y, groups, classes):
        self.scorer = scorer
        self.classes = classes
        kept = [groups != group for group in np.unique(groups)]
        self.parts = [slice(None), *(kept if len(kept) > 1 else [])]
        self.labels = [y[part] for part in self.parts]

    def scores(self, said):
        """Score predictions, all of them and without one group each."""
        pairs = zip(self.parts, self.labels, strict=True)
        return np.array([self._score(said, part, labels) for part, labels in pairs])

    def _score(self, said, part, labels):
        probabilities = said.probabilities
        if probabilities is not None:
            probabilities = probabilities[part]
        model = Remembered(self.classes, said.codes[part], probabilities)
        return self.scorer(model, None, labels)


def _accuracy(counts):
    return np.trace(counts, axis1=1, axis2=2) / counts.sum(axis=(1, 2))


def _balanced_accuracy(counts):
    """Mean recall of the classes that have a label."""
    return _mean_over(_diagonal(counts), counts.sum(axis=2))


def _f1_macro(counts):
    """Mean F1 of the classes that have a label or a prediction."""
    support = counts.sum(axis=2) + counts.sum(axis=1)
    return _mean_over(2 * _diagonal(counts), support)


def _diagonal(counts):
    return np.diagonal(counts, axis1=1, axis2=2)


def _mean_over(numerators, denominators):
    """Mean of quotients over the classes whose denominator is not zero."""
    exist = denominators > 0
    quotients = numerators / np.where(exist, denominators, 1)
    return (quotients * exist).sum(axis=1) / exist.sum(axis=1)


_OF_COUNTS = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1_macro": _f1_macro,
}
