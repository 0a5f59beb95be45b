"""Leading steps that learn nothing run once per text, not once per model and fold."""

import pickle
from dataclasses import dataclass, field
from time import perf_counter

import joblib
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import get_tags


@dataclass
class SharedSteps:
    """Leading steps with equal parameters and what they made of all samples."""

    steps: list
    names: list = field(default_factory=list)
    X: object = None
    seconds: float = 0.0
    error: Exception | None = None


@dataclass
class PreparedModel:
    """What remains to be fitted in each fold, and the shared steps before it."""

    model: object
    shared: SharedSteps


def prepare_models(classifiers, X):
    """Split shared steps off the models and run each distinct group of them once.

    Parameters
    ----------
    classifiers : dict of str to classifier
        Unfitted models.

    X : indexable of length n_samples
        Samples as the models take them.

    Returns
    -------
    dict of str to PreparedModel
        Models without such steps share one `SharedSteps` without steps.
    """
    groups, prepared = {}, {}
    for name, classifier in classifiers.items():
        steps, rest = split_leading_steps(classifier)
        group = groups.setdefault(_key(steps), SharedSteps(steps))
        group.names.append(name)
        prepared[name] = PreparedModel(rest, group)
    for group in groups.values():
        _run(group, X)
    return prepared


def describe_shared(prepared, splits, n_samples):
    """Tell what the shared steps cost and saved.

    Parameters
    ----------
    prepared : dict of str to PreparedModel
        From `prepare_models`.

    splits : list of (train, test)
        Rows of each fold.

    n_samples : int
        Samples of the comparison.

    Returns
    -------
    list of dict
        ``steps``, ``models``, ``seconds`` and ``saved_seconds``, one for each group of
        models with shared steps.
    """
    groups = {id(one.shared): one.shared for one in prepared.values()}.values()
    n_rows = sum(len(train) + len(test) for train, test in splits)
    return [
        {
            "steps": [name for name, _ in group.steps],
            "models": group.names,
            "seconds": group.seconds,
            "saved_seconds": group.seconds
            * (len(group.names) * n_rows / n_samples - 1),
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


def _split_search(search):
    if not isinstance(search.estimator, Pipeline):
        return [], search
    is_grid = isinstance(search, GridSearchCV)
    grid = search.param_grid if is_grid else search.param_distributions
    grids = [grid] if isinstance(grid, dict) else grid
    searched = {name.partition("__")[0] for grid in grids for name in grid}
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
    if group.steps:
        group.seconds = perf_counter() - start
