"""What the samples are that are to be explained, and where they fall into parts."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from sklstm.explanation._frames import FrameSamples, static_names, text_reader
from sklstm.explanation._model import is_skipped, reads_series, steps_of
from sklstm.explanation._samples import DocumentSamples, TokenSamples
from sklstm.explanation._series import read_series, read_table
from sklstm.sequences import Sequences
from sklstm.text import JiebaSegmenter
from sklstm.utils import (
    as_array,
    check_documents,
    check_token_sequences,
    is_frame,
    sole_column,
)

_NAME = "explain"


def read_samples(model, X, baseline):
    """Find out what the parts of samples are.

    Parameters
    ----------
    model : fitted classifier
        From `fitted_classifier`.

    X : documents, token sequences, sequences or a table
    baseline : float or array-like of shape (n_channels,)
        What takes the place of numbers that are left out.

    Returns
    -------
    PartedSamples
    """
    X = list(X) if isinstance(X, Iterator) else X
    reader = text_reader(model) if is_frame(X) else None
    if reader is not None:
        return _read_frame(model, reader, X)
    kind = _kind_of(X, model)
    if kind == "documents":
        return read_documents(model, X)
    if kind == "tokens":
        return TokenSamples(model, model, check_token_sequences(X, _NAME))
    return (read_series if kind == "series" else read_table)(model, X, baseline)


def _read_frame(model, reader, frame):
    """Cut the text of a data frame where the model cuts it."""
    columns = reader.steps[0][1]
    documents = columns.transform(frame)
    if reader is model:
        return read_documents(model[1:], documents)
    words = read_documents(reader[1:], documents)
    if any(spans is None for spans in words.spans):
        words = _cut_with_jieba(model, documents, documents)
    return FrameSamples(model, frame, words, columns.names, static_names(model))


def read_documents(model, X):
    """Cut documents where the model cuts them, or with jieba.

    Parameters
    ----------
    model : fitted classifier
        Over documents.

    X : sequence of str

    Returns
    -------
    TokenSamples
    """
    documents = check_documents(X, _NAME)
    X = _container(model, X, documents)
    output = X if hasattr(X, "shape") else documents
    for number, (_, step) in enumerate(steps_of(model)[:-1], start=1):
        if is_skipped(step) or not documents:
            continue
        texts, output = _as_documents(output), step.transform(output)
        tokens = _as_tokens(output)
        if tokens is not None:
            spans = _spans(step, texts, tokens)
            return TokenSamples(model, model[number:], tokens, texts, spans)
        if _as_documents(output) is None:
            break
    return _cut_with_jieba(model, X, documents)


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


def _cut_with_jieba(model, X, documents):
    # What is not normalised is found in the document again, character for character.
    cut = JiebaSegmenter(normalize=None).transform(documents)
    tokens, spans = [], []
    for document, words in zip(documents, cut, strict=True):
        are_words = [not word.isspace() for word in words]
        tokens.append([word for word in words if not word.isspace()])
        spans.append(find_words(document, words)[np.array(are_words, dtype=bool)])
    return DocumentSamples(model, X, documents, tokens, spans)


def _container(model, X, documents):
    """Choose how the model is given documents: as they came, if it reads that."""
    is_column = len(getattr(X, "shape", (0,))) == 2
    # scikit-learn's vectorizers take the names of columns for documents.
    is_vectorizer = hasattr(steps_of(model)[0][1], "build_analyzer")
    return documents if is_column and is_vectorizer else X


def _spans(step, documents, tokens):
    if hasattr(step, "offsets"):
        return step.offsets(documents)
    return [find_words(text, row) for text, row in zip(documents, tokens, strict=True)]


def _kind_of(X, model):
    """Say what samples are: documents, tokens, series or a table."""
    if isinstance(X, Sequences):
        return "series"
    is_one = isinstance(X, str | bytes | bytearray | set | frozenset | dict)
    n_dimensions = len(getattr(X, "shape", (0,)))
    if is_one or not hasattr(X, "__iter__") or n_dimensions == 0:
        return "documents"  # whose check says what is wrong with it
    if n_dimensions == 2 and not sparse.issparse(X) and _holds_texts(X):
        _check_is_column(X)
        return "documents"
    if n_dimensions == 2 or sparse.issparse(X):
        return "series" if reads_series(model) or _holds_cells(X) else "table"
    if n_dimensions == 3:
        return "series"
    return _kind_of_elements(X, model)


def _kind_of_elements(X, model):
    """Judge by the first element that says anything."""
    for element in X:
        if isinstance(element, str) or not hasattr(element, "__len__"):
            return "documents"
        if isinstance(element, bytes | bytearray | set | dict):
            return "documents"
        if len(element):
            inner = element[0] if not hasattr(element, "iloc") else element.iloc[0]
            if isinstance(inner, str | bytes) or inner is None:
                return "tokens"
            is_row = isinstance(element, list | tuple) and np.ndim(inner) == 0
            return "table" if is_row and not reads_series(model) else "series"
    return "series" if reads_series(model) and not _reads_tokens(model) else "tokens"


def _check_is_column(X):
    if X.shape[1] > 1:
        raise ValueError(
            f"{_NAME} expects one column of texts, or a table of numbers; got "
            f"{type(X).__name__} of shape {X.shape} with texts in it. Pick one column, "
            "or explain the last step of a Pipeline by what the others make of X: "
            f"{_NAME}(model[-1], model[:-1].transform(X))."
        )


def _reads_tokens(model):
    return getattr(steps_of(model)[0][1], "vocabulary_", None) is not None


def _holds_texts(X):
    """Whether a text stands in the first row of a table."""
    return any(isinstance(cell, str) for cell in _first_row(X))


def _holds_cells(X):
    """Whether the first cell of a table is a series."""
    return any(np.ndim(cell) > 0 for cell in _first_row(X)[:1])


def _first_row(X):
    if not all(X.shape):
        return []
    if is_frame(X):
        return [next(iter(X[name])) for name in X.columns]
    return list(as_array(X[:1]).flat)


def _as_documents(output):
    """List documents; None where something else came."""
    shape = getattr(output, "shape", (0,))
    if len(shape) == 2 and shape[1] == 1 and not sparse.issparse(output):
        output = sole_column(output, _NAME)
    elif len(shape) != 1 or isinstance(output, Sequences):
        return None
    texts = list(output)
    return texts if all(isinstance(text, str) for text in texts) else None


def _as_tokens(output):
    """List token sequences; None where something else came."""
    is_flat = isinstance(output, list) or len(getattr(output, "shape", ())) == 1
    if not is_flat or isinstance(output, Sequences):
        return None
    rows = list(output)
    are_tokens = all(
        isinstance(row, list | tuple | np.ndarray)
        and all(isinstance(token, str) for token in row)
        for row in rows
    )
    return [list(row) for row in rows] if are_tokens else None
