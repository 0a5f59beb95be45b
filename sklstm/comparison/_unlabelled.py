"""Which models learn from samples without a label, and how they are told of them."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV, check_cv
from sklearn.pipeline import Pipeline
from sklearn.semi_supervised import (
    LabelPropagation,
    LabelSpreading,
    SelfTrainingClassifier,
)
from sklearn.utils import _safe_indexing

from sklstm.comparison._shared_steps import searched_names
from sklstm.utils import is_missing, plain, shown

_PROPAGATING = (LabelPropagation, LabelSpreading)
_MARKER_OF_SCIKIT_LEARN = -1


@dataclass(frozen=True)
class Marking:
    """How a model is told that a sample has no label.

    Attributes
    ----------
    marker : object
        What stands in ``y`` in place of a label.

    parameter : str or None
        Where the marker is to be set; None where the model knows it.

    search : str or None
        Path of the search whose inner test folds are to have labels throughout; None
        where there is none.
    """

    marker: object
    parameter: str | None = None
    search: str | None = None

    def mark(self, y, n_unlabelled):
        """Put markers behind the labels.

        Parameters
        ----------
        y : ndarray of shape (n_labelled,)
            Labels.

        n_unlabelled : int
            Samples without one, after those.

        Returns
        -------
        ndarray of shape (n_labelled + n_unlabelled,)
            Numbers or str where labels and marker are both, else objects.
        """
        labels = [*y.tolist(), *[self.marker] * n_unlabelled]
        for kind in (Real, str):
            if y.dtype != object and all(isinstance(x, kind) for x in labels):
                return np.array(labels)
        marked = np.empty(len(labels), dtype=object)
        marked[:] = labels
        return marked

    def tell(self, model, X, y, n_unlabelled):
        """Set the parameters by which a model knows the samples without a label.

        Parameters
        ----------
        model : classifier
            Unfitted; it is changed.

        X : indexable
            Samples, those with a label first.

        y : ndarray of shape (n_labelled,)
            Labels.

        n_unlabelled : int
            Samples without one.

        Returns
        -------
        classifier
            The model itself.
        """
        if self.parameter is not None:
            model.set_params(**{self.parameter: self.marker})
        if self.search is not None:
            search = model.get_params()[self.search] if self.search else model
            folds = _with_unlabelled(search.cv, X, y, n_unlabelled)
            search.set_params(cv=folds)
        return model


def find_markings(classifiers, classes):
    """Find the models that learn from samples without a label.

    Parameters
    ----------
    classifiers : dict of str to classifier
        Unfitted models.

    classes : ndarray of shape (n_classes,)
        Every label.

    Returns
    -------
    dict of str to Marking
        Of the models that do.

    Raises
    ------
    ValueError
        If none does, or if a model's marker is one of the labels.
    """
    markings = {
        name: _marking(name, classifier, classes.tolist())
        for name, classifier in classifiers.items()
    }
    found = {name: marking for name, marking in markings.items() if marking}
    if not found:
        raise ValueError(
            "compare_classifiers expects unlabelled samples for models that learn from "
            f"them; none of {', '.join(map(shown, classifiers))} does. Such are those "
            "with a parameter missing_label, SelfTrainingClassifier, LabelPropagation "
            "and LabelSpreading, alone, as the last step of a Pipeline, or in a grid "
            "or randomized search. Leave unlabelled out, or add one."
        )
    return found


def _marking(name, classifier, labels):
    """Find the marking of a model, or None where it does not learn from them."""
    learner, path, searches = _last_part(classifier)
    if len(searches) > 1 or any(_varies(*search, path) for search in searches):
        return None
    search = searches[0][1] if searches else None
    if isinstance(learner, SelfTrainingClassifier | LabelPropagation | LabelSpreading):
        _check_convention(name, learner, labels)
        return Marking(_MARKER_OF_SCIKIT_LEARN, search=search)
    if not hasattr(learner, "get_params"):
        return None
    parameters = learner.get_params(deep=False)
    if "missing_label" not in parameters:
        return None
    marker = plain(parameters["missing_label"])
    if marker is None:
        return Marking(_free_marker(labels), f"{path}missing_label", search)
    _check_free(marker, name, "missing_label of", labels)
    return Marking(marker, search=search)


def _last_part(model):
    """Give the part that classifies, its path, and the searches on the way to it."""
    path, searches = "", []
    while True:
        if isinstance(model, Pipeline):
            name, model = model.steps[-1]
            path += f"{name}__"
        elif isinstance(model, GridSearchCV | RandomizedSearchCV):
            searches.append((model, path.removesuffix("__")))
            model = model.estimator
            path += "estimator__"
        else:
            return model, path, searches


def _varies(search, place, path):
    """Whether a search tries other classifiers, or other markers."""
    prefix = f"{place}__estimator__" if place else "estimator__"
    inner = path.removeprefix(prefix)
    names = searched_names(search)
    steps = inner.split("__")[:-1]
    above = {"__".join(steps[: n + 1]) for n in range(len(steps))}
    return bool(names & {"steps", f"{inner}missing_label", *above})


def _check_convention(name, learner, labels):
    """Hold the labels to scikit-learn's convention for its own classifiers."""
    _check_free(
        _MARKER_OF_SCIKIT_LEARN,
        name,
        f"the marker of {type(learner).__name__} in",
        labels,
    )
    if isinstance(learner, _PROPAGATING) and isinstance(labels[0], str):
        raise ValueError(
            f"compare_classifiers cannot give model {name!r} unlabelled samples: "
            f"{type(learner).__name__} marks them by -1 and sorts the labels, which "
            f"are text. Encode the labels as whole numbers from 0."
        )


def _check_free(marker, name, whose, labels):
    if not is_missing(marker) and marker in labels:
        raise ValueError(
            f"compare_classifiers expects a marker of unlabelled samples that is no "
            f"label; {marker!r}, {whose} model {name!r}, is one. Give that class "
            "another label."
        )


def _free_marker(labels):
    """Choose what is no label but of their type, which scorers of a search need."""
    if isinstance(labels[0], str):
        return "" if "" not in labels else "?" * (max(map(len, labels)) + 1)
    return -1 if -1 not in labels else min(labels) - 1


def _with_unlabelled(cv, X, y, n_unlabelled):
    """Draw the folds of a search among the labels; all else goes to training."""
    unlabelled = np.arange(len(y), len(y) + n_unlabelled)
    rows = np.arange(len(y))
    labelled = _safe_indexing(X, slice(0, len(y)))
    return [
        (np.concatenate([rows[train], unlabelled]), rows[test])
        for train, test in check_cv(cv, y, classifier=True).split(labelled, y)
    ]
