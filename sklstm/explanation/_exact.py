"""What each word or time step says in a model whose scores are sums of such parts."""

import numpy as np
from scipy.sparse import csr_matrix, issparse
from sklearn.linear_model._base import LinearClassifierMixin
from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB
from sklearn.preprocessing import binarize

from sklstm import features, text
from sklstm.explanation._model import steps_of
from sklstm.explanation._options import Attribution
from sklstm.explanation._samples import DocumentSamples, TokenSamples
from sklstm.explanation._scores import contrasts, decision_scores
from sklstm.explanation._tracing import Inexplicable, flat_steps, spread, trace
from sklstm.utils import estimator_name

# Samples whose n-grams are in memory at a time.
_AT_ONCE = 1_000
_WAY_OUT = "Use method='occlusion' or 'shapley'."


def refusal(samples):
    """Say why the scores are no sum over words or time steps; "" where they are.

    Parameters
    ----------
    samples : PartedSamples

    Returns
    -------
    str
    """
    if isinstance(samples, DocumentSamples):
        return (
            "the model has no step that makes lists of words of documents, such as "
            f"JiebaSegmenter, or none that can be told apart. {_WAY_OUT}"
        )
    *before, (_, last) = flat_steps(samples.rest)
    if hasattr(last, "score_timesteps"):
        return _refuse_hmm(before, last, samples)
    if not isinstance(samples, TokenSamples):
        return (
            "it takes apart sums over words, and an HMMClassifier's over time steps. "
            f"{_WAY_OUT}"
        )
    try:
        trace(before)
        raw = _linear_form(last)
    except Inexplicable as exc:
        return str(exc)
    return "" if all(np.isfinite(part).all() for part in raw) else _impossible(last)


def attribute(samples, options):
    """Take the scores apart.

    Parameters
    ----------
    samples : PartedSamples
        Of a model that `refusal` has nothing against.

    options : Options

    Returns
    -------
    list of Attribution
    """
    *_, (_, last) = flat_steps(samples.rest)
    if hasattr(last, "score_timesteps"):
        return _attribute_time_steps(samples, last)
    return _attribute_words(samples, last)


def _attribute_words(samples, last):
    *before, _ = flat_steps(samples.rest)
    traced = trace(before)
    weights, base = map(contrasts, _linear_form(last))
    attributions = []
    for start in range(0, len(samples), _AT_ONCE):
        tokens = list(map(list, samples.tokens[start : start + _AT_ONCE]))
        values = samples.rest[:-1].transform(tokens)
        if isinstance(last, BernoulliNB) and last.binarize is not None:
            values = binarize(csr_matrix(values), threshold=last.binarize)
        contributions = spread(traced, tokens, values, weights)
        ends = np.cumsum([len(row) for row in tokens])
        attributions += [
            Attribution(base, part) for part in np.split(contributions, ends[:-1])
        ]
    return attributions


def _attribute_time_steps(samples, hmm):
    X = samples.whole()
    if len(steps_of(samples.rest)) > 1:
        X = samples.rest[:-1].transform(X)
    base = contrasts(np.log(hmm.class_prior_))
    time_steps = hmm.score_timesteps(X)
    return [
        samples.lay_out(row, base, contrasts(each))
        for row, each in enumerate(time_steps)
    ]


def _linear_form(model):
    """Weights (n_features, n_classes) and intercepts (n_classes,), raw."""
    if isinstance(model, ComplementNB):
        return model.feature_log_prob_.T, np.zeros(len(model.classes_))
    if isinstance(model, MultinomialNB):
        return model.feature_log_prob_.T, model.class_log_prior_
    if isinstance(model, BernoulliNB):
        # What a word says is set against its absence.
        absent = np.log1p(-np.exp(model.feature_log_prob_))
        weights = model.feature_log_prob_ - absent
        return weights.T, model.class_log_prior_ + absent.sum(axis=1)
    if isinstance(model, LinearClassifierMixin):
        # RidgeClassifier has a flat one for two classes.
        coef = np.atleast_2d(
            model.coef_.toarray() if issparse(model.coef_) else model.coef_
        )
        intercept = np.broadcast_to(model.intercept_, len(coef))
        return decision_scores(coef.T), decision_scores(intercept[np.newaxis])[0]
    raise Inexplicable(
        f"{estimator_name(model)} is neither a linear model nor naive Bayes of counts. "
        f"{_WAY_OUT}"
    )


def _refuse_hmm(before, hmm, samples):
    if not (hmm.class_prior_ > 0).all():
        return _impossible(hmm)
    are_words = isinstance(samples, TokenSamples)
    for name, step in before:
        if not (are_words and _is_aligned(step)):
            return (
                f"step {name!r}, {estimator_name(step)}, does not make one time step "
                f"of each word. {_WAY_OUT}"
            )
    if are_words or samples.n_columns == 1:
        return ""
    return (
        "HMMClassifier weighs all channels of a time step together; its "
        f"score_timesteps says what each time step adds. {_WAY_OUT}"
    )


def _is_aligned(step):
    """Whether a step makes one time step of each word."""
    if isinstance(step, features.Word2VecEmbedder):
        return step.pooling is None and step.oov != "skip"
    return isinstance(step, text.JiebaPOSTagger | features.TokenEncoder)


def _impossible(model):
    return (
        f"a class has probability 0 in {estimator_name(model)}, and its scores are "
        "infinite. Fit it on samples of each class."
    )
