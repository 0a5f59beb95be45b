"""Where Baum-Welch starts.

Equal rows may stand together or be one row of greater weight: the starts are the same,
so that integer weights equal repetition.

Shapes: N time steps, S states, V symbols, C channels.
"""

import numpy as np
import torch

from sklstm.models._hmm.emissions import CategoricalEmission, GaussianEmission
from sklstm.models._hmm.model import HiddenMarkovModel


class SymbolSpace:
    """V symbols, of which some occur in ``fit``.

    Parameters
    ----------
    symbols : ndarray of shape (N,)
        Of all classes.

    n_symbols : int
    device : torch.device
    """

    def __init__(self, symbols, n_symbols, device):
        self.n_symbols = n_symbols
        self.device = device
        counts = np.bincount(symbols, minlength=n_symbols)
        self.observed = torch.from_numpy((counts > 0).astype(float)).to(device)

    def draw(self, symbols, weights, n_states, rng):
        """Shares of the symbols of a class, each changed at random by up to a half."""
        counts = np.bincount(symbols, weights, self.n_symbols)
        shares = counts * rng.uniform(0.5, 1.5, size=(n_states, self.n_symbols))
        totals = shares.sum(axis=1, keepdims=True)
        return CategoricalEmission(torch.from_numpy(shares / totals).to(self.device))

    def plain(self, n_states):
        """Let every state emit all symbols alike."""
        shares = self.observed / self.observed.sum()
        return CategoricalEmission(shares.repeat(n_states, 1))


class VectorSpace:
    """Vectors of C channels.

    Parameters
    ----------
    values : ndarray of shape (N, C)
        Of all classes.

    weights : ndarray of shape (N,)
        Weight of each time step.

    covariance_type : {"diag", "full"}
    device : torch.device
    """

    observed = 0.0

    def __init__(self, values, weights, covariance_type, device):
        self.covariance_type = covariance_type
        self.device = device
        self.center = np.average(values, axis=0, weights=weights)
        variance = np.average((values - self.center) ** 2, axis=0, weights=weights)
        # A channel that never changes has no scale of its own.
        self.scale = np.sqrt(np.where(variance > 0, variance, 1.0))

    def draw(self, values, weights, n_states, rng):
        """Means of slices of equal weight of a class along a random direction."""
        direction = rng.standard_normal(values.shape[1]) / self.scale
        # Summed channel by channel, equal rows round alike wherever they stand.
        position = sum(
            (column - center) * factor
            for column, center, factor in zip(
                values.T, self.center, direction, strict=True
            )
        )
        slices = _slices_of_equal_weight(position, weights, n_states)
        means = np.tile(self.center, (n_states, 1))
        for state in np.unique(slices):
            inside = slices == state
            means[state] = np.average(values[inside], axis=0, weights=weights[inside])
        return self._emission(means)

    def plain(self, n_states):
        """Let every state have the distribution of all values."""
        return self._emission(np.tile(self.center, (n_states, 1)))

    def _emission(self, means):
        covariances = np.tile(self.scale**2, (len(means), 1))
        if self.covariance_type == "full":
            covariances = covariances[:, :, None] * np.eye(len(self.scale))
        tensors = map(torch.from_numpy, (means, covariances, self.scale))
        return GaussianEmission(*(tensor.to(self.device) for tensor in tensors))


def draw_model(space, values, weights, n_states, rng):
    """Draw a model to start from.

    Parameters
    ----------
    space : SymbolSpace or VectorSpace
    values : ndarray of shape (N,) or (N, C)
        Of one class.

    weights : ndarray of shape (N,)
        Weight of each time step.

    n_states : int
    rng : Generator

    Returns
    -------
    HiddenMarkovModel
    """
    concentration = np.full(n_states, 10.0)
    start, transition = (
        rng.dirichlet(concentration),
        rng.dirichlet(concentration, n_states),
    )
    return HiddenMarkovModel(
        torch.from_numpy(start).to(space.device),
        torch.from_numpy(transition).to(space.device),
        space.draw(values, weights, n_states, rng),
    )


def plain_model(space, n_states):
    """Model whose states are all alike, to be replaced by counts.

    Parameters
    ----------
    space : SymbolSpace or VectorSpace
    n_states : int

    Returns
    -------
    HiddenMarkovModel
    """
    share = torch.full((n_states,), 1 / n_states, dtype=torch.float64)
    share = share.to(space.device)
    return HiddenMarkovModel(share, share.repeat(n_states, 1), space.plain(n_states))


def _slices_of_equal_weight(position, weights, n_slices):
    order = np.argsort(position)
    below = np.cumsum(weights[order]) / weights.sum()
    marks = np.searchsorted(below, np.arange(1, n_slices) / n_slices)
    edges = position[order][np.minimum(marks, len(order) - 1)]
    return np.searchsorted(edges, position, side="left")
