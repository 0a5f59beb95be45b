"""compare_classifiers: what is asked, checked and run."""

import warnings
from numbers import Integral
from time import perf_counter

import numpy as np
from sklearn.base import is_regressor
from sklearn.utils import indexable
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import _num_samples

from sklstm.comparison._checkpoint import Checkpoint
from sklstm.comparison._environment import describe_environment
from sklstm.comparison._explaining import check_n_explained, explain_disputed
from sklstm.comparison._folds import (
    FoldData,
    FoldTask,
    modules_of,
    run_fold,
)
from sklstm.comparison._joining import join_samples, list_texts
from sklstm.comparison._references import make_references
from sklstm.comparison._repeats import (
    draw_splits,
    find_repeated_texts,
    join_groups,
)
from sklstm.comparison._result import Comparison
from sklstm.comparison._robustness.answers import join_answers
from sklstm.comparison._robustness.plan import (
    check_n_documents,
    draw_rows,
    make_plan,
)
from sklstm.comparison._samples import LabelledSamples, find_text_columns
from sklstm.comparison._scoring import DEFAULT_SCORING, resolve_scorers
from sklstm.comparison._shared_steps import describe_shared, prepare_models
from sklstm.comparison._unlabelled import find_markings
from sklstm.comparison._weights import check_weight_requests
from sklstm.display._progress import show_progress
from sklstm.utils import (
    check_labels,
    check_weights,
    encode_labels,
    is_missing,
    plain,
    plain_arguments,
    shown,
    sole_column,
)

_NAME = "compare_classifiers"


@plain_arguments
def compare_classifiers(
    classifiers,
    X,
    y,
    *,
    cv=5,
    scoring=DEFAULT_SCORING,
    best_by=None,
    groups=None,
    duplicates="group",
    robustness=None,
    explain=0,
    sample_weight=None,
    unlabelled=None,
    n_jobs=None,
    random_state=0,
    checkpoint=None,
    verbose=False,
):
    """Cross-validate several classifiers on the same folds.

    Leading steps of a Pipeline that learn nothing from data (`JiebaSegmenter`) run
    once for all samples, and once for all models that share them with equal
    parameters. A model that fails in a fold is reported with its error and does not
    take the others down.

    Parameters
    ----------
    classifiers : dict of str to classifier
        Unfitted classifiers by name: pipelines, searches, scikit-learn's own, any
        mixture. They are cloned.

    X : indexable of length n_samples
        Samples as the classifiers take them: documents, `Sequences`, a feature matrix,
        a data frame.

    y : array-like of shape (n_samples,)
        Labels, of two classes or more.

    cv : int, splitter or iterable of (train, test), default=5
        An int means that many stratified, shuffled folds, or stratified group folds
        where there are `groups` or `duplicates`. The splits are drawn once: every
        model gets the same.

    scoring : str, callable, sequence of str, or dict, default=("accuracy", \
            "balanced_accuracy", "f1_macro", "average_precision_macro", "neg_log_loss")
        scikit-learn's scorers; greater is better. ``"average_precision_macro"`` is the
        mean over the classes that a test fold has, each against all others.

    best_by : str, default=None
        Name of the score that decides which model is the best; see `Comparison`. None
        takes ``"neg_log_loss"`` where it is asked for and every model has it, or else
        the first.

    groups : array-like of shape (n_samples,), default=None
        Groups for the splitter: a group is never on both sides of a split.

    duplicates : {"group", "ignore"}, default="group"
        What becomes of equal and nearly equal documents
        (`~sklstm.datasets.find_duplicates`). "group" keeps them in one fold, together
        with `groups` where there are any: otherwise a model is tested on what it has
        learned by heart. A splitter or splits given as `cv` are not changed, but a
        splitter gets `groups` joined with them. Where there are too few different
        documents for the folds they are not kept together; `Comparison.findings_` says
        so. In a data frame the text columns of the classifiers (`TextColumns`) are
        compared. Samples of other kinds are not looked at.

    robustness : int, default=None
        So many documents, drawn at random, are put to the models of their folds once
        more with typing errors, lost and added parts, and negations;
        `Comparison.robustness_` tells what became of the scores. None asks for nothing;
        `sklstm.robustness` has more choices. Needs ``pip install
        'sklstm[robustness]'``.

    explain : int, default=0
        So many samples, those on which the models disagree most, are explained: each
        model is fitted once more, without them, without equal documents and without
        what shares a group with them, and `sklstm.explain` tells which words, or time
        steps, decide. See `Comparison.explanations_`.

    sample_weight : array-like of shape (n_samples,), default=None
        Goes to ``fit`` of each model's last step and to the scorers. Where
        scikit-learn's metadata routing is enabled, to those parts of each model that
        request it, and to all scorers but those that decline it.

    unlabelled : container of length n_unlabelled, default=None
        Further samples of the kind of `X`, which have no label. They join each training
        fold of the models that learn from such samples, are never in a test fold, and
        are not seen by any other model; see Notes.

    n_jobs : int, default=None
        Jobs for joblib. None means 1 unless in a `joblib.parallel_config` context; -1
        means all processors.

    random_state : int, RandomState instance or None, default=0
        Decides the folds when `cv` is an int. Pass an int for the same result on every
        call. Each model's own ``random_state`` is left as it is.

    checkpoint : str or path, default=None
        Folder where each finished fold is kept. Another call with the same data,
        models, folds and scoring takes them from there.

    verbose : int, bool or str, default=False
        Whether to show progress; a text stands before the bar in place of "folds".

    Returns
    -------
    Comparison
        Tables, verdicts, pictures and a report.

    Raises
    ------
    TypeError
        If `classifiers` holds what is no classifier, or `unlabelled` samples of another
        kind than `X`.

    ValueError
        If there are fewer than two classes, or `X` and `y` differ in length; if
        metadata routing is enabled and a model does not request the weights; if no
        model learns from `unlabelled`, or a model marks such samples by what is a label
        here.

    See Also
    --------
    Comparison : What is returned.
    sklearn.model_selection.cross_validate : The same for one model.

    Notes
    -----
    Predict seconds are the wall-clock time of ``predict`` on a test fold, fit seconds
    that of ``fit`` on a training fold. Shared steps are measured once for all samples;
    each fold is charged with its share of them, as though the model had run them
    itself, so that a model without shared steps compares fairly. Times of jobs that
    run side by side disturb each other: compare times with ``n_jobs=1``.

    From `unlabelled` learn the classifiers with a parameter ``missing_label``, of this
    package and of scikit-activeml, and scikit-learn's
    `~sklearn.semi_supervised.SelfTrainingClassifier`,
    `~sklearn.semi_supervised.LabelPropagation` and
    `~sklearn.semi_supervised.LabelSpreading`: alone, as the last step of a Pipeline, or
    searched by ``GridSearchCV`` or ``RandomizedSearchCV``. Where ``missing_label`` is
    None, the clones have it set to what is no label: -1 among numbers, ``""`` among
    texts.
    scikit-learn's own know -1 alone; it stands among objects where labels are texts,
    which propagation and spreading cannot take. A search has `unlabelled` in its inner
    training folds and never in an inner test fold; one that varies the classifier
    itself, or holds another search, goes without, and so do ensembles. Steps of a
    Pipeline before the classifier see all rows: one that reads ``y``, such as
    `~sklearn.feature_selection.SelectKBest`, takes the marker for a class. Weights of
    `unlabelled` are 1.

    Checkpoint files are read by joblib, which runs code: use folders of your own.

    References
    ----------
    .. [1] Nadeau, C. & Bengio, Y. (2003). Inference for the generalization error.
       Machine Learning 52, 239-281.
    .. [2] Benavoli, A., Corani, G., Demšar, J. & Zaffalon, M. (2017). Time for a
       change: a tutorial for comparing multiple classifiers through Bayesian analysis.
       Journal of Machine Learning Research 18(77), 1-36.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklstm import compare_classifiers
    >>> texts = ["房间很好", "服务很好", "早餐好吃", "房间很吵", "服务很差", "早餐难吃"]
    >>> labels = ["positive"] * 3 + ["negative"] * 3
    >>> comparison = compare_classifiers(
    ...     {
    ...         "NB": make_pipeline(CountVectorizer(analyzer="char"), MultinomialNB()),
    ...         "LR": make_pipeline(
    ...             CountVectorizer(analyzer="char"), LogisticRegression()
    ...         ),
    ...     },
    ...     texts,
    ...     labels,
    ...     cv=3,
    ... )
    >>> list(comparison.table().index)
    ['NB', 'LR', 'together', 'majority']
    """
    start = perf_counter()
    classifiers = _check_classifiers(classifiers)
    X, y, groups, weight = _check_data(X, y, groups, sample_weight)
    check_weight_requests(classifiers, weight)
    scorers = resolve_scorers(scoring, np.unique(y))
    _check_choices(best_by, scorers, duplicates)
    check_n_explained(explain, f"{_NAME} expects explain")
    samples = _join(classifiers, X, y, weight, unlabelled)
    repeated = find_repeated_texts(samples.documents, y)
    kept_together = repeated if duplicates == "group" else None
    splits = draw_splits(X, y, cv, groups, kept_together, random_state)
    plan = _make_plan(X, y, robustness, random_state)
    depends_on = (samples.with_unlabelled, y, weight, scorers)
    store = Checkpoint(checkpoint, depends_on if plan is None else (depends_on, plan))
    results, shared = _run(
        classifiers, splits, samples, scorers, store, n_jobs, verbose, plan
    )
    comparison = Comparison(
        classifiers,
        samples,
        splits,
        results,
        references=make_references(results, splits, samples, scorers),
        scorers=scorers,
        shared_steps=shared,
        repeated=repeated,
        best_by=best_by,
        robustness=None if plan is None else plan.conclude(*_answers(results)),
        settings={
            "cv": cv if isinstance(cv, Integral | str) else repr(cv),
            "duplicates": duplicates,
            "groups": None if groups is None else len(set(_plain_list(groups))),
            "random_state": random_state,
            "n_jobs": n_jobs,
            "sample_weight": weight is not None,
            "unlabelled": samples.n_unlabelled,
            "seconds": round(perf_counter() - start, 3),
            **describe_environment(),
        },
    )
    if explain:
        together = _numbers_of_groups(groups, repeated)
        comparison.explained_ = explain_disputed(
            comparison, explain, together, _parallel(n_jobs), verbose
        )
        comparison.settings["seconds"] = round(perf_counter() - start, 3)
    _warn_once(results)
    return comparison


def _numbers_of_groups(groups, repeated):
    """Give numbers to what stays together: groups, and equal documents in any case."""
    if repeated is not None:
        return join_groups(groups, repeated.groups)
    if groups is None:
        return None
    return np.unique(np.asarray(groups), return_inverse=True)[1]


def _plain_list(groups):
    return map(plain, np.asarray(groups).tolist())


def _make_plan(X, y, n_perturbed, random_state):
    if n_perturbed is None:
        return None
    check_n_documents(n_perturbed, "compare_classifiers expects robustness")
    documents = list_texts(X)
    if documents is None:
        raise TypeError(
            "compare_classifiers perturbs documents; X holds other samples. Set "
            "robustness=None."
        )
    rows = draw_rows(len(y), n_perturbed, random_state)
    return make_plan(X, documents, y, rows, np.unique(y), random_state=random_state)


def _answers(results):
    """Join what the models of all folds said of perturbed documents, and errors."""
    answers, errors = {}, {}
    for name, folds in results.items():
        parts = [fold.answers for fold in folds if fold.answers is not None]
        if any(len(part.rows) for part in parts):
            answers[name] = join_answers(parts)
        failed = [fold for fold in folds if fold.answers is None]
        if failed:
            errors[name] = failed[0].error or failed[0].score_errors["robustness"]
    return answers, errors


def ask_again(comparison, plan, n_jobs):
    """Fit the models of a comparison on its folds and ask them.

    Parameters
    ----------
    comparison : Comparison
        Of documents.

    plan : Plan
        What to ask.

    n_jobs : int or None
        Jobs for joblib.

    Returns
    -------
    answers : dict of str to Answers
        By model; without those that could be asked in no fold.

    errors : dict of str to str
        By model, of those that could not be asked in every fold.
    """
    results, _ = _run(
        comparison.classifiers,
        comparison.splits_,
        comparison._samples,
        {},
        Checkpoint(None, None),
        n_jobs,
        False,
        plan,
    )
    return _answers(results)


def _warn_once(results):
    """Pass on what models were warned of, each warning once for a model."""
    folds_of = {}
    for name, folds in results.items():
        for fold in folds:
            for warning in fold.warnings:
                folds_of.setdefault((name, *warning), []).append(fold.fold + 1)
    for (name, message, category), folds in folds_of.items():
        listed = ", ".join(map(str, dict.fromkeys(folds)))
        warnings.warn(f"{message} [{name}, fold {listed}]", category, stacklevel=4)


def _check_choices(best_by, scorers, duplicates):
    if best_by is not None and best_by not in list(scorers):
        raise ValueError(
            f"compare_classifiers expects best_by to be one of the scores, "
            f"{list(scorers)}; got {shown(best_by)}."
        )
    if duplicates not in ("group", "ignore"):
        raise ValueError(
            f"compare_classifiers expects duplicates to be 'group' or 'ignore'; got "
            f"{shown(duplicates)}."
        )


def _check_classifiers(classifiers):
    if not isinstance(classifiers, dict) or not classifiers:
        raise TypeError(
            "compare_classifiers expects classifiers by name, such as {'NB': "
            f"make_naive_bayes_pipeline()}}; got {type(classifiers).__name__}."
        )
    for name, classifier in classifiers.items():
        if not isinstance(name, str):
            raise TypeError(
                f"compare_classifiers expects names of type str; got {shown(name)}."
            )
        if not hasattr(classifier, "fit") or isinstance(classifier, type):
            raise TypeError(
                f"compare_classifiers expects classifiers; {shown(name)} is "
                f"{classifier!r}. Pass an instance."
            )
        if is_regressor(classifier):
            raise TypeError(
                f"compare_classifiers expects classifiers; {shown(name)} is a "
                "regressor."
            )
    return {str(name): classifier for name, classifier in classifiers.items()}


def _check_data(X, y, groups, sample_weight):
    if isinstance(X, str | bytes | set | dict) or not (
        hasattr(X, "__len__") or hasattr(X, "shape")
    ):
        raise TypeError(
            "compare_classifiers expects samples that it can index, such as a list of "
            f"documents; got {type(X).__name__}. Make it a list first."
        )
    y = check_labels(y, X, _NAME)
    encode_labels(y, _NAME)
    X, _, groups = indexable(X, y, _check_groups(groups))
    if sample_weight is not None:
        sample_weight = check_weights(sample_weight, y, _NAME)
    return X, y, groups, sample_weight


def _join(classifiers, X, y, weight, unlabelled):
    """Put the samples without a label behind the others, if any model wants them."""
    text_columns = find_text_columns(classifiers, X)
    joined = X if unlabelled is None else join_samples(X, unlabelled)
    n_unlabelled = _num_samples(joined) - len(y)
    if not n_unlabelled:
        return LabelledSamples(X, y, weight, X, 0, {}, text_columns)
    markings = find_markings(classifiers, np.unique(y))
    if weight is not None:
        weight = np.concatenate([weight, np.ones(n_unlabelled)])
    return LabelledSamples(X, y, weight, joined, n_unlabelled, markings, text_columns)


def _check_groups(groups):
    if groups is None:
        return None
    if len(getattr(groups, "shape", ())) > 1:
        groups = sole_column(groups, f"{_NAME} expects a group for every sample")
    for row, group in enumerate(groups):
        if is_missing(group):
            raise ValueError(
                f"{_NAME} expects a group for every sample; row {row} has none. Give "
                "such rows groups of their own."
            )
    return groups


def _run(classifiers, splits, samples, scorers, store, n_jobs, verbose, plan):
    """Run what the checkpoint does not hold; gather by model and fold."""
    paths = {
        (name, fold): path
        for name, classifier in classifiers.items()
        for fold, path in enumerate(store.paths(name, classifier, splits))
    }
    results = {task: store.load(path) for task, path in paths.items()}
    pending = [task for task, result in results.items() if result is None]
    models = {name: classifiers[name] for name, _ in pending}
    prepared = prepare_models(
        models, samples.X, samples.with_unlabelled, samples.markings
    )
    jobs = _jobs(pending, prepared, splits, samples, scorers, plan)
    bar = {"total": len(results), "initial": len(results) - len(pending)}
    with warnings.catch_warnings():
        # Of loky; nothing is lost, and nobody can act on it.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs")
        for result in show_progress(_parallel(n_jobs)(jobs), verbose=verbose, **bar):
            store.store(paths[result.name, result.fold], result)
            results[result.name, result.fold] = result
    by_model = {
        name: [results[name, fold] for fold in range(len(splits))]
        for name in classifiers
    }
    return by_model, describe_shared(prepared, splits, samples.n_unlabelled)


def _jobs(pending, prepared, splits, samples, scorers, plan):
    """Yield joblib's calls; models that share steps share one `FoldData`."""
    y, weight = samples.y, samples.sample_weight
    modules = modules_of(one.model for one in prepared.values())
    shared_data = {}
    for name, fold in pending:
        model, shared = prepared[name].model, prepared[name].shared
        fold_data = shared_data.setdefault(
            id(shared),
            FoldData(shared.X, y, np.unique(y), weight, shared.n_samples, modules),
        )
        task = FoldTask(
            name,
            fold,
            *splits[fold],
            model,
            shared.steps,
            shared.seconds,
            shared.error,
            samples.markings.get(name),
            None if plan is None else plan.part(np.arange(len(y))[splits[fold][1]]),
        )
        yield delayed(run_fold)(task, fold_data, scorers)


def _parallel(n_jobs):
    # One task a batch: a quick model must not tie a slow one to its worker.
    try:
        return Parallel(n_jobs, batch_size=1, return_as="generator_unordered")
    except ValueError:  # Ray and multiprocessing hand everything over at the end
        return Parallel(n_jobs, batch_size=1)
