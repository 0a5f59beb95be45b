"""What ``scoring`` may be, and scorers that know every class."""

from sklearn.metrics import get_scorer, log_loss, make_scorer


def resolve_scorers(scoring, classes):
    """Turn ``scoring`` into named scorers.

    Parameters
    ----------
    scoring : str, callable, sequence of str, or dict of str to str or callable
        scikit-learn's names of scorers, or callables ``(estimator, X, y)``.

    classes : ndarray of shape (n_classes,)
        Every class, whether or not a fold has it.

    Returns
    -------
    dict of str to callable
        In the order given.

    Raises
    ------
    ValueError
        If a name is unknown, twice there, or if there is none.
    """
    if isinstance(scoring, str):
        scoring = {scoring: scoring}
    elif callable(scoring):
        scoring = {getattr(scoring, "__name__", "score"): scoring}
    elif not isinstance(scoring, dict):
        names = list(scoring)
        if len(set(names)) < len(names):
            raise ValueError(f"scoring expects each name once; got {names}.")
        scoring = {name: name for name in names}
    if not scoring:
        raise ValueError("scoring expects at least one scorer; got none.")
    return {name: _resolve(scorer, classes) for name, scorer in scoring.items()}


def _resolve(scorer, classes):
    if scorer == "neg_log_loss":
        # scikit-learn's own scorer fails on a test fold that lacks a class.
        return make_scorer(
            log_loss,
            greater_is_better=False,
            response_method="predict_proba",
            labels=classes,
        )
    return get_scorer(scorer) if isinstance(scorer, str) else scorer
