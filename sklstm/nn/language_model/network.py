"""The network behind LSTMLanguageModel."""

import torch
from torch import nn

from sklstm.nn._dropout import locked_dropout
from sklstm.nn._layers import LSTM, Embedding, Linear
from sklstm.nn._recurrent import reversal, reverse_within_lengths
from sklstm.nn._runtime import as_tensor
from sklstm.nn._sequence_network import draw_reader


class DirectionsApart(nn.Module):
    """Stacked LSTMs of which neither direction ever sees the states of the other.

    Over both, as in `PaddedLSTM`, a state of an upper layer would know the step that
    it is to predict. With one layer the weights are those of a `PaddedLSTM`.

    Parameters
    ----------
    input_size, hidden_size, n_layers, bidirectional, dropout
        As in `PaddedLSTM`.
    """

    def __init__(self, input_size, hidden_size, *, n_layers, bidirectional, dropout):
        super().__init__()
        self.dropout = dropout
        sizes = [input_size] + [hidden_size] * (n_layers - 1)
        self.forward_layers = nn.ModuleList(LSTM(s, hidden_size) for s in sizes)
        self.backward_layers = nn.ModuleList(
            LSTM(s, hidden_size) for s in (sizes if bidirectional else [])
        )

    def read(self, steps, involution, generator=None):
        """Compute the states of the last layers, as `PaddedLSTM.read` does."""
        states = [self._stack(self.forward_layers, steps, generator)]
        if self.backward_layers:
            mirrored = reverse_within_lengths(steps, involution)
            states.append(self._stack(self.backward_layers, mirrored, generator))
        return states

    def _stack(self, layers, states, generator):
        for i, layer in enumerate(layers):
            if i:
                rate = self.dropout if self.training else 0.0
                states = locked_dropout(states, rate, generator)
            states = layer(states)[0]
        return states


class Readout(nn.Module):
    """From the states of a direction to vectors that are compared with symbols'.

    Parameters
    ----------
    hidden_size, vector_size : int
    """

    def __init__(self, hidden_size, vector_size):
        super().__init__()
        # What stands for the state before the first step.
        self.begin = nn.Parameter(torch.empty(1, hidden_size, dtype=torch.float32))
        self.projection = Linear(hidden_size, vector_size, bias=False)

    def forward(self, states, rows, n_sequences):
        """Give the vectors (N, E) of all predictions of a direction.

        Parameters
        ----------
        states : Tensor of shape (T, B, H)
        rows : Tensor of shape (n_steps,)
            Places of time steps in the flattened (T, B).

        n_sequences : int
            B: each is begun once.
        """
        # Of padded batches there are fewer sizes than of rows; see `_CrossEntropy`.
        vectors = self.projection(states).flatten(0, 1).index_select(0, rows)
        begins = self.projection(self.begin).expand(n_sequences, -1)
        return torch.cat([begins, vectors]).float()


class LanguageModelNetwork(nn.Module):
    """Codes, LSTM, and for each direction what it expects of the next symbol.

    The symbols are the codes and an end, which bounds a sequence on either side. Their
    vectors are those of the input table: each symbol's score is the product of its
    vector with the one that is predicted, and a bias. The weights have to be set. Those
    of the table and of the LSTM have the names that they have in a `SequenceNetwork`.

    Parameters
    ----------
    table_size : (n_codes, vector_size)
    hidden_size, n_layers, bidirectional
        As in `DirectionsApart`.

    dropout : float
        On states: between layers, and before they predict; one mask a sequence.

    embedding_dropout, word_dropout, fine_tune, bfloat16, generator
        As in `SequenceNetwork`. Codes are dropped where they are read, not where they
        are predicted.
    """

    def __init__(
        self,
        *,
        table_size,
        hidden_size,
        n_layers,
        bidirectional,
        dropout,
        embedding_dropout,
        word_dropout,
        fine_tune,
        bfloat16=False,
        generator=None,
    ):
        super().__init__()
        n_codes, vector_size = table_size
        self.tables = nn.ModuleList([Embedding(*table_size, sparse=True)])
        self.tables.requires_grad_(fine_tune)
        self.lstm = DirectionsApart(
            vector_size,
            hidden_size,
            n_layers=n_layers,
            bidirectional=bidirectional,
            dropout=dropout,
        )
        self.readouts = nn.ModuleList(
            Readout(hidden_size, vector_size) for _ in range(2 if bidirectional else 1)
        )
        self.end = nn.Parameter(torch.empty(1, vector_size, dtype=torch.float32))
        self.biases = Embedding(n_codes + 1, 1, sparse=True)
        self.dropout = dropout
        self.embedding_dropout = embedding_dropout
        self.word_dropout = word_dropout
        self.bfloat16 = bfloat16
        self.generator = generator

    def forward(self, codes, lengths):
        """Predict every symbol of a batch from those before it.

        Parameters
        ----------
        codes : Tensor of shape (B, 1, T)
            Padded with 0.

        lengths : Tensor of shape (B,)

        Returns
        -------
        Tensor of shape (D * N, E)
            One row for each symbol, N = ``lengths.sum() + B`` with the ends: in the
            order of `symbols`, of the forward model and of the backward one.
        """
        rows = is_step(lengths, codes.shape[2]).flatten().nonzero().squeeze(1)
        states = self.states(codes, lengths)
        with self._precision(codes.device):
            predicted = [
                readout(direction, rows, len(lengths))
                for readout, direction in zip(self.readouts, states, strict=True)
            ]
        return torch.cat(predicted) if len(predicted) > 1 else predicted[0]

    def states(self, codes, lengths):
        """Compute the states (T, B, H) of each direction, as it reads the batch."""
        codes = codes[:, 0].t()  # (T, B)
        steps = self.tables[0](self._some_unknown(codes).contiguous())  # (T, B, E)
        rate = self.embedding_dropout if self.training else 0.0
        steps = locked_dropout(steps, rate, self.generator)
        with self._precision(steps.device):
            involution = reversal(lengths, len(codes))
            states = self.lstm.read(steps, involution, self.generator)
        rate = self.dropout if self.training else 0.0
        return [locked_dropout(s, rate, self.generator) for s in states]

    def _precision(self, device):
        # A cache of cast weights outlives a step where the caller has autocast on, too.
        return torch.autocast(
            device.type, torch.bfloat16, enabled=self.bfloat16, cache_enabled=False
        )

    def symbols(self, codes, lengths):
        """Give what is to be predicted, in the order of `forward`: codes and ends.

        Returns
        -------
        Tensor of shape (D, N)
        """
        codes = codes[:, 0].t()  # (T, B)
        is_symbol = is_step(lengths + 1, len(codes) + 1)  # (T + 1, B)
        involution = reversal(lengths, len(codes))
        as_read = [codes, codes.flatten()[involution].view_as(codes)]
        return torch.stack(
            [
                _ended(one, lengths, self.n_codes)[is_symbol]
                for one in as_read[: len(self.readouts)]
            ]
        )

    def vectors(self, symbols):
        """Look up the vectors (M, E) of distinct symbols in order, of which the end."""
        return torch.cat([self.tables[0](symbols[:-1]), self.end])

    def bias(self, symbols):
        """Look up the biases (M,) of symbols."""
        return self.biases(symbols).squeeze(1)

    @property
    def n_codes(self):
        """Codes; the number of the symbol that ends a sequence."""
        return self.tables[0].num_embeddings

    def _some_unknown(self, codes):
        if not (self.training and self.word_dropout):
            return codes
        keep = torch.empty(codes.shape, dtype=torch.float32, device=codes.device)
        keep = keep.bernoulli_(1 - self.word_dropout, generator=self.generator)
        return codes * keep.to(codes.dtype)

    @torch.no_grad()
    def load_vectors(self, given):
        """Copy a given table; None leaves the weights as they are."""
        if given is not None:
            self.tables[0].weight.copy_(as_tensor(given))


@torch.no_grad()
def initialize(network, generator, log_shares):
    """Draw the weights: it opens by expecting every symbol as often as it occurs.

    Parameters
    ----------
    network : LanguageModelNetwork
    generator : torch.Generator
        On the CPU, where the weights are drawn.

    log_shares : Tensor of shape (n_codes + 1,)
        Logarithm of each symbol's share.
    """
    draw_reader(network, generator)
    nn.init.normal_(network.end, std=0.1, generator=generator)
    for readout in network.readouts:
        nn.init.zeros_(readout.begin)
        nn.init.xavier_uniform_(readout.projection.weight, generator=generator)
    network.biases.weight.copy_(log_shares.unsqueeze(1))


def is_step(lengths, n_timesteps):
    """Which of the (T, B) time steps are none of padding."""
    time = torch.arange(n_timesteps, device=lengths.device)
    return time.unsqueeze(1) < lengths


def _ended(codes, lengths, end):
    """Put the end after each sequence of (T, B): (T + 1, B)."""
    ended = torch.cat([codes, codes.new_zeros((1, codes.shape[1]))]).long()
    return ended.scatter_(0, lengths.unsqueeze(0), end)
