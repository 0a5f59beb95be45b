"""What a test of robustness found."""

from html import escape
from importlib import import_module

import numpy as np

from sklstm.comparison._robustness.report import robustness_lines
from sklstm.comparison._robustness.rows import add_intervals, add_share_intervals
from sklstm.comparison._words import Words
from sklstm.display._optional import data_frame, require
from sklstm.display._text_table import showable
from sklstm.utils import plain, shown


class Robustness:
    """What `robustness` found: a row for each model, perturbation and strength.

    Parameters
    ----------
    models : list of str
        Names.

    scores : list of dict
        From `score_rows`.

    expectations : list of dict
        From `expectation_rows`.

    scoring : list of str
        Names of the scores.

    documents : list of str
        As they are.

    probes : list of Probe
        The perturbed documents.

    note : str, default=""
        Why an expectation was left out.

    errors : dict of str to str, default=None
        What went wrong, by model.

    Attributes
    ----------
    documents_ : list of str
        The documents that were asked about, as they are.

    probes_ : list
        The perturbed documents, each with ``name``, ``strength``, ``documents``,
        ``touched`` (which of them differ) and ``expects``.

    note_ : str
        Why negations and contrary clauses were left out; empty where they were not.

    errors_ : dict of str to str
        What went wrong, by model: scores that could not be computed, which are NaN; of
        a comparison, the models that failed in a fold, or could not be asked there.
        Models without trouble are not in it.

    See Also
    --------
    robustness : Makes it.
    """

    def __init__(
        self,
        models,
        scores,
        expectations,
        *,
        scoring,
        documents,
        probes,
        note="",
        errors=None,
    ):
        self.models = models
        self.scoring = scoring
        self.documents_ = documents
        self.probes_ = probes
        self.note_ = note
        self.errors_ = {} if errors is None else errors
        self._scores = scores
        self._expectations = expectations

    def rows(self, confidence=0.95):
        """Give `table` as rows of plain Python.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        list of dict
            One for each model, perturbation and strength.
        """
        return add_intervals(self._scores, self.scoring, plain(confidence))

    def table(self, confidence=0.95):
        """Scores on perturbed documents, paired with those on untouched ones.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            ``model``, ``perturbation``, ``strength``; ``n`` predictions; the shares of
            them that were ``touched``, whose label ``changed``, and that went
            ``right_to_wrong`` and ``wrong_to_right``. For each score ``_untouched``,
            ``_perturbed``, their ``_difference`` (negative where the perturbation does
            harm), its standard error ``_se`` and its confidence interval ``_low``,
            ``_high``.

        Notes
        -----
        The standard error is paired: a jackknife over 50 random groups of documents
        (over single ones where there are fewer), each left out on both sides at once
        (Shao & Tu 1995), and Student's t for the interval. It says how far other
        documents would give another difference, not how far another training would.
        """
        return data_frame(self.rows(confidence))

    def expectation_rows(self, confidence=0.95):
        """Give `expectations` as rows of plain Python.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        list of dict
            One for each model and perturbation that one expects something of.
        """
        return add_share_intervals(self._expectations, plain(confidence))

    def expectations(self, confidence=0.95):
        """How often the models say what one must expect.

        Parameters
        ----------
        confidence : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        DataFrame
            ``model``, ``perturbation``, ``strength``, ``expectation``; ``n`` documents
            that count; the share that ``obeys``, with Wilson's interval ``obeys_low``,
            ``obeys_high``; the share whose ``label_changes``.

        Notes
        -----
        "same label": of the documents that the perturbation touched, those whose
        predicted label stays obey. "other label": of the documents that a negation or a
        contrary clause touched and whose label the model knew, those obey whose label
        changes or whose former class becomes less probable.
        """
        return data_frame(self.expectation_rows(confidence))

    def summary(self, *, language="en"):
        """Say in a sentence for each model what harms it most, or what went wrong.

        Parameters
        ----------
        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        list of str
        """
        return robustness_lines(self, Words(language))

    def plot(self, score=None, confidence=0.95, *, language="en"):
        """Draw how far each perturbation takes a score down.

        Parameters
        ----------
        score : str, default=None
            One of the scores; None takes the first.

        confidence : float, default=0.95
            Coverage of the intervals.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        matplotlib.figure.Figure
            Perturbations down, the difference across, a marker for each model.

        Raises
        ------
        ValueError
            If there is no such score, or nothing was perturbed.
        """
        score = self.scoring[0] if score is None else plain(score)
        if score not in self.scoring:
            raise ValueError(
                f"Robustness has the scores {', '.join(map(shown, self.scoring))}; got "
                f"{shown(score)}."
            )
        if not self._scores and self.errors_:
            raise ValueError(
                "Robustness has nothing to draw: no model could be asked; errors_ says "
                "why."
            )
        if not self._scores:
            raise ValueError(
                "Robustness has nothing to draw: no perturbation was tried. Pass "
                "robustness(perturbations=None) or names of some."
            )
        # matplotlib is in the extra `plots`: tables need to work without it.
        require("matplotlib")
        plots = import_module("sklstm.comparison._robustness.plot")
        rows = self.rows(plain(confidence))
        return plots.plot_robustness(rows, self.models, score, Words(language))

    def _repr_html_(self):
        parts = [f"<p>{_escape(line)}</p>" for line in self.summary()]
        parts += [_html_table(rows) for rows in (self.rows(), self.expectation_rows())]
        return f'<div class="sklstm-robustness">\n{"".join(parts)}\n</div>'

    def __repr__(self):
        names = dict.fromkeys(probe.name for probe in self.probes_)
        return f"Robustness(models={self.models}, perturbations={list(names)})"


def _html_table(rows):
    if not rows:
        return ""
    head = "".join(f"<th>{_escape(name)}</th>" for name in rows[0])
    body = "".join(
        "<tr>"
        + "".join(f"<td>{_escape(_cell(value))}</td>" for value in row.values())
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value):
    if not isinstance(value, float):
        return str(value)
    return "–" if np.isnan(value) else f"{value:.3f}"


def _escape(text):
    return escape(showable(text))
