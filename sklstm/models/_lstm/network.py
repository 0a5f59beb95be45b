"""Networks of an LSTMClassifier, built from its parameters and weights."""

import numpy as np
import torch

from sklstm.nn._pooling import POOLINGS
from sklstm.nn._runtime import (
    computes_in_bfloat16,
    is_faster_in_bfloat16,
    seeded_generator,
)
from sklstm.nn._sequence_network import SequenceNetwork, initialize


def training_network(classifier, sequences, train_data, rng, device, continues):
    """Network with the weights of the last call, or with newly drawn ones."""
    seed = int(rng.randint(2**31 - 1))
    generator = seeded_generator(seed, device)
    sizes = classifier.layout_.table_sizes
    network = _build_network(
        classifier, sizes, device, training=True, generator=generator
    )
    if continues:
        weights = {**frozen_tables(classifier, sequences), **classifier.weights_}
        state = {n: torch.tensor(array, device=device) for n, array in weights.items()}
        network.load_state_dict(state, assign=True)
        return network
    totals = train_data.class_totals(len(classifier.classes_)) + 1
    initialize(network, seeded_generator(seed), torch.log(totals / totals.sum()))
    network.load_vectors(sequences.vectors)
    return network.to(device)


def trained_network(classifier, sequences, device):
    """Network for prediction, whose weights on a CPU share memory with the arrays."""
    weights = {**frozen_tables(classifier, sequences), **classifier.weights_}
    for j, (n_codes, _) in enumerate(classifier.layout_.table_sizes):
        vectors, name = sequences.vectors[j], f"tables.{j}.weight"
        if vectors is not None and len(vectors) > n_codes:
            # Words met since fit bring vectors of their own.
            weights[name] = np.vstack([weights[name][:n_codes], vectors[n_codes:]])
    sizes = [weights[f"tables.{j}.weight"].shape for j in range(len(sequences.codes))]
    network = _build_network(classifier, sizes, device)
    # On their device beforehand: moving the modules takes a tenth of a prediction.
    state = {n: torch.from_numpy(array).to(device) for n, array in weights.items()}
    network.load_state_dict(state, assign=True)
    return network.eval()


def frozen_tables(classifier, sequences):
    """Tables that are no weights of the network but come with the sequences."""
    if classifier.fine_tune:
        return {}
    for j, vectors in enumerate(sequences.vectors):
        if vectors is None:
            raise ValueError(
                "LSTMClassifier with fine_tune=False expects the vectors of "
                f"stream {j} with the sequences; got none. Set fine_tune=True to "
                "learn them."
            )
    return {f"tables.{j}.weight": v for j, v in enumerate(sequences.vectors)}


def _build_network(classifier, table_sizes, device, *, training=False, generator=None):
    """Build the network without weights."""
    return SequenceNetwork(
        table_sizes=table_sizes,
        n_channels=classifier.layout_.n_channels,
        n_static_features=classifier.layout_.n_static_features,
        n_classes=len(classifier.classes_),
        hidden_size=classifier.hidden_size,
        n_layers=classifier.n_layers,
        bidirectional=classifier.bidirectional,
        pooling=_pooling_names(classifier),
        dropout=classifier.dropout,
        embedding_dropout=classifier.embedding_dropout,
        word_dropout=classifier.word_dropout,
        fine_tune=classifier.fine_tune,
        bfloat16=_takes_bfloat16(classifier, device, training),
        generator=generator,
    )


def _takes_bfloat16(classifier, device, training):
    if classifier.precision == "auto":
        # Vectors of words bear the rounding, measured channels might not.
        is_safe = training and not classifier.layout_.n_channels
        return is_safe and is_faster_in_bfloat16(device)
    if classifier.precision == "float32" or computes_in_bfloat16(device):
        return classifier.precision == "bfloat16"
    if training:
        raise ValueError(
            "precision='bfloat16' is not at hand here: this CPU has no LSTM in "
            "bfloat16 (it lacks AVX-512). Use 'auto' or 'float32'."
        )
    return False  # What was fitted elsewhere predicts here, too.


def _pooling_names(classifier):
    pooling = classifier.pooling
    names = (pooling,) if isinstance(pooling, str) else tuple(pooling)
    if not names or not set(names) <= set(POOLINGS):
        raise ValueError(
            f"LSTMClassifier expects pooling to be one or several of {POOLINGS}; "
            f"got {pooling!r}."
        )
    return names
