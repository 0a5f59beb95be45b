"""ClassWeightedClassifier."""

import numpy as np
from sklearn.base import ClassifierMixin, MetaEstimatorMixin, _fit_context, clone
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from sklstm.utils import (
    CLASS_WEIGHT,
    Estimator,
    check_classes,
    check_labels,
    check_weights,
    encode_labels,
    find_class_weights,
)


def _has(method):
    """Whether the classifier inside, fitted or not, has a method."""

    def check(self):
        getattr(getattr(self, "estimator_", self.estimator), method)
        return True

    return check


class ClassWeightedClassifier(MetaEstimatorMixin, ClassifierMixin, Estimator):
    """A classifier whose samples count by the weight of their class.

    For classifiers that take weights of samples and none of classes, such as
    scikit-learn's naive Bayes.

    Parameters
    ----------
    estimator : estimator instance
        The classifier. Its ``fit`` takes ``sample_weight``.

    class_weight : dict, Series, "balanced" or None, default=None
        How often a sample of each class counts, beside its own weight; 1 where a class
        is left out. "balanced" is ``n_samples / (n_classes * count)``, weighted samples
        by their weights. None leaves the classifier as it is.

    Attributes
    ----------
    estimator_ : estimator instance
        The fitted classifier.

    classes_ : ndarray of shape (n_classes,)
        Labels in the order of the columns of `predict_proba`.

    class_weight_ : ndarray of shape (n_classes,)
        Weight of each class, by `classes_`.

    n_features_in_ : int
        Features of a sample.

    feature_names_in_ : ndarray of shape (n_features,)
        Column names, where `fit` was given a data frame.

    See Also
    --------
    make_naive_bayes_pipeline : Takes it where it is given weights of classes.

    Notes
    -----
    In naive Bayes weights multiply the counts, and smoothing stays as it is: a rare
    class of weight 10 speaks as ten times its documents would. Its prior alone, the
    other road, hardly moves a decision, as the words of a document outweigh it.

    Examples
    --------
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from sklstm import ClassWeightedClassifier
    >>> counts = [[2, 0], [2, 1], [1, 1], [2, 0], [0, 1]]
    >>> y = ["good", "good", "good", "good", "bad"]
    >>> weighted = ClassWeightedClassifier(MultinomialNB(), class_weight="balanced")
    >>> weighted.fit(counts, y).class_weight_
    array([2.5  , 0.625])
    >>> MultinomialNB().fit(counts, y).predict([[1, 2]])
    array(['good'], dtype='<U4')
    >>> weighted.predict([[1, 2]])
    array(['bad'], dtype='<U4')
    """

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict"])],
        "class_weight": CLASS_WEIGHT,
    }

    def __init__(self, estimator, *, class_weight=None):
        self.estimator = estimator
        self.class_weight = class_weight

    # The classifier inside has checks of its own.
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, sample_weight=None):
        """Fit the classifier on weighted samples.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            As the classifier takes it.

        y : array-like of shape (n_samples,)
            Labels.

        sample_weight : array-like of shape (n_samples,), default=None
            How often each sample counts, times the weight of its class. None counts
            each once.

        Returns
        -------
        self : ClassWeightedClassifier
        """
        y = check_labels(y, X, self)
        self.classes_, codes = encode_labels(y, self)
        weights = self._weigh(codes, X, sample_weight)
        self.estimator_ = clone(self.estimator).fit(X, y, **weights)
        return self

    @available_if(_has("partial_fit"))
    @_fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Go on with further weighted samples.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            As the classifier takes it.

        y : array-like of shape (n_samples,)
            Labels.

        classes : array-like of shape (n_classes,), default=None
            All labels that may come. The first call needs them.

        sample_weight : array-like of shape (n_samples,), default=None
            As in `fit`.

        Returns
        -------
        self : ClassWeightedClassifier

        Raises
        ------
        ValueError
            If the classes are to be balanced: their numbers are not known yet.
        """
        if isinstance(self.class_weight, str):
            raise ValueError(
                "ClassWeightedClassifier.partial_fit cannot balance classes whose "
                "numbers it does not know yet. Pass class_weight as a dict."
            )
        y = check_labels(y, X, self)
        if not hasattr(self, "estimator_"):
            self.estimator_ = clone(self.estimator)
            self.classes_ = check_classes(y if classes is None else classes, self)
        codes = np.searchsorted(self.classes_, y).clip(max=len(self.classes_) - 1)
        weights = self._weigh(codes, X, sample_weight)
        self.estimator_.partial_fit(X, y, classes=self.classes_, **weights)
        return self

    def predict(self, X):
        """Choose a class for each sample.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            As in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,)
            Labels.
        """
        check_is_fitted(self)
        return self.estimator_.predict(X)

    @available_if(_has("predict_proba"))
    def predict_proba(self, X):
        """Give the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            As in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)

    @available_if(_has("predict_log_proba"))
    def predict_log_proba(self, X):
        """Give the logarithm of the probability of each class.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            As in `fit`.

        Returns
        -------
        ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        return self.estimator_.predict_log_proba(X)

    @available_if(_has("decision_function"))
    def decision_function(self, X):
        """Give the score of each class, or of the second of two.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            As in `fit`.

        Returns
        -------
        ndarray of shape (n_samples,) or (n_samples, n_classes)
            Columns in the order of `classes_`.
        """
        check_is_fitted(self)
        return self.estimator_.decision_function(X)

    @property
    def n_features_in_(self):
        """Features of a sample."""
        check_is_fitted(self)
        return self.estimator_.n_features_in_

    @property
    def feature_names_in_(self):
        """Column names, where `fit` was given a data frame."""
        check_is_fitted(self)
        return self.estimator_.feature_names_in_

    def _weigh(self, codes, X, sample_weight):
        """Give what to pass on: nothing where nothing was given."""
        if sample_weight is None and self.class_weight is None:
            self.class_weight_ = np.ones(len(self.classes_))
            return {}
        weights = check_weights(sample_weight, X, self)
        totals = np.bincount(codes, weights, len(self.classes_))
        self.class_weight_ = find_class_weights(
            self.class_weight, self.classes_, totals, self
        )
        return {"sample_weight": weights * self.class_weight_[codes]}

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator)
        tags.input_tags = inner.input_tags
        tags.classifier_tags.poor_score = inner.classifier_tags.poor_score
        return tags
