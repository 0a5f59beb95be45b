"""What ``scoring`` may be, and scorers that know every class."""

from dataclasses import dataclass

from sklearn.metrics import get_scorer, log_loss, make_scorer

from sklstm.utils import as_list, plain


@dataclass(frozen=True)
class Scorer:
    """A scorer, and whether it is one of scikit-learn's, by name.

    Those ask for predictions of the test fold and for nothing else, and are answered
    from memory. A callable may ask a fitted model for anything.
    """

    score: object
    by_name: bool


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
    if not scoring:
        raise ValueError("scoring expects at least one scorer; got none.")
    return {
        plain(name): _resolve(plain(scorer), classes)
        for name, scorer in scoring.items()
    }


def _resolve(scorer, classes):
    if not isinstance(scorer, str):
        return Scorer(scorer, by_name=False)
    if scorer != "neg_log_loss":
        return Scorer(get_scorer(scorer), by_name=True)
    # scikit-learn's own fails on a test fold that lacks a class.
    score = make_scorer(
        log_loss,
        greater_is_better=False,
        response_method="predict_proba",
        labels=classes,
    )
    return Scorer(score, by_name=True)
