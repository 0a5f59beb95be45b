"""Doors D0 and D1: what passes as documents and as token sequences."""

import numpy as np

from sklstm.utils._foreign import is_missing, sole_column

_DOCUMENTS = "documents (a sequence of str)"
_SEQUENCES = (list, tuple, np.ndarray)
_TOKENS = "token sequences (list of list of str)"


def estimator_name(estimator):
    """Name of an estimator for messages, given the instance or a str."""
    return estimator if isinstance(estimator, str) else type(estimator).__name__


def check_documents(X, estimator, *, min_samples=0):
    """Validate documents (door D0).

    Parameters
    ----------
    X : sequence of str, Series, one-column DataFrame or array, or iterable of str
        Documents of shape (n_samples,).

    estimator : estimator instance or str
        Who speaks in messages.

    min_samples : int, default=0
        Fewest documents that are accepted; 1 in ``fit``.

    Returns
    -------
    list of str
        Plain ``str`` objects in the order of `X`.

    Raises
    ------
    TypeError
        If `X` or an element of it is of the wrong kind.

    ValueError
        If `X` has several columns or fewer than `min_samples` elements.
    """
    documents = list(iter_documents(X, estimator))
    _check_min_samples(documents, estimator, _DOCUMENTS, min_samples)
    return documents


def check_token_sequences(X, estimator, *, min_samples=0):
    """Validate token sequences (door D1).

    Parameters
    ----------
    X : sequence of sequences of str
        Token sequences of shape (n_samples,); each may be empty.

    estimator : estimator instance or str
        Who speaks in messages.

    min_samples : int, default=0
        Fewest token sequences that are accepted; 1 in ``fit``.

    Returns
    -------
    list of list of str
        In the order of `X`. The inner lists are the caller's where they were lists:
        do not change them.

    Raises
    ------
    TypeError
        If `X`, a row or a token is of the wrong kind.

    ValueError
        If `X` has several columns or fewer than `min_samples` rows.
    """
    sequences = list(iter_token_sequences(X, estimator))
    _check_min_samples(sequences, estimator, _TOKENS, min_samples)
    return sequences


def iter_documents(X, estimator):
    """Validate documents one by one: `check_documents` without the list."""
    for row, document in enumerate(_rows(X, estimator, _DOCUMENTS)):
        if type(document) is str:
            yield document
        elif isinstance(document, str):  # np.str_
            yield str(document)
        else:
            raise TypeError(
                f"{estimator_name(estimator)} expects documents of type str; row {row} "
                f"is {type(document).__name__}. {_remedy(document)}"
            )


def iter_token_sequences(X, estimator):
    """Validate token sequences one by one: `check_token_sequences`, no list."""
    for row, tokens in enumerate(_rows(X, estimator, _TOKENS)):
        if not isinstance(tokens, _SEQUENCES) or getattr(tokens, "shape", 1) == ():
            if _is_series(tokens):
                tokens = tokens.to_list()
            else:
                raise TypeError(
                    f"{estimator_name(estimator)} expects {_TOKENS}; row {row} is "
                    f"{type(tokens).__name__}. {_token_row_remedy(tokens)}"
                )
        yield _check_tokens(tokens, row, estimator)


def _check_tokens(tokens, row, estimator):
    kinds = set(map(type, tokens))
    if kinds <= {str}:
        return tokens if isinstance(tokens, list) else list(tokens)
    for position, token in enumerate(tokens):
        if not isinstance(token, str):
            raise TypeError(
                f"{estimator_name(estimator)} expects tokens of type str; row {row}, "
                f"position {position} is {type(token).__name__}. Drop it or convert it "
                "to str first."
            )
    return [str(token) for token in tokens]


def _rows(X, estimator, expected):
    """Iterate over the samples of any container that keeps their order."""
    name = estimator_name(estimator)
    if isinstance(X, str | bytes | bytearray):
        raise TypeError(
            f"{name} expects {expected}; got a single {type(X).__name__}. Wrap it in "
            "a list."
        )
    if isinstance(X, set | frozenset | dict):
        raise TypeError(
            f"{name} expects {expected}; got a {type(X).__name__}, which has no rows "
            "in order. Pass a list."
        )
    shape = getattr(X, "shape", None)
    if isinstance(shape, tuple) and shape:
        return X if len(shape) == 1 else sole_column(X, f"{name} expects {expected}")
    if not hasattr(X, "__iter__") or isinstance(X, type) or shape == ():
        raise TypeError(f"{name} expects {expected}; got {type(X).__name__}.")
    return X


def _check_min_samples(rows, estimator, expected, min_samples):
    if len(rows) < min_samples:
        raise ValueError(
            f"{estimator_name(estimator)} expects {expected} with at least "
            f"{min_samples} sample(s); got {len(rows)} samples."
        )


def _is_series(value):
    return hasattr(value, "to_list") and len(getattr(value, "shape", ())) == 1


def _remedy(document):
    if is_missing(document):
        return "Drop or fill missing documents first."
    if isinstance(document, bytes | bytearray):
        return "Decode it first: document.decode('utf-8'), or 'gb18030'."
    if isinstance(document, _SEQUENCES):
        return "It is segmented already: pass it to the next step, or join its tokens."
    return "Convert it with str() first."


def _token_row_remedy(tokens):
    if isinstance(tokens, str):
        return "Put JiebaSegmenter before it."
    if is_missing(tokens):
        return "Drop or fill missing rows first."
    if isinstance(tokens, bytes | bytearray):
        return "Decode it first and put JiebaSegmenter before it."
    return "Pass each row as a list of str."
