"""Networks of an LSTMClassifier, built from its settings and weights."""

from dataclasses import dataclass

import numpy as np
import torch

from sklstm.models._lstm.layout import InputLayout
from sklstm.nn._runtime import (
    as_tensor,
    computes_in_bfloat16,
    is_faster_in_bfloat16,
    seeded_generator,
)
from sklstm.nn._sequence_network import SequenceNetwork, initialize


@dataclass(frozen=True)
class NetworkSettings:
    """Architecture of a network, whatever its weights.

    Attributes
    ----------
    layout : InputLayout
        What it reads.

    n_classes : int
        What it tells apart.

    hidden_size, n_layers, bidirectional, pooling, input_pooling, dropout, \
            static_dropout, embedding_dropout, word_dropout, fine_tune, precision
        As in `LSTMClassifier`; poolings are tuples.
    """

    layout: InputLayout
    n_classes: int
    hidden_size: int
    n_layers: int
    bidirectional: bool
    pooling: tuple
    input_pooling: tuple
    dropout: float
    static_dropout: float | None
    embedding_dropout: float
    word_dropout: float
    fine_tune: bool
    precision: str

    def new(self, vectors, class_totals, rng, device):
        """Draw a network to be trained.

        Parameters
        ----------
        vectors : sequence of ndarray or None
            Given table of each stream of codes.

        class_totals : Tensor of shape (n_classes,)
            Weight of each class in the training data: the head opens with its share.

        rng : RandomState
        device : torch.device

        Returns
        -------
        SequenceNetwork
        """
        seed = draw_seed(rng)
        network = self._to_train(seed, device)
        totals = class_totals + 1
        initialize(network, seeded_generator(seed), torch.log(totals / totals.sum()))
        network.load_vectors(vectors)
        return network.to(device)

    def resumed(self, vectors, weights, rng, device):
        """Take a network with the weights of the last call, to be trained further."""
        network = self._to_train(draw_seed(rng), device)
        weights = {**self.frozen_tables(vectors), **weights}
        state = {n: torch.tensor(array, device=device) for n, array in weights.items()}
        network.load_state_dict(state, assign=True)
        return network

    def trained(self, vectors, weights, device):
        """Make a network for prediction; on a CPU it shares memory with `weights`."""
        weights = {**self.frozen_tables(vectors), **weights}
        for j, (n_codes, _) in enumerate(self.layout.table_sizes):
            name = f"tables.{j}.weight"
            if vectors[j] is not None and len(vectors[j]) > n_codes:
                # Words met since fit bring vectors of their own.
                weights[name] = np.vstack(
                    [weights[name][:n_codes], vectors[j][n_codes:]]
                )
        sizes = [weights[f"tables.{j}.weight"].shape for j in range(len(vectors))]
        network = self._build(sizes, predicts_in_bfloat16(self.precision, device))
        # On their device beforehand: moving the modules takes a tenth of a prediction.
        state = {n: as_tensor(array, device) for n, array in weights.items()}
        network.load_state_dict(state, assign=True)
        return network.eval()

    def frozen_tables(self, vectors):
        """Give the tables that are no weights but come with the sequences."""
        if self.fine_tune:
            return {}
        for j, table in enumerate(vectors):
            if table is None:
                raise ValueError(
                    "LSTMClassifier with fine_tune=False expects the vectors of "
                    f"stream {j} with the sequences; got none. Set fine_tune=True to "
                    "learn them."
                )
        return {f"tables.{j}.weight": table for j, table in enumerate(vectors)}

    def _to_train(self, seed, device):
        n_channels = self.layout.n_channels
        bfloat16 = trains_in_bfloat16(self.precision, n_channels, device)
        generator = seeded_generator(seed, device)
        return self._build(self.layout.table_sizes, bfloat16, generator)

    def _build(self, table_sizes, bfloat16, generator=None):
        """Build the network without weights."""
        return SequenceNetwork(
            table_sizes=table_sizes,
            n_channels=self.layout.n_channels,
            n_static_features=self.layout.n_static_features,
            n_classes=self.n_classes,
            hidden_size=self.hidden_size,
            n_layers=self.n_layers,
            bidirectional=self.bidirectional,
            pooling=self.pooling,
            input_pooling=self.input_pooling,
            dropout=self.dropout,
            static_dropout=self.static_dropout,
            embedding_dropout=self.embedding_dropout,
            word_dropout=self.word_dropout,
            fine_tune=self.fine_tune,
            bfloat16=bfloat16,
            generator=generator,
        )


def trains_in_bfloat16(precision, n_channels, device):
    """Whether an LSTM over so many channels trains in bfloat16 on a device."""
    if precision == "auto":
        # Vectors of words bear the rounding, measured channels might not.
        return not n_channels and is_faster_in_bfloat16(device)
    if precision == "bfloat16" and not computes_in_bfloat16(device):
        raise ValueError(
            "precision='bfloat16' is not at hand here: this CPU has no LSTM in "
            "bfloat16 (it lacks AVX-512). Use 'auto' or 'float32'."
        )
    return precision == "bfloat16"


def predicts_in_bfloat16(precision, device):
    """Whether an LSTM predicts in bfloat16 on a device."""
    # What was fitted elsewhere predicts here, too.
    return precision == "bfloat16" and computes_in_bfloat16(device)


def draw_seed(rng):
    """Draw a seed of a generator of torch's from a RandomState."""
    return int(rng.randint(2**31 - 1))
