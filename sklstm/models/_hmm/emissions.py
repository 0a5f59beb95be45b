"""What the hidden states of an HMM emit: symbols, or vectors of numbers.

Shapes: S states, N time steps, V symbols, C channels.
"""

import math
from functools import cached_property

import torch

from sklstm.nn._hmm import scatter_add

# What a state has never emitted has this log-density: finite, and below all others.
_LOG_ZERO = -700.0
# Smallest variance of a state as a share of its channel's: without a floor a state
# that holds a single value has an infinite likelihood.
_VARIANCE_FLOOR = 1e-6


class CategoricalEmission:
    """Each state emits one of V symbols.

    Symbol 0 is what is unknown. Where no training step was unknown its column is zero
    and such a step counts as not observed: it speaks for no state and for no class.

    Parameters
    ----------
    probabilities : Tensor of shape (S, V)
    """

    def __init__(self, probabilities):
        self.probabilities = probabilities

    @property
    def parameters(self):
        """What is learned: probabilities."""
        return (self.probabilities,)

    def log_densities(self, symbols):
        """Log-probabilities (S, N) of each step."""
        relative, log_scale = self.densities(symbols)
        return relative.log_().clamp_min_(_LOG_ZERO) + log_scale

    def densities(self, symbols):
        """Probabilities (S, N) divided by each step's greatest, and its log (N,)."""
        relative, log_scale = self._scaled
        # index_select along the second axis takes five times as long.
        places = symbols.expand(len(relative), -1)
        return relative.gather(1, places), log_scale.index_select(0, symbols)

    @cached_property
    def _scaled(self):
        """Each symbol's probabilities by the greatest of them, and its log."""
        greatest = self.probabilities.amax(0)
        is_zero = greatest == 0
        relative = self.probabilities / greatest.masked_fill(is_zero, 1.0)
        log_scale = greatest.log().clamp_min_(_LOG_ZERO)
        # What no state emits speaks for none of them.
        relative[:, is_zero] = 1.0
        if is_zero[0]:
            log_scale[0] = 0.0
        return relative, log_scale

    def statistics(self, posteriors, symbols):
        """Count (S, V) how often a state is expected to emit a symbol."""
        counts = torch.zeros_like(self.probabilities)
        return (scatter_add(counts, symbols, posteriors),)

    def maximized(self, statistics, pseudo_counts):
        """Emission of greatest likelihood after `pseudo_counts` of each symbol."""
        (counts,) = statistics
        return CategoricalEmission(
            normalized(counts + pseudo_counts, self.probabilities)
        )

    def with_copy(self, source, target):
        """Let state `target` emit what state `source` does."""
        probabilities = self.probabilities.clone()
        probabilities[target] = probabilities[source]
        return CategoricalEmission(probabilities)


class GaussianEmission:
    """Each state emits a vector of a normal distribution.

    Parameters
    ----------
    means : Tensor of shape (S, C)

    covariances : Tensor of shape (S, C) or (S, C, C)
        Variances, or whole matrices.

    scale : Tensor of shape (C,), default=None
        Standard deviation of each channel, for the floor of the variances; wanted for
        training.
    """

    def __init__(self, means, covariances, scale=None):
        self.means = means
        self.covariances = covariances
        self.scale = scale

    @property
    def parameters(self):
        """What is learned: means and covariances."""
        return self.means, self.covariances

    def log_densities(self, values):
        """Log-densities (S, N) of each step."""
        constant = -0.5 * values.shape[1] * math.log(2 * math.pi)
        rows = []
        for mean, covariance in zip(self.means, self.covariances, strict=True):
            deviations = values - mean
            if covariance.ndim == 1:
                distance = deviations.square() @ (1 / covariance)
                log_volume = 0.5 * covariance.log().sum()
            else:
                root = torch.linalg.cholesky(covariance)
                white = torch.linalg.solve_triangular(root, deviations.T, upper=False)
                distance = white.square().sum(0)
                log_volume = root.diagonal().log().sum()
            rows.append(constant - log_volume - 0.5 * distance)
        return torch.stack(rows)

    def densities(self, values):
        """Densities (S, N) divided by each step's greatest, and its log (N,)."""
        log_densities = self.log_densities(values)
        greatest = log_densities.amax(0)
        return log_densities.sub_(greatest).exp_(), greatest

    def statistics(self, posteriors, values):
        """Sum over each state: steps, deviations from the mean, their products."""
        sums, products = [], []
        for posterior, mean, covariance in zip(
            posteriors, self.means, self.covariances, strict=True
        ):
            # About the old mean: a variance about zero would cancel to nothing where
            # the values lie far from it.
            deviations = values - mean
            sums.append(posterior @ deviations)
            if covariance.ndim == 1:
                products.append(posterior @ deviations.square())
            else:
                products.append((deviations * posterior[:, None]).T @ deviations)
        return posteriors.sum(1), torch.stack(sums), torch.stack(products)

    def maximized(self, statistics, _):
        """Emission of greatest likelihood with variances above their floor."""
        n_steps, sums, products = statistics
        is_empty = n_steps <= 0
        n_steps = n_steps.masked_fill(is_empty, 1.0)
        shifts = sums / n_steps[:, None]
        if products.ndim == 2:
            covariances = products / n_steps[:, None] - shifts.square()
            covariances = covariances.maximum(_VARIANCE_FLOOR * self.scale.square())
        else:
            covariances = products / n_steps[:, None, None]
            covariances -= shifts[:, :, None] * shifts[:, None, :]
            covariances = self._with_floor(covariances)
        means = self.means + shifts
        means[is_empty] = self.means[is_empty]
        covariances[is_empty] = self.covariances[is_empty]
        return GaussianEmission(means, covariances, self.scale)

    def _with_floor(self, covariances):
        """Raise the eigenvalues, in units of the channels' scale, to the floor."""
        units = self.scale[:, None] * self.scale
        values, vectors = torch.linalg.eigh(covariances / units)
        if (values >= _VARIANCE_FLOOR).all():
            return covariances
        values = values.clamp_min(_VARIANCE_FLOOR)
        return (vectors * values[:, None, :]) @ vectors.mT * units

    def with_copy(self, source, target):
        """Let state `target` emit what state `source` does."""
        means, covariances = self.means.clone(), self.covariances.clone()
        means[target], covariances[target] = means[source], covariances[source]
        return GaussianEmission(means, covariances, self.scale)


def normalized(counts, otherwise):
    """Scale rows to sum to one; rows without counts are taken from `otherwise`."""
    totals = counts.sum(-1, keepdim=True)
    return torch.where(totals > 0, counts / totals.clamp_min(1e-300), otherwise)
