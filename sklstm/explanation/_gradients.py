"""What the gradients of an LSTM add up to on the way from nothing to a sample."""

import warnings

import numpy as np

from sklstm.display._progress import show_progress
from sklstm.explanation._model import is_recurrent, last_step, steps_of
from sklstm.explanation._options import Attribution
from sklstm.explanation._samples import DocumentSamples, TokenSamples
from sklstm.explanation._scores import contrasts
from sklstm.explanation._series import SequenceSamples, check_baseline
from sklstm.sequences import Sequences
from sklstm.utils import estimator_name

# How far the scores may be from what adds up to them without a word about it.
_TOLERANCE = 1e-3


def refusal(samples):
    """Say why the method cannot explain; "" where it can."""
    last = last_step(samples.rest)
    if not is_recurrent(last):
        return (
            "it needs an LSTMClassifier at the end; got "
            f"{estimator_name(last)}. Take 'shapley' or 'occlusion'."
        )
    if isinstance(samples, DocumentSamples) or not _is_of_steps(samples):
        return (
            "no step of the Pipeline gives words, or a series, whose time steps the "
            "LSTM reads one by one. Take 'shapley' or 'occlusion'."
        )
    return ""


def attribute(samples, options):
    """Integrate gradients over what the LSTM reads.

    Parameters
    ----------
    samples : TokenSamples or SequenceSamples
    options : Options

    Returns
    -------
    list of Attribution

    References
    ----------
    .. [1] Sundararajan, Taly, Yan: "Axiomatic Attribution for Deep Networks", ICML
       2017.
    """
    sequences, attributions = samples.inputs, [None] * len(samples)
    progress = iter(
        show_progress(
            range(len(samples)), verbose="samples" if options.verbose else False
        )
    )
    names = _static_names(samples)
    residuals = []
    for columns in np.unique(options.columns, axis=0):
        rows = np.flatnonzero((options.columns == columns).all(axis=1))
        chosen = sequences if len(rows) == len(samples) else sequences[rows]
        integrals = _integrate(samples, chosen, columns, options, progress)
        residuals += [integral.residual for integral in integrals]
        for row, integral in zip(rows, integrals, strict=True):
            attributions[row] = _attribution(samples, row, integral, columns, names)
    next(progress, None)
    _warn_of_residuals(residuals)
    return attributions


def _integrate(samples, sequences, columns, options, progress):
    # Only where an LSTM is explained torch is loaded.
    from sklstm.models._lstm.attribution import integrate_gradients

    classes = samples.rest.classes_
    directions = contrasts(np.eye(len(classes)))[columns]
    if len(columns) == len(classes):
        directions = directions[:-1]  # over the classes all sums to 0
    n_channels = 0 if sequences.channels is None else sequences.channels.shape[1]
    return integrate_gradients(
        last_step(samples.rest),
        sequences,
        directions,
        check_baseline(options.baseline, n_channels),
        lambda: next(progress),
    )


def _attribution(samples, row, integral, columns, names):
    n_classes = len(samples.rest.classes_)

    def spread(values):
        """Give each class its column again."""
        if values.shape[-1] < len(columns):
            last = -values.sum(axis=-1, keepdims=True)
            values = np.concatenate([values, last], axis=-1)
        spread = np.full((*values.shape[:-1], n_classes), np.nan)
        spread[..., columns] = values
        return spread

    contributions = spread(integral.contributions)
    if isinstance(samples, TokenSamples):
        contributions = _by_token(samples, row, contributions.sum(axis=1))
    return Attribution(
        spread(integral.base),
        contributions,
        static=spread(integral.static) if names else None,
        static_names=names,
        scores=spread(integral.scores),
    )


def _by_token(samples, row, contributions):
    """Give each word the contribution of its time step; one that was skipped has 0."""
    tokens = samples.tokens[row]
    if len(tokens) == len(contributions):
        return contributions
    by_token = np.zeros((len(tokens), contributions.shape[1]))
    by_token[_is_read(samples, tokens)] = contributions
    return by_token


def _is_of_steps(samples):
    """Whether each word, or each time step, is read in a time step of its own."""
    if not isinstance(samples.inputs, Sequences):
        return False
    lengths = samples.inputs.lengths
    if isinstance(samples, SequenceSamples):
        sequences = samples.sequences
        has_as_many = np.array_equal(lengths, sequences.lengths)
        return has_as_many and _n_columns(samples.inputs) == _n_columns(sequences)
    if not isinstance(samples, TokenSamples):
        return False
    return all(
        len(tokens) == length or _is_read(samples, tokens).sum() == length
        for tokens, length in zip(samples.tokens, lengths, strict=True)
    )


def _is_read(samples, tokens):
    """Whether the LSTM reads each word, or the steps before it leave it out."""
    distinct = sorted(set(tokens))
    lengths = samples.rest[:-1].transform([[token] for token in distinct]).lengths
    read = dict(zip(distinct, lengths, strict=True))
    return np.array([read[token] > 0 for token in tokens], dtype=bool)


def _n_columns(sequences):
    channels = sequences.channels
    return len(sequences.codes) + (0 if channels is None else channels.shape[1])


def _static_names(samples):
    """Names of the static features that the LSTM reads."""
    static = samples.inputs.static
    n_static = 0 if static is None else static.shape[1]
    named = [
        part.get_feature_names_out()
        for _, step in steps_of(samples.rest)[:-1]
        for _, part in getattr(step, "transformers_", ())
        if hasattr(part, "get_feature_names_out")
    ]
    names = tuple(str(name) for names in named for name in names)
    if len(names) == n_static:
        return names
    return tuple(f"static {j}" for j in range(n_static))


def _warn_of_residuals(residuals):
    far = [residual for residual in residuals if residual > _TOLERANCE]
    if far:
        warnings.warn(
            f"explain(method='gradients') adds up to the scores of {len(far)} of "
            f"{len(residuals)} samples within {max(far):.2g} only, where it promises "
            f"{_TOLERANCE}. method='shapley' adds up exactly.",
            stacklevel=4,
        )
