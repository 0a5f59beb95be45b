"""From words to the features that a linear model weighs, step by step."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_selection import SelectorMixin
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import Binarizer, MaxAbsScaler, Normalizer, StandardScaler

from sklstm import features, text
from sklstm.explanation._model import is_skipped
from sklstm.utils import estimator_name

_WAY_OUT = "Use method='occlusion' or 'shapley'."


class Inexplicable(ValueError):
    """A step that words cannot be followed through; the message says which."""


class Counter(NamedTuple):
    """What counts n-grams.

    Attributes
    ----------
    taggers : tuple of estimators
        What makes its tokens of the words, one of each.

    vectorizer : TokenCountVectorizer
    """

    taggers: tuple
    vectorizer: object


class Trace(NamedTuple):
    """Where features come from.

    Attributes
    ----------
    counters : list of Counter
    sources : ndarray of shape (n_features,)
        The counter that each feature comes from.

    columns : ndarray of shape (n_features,)
        Its column there.
    """

    counters: list
    sources: np.ndarray
    columns: np.ndarray


def flat_steps(model, prefix=""):
    """Name the steps of a Pipeline, and of those inside it, that do something.

    Parameters
    ----------
    model : estimator
    prefix : str, default=""
        Name of `model`.

    Yields
    ------
    name : str
        As ``set_params`` takes it.

    step : estimator
    """
    if isinstance(model, FrozenEstimator):
        yield from flat_steps(model.estimator, prefix)
    elif isinstance(model, Pipeline):
        for name, step in model.steps:
            yield from flat_steps(step, f"{prefix}__{name}" if prefix else name)
    elif not is_skipped(model):
        yield prefix, model


def trace(steps, taggers=()):
    """Follow words through the steps before a linear model.

    Parameters
    ----------
    steps : iterable of (str, estimator)
        Names and fitted steps.

    taggers : tuple of estimators, default=()
        Steps before them.

    Returns
    -------
    Trace

    Raises
    ------
    Inexplicable
        If a step does more than count, scale, or choose.
    """
    traced = None
    for name, step in steps:
        if traced is None:
            taggers, traced = _count(name, step, taggers)
        elif isinstance(step, SelectorMixin):
            kept = step.get_support(indices=True)
            traced = Trace(traced.counters, traced.sources[kept], traced.columns[kept])
        elif not _keeps_columns(step):
            raise Inexplicable(
                f"step {name!r}, {estimator_name(step)}, may mix or shift what was "
                f"counted. {_WAY_OUT}"
            )
    if traced is None:
        raise Inexplicable(f"no step counts words. {_WAY_OUT}")
    return traced


def _count(name, step, taggers):
    """Read a step that takes tokens."""
    if isinstance(step, text.JiebaPOSTagger):
        return (*taggers, step), None
    if isinstance(step, FeatureUnion):
        return taggers, _join(
            [
                trace(flat_steps(part, f"{name}__{inner}"), taggers)
                for inner, part in step.transformer_list
                if not (isinstance(part, str) and part == "drop")
            ]
        )
    if isinstance(step, features.TokenCountVectorizer):
        n_features = len(step.vocabulary_)
        counter = Counter(taggers, step)
        zeros = np.zeros(n_features, np.int64)
        return taggers, Trace([counter], zeros, np.arange(n_features))
    raise Inexplicable(
        f"step {name!r}, {estimator_name(step)}, is no TokenCountVectorizer. {_WAY_OUT}"
    )


def _join(traces):
    counters = [counter for each in traces for counter in each.counters]
    firsts = np.cumsum([0, *(len(each.counters) for each in traces)])
    sources = [each.sources + n for each, n in zip(traces, firsts, strict=False)]
    columns = [each.columns for each in traces]
    empty = np.empty(0, np.int64)
    return Trace(
        counters, np.concatenate([empty, *sources]), np.concatenate([empty, *columns])
    )


def _keeps_columns(step):
    """Whether each feature comes of its own column, and nothing of nothing."""
    if isinstance(step, StandardScaler):
        return not step.with_mean
    if isinstance(step, Binarizer):
        return step.threshold >= 0
    return isinstance(step, TfidfTransformer | MaxAbsScaler | Normalizer)


def spread(traced, tokens, values, weights):
    """Share weighted features among the words that they come from.

    Parameters
    ----------
    traced : Trace
    tokens : list of list of str
        Words.

    values : matrix of shape (n_samples, n_features)
        Features of these.

    weights : ndarray of shape (n_features, n_classes)

    Returns
    -------
    ndarray of shape (n_tokens, n_classes)
        All words, one after the other.
    """
    values = csr_matrix(values)
    total = np.zeros((sum(map(len, tokens)), weights.shape[1]))
    for number, (taggers, vectorizer) in enumerate(traced.counters):
        own = np.flatnonzero(traced.sources == number)
        columns, n_columns = traced.columns[own], len(vectorizer.vocabulary_)
        own_weights = np.zeros((n_columns, weights.shape[1]))
        own_weights[columns] = weights[own]
        stored = values[:, own].tocoo()
        placed = (stored.data, (stored.row, columns[stored.col]))
        counted = tokens
        for tagger in taggers:
            counted = tagger.transform(counted)
        shape = (len(tokens), n_columns)
        shares = vectorizer.token_values(counted, csr_matrix(placed, shape=shape))
        total += shares @ own_weights
    return total
