"""Explanations of which every number is known."""

import numpy as np
import pytest

from sklstm.explanation import Explanation


@pytest.fixture(scope="session")
def make():
    """Make an explanation of words, out of what each adds to the second class.

    ``values`` are of shape (n_tokens,) with two classes, (n_tokens, n_classes) with
    any number.
    """

    def explanation(values, tokens, document=None, spans="found", **more):
        values = np.asarray(values, dtype=np.float64)
        if values.ndim == 1:
            values = np.stack([-values, values], axis=1)
        if isinstance(spans, str):
            spans = None if document is None else places(document, tokens)
        given = {"method": "exact", "classes": ["差", "好"], "base": 0.5} | more
        return _completed(
            values, tokens=tuple(tokens), spans=spans, document=document, **given
        )

    return explanation


@pytest.fixture(scope="session")
def make_series():
    """Make an explanation of a series of two classes, 0 and 1."""

    def explanation(values, **more):
        values = np.asarray(values, dtype=np.float64)
        values = np.stack([-values, values], axis=-1)
        given = {"method": "gradients", "classes": [0, 1], "base": 0.5} | more
        return _completed(values, **given)

    return explanation


def places(document, tokens):
    """Where words stand, one after the other."""
    starts, stop = [], 0
    for token in tokens:
        starts.append(document.index(token, stop))
        stop = starts[-1] + len(token)
    spans = [(start, start + len(t)) for start, t in zip(starts, tokens, strict=True)]
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def _completed(values, *, classes, base, method, **more):
    classes, n_classes = np.asarray(classes), len(classes)
    base = np.array([-base, *[0.0] * (n_classes - 2), base])
    scores = base + values.sum(axis=tuple(range(values.ndim - 1)))
    if more.get("static") is not None:
        more["static"] = np.asarray(more["static"], dtype=np.float64)
        scores = scores + more["static"].sum(axis=0)
    odds = np.exp((scores - scores.max()) * (n_classes - 1) / n_classes)
    given = {
        "prediction": classes[scores.argmax()],
        "probabilities": odds / odds.sum(),
        "scores": scores,
    } | more
    return Explanation(
        method=method, classes=classes, base=base, contributions=values, **given
    )
