"""Networks of an LSTMLanguageModel, built from its settings and weights."""

from dataclasses import dataclass

import numpy as np
import torch

from sklstm.models._lstm.layout import InputLayout
from sklstm.models._lstm.network import (
    draw_seed,
    predicts_in_bfloat16,
    trains_in_bfloat16,
)
from sklstm.nn._runtime import as_tensor, seeded_generator
from sklstm.nn.language_model.network import LanguageModelNetwork, initialize

# Weights that the forward model has no use for.
_OF_THE_BACKWARD_MODEL = ("lstm.backward_layers.", "readouts.1.")


@dataclass(frozen=True)
class LanguageNetworkSettings:
    """Architecture of a language model's network, whatever its weights.

    Attributes
    ----------
    layout : InputLayout
        What it reads: one stream of codes.

    hidden_size, n_layers, bidirectional, dropout, embedding_dropout, word_dropout, \
            fine_tune, precision
        As in `LSTMLanguageModel`.
    """

    layout: InputLayout
    hidden_size: int
    n_layers: int
    bidirectional: bool
    dropout: float
    embedding_dropout: float
    word_dropout: float
    fine_tune: bool
    precision: str

    def new(self, vectors, symbol_counts, rng, device):
        """Draw a network to be trained.

        Parameters
        ----------
        vectors : ndarray or None
            Given table.

        symbol_counts : ndarray of shape (n_codes + 1,)
            How often each code, and the end, occurs in the training data.

        rng : RandomState
        device : torch.device

        Returns
        -------
        LanguageModelNetwork
        """
        seed = draw_seed(rng)
        network = self._build(
            self.bidirectional,
            trains_in_bfloat16(self.precision, 0, device),
            seeded_generator(seed, device),
        )
        shares = (symbol_counts + 1.0) / (symbol_counts + 1.0).sum()
        log_shares = torch.from_numpy(np.log(shares).astype(np.float32))
        initialize(network, seeded_generator(seed), log_shares)
        network.load_vectors(vectors)
        return network.to(device)

    def trained(self, vectors, weights, device):
        """Make the network of the forward model, which answers."""
        network = self._build(False, predicts_in_bfloat16(self.precision, device))
        frozen = {} if self.fine_tune else {"tables.0.weight": vectors}
        state = {
            name: as_tensor(array, device)
            for name, array in {**frozen, **weights}.items()
            if not name.startswith(_OF_THE_BACKWARD_MODEL)
        }
        network.load_state_dict(state, assign=True)
        return network.eval()

    def _build(self, bidirectional, bfloat16, generator=None):
        """Build the network without weights."""
        return LanguageModelNetwork(
            table_size=self.layout.table_sizes[0],
            hidden_size=self.hidden_size,
            n_layers=self.n_layers,
            bidirectional=bidirectional,
            dropout=self.dropout,
            embedding_dropout=self.embedding_dropout,
            word_dropout=self.word_dropout,
            fine_tune=self.fine_tune,
            bfloat16=bfloat16,
            generator=generator,
        )
