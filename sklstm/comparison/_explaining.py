"""Why the models disagree: each explained on the documents that divide them most."""

import warnings
from dataclasses import dataclass, field
from numbers import Integral

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.parallel import delayed
from sklearn.utils.validation import _num_samples

from sklstm.comparison._folds import fit_clone
from sklstm.display._progress import show_progress
from sklstm.explanation import explain
from sklstm.utils import shown

# Of all samples: so many at least are left to learn from.
_LEAST_LEFT = 0.5


@dataclass(frozen=True)
class Explained:
    """What the models say of the samples that divide them most.

    Attributes
    ----------
    rows : ndarray of int
        The samples.

    explanations : dict of str to Explanations
        By model, one a sample.

    errors : dict of str to str
        By model, why it could not be explained.
    """

    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    explanations: dict = field(default_factory=dict)
    errors: dict = field(default_factory=dict)


def check_n_explained(n_wanted, subject):
    """Refuse what is no number of samples.

    Parameters
    ----------
    n_wanted : int

    subject : str
        Who speaks and of which parameter.

    Raises
    ------
    ValueError
        If it is no int, a bool, or less than none.
    """
    is_number = isinstance(n_wanted, Integral) and not isinstance(n_wanted, bool)
    if not (is_number and n_wanted >= 0):
        raise ValueError(
            f"{subject} to be a number of samples; got {shown(n_wanted)}. Pass an int "
            "from 0 on."
        )


def explain_disputed(comparison, n_wanted, groups, parallel, verbose=False):
    """Fit each model on all other samples, and explain what divides the models.

    Neither the samples themselves nor equal ones, nor what is to stay together with
    them, is learned from.

    Parameters
    ----------
    comparison : Comparison
        Finished.

    n_wanted : int
        Most samples.

    groups : ndarray of shape (n_samples,) or None
        What is to stay on one side.

    parallel : joblib.Parallel
        Runs the models.

    verbose : bool, int or str, default=False
        Whether to show progress.

    Returns
    -------
    Explained
    """
    disputes = comparison.disagreements(n_wanted)
    rows, train = _take_out(disputes, len(comparison.y), groups)
    if not len(rows):
        _warn_of_none(disputes)
        return Explained()
    disputed, names = _safe_indexing(comparison.X, rows), list(comparison.classifiers)
    jobs = (
        delayed(_explain)(name, *_training_data(comparison, name, train), disputed)
        for name in names
    )
    bar = {"total": len(names), "verbose": verbose and "explain"}
    answers = {name: answer for name, *answer in show_progress(parallel(jobs), **bar)}
    return Explained(
        rows,
        {name: answers[name][0] for name in names if answers[name][1] is None},
        {name: answers[name][1] for name in names if answers[name][1] is not None},
    )


def _warn_of_none(disputes):
    reason = "there are no two models that disagree on one"
    if len(disputes):
        reason = (
            "too few samples would be left to learn from without those that equal the "
            "disputed ones or share a group with them"
        )
    warnings.warn(
        f"compare_classifiers(explain=...) explains no sample: {reason}.", stacklevel=3
    )


def _take_out(rows, n_samples, groups):
    """Take out as many samples, with all that belongs to them, as leave enough."""
    groups = np.arange(n_samples) if groups is None else groups
    is_out, taken = np.zeros(n_samples, dtype=bool), []
    for row in rows:
        wider = is_out | (groups == groups[row])
        if (~wider).mean() >= _LEAST_LEFT:
            is_out = wider
            taken.append(row)
    return np.array(taken, dtype=int), np.flatnonzero(~is_out)


def _training_data(comparison, name, train):
    """Give what `fit_clone` takes; samples without a label stand behind the others."""
    samples = comparison._samples
    marking = samples.markings.get(name)
    X, rows = samples.X, train
    if marking is not None:
        X, n_all = samples.with_unlabelled, _num_samples(samples.with_unlabelled)
        rows = np.append(train, np.arange(n_all - samples.n_unlabelled, n_all))
    weight = samples.sample_weight
    weight = None if weight is None else weight[rows]
    data = _safe_indexing(X, rows), samples.y[train], weight, marking
    return comparison.classifiers[name], data


def _explain(name, classifier, data, disputed):
    """Fit and explain; what goes wrong costs this model alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the folds, it was said already
        try:
            model, _ = fit_clone(classifier, *data)
            return name, explain(model, disputed), None
        except Exception as exc:
            return name, None, f"{type(exc).__name__}: {exc}"
