"""What models say of documents and of their probes, row by row."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if

from sklstm.comparison._joining import fill
from sklstm.comparison._robustness.probes import OTHER
from sklstm.utils import plain, shown

_NAME = "robustness"


@dataclass(frozen=True)
class Said:
    """Predictions, a row for each document that was asked about.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,), int
        Places of the labels among the classes.

    probabilities : ndarray of shape (n_rows, n_classes) or None
        None where the model has none, or nobody asked.
    """

    codes: np.ndarray
    probabilities: np.ndarray | None


@dataclass(frozen=True)
class Answers:
    """What one model says; of a comparison, what the models of its folds say.

    Parameters
    ----------
    rows : ndarray of shape (n_rows,), int
        Row of the document that each answer is about. A document may have several, of
        the models of several folds, or none.

    untouched : Said
        Of the documents as they are.

    probed : list of Said
        Of each probe.
    """

    rows: np.ndarray
    untouched: Said
    probed: list


def ask(
    model,
    documents,
    probes,
    classes,
    *,
    rows=None,
    with_probabilities=False,
    container=None,
):
    """Let a fitted model speak of documents and of their probes.

    Only what a probe touched is predicted anew.

    Parameters
    ----------
    model : fitted classifier
        Over documents.

    documents : list of str
        Untouched.

    probes : list of Probe
        Of all documents.

    classes : ndarray of shape (n_classes,)
        Every label, sorted.

    rows : ndarray of int, default=None
        Documents to ask about, such as those of a test fold; None means all.

    with_probabilities : bool, default=False
        Whether to ask for the probabilities of every probe. Those that expect another
        label are asked for in any case.

    container : array, Series, frame or None, default=None
        What the model is given is like it, from `empty_like`; None gives lists.

    Returns
    -------
    Answers
    """
    rows = np.arange(len(documents)) if rows is None else np.asarray(rows)
    are_needed = [with_probabilities or probe.expects == OTHER for probe in probes]
    asked = [documents[row] for row in rows]
    asker = _Asker(model, classes, container)
    untouched = asker.ask(asked, any([with_probabilities, *are_needed]))
    return Answers(
        rows,
        untouched,
        [
            _say_again(asker, probe, rows, untouched, is_needed)
            for probe, is_needed in zip(probes, are_needed, strict=True)
        ],
    )


def _say_again(asker, probe, rows, untouched, with_probabilities):
    touched = probe.touched[rows]
    changed = [probe.documents[row] for row in rows[touched]]
    said = asker.ask(changed, with_probabilities)
    codes, probabilities = untouched.codes.copy(), None
    codes[touched] = said.codes
    if said.probabilities is not None:
        probabilities = untouched.probabilities.copy()
        probabilities[touched] = said.probabilities
    return Said(codes, probabilities)


@dataclass(frozen=True)
class _Asker:
    """Puts documents to one model, in the container that it knows."""

    model: object
    classes: np.ndarray
    container: object

    def ask(self, documents, with_probabilities):
        has_them = with_probabilities and hasattr(self.model, "predict_proba")
        if not documents:
            none = np.empty((0, len(self.classes))) if has_them else None
            return Said(np.empty(0, dtype=int), none)
        X = fill(self.container, documents)
        codes = _places(self.model.predict(X), self.classes)
        return Said(codes, self._probabilities(X, len(codes)) if has_them else None)

    def _probabilities(self, X, n_rows):
        known = np.asarray(self.model.predict_proba(X))
        # log_loss judges by the precision whether a row sums to one.
        probabilities = np.zeros((n_rows, len(self.classes)), dtype=known.dtype)
        probabilities[:, _places(self.model.classes_, self.classes)] = known
        return probabilities


def _places(labels, classes):
    """Find each label among the classes."""
    places = {plain(label): place for place, label in enumerate(classes)}
    labels = [plain(label) for label in np.asarray(labels).tolist()]
    for label in labels:
        if label not in places:
            raise ValueError(
                f"{_NAME} expects a model of the labels of y; it takes {shown(label)} "
                "for a class. Pass y as the model was trained with."
            )
    return np.array([places[label] for label in labels], dtype=int)


def join_answers(parts):
    """Put the answers of the models of several folds behind each other.

    Parameters
    ----------
    parts : list of Answers
        To the same probes, in the same classes.

    Returns
    -------
    Answers
    """
    return Answers(
        np.concatenate([part.rows for part in parts]),
        _join([part.untouched for part in parts]),
        [_join(said) for said in zip(*(part.probed for part in parts), strict=True)],
    )


def _join(said):
    probabilities = None
    if all(one.probabilities is not None for one in said):
        probabilities = np.concatenate([one.probabilities for one in said])
    return Said(np.concatenate([one.codes for one in said]), probabilities)


class Remembered(ClassifierMixin, BaseEstimator):
    """A classifier that answers scikit-learn's scorers from memory.

    Parameters
    ----------
    classes : ndarray of shape (n_classes,)
        Every label, sorted.

    codes : ndarray of shape (n_rows,), int
        Places of the predictions among the classes.

    probabilities : ndarray of shape (n_rows, n_classes) or None
        None where there are none.
    """

    def __init__(self, classes, codes, probabilities):
        self.classes = classes
        self.codes = codes
        self.probabilities = probabilities

    @property
    def classes_(self):
        return self.classes

    def predict(self, X):
        return self.classes[self.codes]

    @available_if(lambda self: self.probabilities is not None)
    def predict_proba(self, X):
        return self.probabilities
