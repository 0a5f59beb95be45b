"""What ``scoring`` may be, and scorers that know every class."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.metrics import average_precision_score, get_scorer, log_loss, make_scorer

from sklstm.utils import as_list, plain

DEFAULT_SCORING = (
    "accuracy",
    "balanced_accuracy",
    "f1_macro",
    "average_precision_macro",
    "neg_log_loss",
)
_FREE = (-np.inf, np.inf)
_SHARES = (
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "f1",
    "jaccard",
    "precision",
    "recall",
    "roc_auc",
    "top_k_accuracy",
)


@dataclass(frozen=True)
class Scorer:
    """A scorer, what it can give, and whether it is one of scikit-learn's, by name.

    Those ask for predictions of the test fold and for nothing else, and are answered
    from memory. A callable may ask a fitted model for anything.
    """

    score: object
    by_name: bool
    bounds: tuple = _FREE


def resolve_scorers(scoring, classes):
    """Turn ``scoring`` into named scorers.

    Parameters
    ----------
    scoring : str, callable, sequence of str, or dict of str to str or callable
        scikit-learn's names of scorers, ``"average_precision_macro"``, or callables
        ``(estimator, X, y)``.

    classes : ndarray of shape (n_classes,)
        Every class, whether or not a fold has it.

    Returns
    -------
    dict of str to Scorer
        In the order given.

    Raises
    ------
    ValueError
        If a name is unknown, twice there, or if there is none.
    """
    if isinstance(scoring, str):
        scoring = {str(scoring): str(scoring)}
    elif callable(scoring):
        scoring = {getattr(scoring, "__name__", "score"): scoring}
    elif not isinstance(scoring, dict):
        names = as_list(scoring, "scoring expects names of scorers")
        if len(set(names)) < len(names):
            raise ValueError(f"scoring expects each name once; got {names}.")
        scoring = {name: name for name in names}
    for name in scoring:
        if not isinstance(plain(name), str):
            raise TypeError(f"scoring expects names of type str; got {name!r}.")
    if not scoring:
        raise ValueError("scoring expects at least one scorer; got none.")
    return {
        plain(name): _resolve(plain(scorer), classes)
        for name, scorer in scoring.items()
    }


def average_precision_macro(y_true, y_score, *, labels, sample_weight=None):
    """Compute the average precision of each class that occurs, and their mean.

    Parameters
    ----------
    y_true : ndarray of shape (n_samples,)
        Labels.

    y_score : ndarray of shape (n_samples, n_classes) or (n_samples,)
        Probabilities, in the order of `labels`; of the second class alone where there
        are two.

    labels : ndarray of shape (n_classes,)
        Every class.

    sample_weight : ndarray of shape (n_samples,), default=None
        Weights.

    Returns
    -------
    float
        One class against all others each time, so that a rare one counts as much as a
        frequent one.
    """
    if y_score.ndim == 1:
        y_score = np.column_stack([1 - y_score, y_score])
    return float(
        np.mean(
            [
                average_precision_score(y_true == label, s, sample_weight=sample_weight)
                for label, s in zip(labels, y_score.T, strict=True)
                if (y_true == label).any()
            ]
        )
    )


def _resolve(scorer, classes):
    if not isinstance(scorer, str):
        return Scorer(scorer, by_name=False)
    if scorer in _WITH_CLASSES:
        score = _WITH_CLASSES[scorer](response_method="predict_proba", labels=classes)
    else:
        score = get_scorer(scorer)
    return Scorer(score, by_name=True, bounds=_bounds(scorer))


# Of the log-loss scikit-learn's own fails on a test fold that lacks a class.
_WITH_CLASSES = {
    "average_precision_macro": partial(make_scorer, average_precision_macro),
    "neg_log_loss": partial(make_scorer, log_loss, greater_is_better=False),
}


def _bounds(name):
    """Give what one of scikit-learn's scores can be at least and at most."""
    if name.startswith("neg_"):
        return (-np.inf, 0.0)
    return (0.0, 1.0) if name.startswith(_SHARES) else _FREE
