"""Leading steps that learn nothing run once per text, not once per model and fold."""

import pickle
from dataclasses import dataclass, field
from itertools import chain
from time import perf_counter

import joblib
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags
from sklearn.utils.validation import _num_samples


@dataclass
class SharedSteps:
    """Leading steps with equal parameters and what they made of all samples."""

    steps: list
    names: list = field(default_factory=list)
    n_samples: int = 0
    X: object = None
    seconds: float = 0.0
    error: Exception | None = None


@dataclass
class PreparedModel:
    """What remains to be fitted in each fold, and the shared steps before it."""

    model: object
    shared: SharedSteps
    learns_unlabelled: bool = False


def prepare_models(classifiers, X, with_unlabelled=None, learners=()):
    """Split shared steps off the models and run each distinct group of them once.

    Parameters
    ----------
    classifiers : dict of str to classifier
        Unfitted models.

    X : indexable of length n_samples
        Samples as the models take them.

    with_unlabelled : indexable, default=None
        The same samples, and behind them those without a label.

    learners : container of str, default=()
        Names of the models that learn from samples without a label.

    Returns
    -------
    dict of str to PreparedModel
        Models without such steps share one `SharedSteps` without steps. Those that
        learn from samples without a label have one of their own there: the container
        of the others stays as it is.
    """
    groups, prepared = {}, {}
    for name, classifier in classifiers.items():
        steps, rest = split_leading_steps(classifier)
        key = (_key(steps), not steps and name in learners)
        group = groups.setdefault(key, SharedSteps(steps))
        group.names.append(name)
        prepared[name] = PreparedModel(rest, group, name in learners)
    for group in groups.values():
        is_joined = any(name in learners for name in group.names)
        _run(group, with_unlabelled if is_joined else X)
    return prepared


def describe_shared(prepared, splits, n_unlabelled=0):
    """Tell what the shared steps cost and saved.

    Parameters
    ----------
    prepared : dict of str to PreparedModel
        From `prepare_models`.

    splits : list of (train, test)
        Rows of each fold.

    n_unlabelled : int, default=0
        Samples without a label, in each training fold of the models that learn from
        them.

    Returns
    -------
    list of dict
        ``steps``, ``models``, ``seconds`` and ``saved_seconds``, one for each group of
        models with shared steps.
    """
    groups = {id(one.shared): one.shared for one in prepared.values()}.values()
    n_rows = dict.fromkeys(prepared, sum(map(len, chain.from_iterable(splits))))
    for name, one in prepared.items():
        n_rows[name] += len(splits) * n_unlabelled * one.learns_unlabelled
    return [
        {
            "steps": [name for name, _ in group.steps],
            "models": group.names,
            "seconds": group.seconds,
            "saved_seconds": group.seconds
            * (sum(n_rows[name] for name in group.names) / group.n_samples - 1),
        }
        for group in groups
        if group.steps and group.error is None
    ]


def split_leading_steps(classifier):
    """Take the leading steps that learn nothing off a Pipeline.

    Parameters
    ----------
    classifier : classifier
        A Pipeline, a grid or randomized search over one, or anything else.

    Returns
    -------
    steps : list of (str, transformer)
        Empty where nothing can be taken off.

    rest : classifier
        What remains to be fitted.
    """
    if isinstance(classifier, GridSearchCV | RandomizedSearchCV):
        steps, rest = _split_search(classifier)
    elif isinstance(classifier, Pipeline):
        steps, rest = _split_pipeline(classifier, searched=frozenset())
    else:
        steps, rest = [], classifier
    return steps, rest


def searched_names(search):
    """Names of the parameters that a search varies.

    Parameters
    ----------
    search : GridSearchCV or RandomizedSearchCV
        Unfitted.

    Returns
    -------
    set of str
    """
    is_grid = isinstance(search, GridSearchCV)
    grid = search.param_grid if is_grid else search.param_distributions
    grids = [grid] if isinstance(grid, dict) else grid
    return {name for grid in grids for name in grid}


def _split_search(search):
    if not isinstance(search.estimator, Pipeline):
        return [], search
    searched = {name.partition("__")[0] for name in searched_names(search)}
    steps, rest = _split_pipeline(search.estimator, searched)
    return steps, clone(search).set_params(estimator=rest) if steps else search


def _split_pipeline(pipeline, searched):
    if getattr(pipeline, "transform_input", None):
        return [], pipeline
    n_leading = 0
    for name, step in pipeline.steps[:-1]:
        if name in searched or not _learns_nothing(step):
            break
        n_leading += 1
    if not n_leading:
        return [], pipeline
    return pipeline.steps[:n_leading], pipeline[n_leading:]


def _learns_nothing(step):
    if step is None or step == "passthrough":
        return True
    # A FunctionTransformer says that it learns nothing, but its function sees the whole
    # batch and may use it.
    return not isinstance(step, FunctionTransformer) and not get_tags(step).requires_fit


def _key(steps):
    """Hash of classes and parameters; steps that do not pickle share with none."""
    parts = [step for _, step in steps]
    try:
        return joblib.hash([(type(part), part) for part in parts])
    except (pickle.PicklingError, AttributeError, TypeError):
        return id(steps)


def _run(group, X):
    """Transform all samples; an error is kept for the models that it concerns."""
    start = perf_counter()
    try:
        steps = [(name, clone(step, safe=False)) for name, step in group.steps]
        group.X = Pipeline(steps).fit_transform(X) if steps else X
    except Exception as exc:
        group.error = exc
    group.n_samples = _num_samples(X)
    if group.steps:
        group.seconds = perf_counter() - start
