"""What explain_model gives: what a model goes by."""

from dataclasses import dataclass

import numpy as np

from sklstm.display._html import deliver
from sklstm.display._optional import data_frame, require
from sklstm.explanation._aggregate import WordTable
from sklstm.explanation._explanations import Explanations
from sklstm.explanation._model_report import AROUND, fragment, page, text
from sklstm.explanation._model_words import ModelWords
from sklstm.explanation._static import Importance
from sklstm.utils import plain, shown

_COLUMNS = (
    "class",
    "kind",
    "name",
    "contribution",
    "standard_error",
    "occurrences",
    "samples",
    "importance",
    "importance_sd",
    "sample",
    "start",
    "stop",
    "example",
)


@dataclass(frozen=True, eq=False)
class ModelExplanation:
    """What a model goes by.

    Attributes
    ----------
    method : str
        How the contributions were found.

    classes : ndarray of shape (n_classes,)
        The classes that are explained.

    explanations : Explanations
        Of the samples that were drawn.

    samples : ndarray of shape (n_samples,), int
        Their rows.

    n_all_samples : int
        How many there were to draw from.

    n_words : int
        Words of each class that texts, pages and pictures show.

    min_count : int
        Words of fewer samples are left out.

    words : WordTable or None
        What words contribute; None for series.

    series : tuple or None
        Of series, mean absolute contributions of channels, (n_channels, n_classes), of
        time steps, (n_timesteps, n_classes), and how many samples have these.

    static : tuple
        Names of features of the whole sample, their mean contributions, (n_features,
        n_classes), and standard errors; None in place of these where the method counts
        such features with the words that they come from.

    importance : Importance or None
        What is lost when features of the whole sample are shuffled; None where there
        are none.

    See Also
    --------
    explain_model : Makes it.
    """

    method: str
    classes: np.ndarray
    explanations: Explanations
    samples: np.ndarray
    n_all_samples: int
    n_words: int
    min_count: int
    words: WordTable | None
    series: tuple | None
    static: tuple
    importance: Importance | None

    def rows(self, target=None):
        """Give `to_frame` as rows of plain Python.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes all.

        Returns
        -------
        list of dict
        """
        columns = range(len(self.classes)) if target is None else [self.column(target)]
        return [row for column in columns for row in self._rows_of(column)]

    def to_frame(self, target=None):
        """Put everything into one table.

        Parameters
        ----------
        target : label, default=None
            Class to report; None takes all.

        Returns
        -------
        DataFrame
            Class by class, the words by falling mean ``contribution``, then features of
            the whole sample, channels and time steps; ``kind`` tells them apart.
            ``standard_error``, ``occurrences`` and ``samples`` (that hold it),
            ``importance`` and ``importance_sd`` of features of the whole sample. The
            ``sample`` (its row) where a word counts most, ``start`` and ``stop`` there,
            and the ``example``: what stands around. Contributions of channels and time
            steps are absolute ones.
        """
        return data_frame(self.rows(target))

    def column(self, target):
        """Find the column of a class.

        Parameters
        ----------
        target : label

        Returns
        -------
        int

        Raises
        ------
        ValueError
            If that class was not explained.
        """
        places = np.flatnonzero(self.classes == target)
        if len(places) != 1:
            raise ValueError(
                f"ModelExplanation expects one of the classes that were explained, "
                f"{shown(self.classes)}; got {shown(target)}."
            )
        return int(places[0])

    def strongest(self, target):
        """List the words that speak for a class, the strongest first.

        Parameters
        ----------
        target : label

        Returns
        -------
        list of dict
            `n_words` at most, with the columns of `to_frame`.
        """
        rows = [row for row in self.rows(target) if row["kind"] == "word"]
        return [row for row in rows if row["contribution"] > 0][: self.n_words]

    def to_text(self, width=80, *, language="en"):
        """Write the strongest words of each class, and the rest, for a terminal.

        Parameters
        ----------
        width : int, default=80
            Columns of a line.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str
        """
        return text(self, ModelWords(language), width)

    def to_html(self, path=None, *, language="en"):
        """Write one self-contained page.

        Parameters
        ----------
        path : str or path, default=None
            File to write, in UTF-8; None writes none.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        str or None
            The page, where there is no `path`.
        """
        return deliver(page(self, ModelWords(language)), path)

    def plot(self, target=None, *, language="en"):
        """Draw the strongest words of each class, or channels and time steps.

        Parameters
        ----------
        target : label, default=None
            Class to draw; None draws all.

        language : {"en", "zh"} or None, default="en"
            Of what is written; None takes that of the locale.

        Returns
        -------
        matplotlib.figure.Figure
        """
        require("matplotlib")
        from sklstm.explanation._model_plot import plot_model

        columns = range(len(self.classes)) if target is None else [self.column(target)]
        return plot_model(self, list(columns), ModelWords(language))

    def _repr_html_(self):
        return fragment(self, ModelWords())

    def __str__(self):
        return self.to_text()

    def __repr__(self):
        return (
            f"ModelExplanation(n_samples={len(self.samples)}, "
            f"classes={shown(self.classes)}, method={self.method!r})"
        )

    def _rows_of(self, column):
        rows = [*(self._word_rows(column) if self.words else ())]
        rows += self._static_rows(column)
        rows += self._series_rows(column) if self.series else ()
        label = {"class": plain(self.classes[column])}
        return [dict.fromkeys(_COLUMNS) | label | row for row in rows]

    def _word_rows(self, column):
        table = self.words
        order = np.argsort(-table.contributions[:, column], kind="stable")
        return [
            {
                "kind": "word",
                "name": table.words[word],
                "contribution": float(table.contributions[word, column]),
                "standard_error": float(table.standard_errors[word, column]),
                "occurrences": int(table.n_occurrences[word]),
                "samples": int(table.n_samples[word]),
                **self._example(word, column),
            }
            for word in order
            if table.n_samples[word] >= self.min_count
        ]

    def _example(self, word, column):
        sample = int(self.words.example_samples[word, column])
        place = int(self.words.example_places[word, column])
        each = self.explanations[sample]
        row = {"sample": int(self.samples[sample])}
        if each.spans is None:
            around = each.tokens[max(place - 3, 0) : place + 4]
            return row | {"example": " ".join(around)}
        start, stop = map(int, each.spans[place])
        around = each.document[max(start - AROUND, 0) : stop + AROUND]
        return row | {"start": start, "stop": stop, "example": around}

    def _static_rows(self, column):
        names, means, errors = self.static
        if self.importance is not None:
            names = self.importance.names
        for number, name in enumerate(names):
            row = {"kind": "static feature", "name": name}
            if means is not None:
                row["contribution"] = float(means[number, column])
                row["standard_error"] = float(errors[number, column])
            if self.importance is not None:
                row["importance"] = float(self.importance.means[number])
                row["importance_sd"] = float(self.importance.deviations[number])
            yield row

    def _series_rows(self, column):
        channels, steps, n_samples = self.series
        for number, size in enumerate(channels[:, column]):
            yield {"kind": "channel", "name": str(number), "contribution": float(size)}
        for number, size in enumerate(steps[:, column]):
            yield {
                "kind": "time step",
                "name": str(number),
                "contribution": float(size),
                "samples": int(n_samples[number]),
            }
