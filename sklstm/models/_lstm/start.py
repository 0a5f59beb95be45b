"""What a network starts from: the weights of a language model."""

import torch
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.utils.validation import check_is_fitted

from sklstm.models._lstm.language_model import LSTMLanguageModel
from sklstm.nn._runtime import as_tensor
from sklstm.sequences import Sequences
from sklstm.utils import plain

# What an unfitted language model takes over: without equal sizes it would be of no use.
_SHARED = ("hidden_size", "bidirectional", "embedding_size", "fine_tune")


def language_model(classifier, sequences, seed):
    """Give the language model that a classifier starts from.

    Parameters
    ----------
    classifier : LSTMClassifier
        With ``init``; an unfitted one is cloned, and fitted with its sizes.

    sequences : Sequences
        All of ``fit``, with labels or without.

    seed : int
        For a language model that has no ``random_state`` of its own.

    Returns
    -------
    LSTMLanguageModel
        Fitted.

    Raises
    ------
    ValueError, TypeError
        If it does not fit the classifier or its sequences.
    """
    if isinstance(classifier.init, FrozenEstimator):
        return _frozen(classifier)
    if sequences.channels is not None or len(sequences.codes) != 1:
        raise ValueError(
            "LSTMClassifier with init expects sequences with one stream of codes and "
            "no channels; a language model reads nothing else. Set init=None."
        )
    model = clone(classifier.init)
    shared = {name: getattr(classifier, name) for name in _SHARED}
    if model.random_state is None:
        shared["random_state"] = seed
    if model.n_threads is None:
        shared["n_threads"] = classifier.n_threads
    model.set_params(n_layers=1, **shared)
    return model.fit(Sequences(sequences.lengths, sequences.codes, sequences.vectors))


def _frozen(classifier):
    model = classifier.init.estimator
    if not isinstance(model, LSTMLanguageModel):
        raise TypeError(
            "LSTMClassifier expects init to be an LSTMLanguageModel, or a fitted one "
            f"in FrozenEstimator; got {type(model).__name__} in it."
        )
    check_is_fitted(model)
    unequal = list(_unequal_sizes(classifier, model))
    if unequal:
        raise ValueError(
            "LSTMClassifier expects a language model of its own sizes in init; it has "
            f"{', '.join(unequal)}. Set the classifier's to these, or fit the "
            "language model anew."
        )
    return model


def _unequal_sizes(classifier, model):
    """Yield what of a fitted language model does not fit a classifier."""
    if plain(model.n_layers) != 1:
        yield f"n_layers={model.n_layers} (the classifier takes one layer)"
    if plain(model.hidden_size) != plain(classifier.hidden_size):
        yield f"hidden_size={model.hidden_size}, not {classifier.hidden_size}"
    if classifier.bidirectional and not model.bidirectional:
        yield "bidirectional=False, not True"
    if model.fine_tune and not classifier.fine_tune:
        yield "fine_tune=True, not False"
    sizes, wanted = model.layout_.table_sizes, classifier.layout_.table_sizes
    if len(wanted) != 1 or classifier.layout_.n_channels:
        yield "one stream of codes and no channels"
        return
    names = ("codes (of another vocabulary?)", "values in a vector")
    for name, size, other in zip(names, sizes[0], wanted[0], strict=True):
        if size != other:
            yield f"{size} {name}, not {other}"


@torch.no_grad()
def start_from(network, model):
    """Copy the table and the LSTM of a language model into a network.

    Parameters
    ----------
    network : SequenceNetwork
        Of its upper layers and its head nothing changes.

    model : LSTMLanguageModel
        Fitted.
    """
    for name, parameter in network.named_parameters():
        if name in model.weights_:
            parameter.copy_(as_tensor(model.weights_[name]))
