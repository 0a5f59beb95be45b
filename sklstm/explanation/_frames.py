"""Rows of data frames: words of a text, and numbers and categories beside it."""

import numpy as np
from sklearn.pipeline import Pipeline

from sklstm.explanation._options import Attribution
from sklstm.explanation._samples import MOST_PARTS, PartedSamples, runs
from sklstm.features import StaticColumns
from sklstm.text import TextColumns
from sklstm.utils import is_missing, pick_column, plain


class FrameSamples(PartedSamples):
    """Rows of a data frame; words are cut out of the text, other columns are missing.

    Parameters
    ----------
    model : fitted classifier
    frame : DataFrame of pandas or polars
    words : TokenSamples
        The documents, cut into words that stand in them.

    text_columns : list of str
        What the documents are made of.

    static_columns : list of str
        What else the model reads.
    """

    def __init__(self, model, frame, words, text_columns, static_columns):
        super().__init__(model, model, len(words))
        self.tokens, self.spans = words.tokens, words.spans
        self.documents = words.documents
        self._frame = frame
        self._text_columns = text_columns
        self._static = {
            name: list(map(plain, pick_column(frame, name, "explain").to_list()))
            for name in static_columns
        }

    def parts(self, row):
        words = runs(len(self.tokens[row]), MOST_PARTS - len(self._static))
        first_static = words.max(initial=-1) + 1
        return np.concatenate([words, first_static + np.arange(len(self._static))])

    def whole(self):
        return self._frame

    def variants(self, rows, keeps):
        pairs = list(zip(rows, keeps, strict=True))
        texts, *columns = zip(
            *(self.key(row, keep) for row, keep in pairs), strict=True
        )
        first, *others = self._text_columns
        table = {first: list(texts)}
        # The documents hold what stood in all of them.
        table |= {name: [""] * len(texts) for name in others}
        table |= dict(zip(self._static, map(list, columns), strict=True))
        return type(self._frame)(table)

    def key(self, row, keep):
        n_words = len(self.tokens[row])
        static = [
            values[row] if stays and not is_missing(values[row]) else None
            for values, stays in zip(self._static.values(), keep[n_words:], strict=True)
        ]
        return (self._without(row, self.spans[row][~keep[:n_words]]), *static)

    def _without(self, row, spans):
        document, pieces, start = self.documents[row], [], 0
        for left, right in spans:
            pieces.append(document[start:left])
            start = right
        return "".join([*pieces, document[start:]])

    def lay_out(self, row, base, values, errors=None):
        n_words = len(self.tokens[row])
        has_static = bool(self._static)
        return Attribution(
            base,
            values[:n_words],
            None if errors is None else errors[:n_words],
            static=values[n_words:] if has_static else None,
            static_names=tuple(map(str, self._static)),
            static_errors=errors[n_words:]
            if has_static and errors is not None
            else None,
        )


def text_reader(model):
    """Find the part of a model that reads text columns of a data frame.

    Parameters
    ----------
    model : classifier

    Returns
    -------
    Pipeline or None
        It begins with `TextColumns`.
    """
    for part in (model, *model.get_params().values()):
        if isinstance(part, Pipeline) and isinstance(part.steps[0][1], TextColumns):
            return part
    return None


def static_names(model):
    """List the columns of numbers and categories that a model reads.

    Parameters
    ----------
    model : classifier

    Returns
    -------
    list of str
    """
    parts = model.get_params().values()
    found = [part.names for part in parts if isinstance(part, StaticColumns)]
    names = [name for columns in found for name in columns]
    return list(dict.fromkeys(names))
