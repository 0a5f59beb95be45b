"""The classifier behind whatever was fitted around it."""

from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from sklstm import models
from sklstm.utils import estimator_name


def unwrap(model):
    """Take a search's best estimator and a frozen one's content.

    Parameters
    ----------
    model : fitted classifier

    Returns
    -------
    fitted classifier
        What answers: a Pipeline whose last step is no wrapper, or a lone classifier.

    Raises
    ------
    TypeError
        If it does not predict.
    """
    if not hasattr(model, "predict") or isinstance(model, type):
        raise TypeError(
            f"explain expects a fitted classifier; got {estimator_name(model)}."
        )
    if isinstance(model, FrozenEstimator):
        return unwrap(model.estimator)
    if isinstance(model, models.ClassWeightedClassifier):
        return unwrap(model.estimator_)
    if hasattr(model, "best_estimator_"):
        return unwrap(model.best_estimator_)
    if isinstance(model, Pipeline):
        return _unwrap_last(model)
    return model


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


def _unwrap_last(pipeline):
    *before, (name, last) = pipeline.steps
    if is_skipped(last):
        raise TypeError("explain expects a Pipeline that ends in a classifier.")
    inner = unwrap(last)
    if inner is last:
        return pipeline
    if not isinstance(inner, Pipeline):
        return Pipeline([*before, (name, inner)])
    return Pipeline([*before, *((f"{name}__{n}", step) for n, step in inner.steps)])
