"""What features of whole samples do: shuffled among the samples, what is lost."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.inspection import permutation_importance
from sklearn.pipeline import Pipeline

from sklstm.explanation._model import fitted_classifier, is_skipped, steps_of
from sklstm.sequences import Sequences

N_REPEATS = 5


@dataclass(frozen=True)
class Importance:
    """What is lost when features of whole samples are shuffled.

    Attributes
    ----------
    names : tuple of str
        Of the features.

    means, deviations : ndarray of shape (n_static_features,)
        Of the lost accuracy, over the times that they were shuffled.

    by_labels : bool
        Whether accuracy is that of given labels, or agreement with what the model says
        of the samples as they are.
    """

    names: tuple
    means: np.ndarray
    deviations: np.ndarray
    by_labels: bool


def static_importance(model, X, y, seed):
    """Shuffle static features one by one with scikit-learn's function.

    Parameters
    ----------
    model : fitted classifier
        Anything that reads static features of `Sequences` at some step, or nothing of
        the kind.

    X : indexable of length n_samples
        Samples.

    y : array-like of shape (n_samples,) or None
        Labels; None takes what the model says.

    seed : int
        Decides how they are shuffled.

    Returns
    -------
    Importance or None
        None where there are no static features.
    """
    found = _find_static(fitted_classifier(model), X)
    if found is None:
        return None
    classifier, sequences, names = found
    view = _StaticView(classifier, sequences)
    labels = view.predict(sequences.static) if y is None else y
    result = permutation_importance(
        view,
        sequences.static,
        labels,
        scoring="accuracy",
        n_repeats=N_REPEATS,
        random_state=seed,
    )
    return Importance(
        names, result.importances_mean, result.importances_std, y is not None
    )


class _StaticView(ClassifierMixin, BaseEstimator):
    """A classifier of which only the static features are seen.

    Parameters
    ----------
    classifier : fitted classifier
        Over `Sequences`.

    sequences : Sequences
        What else each sample is.
    """

    def __init__(self, classifier, sequences):
        self.classifier = classifier
        self.sequences = sequences

    @property
    def classes_(self):
        return self.classifier.classes_

    def fit(self, X, y):
        """Do nothing: it was fitted before."""
        return self

    def predict(self, X):
        own = self.sequences
        changed = Sequences(own.lengths, own.codes, own.vectors, own.channels, X)
        return self.classifier.predict(changed)


def _find_static(model, X):
    """Find the step behind which samples have static features."""
    steps = steps_of(model)
    maker = None
    for number, (_, step) in enumerate(steps):
        if isinstance(X, Sequences) and X.static is not None:
            rest = model[number:] if number else model
            return rest, X, _names(maker, X.static.shape[1])
        if number + 1 < len(steps) and not is_skipped(step):
            X, maker = step.transform(X), step
    return None


def _names(maker, n_features):
    """Names of the static features, part by part."""
    names = []
    for _, part in getattr(maker, "transformers_", ()):
        last = part.steps[-1][1] if isinstance(part, Pipeline) else part
        if hasattr(last, "get_feature_names_out"):
            names += map(str, part.get_feature_names_out())
    if len(names) == n_features:
        return tuple(names)
    return tuple(f"static {number}" for number in range(n_features))
