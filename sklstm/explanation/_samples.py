"""Samples that fall into parts, some of which may be left out."""

import warnings
from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np

from sklstm.display._progress import show_progress
from sklstm.explanation._model import is_skipped
from sklstm.explanation._options import Attribution
from sklstm.explanation._scores import class_scores

# Tokens, or numbers, that a model is asked about at a time: they lie in memory.
_AT_ONCE = 500_000
# Variants of samples at a time: each is a row of scores, and a key.
_MOST_VARIANTS = 5_000
# More parts of a sample are not told apart: the time goes with their square.
MOST_PARTS = 500


class PartedSamples(ABC):
    """Samples whose parts can be left out before the model is asked again.

    A sample consists of units: words, or numbers. Where these are many, neighbours
    make up a part: they are left out together, and share equally what it says.

    Attributes
    ----------
    model : fitted classifier
        The whole of it.

    rest : fitted classifier
        What is asked about variants: the steps behind the level at which the samples
        fall into units.

    tokens : list of tuple of str, or list of None
    documents : list of str, or list of None
    spans : list of ndarray of shape (n_tokens_i, 2), or list of None
    series : list of ndarray of shape (n_timesteps_i, n_channels), or list of None
    """

    def __init__(self, model, rest, n_samples):
        self.model = model
        self.rest = rest
        self.tokens = self.documents = self.spans = self.series = [None] * n_samples

    def __len__(self):
        return len(self.tokens)

    @abstractmethod
    def parts(self, row):
        """Count the parts of a sample off, from 0.

        Returns
        -------
        ndarray of shape (n_units,), int
            The part that each unit belongs to.
        """

    @abstractmethod
    def whole(self):
        """Give all samples as they are, in the form that `rest` takes."""

    @cached_property
    def inputs(self):
        """What the last step of `rest` reads of the samples as they are."""
        whole = self.whole()
        steps = getattr(self.rest, "steps", [()])[:-1]
        if all(is_skipped(step) for _, step in steps):
            return whole
        return self.rest[:-1].transform(whole)

    @abstractmethod
    def variants(self, rows, keeps):
        """Make samples of some units of others.

        Parameters
        ----------
        rows : sequence of int of shape (n_variants,)
        keeps : sequence of ndarray of shape (n_units_i,), bool
            Which units of that row stay.

        Returns
        -------
        samples in the form that `rest` takes
        """

    @abstractmethod
    def key(self, row, keep):
        """Give what two variants have in common that are the same to the model."""

    def content(self, row):
        """Give what two samples have in common that are the same to the model."""
        return self.key(row, np.ones(len(self.parts(row)), dtype=bool))

    def n_parts(self, row):
        """Count the parts of a sample."""
        return int(self.parts(row).max(initial=-1)) + 1

    def answers(self, plan, verbose=False):
        """Ask about variants of each sample, of several samples at a time.

        Parameters
        ----------
        plan : callable
            Gives the parts that stay, of shape (n_variants, n_parts), for a row.

        verbose : int or bool, default=False
            Whether to show how many samples are done.

        Yields
        ------
        ndarray of shape (n_variants, n_classes)
            For each sample.
        """
        rows = show_progress(range(len(self)), verbose="samples" if verbose else False)
        plans, n_units = [], 0
        for row in rows:
            plans.append((row, plan(row)))
            n_units += len(plans[-1][1]) * len(self.parts(row))
            if n_units >= _AT_ONCE:
                yield from self.scores(plans)
                plans, n_units = [], 0
        yield from self.scores(plans)

    def scores(self, plans):
        """Ask about variants, about those that are the same but once at a time.

        Parameters
        ----------
        plans : list of (row, keeps)
            Of each row the parts that stay, of shape (n_variants, n_parts).

        Returns
        -------
        list of ndarray of shape (n_variants, n_classes)
        """
        blocks, waiting = [np.empty((0, len(self.rest.classes_)))], _Waiting()
        for row, keeps in plans:
            parts = self.parts(row)
            for keep in keeps:
                waiting.add(row, keep[parts], self.key(row, keep[parts]))
                if waiting.is_full:
                    blocks.append(self._ask(waiting))
                    waiting = _Waiting()
        if waiting.places:
            blocks.append(self._ask(waiting))
        stops = np.cumsum([len(keeps) for _, keeps in plans])
        return np.split(np.concatenate(blocks), stops)[: len(plans)]

    def attribution(self, row, base, values, errors=None):
        """Share what the parts of a sample say among its units.

        Parameters
        ----------
        row : int
        base : ndarray of shape (n_classes,)
        values : ndarray of shape (n_parts, n_classes)
        errors : ndarray of shape (n_parts, n_classes), default=None

        Returns
        -------
        Attribution
        """
        parts = self.parts(row)
        sizes = np.bincount(parts)[parts, np.newaxis]
        errors = None if errors is None else errors[parts] / sizes
        return self.lay_out(row, base, values[parts] / sizes, errors)

    def lay_out(self, row, base, values, errors=None):
        """Put what each unit says in its place.

        Parameters
        ----------
        row : int
        base : ndarray of shape (n_classes,)
        values : ndarray of shape (n_units, n_classes)
        errors : ndarray of shape (n_units, n_classes), default=None

        Returns
        -------
        Attribution
        """
        return Attribution(base, values, errors)

    def _ask(self, waiting):
        with warnings.catch_warnings():
            # Of the samples themselves the model has warned already.
            warnings.simplefilter("ignore")
            scores = class_scores(self.rest, self.variants(waiting.rows, waiting.keeps))
        return scores[waiting.places]


class _Waiting:
    """Variants that the model has not been asked about yet.

    Attributes
    ----------
    rows, keeps : list
        Of each that is unlike all others.

    places : list of int
        Where each variant, in the order in which they came, stands among those.
    """

    def __init__(self):
        self.rows, self.keeps, self.places = [], [], []
        self._known, self._n_units = {}, 0

    def add(self, row, keep, key):
        place = self._known.setdefault(key, len(self._known))
        self.places.append(place)
        if place == len(self.rows):
            self.rows.append(row)
            self.keeps.append(keep)
            self._n_units += len(keep)

    @property
    def is_full(self):
        return self._n_units >= _AT_ONCE or len(self.places) >= _MOST_VARIANTS


class TokenSamples(PartedSamples):
    """Token sequences; words are left out of them."""

    def __init__(self, model, rest, tokens, documents=None, spans=None):
        super().__init__(model, rest, len(tokens))
        self.tokens = [tuple(row) for row in tokens]
        self.documents = documents or self.documents
        self.spans = spans or self.spans

    def parts(self, row):
        return runs(len(self.tokens[row]), MOST_PARTS)

    def whole(self):
        return [list(row) for row in self.tokens]

    def variants(self, rows, keeps):
        return [
            list(self.key(row, keep)) for row, keep in zip(rows, keeps, strict=True)
        ]

    def key(self, row, keep):
        tokens = self.tokens[row]
        return tuple(tokens[place] for place in np.flatnonzero(keep))


class DocumentSamples(TokenSamples):
    """Documents of a model that cuts them in its own way; words are cut out of them.

    Parameters
    ----------
    model : fitted classifier
    container : array-like
        The documents as they came: the model is given others in such a container.

    documents : list of str
    tokens : list of list of str
    spans : list of ndarray of shape (n_tokens_i, 2)
    """

    def __init__(self, model, container, documents, tokens, spans):
        super().__init__(model, model, tokens, documents, spans)
        self._container = container

    def whole(self):
        return put_into(self._container, self.documents)

    def variants(self, rows, keeps):
        texts = [self.key(row, keep) for row, keep in zip(rows, keeps, strict=True)]
        return put_into(self._container, texts)

    def key(self, row, keep):
        document, pieces, start = self.documents[row], [], 0
        for left, right in self.spans[row][~keep]:
            pieces.append(document[start:left])
            start = right
        return "".join([*pieces, document[start:]])


def runs(n_units, n_parts):
    """Count neighbouring units off in at most `n_parts` runs of like lengths."""
    if n_units <= n_parts:
        return np.arange(n_units)
    return np.arange(n_units) * n_parts // n_units


def put_into(container, documents):
    """Put documents into a container like that of others: a column stays one."""
    if hasattr(container, "columns"):
        return type(container)({container.columns[0]: documents})
    if hasattr(container, "to_list"):  # a Series of pandas or polars
        return type(container)(documents).rename(container.name)
    if isinstance(container, np.ndarray):
        column = np.empty(len(documents), dtype=object)
        column[:] = documents
        return column.reshape(-1, *container.shape[1:])
    return documents
