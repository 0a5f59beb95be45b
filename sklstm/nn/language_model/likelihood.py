"""Losses and likelihoods of predicted symbols."""

import torch
import torch.nn.functional as F
from torch import nn

from sklstm.nn.language_model.network import is_step

# Rows and columns of the blocks of scores while training. In bfloat16 each new size of
# a product costs a CPU as much as ten products: it compiles code for it.
_ROWS_ON_CPU, _ROWS_ON_GPU, _COLUMN_UNIT = 512, 8192, 256
# The score of a column that fills a block up: no share of anything.
_NO_SCORE = -1e4

# Scores of a block of predictions with a block of all symbols: few enough for the
# cache of a processor.
_BLOCK_ON_CPU, _BLOCK_ON_GPU = (512, 2048), (8192, 8192)

# Scores of all symbols that are kept at a time.
_SCORES_ON_CPU, _SCORES_ON_GPU = 2**22, 2**26


class _CrossEntropy(torch.autograd.Function):
    """Sum of weighted cross-entropies of scores that are products of vectors.

    The gradient is computed with the loss, some rows at a time: autograd would keep
    all scores, and read and write them three times as often.
    """

    @staticmethod
    def forward(ctx, predicted, vectors, shifts, places, weights, dtype):
        """Compute the loss of (N, E) predicted against (M, E) vectors and (M,) shifts.

        Of row i the symbol at ``places[i]`` is right, which counts ``weights[i]``.
        Products are computed in `dtype`.
        """
        n_rows, n_columns = len(predicted), len(vectors)
        unit = _of_device(_ROWS_ON_CPU, _ROWS_ON_GPU, predicted)
        table = _filled_up(_with_shifts(vectors, shifts, dtype), _COLUMN_UNIT)
        table[n_columns:, -2] = _NO_SCORE
        readers = _filled_up(F.pad(predicted, (0, 2), value=1.0).to(dtype), unit)
        weighted = readers * _filled_up(weights, unit).to(dtype).unsqueeze(1)
        right = _filled_up(places, unit).unsqueeze(1)
        to_predicted = predicted.new_empty((len(readers), predicted.shape[1]))
        to_table = torch.zeros_like(table, dtype=torch.float32)
        own_shares = weights.new_empty(len(readers))
        for start in range(0, len(readers), unit):
            rows = slice(start, start + unit)
            shares = torch.mm(readers[rows], table.t()).softmax(dim=1)  # (R, M)
            own_shares[rows] = shares.gather(1, right[rows]).squeeze(1).float()
            to_predicted[rows] = torch.mm(shares, table[:, :-2]).float()
            to_table += torch.mm(shares.t(), weighted[rows]).float()
        to_table.index_add_(0, places, weighted[:n_rows].float(), alpha=-1)
        to_predicted = to_predicted[:n_rows].sub_(vectors[places])
        to_predicted *= weights.unsqueeze(1)
        to_table = to_table[:n_columns]
        ctx.save_for_backward(to_predicted, to_table[:, :-2], to_table[:, -2])
        tiny = torch.finfo(torch.float32).tiny
        return -(own_shares[:n_rows].clamp(min=tiny).log() * weights).sum()

    @staticmethod
    def backward(ctx, gradient):
        parts = (part * gradient for part in ctx.saved_tensors)
        return *parts, None, None, None


def _with_shifts(vectors, shifts, dtype):
    """Join shifts to vectors as two columns: a rounded one, and what it lacks."""
    rounded = shifts.to(dtype)
    rest = (shifts - rounded.float()).to(dtype)
    columns = torch.stack([rounded, rest], dim=1)
    return torch.cat([vectors.to(dtype), columns], dim=1)


def _filled_up(rows, unit):
    """Add rows of zeros up to a multiple of a unit."""
    n_more = -len(rows) % unit
    return F.pad(rows, (0, 0) * (rows.dim() - 1) + (0, n_more))


class CandidateCrossEntropy(nn.Module):
    """Mean negative log-likelihood of symbols among candidates, in nats.

    Parameters
    ----------
    candidates : Candidates
    """

    def __init__(self, candidates):
        super().__init__()
        self.candidates = candidates

    def read(self, network, inputs):
        """Let a `LanguageModelNetwork` read a batch: what `forward` takes.

        Parameters
        ----------
        network : LanguageModelNetwork
        inputs : dict of str to Tensor
            Its keyword arguments.

        Returns
        -------
        tuple
            Both, and what was predicted, of shape (D * N, E).
        """
        return network, inputs, network(**inputs)

    def forward(self, reading, target):
        """Compute the loss of what was predicted.

        Parameters
        ----------
        reading : tuple
            From `read`.

        target : tuple of Tensor
            The second are the weights of the sequences, of shape (B,); they average to
            one over the training set.

        Returns
        -------
        Tensor of shape ()
        """
        network, inputs, predicted = reading
        wanted = network.symbols(**inputs)  # (D, N)
        symbols, places, log_weights = self.candidates(wanted.flatten())
        vectors = network.vectors(symbols)  # (M, E)
        shifts = network.bias(symbols) + log_weights
        weights = _by_symbol(target[1], **inputs).repeat(len(wanted)) / len(places)
        dtype = torch.bfloat16 if network.bfloat16 else torch.float32
        return _CrossEntropy.apply(predicted, vectors, shifts, places, weights, dtype)


def log_likelihoods(network, codes, lengths):
    """Give the log-likelihood of each sequence and its end, over all symbols.

    Parameters
    ----------
    network : LanguageModelNetwork
        In evaluation mode; its forward model answers.

    codes : Tensor of shape (B, 1, T)
    lengths : Tensor of shape (B,)

    Returns
    -------
    Tensor of shape (B,)
        In nats, the sum over ``lengths + 1`` symbols.
    """
    wanted = network.symbols(codes, lengths)[0]  # (N,)
    predicted = network(codes, lengths)[: len(wanted)]  # (N, E)
    losses = _all_symbols_losses(network, predicted, wanted)
    samples = torch.arange(len(lengths), device=lengths.device)
    samples = _by_symbol(samples, codes, lengths)
    total = torch.zeros(len(lengths), dtype=torch.float64, device=lengths.device)
    return total.index_add_(0, samples, losses.double(), alpha=-1)


def _all_symbols_losses(network, predicted, wanted):
    """Cross-entropies (N,) of what is predicted, by the scores of all symbols."""
    vectors, bias = _all_symbols(network)
    n_rows, n_columns = _of_device(_BLOCK_ON_CPU, _BLOCK_ON_GPU, vectors)
    losses = []
    for start in range(0, len(wanted), n_rows):
        rows = slice(start, start + n_rows)
        part, right = predicted[rows], wanted[rows]
        total = torch.full_like(part[:, 0], -torch.inf)
        for first in range(0, len(vectors), n_columns):
            columns = slice(first, first + n_columns)
            scores = torch.addmm(bias[columns], part, vectors[columns].t())
            total = torch.logaddexp(total, scores.logsumexp(dim=1))
        losses.append(total - (part * vectors[right]).sum(dim=1) - bias[right])
    return torch.cat(losses)


def next_probabilities(network, codes, lengths):
    """Give the probability of every symbol after each sequence.

    Parameters
    ----------
    network, codes, lengths
        As in `log_likelihoods`.

    Returns
    -------
    Tensor of shape (B, n_codes + 1)
        The last column is the end.
    """
    states = network.states(codes, lengths)[0].float()  # (T, B, H)
    rows = torch.arange(len(lengths), device=lengths.device)
    last = states[(lengths - 1).clamp(min=0), rows]
    last = torch.where((lengths > 0).unsqueeze(1), last, network.readouts[0].begin)
    return probabilities(network, last)


def probabilities(network, states):
    """Give the probability (B, n_codes + 1) of every symbol after states (B, H)."""
    vectors, bias = _all_symbols(network)
    predicted = network.readouts[0].projection(states)
    return torch.addmm(bias, predicted, vectors.t()).softmax(dim=1)


def n_rows_at_once(network):
    """Give the rows for which the scores of all symbols are kept at a time."""
    n_scores = _of_device(_SCORES_ON_CPU, _SCORES_ON_GPU, network.end)
    return max(n_scores // (network.n_codes + 1), 1)


def _of_device(on_cpu, on_gpu, tensor):
    return on_cpu if tensor.device.type == "cpu" else on_gpu


def _all_symbols(network):
    vectors = torch.cat([network.tables[0].weight, network.end])
    return vectors, network.biases.weight.squeeze(1)


def _by_symbol(values, codes, lengths):
    """Repeat the values (B,) of sequences for each of their symbols: (N,)."""
    is_symbol = is_step(lengths + 1, codes.shape[2] + 1)  # (T + 1, B)
    return values.expand_as(is_symbol)[is_symbol]
