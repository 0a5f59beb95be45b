"""The roof's second half: several classifiers on the same folds."""

from numbers import Integral
from time import perf_counter

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import is_regressor
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold, check_cv
from sklearn.utils import column_or_1d, indexable
from sklearn.utils.multiclass import check_classification_targets
from tqdm.auto import tqdm

from sklstm._checkpoint import Checkpoint
from sklstm._fold_runner import FoldData, FoldTask, run_fold
from sklstm._optional import data_frame
from sklstm._out_of_fold import (
    disagreement,
    majority,
    mean_probabilities,
    vote_shares,
)
from sklstm._scoring import resolve_scorers
from sklstm._shared_steps import describe_shared, prepare_models
from sklstm._summary import fold_rows, model_rows, pair_rows


def compare_classifiers(
    classifiers,
    X,
    y,
    *,
    cv=5,
    scoring=("accuracy", "f1_macro", "neg_log_loss"),
    groups=None,
    sample_weight=None,
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
        Samples as the classifiers take them: documents, `Sequences`, a feature matrix.

    y : array-like of shape (n_samples,)
        Labels, of two classes or more.

    cv : int, splitter or iterable of (train, test), default=5
        An int means that many stratified, shuffled folds, or stratified group folds
        where `groups` is given. The splits are drawn once: every model gets the same.

    scoring : str, callable, sequence of str, or dict, \
            default=("accuracy", "f1_macro", "neg_log_loss")
        scikit-learn's scorers; greater is better. The first one decides which model
        is the best.

    groups : array-like of shape (n_samples,), default=None
        Groups for the splitter: a group is never on both sides of a split.

    sample_weight : array-like of shape (n_samples,), default=None
        Goes to ``fit`` of each model's last step and to the scorers.

    n_jobs : int, default=None
        Jobs for joblib. None means 1 unless in a `joblib.parallel_config` context; -1
        means all processors.

    random_state : int, RandomState instance or None, default=0
        Decides the folds when `cv` is an int. Pass an int for the same result on every
        call. Each model's own ``random_state`` is left as it is.

    checkpoint : str or path, default=None
        Folder where each finished fold is kept. Another call with the same data,
        models, folds and scoring takes them from there.

    verbose : int or bool, default=False
        Whether to show progress.

    Returns
    -------
    Comparison
        Tables, verdicts, pictures and a report.

    Raises
    ------
    TypeError
        If `classifiers` holds what is no classifier.

    ValueError
        If there are fewer than two classes, or `X` and `y` differ in length.

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
    ['NB', 'LR']
    """
    start = perf_counter()
    classifiers = _check_classifiers(classifiers)
    X, y, groups, weight = _check_data(X, y, groups, sample_weight)
    scorers = resolve_scorers(scoring, np.unique(y))
    splits = _draw_splits(X, y, cv, groups, random_state)
    store = Checkpoint(checkpoint, (X, y, weight, scorers))
    results, shared = _run(
        classifiers, splits, (X, y, weight), scorers, store, n_jobs, verbose
    )
    return Comparison(
        classifiers,
        X,
        y,
        splits,
        results,
        scoring=list(scorers),
        shared_steps=shared,
        settings={
            "cv": cv,
            "random_state": random_state,
            "n_jobs": n_jobs,
            "sample_weight": weight is not None,
            "seconds": perf_counter() - start,
        },
    )


class Comparison:
    """What `compare_classifiers` found: tables, verdicts, pictures and a report.

    Parameters
    ----------
    classifiers : dict of str to classifier
        The unfitted models by name.

    X : indexable of length n_samples
        Samples.

    y : ndarray of shape (n_samples,)
        Labels.

    splits : list of (train, test)
        Rows of each fold.

    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    scoring : list of str
        Names of the scores.

    shared_steps : list of dict
        The steps that ran once: their names, models and seconds.

    settings : dict
        How the comparison was called.

    Attributes
    ----------
    best_ : str or None
        Model with the greatest mean of the first score; None where no fold of any
        model finished.

    classes_ : ndarray of shape (n_classes,)
        Labels in the order of the columns of probabilities.

    errors_ : dict of str to dict of int to str
        By model and fold, the error of each fold that failed.

    splits_ : list of (train, test)
        Rows of each fold, the same for every model.

    shared_seconds_ : float
        Seconds in steps that ran once for all.

    saved_seconds_ : float
        Seconds that they would have taken more, once for each model and fold.

    out_of_fold_predictions_ : dict of str to ndarray of shape (n_samples,)
        Label of each sample by models that were not trained on it: the most frequent
        one where it was tested in several folds. None where it was tested in none.

    out_of_fold_probabilities_ : dict of str to ndarray of (n_samples, n_classes)
        Mean probabilities of the same models, NaN where there are none. Models without
        ``predict_proba`` are left out.

    See Also
    --------
    compare_classifiers : Makes it.

    Notes
    -----
    Holds the samples, so a pickled comparison is at least as large as they are.
    """

    def __init__(
        self, classifiers, X, y, splits, results, *, scoring, shared_steps, settings
    ):
        self.classifiers = classifiers
        self.X = X
        self.y = y
        self.splits_ = splits
        self.scoring = scoring
        self.shared_steps = shared_steps
        self.settings = settings
        self._results = results
        self.classes_ = np.unique(y)
        self._collect_out_of_fold()

    def _collect_out_of_fold(self):
        shape = (len(self.y), len(self.classes_))
        self._codes, self._beliefs = {}, {}
        self.out_of_fold_predictions_, self.out_of_fold_probabilities_ = {}, {}
        for name, folds in self._results.items():
            votes = vote_shares(folds, self.splits_, shape)
            probabilities = mean_probabilities(folds, self.splits_, shape)
            codes = majority(votes, probabilities)
            labels = self.classes_[codes]
            if (codes < 0).any():
                labels = np.where(codes < 0, None, labels.astype(object))
            self.out_of_fold_predictions_[name] = labels
            self._beliefs[name] = votes if probabilities is None else probabilities
            if probabilities is not None:
                self.out_of_fold_probabilities_[name] = probabilities

    @property
    def best_(self):
        """Model with the greatest mean of the first score."""
        means = {row["model"]: row[f"{self.scoring[0]}_mean"] for row in self.rows()}
        means = {name: mean for name, mean in means.items() if np.isfinite(mean)}
        return max(means, key=means.get, default=None)

    @property
    def errors_(self):
        """Errors by model and fold."""
        errors = {
            name: {fold.fold: fold.message for fold in folds if fold.message}
            for name, folds in self._results.items()
        }
        return {name: folds for name, folds in errors.items() if folds}

    @property
    def shared_seconds_(self):
        """Seconds in steps that ran once for all."""
        return sum(group["seconds"] for group in self.shared_steps)

    @property
    def saved_seconds_(self):
        """Seconds that the shared steps would have taken more without sharing."""
        return sum(group["saved_seconds"] for group in self.shared_steps)

    def rows(self, confidence=0.95):
        """Make the table in plain Python, for those who have no pandas.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        list of dict
            One for each model, with the columns of `table`.
        """
        return model_rows(self._results, self.scoring, confidence)

    def table(self, confidence=0.95):
        """Means over the finished folds, a row for each model.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals, which are corrected for overlapping training
            sets (Nadeau & Bengio 2003).

        Returns
        -------
        DataFrame of shape (n_models, n_columns)
            For each score ``_mean``, ``_sd`` (over the folds), ``_low`` and ``_high``
            (confidence interval of the mean); mean ``fit_seconds``,
            ``predict_seconds`` and ``model_bytes`` (pickled); ``n_folds`` that
            finished and ``n_failed``. NaN where the folds do not allow a figure.
        """
        return data_frame(self.rows(confidence), index="model")

    def folds(self):
        """Scores and costs of every fold.

        Returns
        -------
        DataFrame of shape (n_models * n_folds, n_columns)
            ``model``, ``fold``, ``n_train``, ``n_test``, the scores, ``fit_seconds``,
            ``predict_seconds``, ``model_bytes`` and ``error``.
        """
        return data_frame(fold_rows(self._results, self.scoring))

    def significance(self, *, rope=0.01, alpha=0.05):
        """Compare every pair of models by every score.

        Parameters
        ----------
        rope : float or dict of str to float, default=0.01
            Half the width of the region of practical equivalence, in the unit of the
            score: two models whose scores differ by no more are called equivalent. A
            dict gives one for each score.

        alpha : float, default=0.05
            Level of the test, after Holm's correction over the pairs of one score.

        Returns
        -------
        DataFrame of shape (n_scores * n_pairs, 12)
            ``difference`` is the mean of first minus second over the folds that both
            finished; ``t``, ``p_value`` and ``p_holm`` belong to the corrected
            resampled t-test, ``p_first_better``, ``p_equivalent`` and
            ``p_second_better`` to the Bayesian correlated t-test. ``verdict`` follows
            ``p_holm``, or says why the folds do not allow one.
        """
        return data_frame(self.pairs(rope=rope, alpha=alpha))

    def pairs(self, *, rope=0.01, alpha=0.05):
        """Give `significance` in plain Python, for those who have no pandas.

        Parameters
        ----------
        rope : float or dict of str to float, default=0.01
            Half the width of the region of practical equivalence, in the unit of the
            score.

        alpha : float, default=0.05
            Level of the test, after Holm's correction over the pairs of one score.

        Returns
        -------
        list of dict
            One for each score and pair.
        """
        return pair_rows(self._results, self.scoring, rope, alpha)

    def disagreements(self, n=10):
        """Rows on which the models disagree most, out of fold.

        Parameters
        ----------
        n : int, default=10
            Most rows to return.

        Returns
        -------
        ndarray of int
            By falling disagreement: the mean total variation distance between the
            probabilities of two models (a model without probabilities is sure of its
            label). Rows on which all agree entirely are left out.
        """
        apart = np.nan_to_num(disagreement(list(self._beliefs.values())))
        order = np.argsort(-apart, kind="stable")[:n]
        return order[apart[order] > 0]

    def __repr__(self):
        return (
            f"Comparison(models={list(self.classifiers)}, n_samples={len(self.y)}, "
            f"n_folds={len(self.splits_)}, best={self.best_!r})"
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
                f"compare_classifiers expects names of type str; got {name!r}."
            )
        if not hasattr(classifier, "fit") or isinstance(classifier, type):
            raise TypeError(
                f"compare_classifiers expects classifiers; {name!r} is {classifier!r}. "
                "Pass an instance."
            )
        if is_regressor(classifier):
            raise TypeError(
                f"compare_classifiers expects classifiers; {name!r} is a regressor."
            )
    return dict(classifiers)


def _check_data(X, y, groups, sample_weight):
    if isinstance(X, str | bytes | set | dict) or not (
        hasattr(X, "__len__") or hasattr(X, "shape")
    ):
        raise TypeError(
            "compare_classifiers expects samples that it can index, such as a list of "
            f"documents; got {type(X).__name__}. Make it a list first."
        )
    y = column_or_1d(y)
    check_classification_targets(y)
    if len(np.unique(y)) < 2:
        raise ValueError(
            "compare_classifiers expects labels of at least two classes; got "
            f"{len(np.unique(y))}."
        )
    X, _, groups = indexable(X, y, groups)
    return X, y, groups, _check_weight(sample_weight, len(y))


def _check_weight(sample_weight, n_samples):
    if sample_weight is None:
        return None
    weight = column_or_1d(sample_weight, dtype=float)
    is_valid = len(weight) == n_samples and np.isfinite(weight).all()
    if not is_valid or (weight < 0).any() or not weight.any():
        raise ValueError(
            f"sample_weight expects {n_samples} finite numbers, none negative and not "
            f"all zero; got shape {weight.shape}."
        )
    return weight


def _draw_splits(X, y, cv, groups, random_state):
    if isinstance(cv, Integral):
        kind = StratifiedKFold if groups is None else StratifiedGroupKFold
        cv = kind(cv, shuffle=True, random_state=random_state)
    return list(check_cv(cv, y, classifier=True).split(X, y, groups))


def _run(classifiers, splits, data, scorers, store, n_jobs, verbose):
    """Run what the checkpoint does not hold; gather by model and fold."""
    paths = {
        (name, fold): store.path(name, classifier, *split)
        for name, classifier in classifiers.items()
        for fold, split in enumerate(splits)
    }
    results = {task: store.load(path) for task, path in paths.items()}
    pending = [task for task, result in results.items() if result is None]
    models = {name: classifiers[name] for name, _ in pending}
    prepared = prepare_models(models, data[0])
    jobs = _jobs(pending, prepared, splits, data, scorers)
    bar = {"total": len(results), "initial": len(results) - len(pending)}
    for result in tqdm(_parallel(n_jobs)(jobs), "folds", disable=not verbose, **bar):
        store.store(paths[result.name, result.fold], result)
        results[result.name, result.fold] = result
    by_model = {
        name: [results[name, fold] for fold in range(len(splits))]
        for name in classifiers
    }
    return by_model, describe_shared(prepared, splits, len(data[1]))


def _jobs(pending, prepared, splits, data, scorers):
    """Yield joblib's calls; models that share steps share one `FoldData`."""
    _, y, weight = data
    shared_data = {}
    for name, fold in pending:
        model, shared = prepared[name].model, prepared[name].shared
        fold_data = shared_data.setdefault(
            id(shared), FoldData(shared.X, y, np.unique(y), weight)
        )
        task = FoldTask(
            name, fold, *splits[fold], model, shared.steps, shared.seconds, shared.error
        )
        yield delayed(run_fold)(task, fold_data, scorers)


def _parallel(n_jobs):
    # One task a batch: a quick model must not tie a slow one to its worker.
    try:
        return Parallel(n_jobs, batch_size=1, return_as="generator_unordered")
    except ValueError:  # Ray and multiprocessing hand everything over at the end
        return Parallel(n_jobs, batch_size=1)
