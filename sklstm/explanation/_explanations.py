"""What explain gives: for each sample, what its parts contribute to each class."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from importlib import import_module

import numpy as np

from sklstm.display._html import deliver
from sklstm.display._optional import data_frame, require
from sklstm.explanation._options import check_number
from sklstm.explanation._report import fragment, page
from sklstm.explanation._text import beginning, explanation_lines, plain
from sklstm.explanation._words import Words
from sklstm.utils import shown

_MOST_IN_REPR = 40  # columns of a document
_MOST_IN_STR = 5  # samples
_MOST_IN_PICTURE = 20


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a model decided so on one sample.

    ``base`` and the contributions add up to ``scores``: exactly, or to the accuracy
    that the method promises.

    Attributes
    ----------
    method : {"exact", "gradients", "occlusion", "shapley"}
        How the contributions were found.

    classes : ndarray of shape (n_classes,)
        The classes that are explained, in the order of the columns below.

    prediction : label
        What the model predicts.

    probabilities : ndarray of shape (n_classes,) or None
        Of `classes`; None where the model gives none.

    scores : ndarray of shape (n_classes,)
        Log-odds of each class against the geometric mean of the others; of models
        without probabilities, and linear ones, the decision function, set against that
        of the others in the same way.

    base : ndarray of shape (n_classes,)
        What the scores are where nothing is said.

    contributions : ndarray of shape (n_tokens, n_classes), or \
            (n_timesteps, n_channels, n_classes) for a series
        What each part adds to the scores.

    tokens : tuple of str or None
        The words; None for a series.

    spans : ndarray of shape (n_tokens, 2) or None
        Where each word starts and stops in `document`, in characters; None where the
        model was given tokens.

    document : str or None
        The document as it was given; where steps before the segmenter rewrote it, as
        they left it.

    static : ndarray of shape (n_static_features, n_classes) or None
        What each feature of the whole sample adds; None where there are none, or where
        the method counts them with the words that they come from.

    static_names : tuple of str
        Names of these features.

    standard_errors : ndarray of the shape of `contributions`, or None
        Of estimates that are drawn at random; None where nothing is.

    static_errors : ndarray of the shape of `static`, or None
        Standard errors of `static`.

    pairs : ndarray of shape (n_tokens - 1, n_classes) or None
        What each word and the next say together, beyond what both say apart; None
        unless ``explain(..., interactions=True)``.

    series : ndarray of shape (n_timesteps, n_channels) or None
        The series as it was given; None for tokens.
    """

    method: str
    classes: np.ndarray
    prediction: object
    probabilities: np.ndarray | None
    scores: np.ndarray
    base: np.ndarray
    contributions: np.ndarray
    tokens: tuple | None = None
    spans: np.ndarray | None = None
    document: str | None = None
    static: np.ndarray | None = None
    static_names: tuple = ()
    standard_errors: np.ndarray | None = None
    static_errors: np.ndarray | None = None
    pairs: np.ndarray | None = None
    series: np.ndarray | None = None

    def column(self, target=None):
        """Find the column of a class.

        Parameters
        ----------
        target : label, default=None
            None takes the predicted class; where that one was not explained, the one
            with the highest score.

        Returns
        -------
        int

        Raises
        ------
        ValueError
            If that class was not explained.
        """
        label = self.prediction if target is None else target
        places = np.flatnonzero(self.classes == label)
        if target is None and not len(places):
            return int(np.argmax(self.scores))
        if len(places) != 1:
            raise ValueError(
                f"Explanation expects one of the classes that were explained, "
                f"{shown(self.classes)}; got {shown(label)}."
            )
        return int(places[0])

    def rows(self, target=None):
        """Give `to_frame` as rows of plain Python.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes the predicted one.

        Returns
        -------
        list of dict
        """
        column = self.column(target)
        rows = [self._row(place, column) for place in np.ndindex(self._parts_shape)]
        blank = dict.fromkeys(rows[0] if rows else ("part",))
        rows += [
            {**blank, **self._static_row(number, column)}
            for number in range(len(self.static_names))
        ]
        return rows

    def to_frame(self, target=None):
        """Put contributions into a table.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes the predicted one.

        Returns
        -------
        DataFrame
            A row for each word (``part``, ``start``, ``stop``), or for each time step
            and channel (``time_step``, ``channel``), and for each static feature;
            ``contribution``, and ``standard_error`` where it was estimated.
        """
        return data_frame(self.rows(target))

    def to_text(self, *, target=None, width=80, n_words=10, language="en"):
        """Write the explanation for a terminal.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes the predicted one.

        width : int, default=80
            Columns of a line.

        n_words : int, default=10
            Strongest words, time steps and static features that are named.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str
        """
        check_number(n_words, "n_words", "to_text")
        say, column = Words(language), self.column(target)
        lines = explanation_lines(self, say, width, column=column, n_words=n_words)
        return "\n".join(lines)

    def to_html(self, path=None, *, target=None, language="en", title=None):
        """Write one self-contained page: the document with its words coloured.

        Parameters
        ----------
        path : str or path, default=None
            File to write, in UTF-8; None writes none.

        target : label, default=None
            Class that words are for or against; None takes the predicted one.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        title : str, default=None
            Of the page.

        Returns
        -------
        str or None
            The page, where there is no `path`.

        Notes
        -----
        The page fetches nothing from outside and runs no code. Strength is opacity;
        what speaks for the class has a solid underline, what speaks against it a dashed
        one. Of a long document 10,000 characters are drawn.
        """
        return Explanations([self]).to_html(
            path, target=target, language=language, title=title
        )

    def plot(self, target=None, *, n_words=10, language="en"):
        """Draw the strongest words as bars, or a series with its contributions.

        Parameters
        ----------
        target : label, default=None
            Class to show; None takes the predicted one.

        n_words : int, default=10
            Words and static features that are drawn; of a series all time steps are.

        language : {"en", "zh"} or None, default="en"
            Of the labels; None takes that of the locale.

        Returns
        -------
        Figure
        """
        return _plot([self], target, n_words, language)

    def __eq__(self, other):
        if not isinstance(other, Explanation):
            return NotImplemented
        return all(
            _are_equal(getattr(self, field.name), getattr(other, field.name))
            for field in fields(self)
        )

    __hash__ = None

    def __repr__(self):
        what = repr(beginning(self, _MOST_IN_REPR))
        if self.tokens is None:
            n_steps, n_channels = self._parts_shape
            what = f"n_timesteps={n_steps}, n_channels={n_channels}"
            if not n_steps and self.static_names:
                what = f"n_static_features={len(self.static_names)}"
        label = plain(self.prediction)
        return f"Explanation({what}, prediction={label!r}, method={self.method!r})"

    def __str__(self):
        return self.to_text()

    def _repr_html_(self):
        return fragment([self], Words())

    @property
    def _parts_shape(self):
        return self.contributions.shape[:-1]

    def _static_row(self, number, column):
        row = {"part": self.static_names[number]}
        row["contribution"] = float(self.static[number, column])
        if self.static_errors is not None:
            row["standard_error"] = float(self.static_errors[number, column])
        return row

    def _row(self, place, column):
        if self.tokens is None:
            row = {"part": f"step {place[0]}, channel {place[1]}"}
            row |= {"time_step": place[0], "channel": place[1]}
        else:
            start, stop = (None, None) if self.spans is None else self.spans[place]
            row = {"part": self.tokens[place[0]]}
            row |= {"start": _int(start), "stop": _int(stop)}
        row["contribution"] = float(self.contributions[place][column])
        if self.standard_errors is not None:
            row["standard_error"] = float(self.standard_errors[place][column])
        return row


class Explanations(Sequence):
    """Why a model decided so, sample by sample.

    Parameters
    ----------
    items : list of Explanation
        One a sample, in the order of the samples.
    """

    def __init__(self, items):
        self._items = list(items)

    def __len__(self):
        return len(self._items)

    def __getitem__(self, row):
        if isinstance(row, slice):
            return Explanations(self._items[row])
        return self._items[row]

    def to_frame(self, target=None):
        """Put the contributions of all samples into one table.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes the predicted one of each sample.

        Returns
        -------
        DataFrame
            The columns of `Explanation.to_frame`, after ``sample``.
        """
        return data_frame(
            [
                {"sample": number, **row}
                for number, each in enumerate(self)
                for row in each.rows(target)
            ]
        )

    def to_text(self, *, target=None, width=80, n_words=10, language="en"):
        """Write the explanations for a terminal, one below the other.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes the predicted one of each sample.

        width : int, default=80
            Columns of a line.

        n_words : int, default=10
            Strongest words, time steps and static features that are named.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str
        """
        options = {"target": target, "width": width, "n_words": n_words}
        return "\n\n".join(each.to_text(**options, language=language) for each in self)

    def to_html(self, path=None, *, target=None, language="en", title=None):
        """Write one self-contained page about all samples.

        Parameters
        ----------
        path : str or path, default=None
            File to write, in UTF-8; None writes none.

        target : label, default=None
            Class that words are for or against; None takes the predicted one of each
            sample.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        title : str, default=None
            Of the page.

        Returns
        -------
        str or None
            The page, where there is no `path`.
        """
        return deliver(page(self._items, target, Words(language), title), path)

    def plot(self, target=None, *, n_words=10, language="en"):
        """Draw `Explanation.plot` of each sample, one below the other.

        Parameters
        ----------
        target : label, default=None
            Class to show; None takes the predicted one of each sample.

        n_words : int, default=10
            Words and static features that are drawn; of a series all time steps are.

        language : {"en", "zh"} or None, default="en"
            Of the labels; None takes that of the locale.

        Returns
        -------
        Figure

        Raises
        ------
        ValueError
            If there are no samples, or more than 20.
        """
        if not 1 <= len(self) <= _MOST_IN_PICTURE:
            raise ValueError(
                f"Explanations draws 1 to {_MOST_IN_PICTURE} samples; got {len(self)}. "
                "Take some of them, explanations[:5].plot(), or write a page, "
                "explanations.to_html(path)."
            )
        return _plot(self._items, target, n_words, language)

    def __eq__(self, other):
        if not isinstance(other, Explanations):
            return NotImplemented
        return self._items == other._items

    __hash__ = None

    def __repr__(self):
        methods = ", ".join(sorted({each.method for each in self}))
        return f"Explanations(n_samples={len(self)}, method={methods!r})"

    def __str__(self):
        more = len(self) - _MOST_IN_STR
        rest = f"\n\n{Words()('more samples', n=more)}" if more > 0 else ""
        return self[:_MOST_IN_STR].to_text() + rest

    def _repr_html_(self):
        return fragment(self._items, Words())


def _plot(explanations, target, n_words, language):
    # matplotlib is in the extra `plots`: texts and pages need to work without it.
    require("matplotlib")
    check_number(n_words, "n_words", "plot")
    plots = import_module("sklstm.explanation._plots")
    columns = [each.column(target) for each in explanations]
    return plots.plot_explanations(explanations, columns, n_words, Words(language))


def _are_equal(one, other):
    if one is None or other is None:
        return one is other
    return np.array_equal(np.asarray(one), np.asarray(other))


def _int(value):
    return None if value is None else int(value)
