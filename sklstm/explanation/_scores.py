"""What is explained: one score for each class, of every model alike."""

import numpy as np

from sklstm.explanation._model import last_step

# Probabilities of 0 and 1 have no log-odds; beyond these, one is as sure as the other.
_LEAST = 1e-6
# What a model that computes in logarithms may say of the impossible.
_LEAST_LOGARITHM = -1e6


def contrasts(raw):
    r"""Set each class against the others.

    .. math:: s_k = r_k - \frac{1}{K - 1} \sum_{j \ne k} r_j

    Of logarithms of probabilities, or of what differs from them by a constant of the
    sample, these are the log-odds of each class against the geometric mean of the
    others: with two classes the plain log-odds. The map is linear, so what adds up
    before adds up after it.

    Parameters
    ----------
    raw : ndarray of shape (..., n_classes)

    Returns
    -------
    ndarray of shape (..., n_classes)
        Sums to 0 over the classes.
    """
    n_classes = raw.shape[-1]
    means = raw.mean(axis=-1, keepdims=True)
    return (raw - means) * (n_classes / (n_classes - 1))


def class_scores(model, X):
    """Ask a fitted model for the score of each class.

    Parameters
    ----------
    model : fitted classifier
        A linear one speaks through ``decision_function``, naive Bayes and the
        classifiers of this package through the logarithms that they compute in, all
        others through their probabilities, held within 1e-6 and 1; those without
        through ``decision_function``.

    X : whatever the model takes

    Returns
    -------
    ndarray of shape (n_samples, n_classes), float64
    """
    return contrasts(_raw_scores(model, X))


def speaks_in_decisions(model):
    """Whether the scores of a model are its decision function."""
    has_decisions = hasattr(model, "decision_function")
    is_linear = hasattr(last_step(model), "coef_")
    return has_decisions and (is_linear or not hasattr(model, "predict_proba"))


def decision_scores(decisions):
    """Give a column to each class where two of them share one.

    Parameters
    ----------
    decisions : ndarray of shape (n_samples,) or (n_samples, n_classes)

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
    """
    decisions = np.asarray(decisions, dtype=np.float64)
    if decisions.ndim == 2 and decisions.shape[1] > 1:
        return decisions
    halves = decisions.reshape(len(decisions), 1) / 2
    return np.hstack([-halves, halves])


def speaks_in_logarithms(model):
    """Whether a model computes in logarithms, which tell 1e-9 from 0.

    All others take them of their probabilities: what they say of 0 is minus infinity.
    """
    last = last_step(model)
    ways = ("predict_joint_log_proba", "gate_activations", "transition_probabilities_")
    return any(hasattr(last, way) for way in ways)


def _raw_scores(model, X):
    if speaks_in_decisions(model):
        return decision_scores(model.decision_function(X))
    if speaks_in_logarithms(model):
        logs = np.asarray(model.predict_log_proba(X), dtype=np.float64)
        return np.maximum(logs, _LEAST_LOGARITHM)
    probabilities = np.asarray(model.predict_proba(X), dtype=np.float64)
    return np.log(probabilities.clip(min=_LEAST))
