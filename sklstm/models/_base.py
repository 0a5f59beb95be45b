"""What the classifiers of sequences share."""

from contextlib import contextmanager

import numpy as np
from scipy.special import logsumexp
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from sklstm.nn._runtime import computing, resolve_device
from sklstm.utils import (
    Estimator,
    check_labels,
    check_weights,
    effective_n_threads,
    estimator_name,
    shown,
)

# More codes than this are as many as the words of a large vocabulary: fewer than one in
# `_MOST_UNUSED` of them must not occur.
_MANY_CODES, _MOST_UNUSED = 2**20, 16


def count_codes(codes, estimator):
    """Give the number of codes of a stream that comes without vectors.

    Parameters
    ----------
    codes : ndarray of shape (n_steps,), int32
    estimator : estimator instance or str
        Who speaks in messages.

    Returns
    -------
    int
        The highest, and one.

    Raises
    ------
    ValueError
        If memory would go to millions of codes that do not occur.
    """
    n_codes = int(codes.max(initial=0)) + 1
    if n_codes > _MANY_CODES and n_codes > _MOST_UNUSED * len(codes):
        raise ValueError(
            f"{estimator_name(estimator)} learns parameters for every code up to the "
            f"highest, {n_codes - 1}; only {len(np.unique(codes))} of them occur. "
            "Number them from 1 on: np.unique(codes, return_inverse=True)[1] + 1."
        )
    return n_codes


class ComputingMixin:
    """Where an estimator computes that has the parameters `n_threads` and `device`."""

    @contextmanager
    def _computing(self):
        """Keep to `n_threads` and to settings of torch of its own; gives the device."""
        with computing(effective_n_threads(self.n_threads)):
            yield resolve_device(self.device)


class SequenceClassifier(ComputingMixin, ClassifierMixin, Estimator):
    """Classifier that scores each class of each sequence.

    A subclass gives the scores in `_scores`, of shape (n_samples, n_classes): the
    logarithm of the probabilities but for a constant of each row. It has the
    parameters `n_threads` and `device`.
    """

    def predict(self, X):
        """Choose the most probable class of each sequence.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples,)
            Of the type of the labels in `fit`.
        """
        check_is_fitted(self)
        return self.classes_[self._scores(X).argmax(axis=1)]

    def predict_proba(self, X):
        """Give the probability of each class.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        return self._softmax(self._scores(X))

    def predict_log_proba(self, X):
        """Give the logarithm of the probability of each class.

        Parameters
        ----------
        X : as in `fit`
            Sequences.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        return self._log_softmax(self._scores(X))

    def _softmax(self, scores):
        return np.exp(self._log_softmax(scores))

    def _log_softmax(self, scores):
        return scores - logsumexp(scores, axis=1, keepdims=True)

    def _check_targets(self, y, sample_weight, X):
        """Validate labels and weights of samples."""
        y = check_labels(y, X, self)
        return y, check_weights(sample_weight, y, self)

    def _encode(self, y):
        """Find the places of labels in `classes_`."""
        codes = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        unknown = np.flatnonzero(self.classes_[codes] != y)
        if len(unknown):
            row = unknown[0]
            raise ValueError(
                f"{type(self).__name__} expects labels among {shown(self.classes_)}; "
                f"row {row} is {shown(y[row])}."
            )
        return codes
