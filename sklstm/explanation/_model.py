"""The classifier behind whatever was fitted around it."""

import numpy as np
from sklearn.base import is_regressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from sklstm import models
from sklstm.utils import estimator_name, shown


def fitted_classifier(model):
    """Check a model, and look behind searches and other wrappers.

    Parameters
    ----------
    model : fitted classifier

    Returns
    -------
    fitted classifier
        What answers: a flat Pipeline whose last step is no wrapper, or a lone
        classifier.

    Raises
    ------
    TypeError
        If it is no classifier, or says nothing but labels.

    ValueError
        If it tells fewer than two classes apart.

    NotFittedError
        If it is not fitted.
    """
    if isinstance(model, type) or not hasattr(model, "predict") or is_regressor(model):
        is_class = isinstance(model, type)
        got = f"the class {model.__name__}" if is_class else _shown_model(model)
        raise TypeError(f"explain expects a fitted classifier; got {got}.")
    check_is_fitted(model)
    model = unwrap(model)
    check_is_fitted(model)
    _check_classes(model)
    if not (hasattr(model, "predict_proba") or hasattr(model, "decision_function")):
        raise TypeError(
            f"explain expects a classifier with predict_proba or decision_function; "
            f"{estimator_name(last_step(model))} says nothing but labels. Set "
            "voting='soft' or probability=True where it has that, or put it into "
            "CalibratedClassifierCV."
        )
    return model


def unwrap(model):
    """Take what searches, frozen and class-weighted classifiers hold, and flatten.

    Parameters
    ----------
    model : fitted classifier

    Returns
    -------
    fitted classifier
    """
    if isinstance(model, Pipeline):
        return _flattened(model)
    inside = _held_by(model)
    return model if inside is None else unwrap(inside)


def last_step(model):
    """Give the classifier at the end of a Pipeline, or a lone one itself."""
    return last_step(model.steps[-1][1]) if isinstance(model, Pipeline) else model


def steps_of(model):
    """Names and steps of a Pipeline; of a lone classifier, itself.

    Returns
    -------
    list of (str, estimator)
    """
    if isinstance(model, Pipeline):
        return list(model.steps)
    return [("classify", model)]


def is_skipped(step):
    """Whether a step of a Pipeline does nothing."""
    return step is None or (isinstance(step, str) and step == "passthrough")


def is_recurrent(model):
    """Whether a classifier is an LSTM, whose gradients can be had."""
    return hasattr(model, "gate_activations")


def reads_series(model):
    """Whether a model takes a row of numbers for a series, not for features."""
    first = steps_of(model)[0][1]
    return is_recurrent(first) or hasattr(first, "transition_probabilities_")


def _shown_model(model):
    last = estimator_name(last_step(model))
    return f"a Pipeline with {last} at the end" if isinstance(model, Pipeline) else last


def _held_by(model):
    """Give the one fitted classifier that a wrapper asks; None for what is none."""
    if isinstance(model, FrozenEstimator):
        return model.estimator
    if isinstance(model, models.ClassWeightedClassifier):
        return model.estimator_
    return getattr(model, "best_estimator_", None)


def _flattened(pipeline):
    steps = []
    for name, step in pipeline.steps:
        inner = step if is_skipped(step) else unwrap(step)
        inner_steps = [(None, inner)]
        if isinstance(inner, Pipeline):
            inner_steps = inner.steps
        steps += [(f"{name}-{n}" if n else name, each) for n, each in inner_steps]
    if is_skipped(steps[-1][1]):
        raise TypeError("explain expects a Pipeline that ends in a classifier.")
    return Pipeline(steps)


def _check_classes(model):
    classes = getattr(model, "classes_", None)
    if classes is None or isinstance(classes, list) or np.ndim(classes) != 1:
        raise TypeError(
            "explain expects a classifier of one label for each sample; "
            f"{estimator_name(last_step(model))} has none or several."
        )
    if len(classes) < 2:
        raise ValueError(
            "explain expects a classifier of at least 2 classes; "
            f"{estimator_name(last_step(model))} knows {shown(classes)} alone."
        )
