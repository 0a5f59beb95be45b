"""Where sample weights go: to which parameter of a fit, and to which scorer."""

import inspect

from sklearn import get_config
from sklearn.pipeline import Pipeline
from sklearn.utils.metadata_routing import MetadataRouter, get_routing_for_object
from sklearn.utils.validation import has_fit_parameter


def check_weight_requests(classifiers, sample_weight):
    """Hold every model to its metadata requests before any is fitted.

    Parameters
    ----------
    classifiers : dict of str to classifier
        Unfitted models.

    sample_weight : ndarray of shape (n_samples,) or None
        The weights that they are to be fitted with.

    Raises
    ------
    ValueError
        If metadata routing is enabled and a model does not say where they go.
    """
    if sample_weight is None or not _is_routing():
        return
    for name, classifier in classifiers.items():
        routing = get_routing_for_object(classifier)
        reason = "no part of it requests them"
        try:
            _check_routes(routing, {"sample_weight": sample_weight})
        except (ValueError, TypeError) as exc:
            reason = str(exc)
        else:
            if routing.consumes("fit", {"sample_weight"}):
                continue
        raise ValueError(
            "compare_classifiers expects every model to request sample_weight while "
            f"metadata routing is enabled; model {name!r} does not: {reason}. Call "
            "set_fit_request(sample_weight=True) on its classifier."
        )


def _check_routes(routing, weights, method="fit"):
    """Ask each router on the way: one that holds others leaves it to them."""
    if not isinstance(routing, MetadataRouter):
        return
    routing.route_params(params=weights, caller=method)
    for _, (mapping, child) in routing:
        for caller, callee in mapping:
            if caller == method:
                _check_routes(child, weights, callee)


def weight_parameter(model):
    """Name under which the fit of a model takes the weights of its last step.

    Parameters
    ----------
    model : classifier
        Unfitted.

    Returns
    -------
    str
        Where metadata routing is enabled, requests decide and the name is plain.
    """
    if _is_routing() or has_fit_parameter(model, "sample_weight"):
        return "sample_weight"
    prefix = ""
    inner = getattr(model, "estimator", model)  # a search passes it on
    while isinstance(inner, Pipeline):
        name, inner = inner.steps[-1]
        prefix += f"{name}__"
    return f"{prefix}sample_weight"


def takes_weights(scorer):
    """Whether a scorer is called with weights.

    Parameters
    ----------
    scorer : callable (estimator, X, y)

    Returns
    -------
    bool
        False where it has none, or where `set_score_request` says so.
    """
    if "sample_weight" not in inspect.signature(scorer).parameters:
        return False
    if not _is_routing() or not hasattr(scorer, "get_metadata_routing"):
        return True
    requests = get_routing_for_object(scorer).score.requests
    return requests.get("sample_weight") in (None, True)


def _is_routing():
    return get_config()["enable_metadata_routing"]
