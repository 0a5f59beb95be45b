"""Samples that fall into parts, some of which may be left out."""

from abc import ABC, abstractmethod

import numpy as np

from sklstm.explanation._model import is_skipped, steps_of
from sklstm.explanation._scores import class_scores
from sklstm.text import JiebaSegmenter
from sklstm.utils import check_documents, check_token_sequences

# Variants of samples that a model is asked about at a time: they lie in memory.
_AT_ONCE = 2_000


class PartedSamples(ABC):
    """Samples whose parts can be left out before the model is asked again.

    Attributes
    ----------
    model : fitted classifier
        The whole of it.

    rest : fitted classifier
        What is asked about variants: the steps behind the level at which the samples
        fall into parts.
    """

    def __init__(self, model, rest):
        self.model = model
        self.rest = rest

    @abstractmethod
    def __len__(self):
        """Count the samples."""

    @abstractmethod
    def n_parts(self, row):
        """Count the parts of a sample."""

    @abstractmethod
    def whole(self):
        """Give all samples as they are, in the form that `rest` takes."""

    @abstractmethod
    def variants(self, rows, keeps):
        """Make samples of some parts of others.

        Parameters
        ----------
        rows : sequence of int of shape (n_variants,)
        keeps : sequence of ndarray of shape (n_parts_i,), bool
            Which parts of that row stay.

        Returns
        -------
        samples in the form that `rest` takes
        """

    def scores(self, rows, keeps):
        """Ask about variants.

        Returns
        -------
        ndarray of shape (n_variants, n_classes)
        """
        blocks = [
            class_scores(self.rest, self.variants(rows[i:j], keeps[i:j]))
            for i, j in _blocks(len(rows))
        ]
        n_classes = len(self.rest.classes_)
        return np.concatenate(blocks) if blocks else np.empty((0, n_classes))


class TokenSamples(PartedSamples):
    """Token sequences; words are left out of them.

    Attributes
    ----------
    tokens : list of list of str
    documents : list of str, or list of None
    spans : list of (ndarray of shape (n_tokens_i, 2) or None)
    """

    def __init__(self, model, rest, tokens, documents=None, spans=None):
        super().__init__(model, rest)
        self.tokens = tokens
        self.documents = [None] * len(tokens) if documents is None else documents
        self.spans = [None] * len(tokens) if spans is None else spans

    def __len__(self):
        return len(self.tokens)

    def n_parts(self, row):
        return len(self.tokens[row])

    def whole(self):
        return self.tokens

    def variants(self, rows, keeps):
        return [
            [self.tokens[row][place] for place in np.flatnonzero(keep)]
            for row, keep in zip(rows, keeps, strict=True)
        ]


class DocumentSamples(TokenSamples):
    """Documents of a model that cuts them in its own way; words are cut out of them."""

    def whole(self):
        return self.documents

    def variants(self, rows, keeps):
        return [
            _without(self.documents[row], self.spans[row], keep)
            for row, keep in zip(rows, keeps, strict=True)
        ]


def read_documents(model, X):
    """Cut documents where the model cuts them, or with jieba.

    Parameters
    ----------
    model : fitted classifier
        Over documents, unwrapped.

    X : sequence of str

    Returns
    -------
    TokenSamples
    """
    documents = check_documents(X, "explain")
    steps = steps_of(model)
    for number, (_, step) in enumerate(steps[:-1], start=1):
        if is_skipped(step):
            continue
        output = step.transform(documents)
        if _are_tokens(output):
            rest = model[number:]
            return TokenSamples(
                model, rest, output, documents, _spans(step, documents, output)
            )
        if not _are_documents(output):
            break
        documents = list(output)
    # Nothing is lost of the text where nothing is normalised.
    segmenter = JiebaSegmenter(normalize=None)
    documents = check_documents(X, "explain")
    tokens = segmenter.transform(documents)
    spans = segmenter.offsets(documents)
    return DocumentSamples(model, model, tokens, documents, spans)


def read_tokens(model, X):
    """Take token sequences as they are.

    Parameters
    ----------
    model : fitted classifier
        Over token sequences, unwrapped.

    X : sequence of sequences of str

    Returns
    -------
    TokenSamples
    """
    tokens = [list(row) for row in check_token_sequences(X, "explain")]
    return TokenSamples(model, model, tokens)


def _blocks(n):
    starts = range(0, n, _AT_ONCE)
    return [(start, min(start + _AT_ONCE, n)) for start in starts]


def _are_tokens(output):
    return isinstance(output, list) and all(
        isinstance(row, list) and all(isinstance(token, str) for token in row)
        for row in output
    )


def _are_documents(output):
    is_flat = isinstance(output, list) or getattr(output, "ndim", 0) == 1
    return is_flat and all(isinstance(text, str) for text in output)


def _spans(step, documents, tokens):
    if hasattr(step, "offsets"):
        return step.offsets(documents)
    return [find_words(text, row) for text, row in zip(documents, tokens, strict=True)]


def find_words(document, tokens):
    """Find words one after the other in a document.

    Parameters
    ----------
    document : str
    tokens : list of str

    Returns
    -------
    ndarray of shape (n_tokens, 2) or None
        None where one of them does not stand there.
    """
    spans, stop = [], 0
    for token in tokens:
        start = document.find(token, stop)
        if start < 0:
            return None
        stop = start + len(token)
        spans.append((start, stop))
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def _without(document, spans, keep):
    """Cut the words that are not kept out of a document."""
    pieces, start = [], 0
    for left, right in spans[~keep]:
        pieces.append(document[start:left])
        start = max(start, right)
    return "".join([*pieces, document[start:]])
