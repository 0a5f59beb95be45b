"""Symbols that stand for all others while a language model is trained."""

import numpy as np
import torch
from torch import nn

# Frequent symbols are drawn more often, but less than as often as they occur.
_FLATTENING = 0.75


class Candidates(nn.Module):
    r"""Draws symbols whose scores tell the sum over all symbols, without a bias.

    What a batch predicts takes part for certain. Of the others, symbol j is expected
    :math:`\pi_j = \min(1, c\,n_j^{0.75})` times among `n_candidates`: the frequent
    ones once for certain, the rare ones now and then. Counted :math:`k_j / \pi_j`
    times where it was drawn :math:`k_j` times, the sum of any function over the symbols
    drawn is that over all symbols in expectation.

    Parameters
    ----------
    counts : ndarray of shape (n_symbols,)
        How often each symbol occurs.

    n_candidates : int
        If there are no more symbols, none is left out.

    generator : torch.Generator
        On the device of what is drawn.

    References
    ----------
    .. [1] Bengio, Senecal: "Adaptive Importance Sampling to Accelerate Training of a
       Neural Probabilistic Language Model", IEEE Transactions on Neural Networks 2008.
    .. [2] Jean, Cho, Memisevic, Bengio: "On Using Very Large Target Vocabulary for
       Neural Machine Translation", ACL 2015.
    """

    def __init__(self, counts, n_candidates, generator):
        super().__init__()
        self.n_candidates = min(n_candidates, len(counts))
        self.generator = generator
        order, expected = _expected_draws(counts, self.n_candidates)
        by_symbol = np.empty(len(counts))
        by_symbol[order] = expected
        self.register_buffer("order", torch.from_numpy(order))
        self.register_buffer("bounds", torch.from_numpy(np.cumsum(expected)))
        log_expected = np.log(by_symbol).astype(np.float32)
        self.register_buffer("log_expected", torch.from_numpy(log_expected))

    def forward(self, wanted):
        """Draw candidates for a batch.

        Parameters
        ----------
        wanted : Tensor of shape (N,)
            Symbols that the batch predicts.

        Returns
        -------
        symbols : Tensor of shape (M,)
            Distinct, in order; `wanted` and what was drawn.

        places : Tensor of shape (N,)
            Of `wanted` in `symbols`.

        log_weights : Tensor of shape (M,)
            To be added to the symbols' scores.
        """
        if self.n_candidates == len(self.order):
            everything = torch.arange(len(self.order), device=wanted.device)
            return everything, wanted, torch.zeros_like(self.log_expected)
        pooled = torch.cat([wanted, self._draw(wanted.device)])
        symbols, places = pooled.unique(return_inverse=True)
        places, drawn = places[: len(wanted)], places[len(wanted) :]
        times = torch.bincount(drawn, minlength=len(symbols))
        log_weights = times.log() - self.log_expected[symbols]
        log_weights[places] = 0.0  # they are there for certain
        return symbols, places, log_weights

    def _draw(self, device):
        """Draw one symbol out of each n-th of the expected draws."""
        places = torch.rand(
            self.n_candidates,
            generator=self.generator,
            dtype=torch.float64,
            device=device,
        )
        places += torch.arange(self.n_candidates, device=device)
        drawn = torch.searchsorted(self.bounds, places, right=True)
        return self.order[drawn.clamp_(max=len(self.order) - 1)]


def _expected_draws(counts, n_candidates):
    """Symbols, the most frequent first, and how often each is expected to be drawn."""
    weights = (counts + 1.0) ** _FLATTENING  # what never occurred may be drawn, too
    order = np.argsort(-weights, kind="stable")
    weights = weights[order]
    remaining = np.cumsum(weights[::-1])[::-1]
    # With the k most frequent there for certain, the others share n - k draws.
    scales = (n_candidates - np.arange(n_candidates)) / remaining[:n_candidates]
    shares = scales * weights[:n_candidates]
    n_certain = int(np.argmax(shares <= 1)) if (shares <= 1).any() else n_candidates
    expected = np.ones(len(weights))
    if n_certain < n_candidates:
        expected[n_certain:] = scales[n_certain] * weights[n_certain:]
    return order, expected
