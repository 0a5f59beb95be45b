"""Losses and likelihoods of predicted symbols."""

import torch
import torch.nn.functional as F
from torch import nn

from sklstm.nn.language_model.network import is_step

# Scores that are computed at a time where every symbol has one: few enough for the
# cache of a processor, many enough for its matrix product.
_SCORES_ON_CPU, _SCORES_ON_GPU = 2**22, 2**26


class CandidateCrossEntropy(nn.Module):
    """Mean negative log-likelihood of symbols among candidates, in nats.

    Parameters
    ----------
    candidates : Candidates
    """

    def __init__(self, candidates):
        super().__init__()
        self.candidates = candidates

    def forward(self, network, inputs, predicted, target):
        """Compute the loss of what a `LanguageModelNetwork` predicted of its inputs.

        Parameters
        ----------
        network : LanguageModelNetwork
        inputs : dict of str to Tensor
            Its keyword arguments.

        predicted : Tensor of shape (D * N, E)
        target : tuple of Tensor
            The second are the weights of the sequences, of shape (B,); they average to
            one over the training set.

        Returns
        -------
        Tensor of shape ()
        """
        wanted = network.symbols(**inputs)  # (D, N)
        symbols, places, log_weights = self.candidates(wanted.flatten())
        vectors = network.vectors(symbols)  # (M, E)
        shifts = network.bias(symbols) + log_weights
        scores = torch.addmm(shifts, predicted, vectors.t())  # (D * N, M)
        losses = F.cross_entropy(scores, places, reduction="none")
        weights = _by_symbol(target[1], **inputs)  # (N,)
        return (losses.view_as(wanted) * weights).mean()


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
    samples = torch.arange(len(lengths), device=lengths.device)
    samples = _by_symbol(samples, codes, lengths)
    vectors, bias = _all_symbols(network)
    total = torch.zeros(len(lengths), dtype=torch.float64, device=lengths.device)
    n_at_once = n_rows_at_once(network)
    for start in range(0, len(wanted), n_at_once):
        rows = slice(start, start + n_at_once)
        scores = torch.addmm(bias, predicted[rows], vectors.t())
        losses = F.cross_entropy(scores, wanted[rows], reduction="none")
        total.index_add_(0, samples[rows], losses.double(), alpha=-1)
    return total


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
    states = network.states(codes, lengths)[0]  # (T, B, H)
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
    """Give the rows for which the scores of all symbols are computed at a time."""
    device = network.biases.weight.device
    n_scores = _SCORES_ON_CPU if device.type == "cpu" else _SCORES_ON_GPU
    return max(n_scores // (network.n_codes + 1), 1)


def _all_symbols(network):
    vectors = torch.cat([network.tables[0].weight, network.end])
    return vectors, network.biases.weight.squeeze(1)


def _by_symbol(values, codes, lengths):
    """Repeat the values (B,) of sequences for each of their symbols: (N,)."""
    is_symbol = is_step(lengths + 1, codes.shape[2] + 1)  # (T + 1, B)
    return values.expand_as(is_symbol)[is_symbol]
