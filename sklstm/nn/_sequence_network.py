"""The network behind LSTMClassifier."""

import torch
from torch import nn

from sklstm.nn._dropout import dropout, locked_dropout
from sklstm.nn._layers import Embedding, Linear
from sklstm.nn._pooling import MaskedPooling
from sklstm.nn._recurrent import PaddedLSTM, reversal
from sklstm.nn._runtime import as_tensor
from sklstm.nn._unrolled import read_words

# From so many sequences on it pays to project each distinct word of a batch but once.
_FEWEST_UNROLLED = 32


class SequenceNetwork(nn.Module):
    """Codes and channels, LSTM, pooling, static features, class logits.

    The weights have to be set, by `initialize` or ``load_state_dict``.

    Parameters
    ----------
    table_sizes : sequence of (n_codes, vector_size)
        One embedding table for each stream of codes.

    n_channels, n_static_features : int
        Numeric inputs for each time step and for each sequence.

    n_classes : int
        Logits K.

    hidden_size, n_layers, bidirectional, dropout
        As in `PaddedLSTM`; dropout also falls on what the head reads.

    static_dropout : float or None, default=None
        On the static features that the head reads. None is that of all it reads.

    pooling, input_pooling : tuple of str
        As in `MaskedPooling`: of the LSTM's states, and of its inputs.

    embedding_dropout : float
        On the inputs of a time step, one mask a sequence.

    word_dropout : float
        Probability that a code is replaced by 0, the unknown token.

    fine_tune : bool
        Whether the tables are trained.

    bfloat16 : bool, default=False
        Whether the LSTM computes in bfloat16; all else stays in float32.

    generator : torch.Generator, default=None
        For dropout while training; on the device of the network.
    """

    def __init__(
        self,
        *,
        table_sizes,
        n_channels,
        n_static_features,
        n_classes,
        hidden_size,
        n_layers,
        bidirectional,
        pooling,
        input_pooling=(),
        dropout,
        static_dropout=None,
        embedding_dropout,
        word_dropout,
        fine_tune,
        bfloat16=False,
        generator=None,
    ):
        super().__init__()
        self.tables = nn.ModuleList(Embedding(*s, sparse=True) for s in table_sizes)
        self.tables.requires_grad_(fine_tune)
        input_size = sum(size for _, size in table_sizes) + n_channels
        self.lstm = PaddedLSTM(
            input_size,
            hidden_size,
            n_layers=n_layers,
            bidirectional=bidirectional,
            dropout=dropout,
        )
        self.pooling = MaskedPooling(pooling, hidden_size, 2 if bidirectional else 1)
        self.input_pooling = MaskedPooling(input_pooling, input_size, 1)
        n_pooled = self.pooling.output_size + self.input_pooling.output_size
        self.head = Linear(n_pooled + n_static_features, n_classes)
        self.dropout = dropout
        self.static_dropout = static_dropout
        self.embedding_dropout = embedding_dropout
        self.word_dropout = word_dropout
        self.bfloat16 = bfloat16
        self.generator = generator

    def forward(self, codes, lengths, channels=None, static=None):
        """Compute logits.

        Parameters
        ----------
        codes : Tensor of shape (B, k, T)
            k streams, padded with 0.

        lengths : Tensor of shape (B,)
        channels : Tensor of shape (B, T, C), default=None
        static : Tensor of shape (B, S), default=None

        Returns
        -------
        Tensor of shape (B, K)
        """
        if not self._reads_words_once(codes, channels):
            return self.classify(self.embed(codes, channels), lengths, static)
        involution = reversal(lengths, codes.shape[2])
        words, places = codes[:, 0].t().unique(return_inverse=True)
        layers = [*self.lstm.forward_layers, *self.lstm.backward_layers]
        vectors = self.tables[0](words)
        states = read_words(layers, vectors, places, lengths, involution)
        steps = vectors[places] if self.input_pooling.names else None
        return self._answer(states, steps, lengths, involution, static)

    def classify(self, steps, lengths, static=None):
        """Compute logits of what `embed` gives.

        Parameters
        ----------
        steps : Tensor of shape (T, B, F)
        lengths : Tensor of shape (B,)
        static : Tensor of shape (B, S), default=None

        Returns
        -------
        Tensor of shape (B, K)
        """
        involution = reversal(lengths, len(steps))
        # A cache of cast weights outlives a step where the caller has autocast on, too.
        with torch.autocast(
            steps.device.type,
            torch.bfloat16,
            enabled=self.bfloat16,
            cache_enabled=False,
        ):
            states = self.lstm.read(steps, involution, self.generator)
        states = [direction.float() for direction in states]
        return self._answer(states, steps, lengths, involution, static)

    def _answer(self, states, steps, lengths, involution, static):
        """Logits from the inputs, and the states of the last layer as it reads."""
        summary = [self.pooling(states, lengths, involution)]
        if self.input_pooling.names:
            summary.append(self.input_pooling([steps], lengths, involution))
        if static is not None and self.static_dropout is None:
            summary.append(static)
        summary = torch.cat(summary, dim=1) if len(summary) > 1 else summary[0]
        if self.training:
            summary = dropout(summary, self.dropout, self.generator)
        if static is not None and self.static_dropout is not None:
            if self.training:
                static = dropout(static, self.static_dropout, self.generator)
            summary = torch.cat([summary, static], dim=1)
        return self.head(summary)

    def _reads_words_once(self, codes, channels):
        """Whether projecting each distinct word of a batch once is quicker, and exact.

        On several threads torch's own kernel is quicker, on a GPU by far.
        """
        is_prediction = not (self.training or torch.is_grad_enabled())
        reads_words = len(self.tables) == 1 and channels is None
        is_one_thread = codes.device.type == "cpu" and torch.get_num_threads() == 1
        return (
            is_prediction
            and reads_words
            and is_one_thread
            and not self.bfloat16
            and len(self.lstm.forward_layers) == 1
            and len(codes) >= _FEWEST_UNROLLED
        )

    def embed(self, codes, channels=None):
        """Look up the codes, join the channels: LSTM inputs of shape (T, B, F)."""
        if self.training and self.word_dropout and self.tables:
            shape = (codes.shape[0], 1, codes.shape[2])
            keep = torch.empty(shape, dtype=torch.float32, device=codes.device)
            keep = keep.bernoulli_(1 - self.word_dropout, generator=self.generator)
            codes = codes * keep.to(codes.dtype)
        parts = [
            table(codes[:, stream].t().contiguous())  # (T, B, vector_size)
            for stream, table in enumerate(self.tables)
        ]
        if channels is not None:
            parts.append(channels.transpose(0, 1))
        steps = torch.cat(parts, dim=2) if len(parts) > 1 else parts[0]
        rate = self.embedding_dropout if self.training else 0.0
        return locked_dropout(steps, rate, self.generator)

    @torch.no_grad()
    def load_vectors(self, vectors):
        """Copy given vectors into the tables; None leaves a table as it is."""
        for table, given in zip(self.tables, vectors, strict=True):
            if given is not None:
                table.weight.copy_(as_tensor(given))


@torch.no_grad()
def initialize(network, generator, class_log_priors):
    """Draw the weights of a network.

    Input weights are Glorot-uniform and recurrent weights orthogonal; the forget gate
    opens with bias 1, so that memory lasts from the start; the head opens with the
    class priors, so that an empty sequence answers them.

    Parameters
    ----------
    network : SequenceNetwork
    generator : torch.Generator
        On the CPU, where the weights are drawn.

    class_log_priors : Tensor of shape (K,)

    References
    ----------
    .. [1] Glorot, Bengio: "Understanding the difficulty of training deep feedforward
       neural networks", AISTATS 2010.
    .. [2] Saxe, McClelland, Ganguli: "Exact solutions to the nonlinear dynamics of
       learning in deep linear neural networks", ICLR 2014.
    .. [3] Jozefowicz, Zaremba, Sutskever: "An Empirical Exploration of Recurrent
       Network Architectures", ICML 2015.
    """
    draw_reader(network, generator)
    for linear in (m for m in network.modules() if isinstance(m, nn.Linear)):
        nn.init.xavier_uniform_(linear.weight, generator=generator)
        nn.init.zeros_(linear.bias)
    network.head.bias.copy_(class_log_priors)
    # Static features may lie far out; they earn their weights.
    n_pooled = network.pooling.output_size + network.input_pooling.output_size
    network.head.weight[:, n_pooled:] = 0


@torch.no_grad()
def draw_reader(network, generator):
    """Draw the tables and the LSTM of a network, as `initialize` does."""
    for table in network.tables:
        nn.init.normal_(table.weight, std=0.1, generator=generator)
    for layer in [*network.lstm.forward_layers, *network.lstm.backward_layers]:
        nn.init.xavier_uniform_(layer.weight_ih_l0, generator=generator)
        nn.init.orthogonal_(layer.weight_hh_l0, generator=generator)
        nn.init.zeros_(layer.bias_ih_l0)
        nn.init.zeros_(layer.bias_hh_l0)
        hidden_size = layer.hidden_size  # gates stand as input, forget, cell, output
        nn.init.ones_(layer.bias_ih_l0[hidden_size : 2 * hidden_size])
