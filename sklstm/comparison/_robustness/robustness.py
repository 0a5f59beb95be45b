"""robustness: what is asked, checked and put to the models."""

from collections.abc import Mapping

import numpy as np

from sklstm.comparison._compare import ask_again
from sklstm.comparison._joining import list_texts
from sklstm.comparison._result import Comparison
from sklstm.comparison._robustness.plan import (
    check_n_documents,
    draw_rows,
    make_plan,
)
from sklstm.comparison._robustness.probes import STRENGTHS
from sklstm.utils import check_documents, check_labels, plain, plain_arguments, shown

_NAME = "robustness"


@plain_arguments
def robustness(
    model,
    X=None,
    y=None,
    *,
    perturbations=None,
    strengths=STRENGTHS,
    scoring=("accuracy", "f1_macro"),
    expectations="auto",
    polarity=None,
    n_samples=None,
    n_jobs=None,
    random_state=0,
):
    """Score fitted classifiers of documents on perturbed documents.

    Every score is paired with that of the untouched documents, and expectations in the
    manner of behavioural tests (Ribeiro et al. 2020) are counted: typing errors and
    the like must not change the label, a negation and a contrary clause must.

    Parameters
    ----------
    model : fitted classifier, dict of str to fitted classifier, or Comparison
        Anything with ``predict`` over documents, and test documents that it was not
        trained on. The models of a comparison are fitted on its folds once more, each
        for the documents that its fold tests;
        ``compare_classifiers(..., robustness=500)`` saves that.

    X : sequence of str, default=None
        Documents of shape (n_samples,); None for a comparison, which has its own.

    y : array-like of shape (n_samples,), default=None
        Their labels; None for a comparison.

    perturbations : str, callable, sequence of them, or dict of str to callable, \
            default=None
        Names in `sklstm.text.perturbations.PERTURBATIONS`, or functions of documents
        with the keywords ``strength`` and ``random_state``; of several with one name
        the second is called "name (2)". None means all of
        ``PERTURBATIONS``, of which two need libraries: ``pip install
        'sklstm[robustness]'``.

    strengths : float, sequence of float, or dict of str to them, default=(0.05, 0.2)
        For each perturbation of single characters. Those that act on whole texts, or
        are met in a text throughout or not at all (punctuation and spaces lost,
        full-width, traditional characters, emoji, neutral sentences, clauses in another
        order, half of the text), are tried at 1.0. A dict gives the strengths of single
        perturbations that are tried, whatever they are.

    scoring : str, callable, sequence of str, or dict, default=("accuracy", "f1_macro")
        scikit-learn's scorers; greater is better. One that a model cannot answer, such
        as "neg_log_loss" without ``predict_proba``, is NaN, and ``errors_`` says why.
        A scorer is given labels, predictions and probabilities, no documents.

    expectations : {"auto", "invariance"} or None, default="auto"
        "auto" counts negations and contrary clauses, too, where the labels say which
        side they are on; "invariance" counts what must not change the label alone, None
        nothing.

    polarity : dict of label to {-1, 0, 1}, default=None
        Which labels praise (1) and which blame (-1). None knows pairs such as 0 and 1,
        -1 and 1, "neg" and "pos", "negative" and "positive", 差评 and 好评, 负面 and
        正面, 消极 and 积极, with a neutral third or without.

    n_samples : int, default=None
        Documents to draw where there are more. None takes all.

    n_jobs : int, default=None
        Jobs for joblib, in which the models of a comparison are fitted. None means 1
        unless in a `joblib.parallel_config` context; -1 means all processors.

    random_state : int, RandomState instance or None, default=0
        Decides what is drawn. Pass an int for the same result on every call.

    Returns
    -------
    Robustness
        Tables and a picture.

    Raises
    ------
    TypeError
        If a model has no ``predict``, or `X` no documents.

    ValueError
        If a perturbation, strength, expectation, side or number of documents is none,
        or if a model predicts what is no label.

    ImportError
        If a perturbation needs a library that is not installed; before anything is
        predicted.

    See Also
    --------
    compare_classifiers : Scores on documents as they are.

    Notes
    -----
    Texts that a perturbation leaves as they are keep their prediction: only the others
    are predicted anew.

    References
    ----------
    .. [1] Ribeiro, Wu, Guestrin & Singh (2020), "Beyond Accuracy: Behavioral Testing of
       NLP Models with CheckList", ACL.

    Examples
    --------
    >>> from sklstm import make_naive_bayes_pipeline, robustness
    >>> from sklstm.datasets import make_reviews
    >>> texts, labels = make_reviews(n_samples=300, random_state=0)
    >>> model = make_naive_bayes_pipeline().fit(texts[:200], labels[:200])
    >>> found = robustness(
    ...     model, texts[200:], labels[200:], perturbations="swap_characters"
    ... )
    >>> [(row["strength"], row["accuracy_difference"] <= 0) for row in found.rows()]
    [(0.05, True), (0.2, True)]
    """
    check_n_documents(n_samples, f"{_NAME} expects n_samples")
    chosen = {
        "perturbations": perturbations,
        "strengths": strengths,
        "scoring": scoring,
        "expectations": expectations,
        "polarity": polarity,
        "random_state": random_state,
    }
    if isinstance(model, Comparison):
        _check_no_other_samples(X, y)
        return _of_comparison(model, chosen, n_samples, n_jobs)
    models = _check_models(model)
    documents = check_documents(X, _NAME, min_samples=1)
    y = check_labels(y, documents, _NAME)
    classes = _all_classes(y, models)
    rows = draw_rows(len(y), n_samples, random_state)
    plan = make_plan(X, documents, y, rows, classes, **chosen)
    return plan.conclude({name: plan.ask(one) for name, one in models.items()}, {})


def _check_no_other_samples(X, y):
    if X is not None or y is not None:
        raise ValueError(
            f"{_NAME} of a Comparison takes the samples that it holds. Leave X and y "
            "out, or pass a fitted model."
        )


def _of_comparison(comparison, chosen, n_samples, n_jobs):
    """Fit the models of the folds again and ask them."""
    documents = list_texts(comparison.X)
    if documents is None:
        raise TypeError(
            f"{_NAME} perturbs documents; the comparison is of other samples."
        )
    y, classes = comparison.y, comparison.classes_
    rows = draw_rows(len(y), n_samples, chosen["random_state"])
    plan = make_plan(comparison.X, documents, y, rows, classes, **chosen)
    return plan.conclude(*ask_again(comparison, plan, n_jobs))


def _check_models(model):
    models = model if isinstance(model, Mapping) else {_name_of(model): model}
    if not models:
        raise ValueError(f"{_NAME} expects at least one model; got none.")
    for name, one in models.items():
        if isinstance(one, type) or not hasattr(one, "predict"):
            raise TypeError(
                f"{_NAME} expects fitted classifiers over documents; {shown(name)} is "
                f"{shown(one)}, which has no predict."
            )
    return {plain(name): one for name, one in models.items()}


def _name_of(model):
    """Name a model after what decides in it."""
    last = model.steps[-1][1] if hasattr(model, "steps") else model
    return type(last).__name__


def _all_classes(y, models):
    """Join the labels of y and those that the models know."""
    labels = set(map(plain, y.tolist()))
    for name, model in models.items():
        known = getattr(model, "classes_", None)
        if known is None:
            continue
        known = set(map(plain, np.asarray(known).tolist()))
        if labels.isdisjoint(known):
            raise ValueError(
                f"{_NAME} expects y in the labels that {shown(name)} was trained with, "
                f"such as {shown(min(known, key=str))}; got {shown(y[0])}."
            )
        labels |= known
    return np.array(sorted(labels), dtype=y.dtype if y.dtype == object else None)
