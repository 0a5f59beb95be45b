"""Which documents are perturbed, how, and what becomes of the answers."""

from dataclasses import dataclass, replace
from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

from sklstm.comparison._joining import empty_like
from sklstm.comparison._robustness.answers import ask
from sklstm.comparison._robustness.polarity import find_polarity
from sklstm.comparison._robustness.probes import STRENGTHS, make_opposites, make_probes
from sklstm.comparison._robustness.result import Robustness
from sklstm.comparison._robustness.rows import (
    expectation_rows,
    score_errors,
    score_rows,
)
from sklstm.comparison._scoring import resolve_scorers
from sklstm.utils import derive_seed, plain, shown

_NAME = "robustness"
_SCORING = ("accuracy", "f1_macro")
_EXPECTATIONS = ("auto", "invariance", None)


@dataclass(frozen=True)
class Plan:
    """Documents to ask models about, as they are and perturbed.

    Attributes
    ----------
    rows : ndarray of shape (n_asked,), int
        Their rows among all samples.

    documents : list of str of length n_asked
        As they are.

    probes : list of Probe
        As they might have been written.

    places : ndarray of shape (n_asked,), int
        Their places in the whole plan, of which this may be a part.

    y : ndarray of shape (n_asked,)
        Labels.

    classes : ndarray of shape (n_classes,)
        Every label.

    scorers : dict of str to Scorer
        What to score by.

    with_expectations : bool
        Whether to count what models are expected to say.

    seed : int
        Decides which documents form a group of the jackknife.

    note : str
        Why an expectation was left out.

    container : array, Series, frame or None
        What models are given is like it; None gives lists.
    """

    rows: np.ndarray
    documents: list
    probes: list
    places: np.ndarray
    y: np.ndarray
    classes: np.ndarray
    scorers: dict
    with_expectations: bool
    seed: int
    note: str
    container: object

    def part(self, rows):
        """Give the plan of those documents alone that stand in some rows.

        Parameters
        ----------
        rows : ndarray of int
            Such as those of a test fold.

        Returns
        -------
        Plan
        """
        places = np.flatnonzero(np.isin(self.rows, rows))
        return replace(
            self,
            rows=self.rows[places],
            documents=[self.documents[place] for place in places],
            probes=[
                replace(
                    probe,
                    documents=[probe.documents[place] for place in places],
                    touched=probe.touched[places],
                )
                for probe in self.probes
            ],
            places=self.places[places],
            y=self.y[places],
        )

    def ask(self, model):
        """Let a fitted model speak.

        Parameters
        ----------
        model : fitted classifier
            Over documents.

        Returns
        -------
        Answers
        """
        needs_probabilities = any(map(_asks_for_probabilities, self.scorers.values()))
        answers = ask(
            model,
            self.documents,
            self.probes,
            self.classes,
            with_probabilities=needs_probabilities,
            container=self.container,
        )
        return replace(answers, rows=self.places)

    def conclude(self, answers, errors):
        """Make tables of what the models said.

        Parameters
        ----------
        answers : dict of str to Answers
            By model.

        errors : dict of str to str
            By model, of those that did not answer, or not in every fold.

        Returns
        -------
        Robustness
        """
        asked = (answers, self.probes, self.y, self.classes)
        scores = score_rows(*asked, self.scorers, self.seed)
        return Robustness(
            list(dict.fromkeys([*answers, *errors])),
            scores,
            expectation_rows(*asked) if self.with_expectations else [],
            scoring=list(self.scorers),
            documents=self.documents,
            probes=self.probes,
            note=self.note,
            errors=_join_errors(errors, score_errors(scores, self.scorers)),
        )


def _join_errors(errors, of_scores):
    """Put what went wrong with the scores of a model behind what else did."""
    parts = {name: [error] for name, error in errors.items()}
    for name, by_score in of_scores.items():
        named = [f"{score}: {error}" for score, error in by_score.items()]
        parts.setdefault(name, []).extend(named)
    return {name: "; ".join(some) for name, some in parts.items()}


def check_n_documents(n_wanted, subject):
    """Refuse what is no number of documents to draw.

    Parameters
    ----------
    n_wanted : int or None
        None takes all.

    subject : str
        Who speaks and of which parameter.

    Raises
    ------
    ValueError
        If it is no int, a bool, or less than one.
    """
    is_number = isinstance(n_wanted, Integral) and not isinstance(n_wanted, bool)
    if n_wanted is not None and not (is_number and n_wanted >= 1):
        raise ValueError(
            f"{subject} to be a number of documents; got {shown(n_wanted)}. Pass an "
            "int from 1 on, or None."
        )


def draw_rows(n_samples, n_wanted, random_state):
    """Draw rows of documents to perturb.

    Parameters
    ----------
    n_samples : int
        How many there are.

    n_wanted : int or None
        How many to draw; None takes all.

    random_state : int, RandomState instance or None
        Decides which.

    Returns
    -------
    ndarray of int
        Sorted.
    """
    if n_wanted is None or n_wanted >= n_samples:
        return np.arange(n_samples)
    rng = check_random_state(random_state)
    return np.sort(rng.choice(n_samples, n_wanted, replace=False))


def make_plan(
    X,
    documents,
    y,
    rows,
    classes,
    *,
    perturbations=None,
    strengths=STRENGTHS,
    scoring=_SCORING,
    expectations="auto",
    polarity=None,
    random_state=0,
):
    """Perturb documents.

    Parameters
    ----------
    X : indexable of length n_samples
        Documents, in the container that models are given.

    documents : list of str of length n_samples
        The same in a list.

    y : ndarray of shape (n_samples,)
        Labels.

    rows : ndarray of int
        Which are to be perturbed.

    classes : ndarray of shape (n_classes,)
        Every label.

    perturbations, strengths, scoring, expectations, polarity, random_state
        As `sklstm.robustness` takes them.

    Returns
    -------
    Plan
    """
    scorers = resolve_scorers(scoring, classes)
    _check_expectations(expectations)
    seed = derive_seed(random_state)
    documents, y = [documents[row] for row in rows], y[rows]
    sides, note = None, ""
    if expectations == "auto" or polarity is not None:
        sides, note = find_polarity(classes, polarity, _NAME)
    probes = make_probes(documents, perturbations, strengths, seed, _NAME)
    if sides is not None and expectations == "auto":
        probes += make_opposites(documents, [sides[plain(label)] for label in y], seed)
    return Plan(
        rows,
        documents,
        probes,
        np.arange(len(rows)),
        y,
        classes,
        scorers,
        expectations is not None,
        seed,
        note,
        empty_like(X),
    )


def _check_expectations(expectations):
    if expectations not in _EXPECTATIONS:
        raise ValueError(
            f"{_NAME} expects expectations as 'auto', 'invariance' or None; got "
            f"{shown(expectations)}."
        )


def _asks_for_probabilities(scorer):
    """Whether a scorer may ask for more than predictions."""
    return getattr(scorer.score, "_response_method", None) != "predict"
