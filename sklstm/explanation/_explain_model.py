"""explain_model: what a model goes by, on many samples."""

from collections.abc import Iterator, KeysView, ValuesView

import numpy as np
from sklearn.utils import _safe_indexing, check_random_state
from sklearn.utils.validation import _num_samples

from sklstm.explanation._aggregate import gather_series, gather_static, gather_words
from sklstm.explanation._explain import explain
from sklstm.explanation._model import fitted_classifier
from sklstm.explanation._model_explanation import ModelExplanation
from sklstm.explanation._options import check_number
from sklstm.explanation._static import static_importance
from sklstm.utils import (
    check_labels,
    derive_seed,
    is_frame,
    plain,
    plain_arguments,
    shown,
)

_NAME = "explain_model"
# Each feature is shuffled several times, and all samples are predicted each time.
_MOST_SHUFFLED = 200


@plain_arguments
def explain_model(
    model,
    X,
    y=None,
    *,
    method="auto",
    target=None,
    n_words=10,
    min_count=5,
    n_samples=500,
    random_state=0,
    verbose=False,
):
    """Tell what a model goes by: words by what they contribute on many samples.

    Parameters
    ----------
    model : fitted classifier
        Whatever `explain` takes.

    X : indexable of length n_all_samples
        Samples that the model was not trained on, if it is to show what it has learned
        and not what it has by heart.

    y : array-like of shape (n_all_samples,), default=None
        Labels. With them the importance of features of the whole sample is accuracy
        that is lost without them; None counts decisions that the model gives up.

    method : str, default="auto"
        As in `explain`.

    target : label or list of labels, default=None
        Classes that are explained; None takes all.

    n_words : int, default=10
        Words of each class that texts, pages and pictures show; the tables have all.

    min_count : int, default=5
        Words of fewer samples are left out: of what stands in one or two, nobody can
        say whether it speaks for a class everywhere.

    n_samples : int or None, default=500
        So many samples, drawn at random, are explained; None takes all.

    random_state : int, RandomState instance or None, default=0
        Decides which samples are drawn, and what `method` draws.

    verbose : int or bool, default=False
        Whether to show progress.

    Returns
    -------
    ModelExplanation
        Words by class, features of the whole sample, channels and time steps: those
        that there are.

    Raises
    ------
    ValueError
        If there are no samples, or a number is none of samples or words.

    See Also
    --------
    explain : The same for single samples.
    sklearn.inspection.permutation_importance : Shuffles features of the whole sample.

    Notes
    -----
    The mean over the places of a word tells what the word says where it stands, not how
    often it decides: see its occurrences for that. Contributions are what the model
    makes of a word; whether the word is the cause of the label in the world, no model
    knows. The standard error takes each sample for a cluster (Liang & Zeger 1986).

    Features of the whole sample are shuffled on 200 of the samples at most, five times
    each. Features that go together hide each other: shuffled alone, each of them seems
    to do little.

    References
    ----------
    .. [1] Breiman, L. (2001). Random forests. Machine Learning 45, 5-32.
    .. [2] Liang, K.-Y. & Zeger, S. L. (1986). Longitudinal data analysis using
       generalized linear models. Biometrika 73(1), 13-22.

    Examples
    --------
    >>> from sklstm import explain_model, make_naive_bayes_pipeline
    >>> texts = ["房间很好", "服务很好", "早餐好吃", "房间很吵", "服务很吵", "早餐难吃"]
    >>> labels = ["positive"] * 3 + ["negative"] * 3
    >>> model = make_naive_bayes_pipeline().fit(texts, labels)
    >>> found = explain_model(model, texts, min_count=1)
    >>> found.strongest("negative")[0]["name"]
    '吵'
    """
    for name, value in (("n_words", n_words), ("min_count", min_count)):
        check_number(value, name, _NAME)
    if n_samples is not None:
        check_number(n_samples, "n_samples", _NAME)
    _check_target(model, target)
    X = _indexable(X)
    n_all = _num_samples(X)
    if not n_all:
        raise ValueError(f"{_NAME} expects at least one sample; got none.")
    y = None if y is None else check_labels(y, X, _NAME)
    rows = _draw(n_all, n_samples, random_state)
    drawn, seed = _safe_indexing(X, rows), derive_seed(random_state)
    explanations = explain(
        model,
        drawn,
        method=method,
        target=target,
        random_state=seed,
        verbose=verbose,
    )
    shuffled = _draw(len(rows), _MOST_SHUFFLED, seed)
    importance = static_importance(
        model,
        _safe_indexing(drawn, shuffled),
        None if y is None else y[rows][shuffled],
        seed,
    )
    return _conclude(explanations, rows, n_all, importance, n_words, min_count)


def _conclude(explanations, rows, n_all, importance, n_words, min_count):
    first = explanations[0]
    are_words = first.tokens is not None
    has_steps = not are_words and any(len(each.contributions) for each in explanations)
    return ModelExplanation(
        method=first.method,
        classes=first.classes,
        explanations=explanations,
        samples=rows,
        n_all_samples=n_all,
        n_words=n_words,
        min_count=min_count,
        words=gather_words(explanations) if are_words else None,
        series=gather_series(explanations) if has_steps else None,
        static=gather_static(explanations),
        importance=importance,
    )


def _check_target(model, target):
    """Refuse what is another class for each sample: there is no mean over these."""
    labels = list(map(plain, fitted_classifier(model).classes_))
    if isinstance(target, str) and target == "predicted" and target not in labels:
        raise ValueError(
            f"{_NAME} expects target to be a label, or several, of {shown(labels)}; "
            "got 'predicted', which is another one for each sample."
        )


def _indexable(X):
    """Let `explain` say what is wrong with what holds no samples."""
    if isinstance(X, Iterator | KeysView | ValuesView):
        return list(X)
    if hasattr(X, "to_series") and not is_frame(X):
        return X.to_series()  # scikit-learn cannot take rows of an index of pandas
    shape = getattr(X, "shape", None)
    is_container = (hasattr(X, "__len__") or shape is not None) and shape != ()
    if isinstance(X, str | bytes | set | frozenset | dict) or not is_container:
        raise TypeError(
            f"{_NAME} expects samples that it can index, such as a list of documents; "
            f"got {type(X).__name__}. Make it a list first."
        )
    return X


def _draw(n_all, n_wanted, random_state):
    if n_wanted is None or n_wanted >= n_all:
        return np.arange(n_all)
    rng = check_random_state(random_state)
    return np.sort(rng.choice(n_all, n_wanted, replace=False))
