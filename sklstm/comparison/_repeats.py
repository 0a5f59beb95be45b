"""Texts that stand in the data more than once, and folds that keep them together."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, check_cv

from sklstm.datasets import find_duplicates
from sklstm.utils import plain


@dataclass(frozen=True)
class RepeatedTexts:
    """Groups of equal and nearly equal texts.

    Attributes
    ----------
    groups : ndarray of shape (n_samples,)
        Number of the group of each text.

    equal : ndarray of shape (n_samples,)
        The same of texts that are equal but for case, marks and spaces.

    y : ndarray of shape (n_samples,)
        Their labels.
    """

    groups: np.ndarray
    equal: np.ndarray
    y: np.ndarray

    @property
    def sizes(self):
        """Texts in the group of each text, an array of shape (n_samples,)."""
        return np.bincount(self.groups)[self.groups]

    @property
    def repeated(self):
        """Rows of the texts that are not alone in their group, sorted."""
        return np.flatnonzero(self.sizes > 1)

    @property
    def n_groups(self):
        """Groups of more than one text."""
        return len(np.unique(self.groups[self.repeated]))

    @property
    def conflicting(self):
        """Rows of the texts of which an equal one has another label, sorted.

        Of nearly equal ones either label may be right.
        """
        _, places = np.unique(self.y, return_inverse=True)
        smallest = np.full(self.equal.max() + 1, len(self.y))
        largest = np.full(self.equal.max() + 1, -1)
        np.minimum.at(smallest, self.equal, places)
        np.maximum.at(largest, self.equal, places)
        return np.flatnonzero((smallest < largest)[self.equal])

    def rows(self, documents):
        """Make a table of the repeated texts, group by group.

        Parameters
        ----------
        documents : list of str of length n_samples
            The texts.

        Returns
        -------
        list of dict
            ``group``, ``row``, ``label``, ``equal`` (whether another text is equal and
            not only nearly so), ``conflict`` (whether an equal one bears another label)
            and ``text``, group by group in the order of first rows.
        """
        conflicting = set(self.conflicting.tolist())
        n_equal = np.bincount(self.equal)[self.equal]
        repeated = self.repeated
        order = repeated[np.argsort(self.groups[repeated], kind="stable")]
        return [
            {
                "group": int(self.groups[row]),
                "row": row,
                "label": plain(self.y[row]),
                "equal": bool(n_equal[row] > 1),
                "conflict": row in conflicting,
                "text": documents[row],
            }
            for row in order.tolist()
        ]


def find_repeated_texts(documents, y):
    """Find equal and nearly equal texts among samples.

    Parameters
    ----------
    documents : list of str of length n_samples, or None
        Texts of the samples; None where they have none.

    y : ndarray of shape (n_samples,)
        Labels.

    Returns
    -------
    RepeatedTexts or None
        None where there are no documents.
    """
    if documents is None:
        return None
    equal = find_duplicates(documents, similarity=1)
    return RepeatedTexts(find_duplicates(documents), equal, y)


def draw_splits(X, y, cv, groups, repeated, random_state):
    """Draw the folds.

    Parameters
    ----------
    X : indexable of length n_samples
        Samples.

    y : ndarray of shape (n_samples,)
        Labels.

    cv : int, splitter or iterable of (train, test)
        A splitter of the user's gets `groups` joined with the repeated texts where
        there are `groups`.

    groups : array-like of shape (n_samples,) or None
        What is to stay on one side.

    repeated : RepeatedTexts or None
        Texts that are to stay on one side.

    random_state : int, RandomState instance or None
        Of stratified folds.

    Returns
    -------
    list of (train, test)
        Where there are too few different texts for that many folds, equal ones stand on
        both sides.
    """
    if repeated is None or not len(repeated.repeated):
        return _split(X, y, cv, groups, random_state)
    is_ours = isinstance(cv, Integral)
    joined = join_groups(groups, repeated.groups, either=is_ours)
    if is_ours and len(np.unique(joined)) < cv:
        return _split(X, y, cv, groups, random_state)
    splits = _split(X, y, cv, joined, random_state)
    if is_ours and not _can_be_learned(splits, y):
        return _split(X, y, cv, groups, random_state)
    return splits


def _split(X, y, cv, groups, random_state):
    if isinstance(cv, Integral):
        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        cv = kind(cv, shuffle=True, random_state=random_state)
    rows = np.arange(len(y))  # a mask becomes the rows that it names
    splits = [
        (rows[train], rows[test])
        for train, test in check_cv(cv, y, classifier=True).split(X, y, groups)
    ]
    if not splits:
        raise ValueError("compare_classifiers expects at least one split; cv has none.")
    return splits


def _can_be_learned(splits, y):
    """Whether each fold tests something, and trains on two classes at least."""
    return all(len(test) and len(np.unique(y[train])) > 1 for train, test in splits)


def join_groups(groups, others, either=True):
    """Join two ways of grouping: what is together in either stays together.

    Parameters
    ----------
    groups : array-like of shape (n_samples,) or None
        Of any one type.

    others : ndarray of shape (n_samples,)
        Numbers.

    either : bool, default=True
        Whether the others count where `groups` is None.

    Returns
    -------
    ndarray of shape (n_samples,) or None
    """
    if groups is None:
        return others if either else None
    _, first = np.unique(np.asarray(groups), return_inverse=True)
    edges = (np.ones(len(others)), (first, others + first.max() + 1))
    n_nodes = first.max() + others.max() + 2
    return connected_components(coo_array(edges, shape=(n_nodes, n_nodes)))[1][first]


def n_leaks(splits, repeated):
    """Count tests of a text of which the training fold has an equal one.

    Parameters
    ----------
    splits : list of (train, test)
        Rows of each fold.

    repeated : RepeatedTexts or None
        Groups of texts.

    Returns
    -------
    int
    """
    if repeated is None:
        return 0
    rows = np.arange(len(repeated.groups))
    return sum(
        int(np.isin(repeated.groups[rows[test]], repeated.groups[rows[train]]).sum())
        for train, test in splits
    )
