"""One hidden Markov model: likelihood, Baum-Welch, Viterbi.

Shapes: B sequences, N time steps, S states.
"""

from dataclasses import dataclass

import numpy as np
import torch

from sklstm.models._hmm.emissions import (
    CategoricalEmission,
    GaussianEmission,
    normalized,
)
from sklstm.nn._hmm import TimeMajor, backward, best_piece, forward, viterbi
from sklstm.nn._runtime import as_tensor

# Time steps times states: 16 MB for each of the two arrays of a recursion. Memory of
# 32 MB and more goes back to the system at once: new pages took a fifth of a fit.
_VALUES_AT_ONCE = 2**21
# A state that is expected to hold a smaller share of the time steps is dead.
_DEAD_SHARE = 1e-10


@dataclass
class Block:
    """Some of the sequences in the order of the recursions.

    Attributes
    ----------
    rows : ndarray of shape (B,)
        Which sequences, by falling length.

    layout : TimeMajor
    values : Tensor of shape (N,) or (N, C)
        Symbols, or channels, of the steps.
    """

    rows: np.ndarray
    layout: TimeMajor
    values: torch.Tensor


def make_blocks(observations, rows, device, n_states, *, cut=True):
    """Cut the non-empty sequences among `rows` into blocks of bounded size.

    Parameters
    ----------
    observations : Observations
    rows : ndarray of shape (n_rows,)
    device : torch.device
    n_states : int
        Of the model.

    cut : bool, default=True
        Whether long sequences may be cut to pieces. `HiddenMarkovModel.decode` wants
        them whole.

    Yields
    ------
    Block
    """
    lengths = observations.lengths
    starts = np.cumsum(lengths) - lengths
    rows = rows[lengths[rows] > 0]
    rows = rows[np.argsort(-lengths[rows], kind="stable")]
    n_before = np.cumsum(lengths[rows]) - lengths[rows]
    borders = np.flatnonzero(np.diff(n_before * n_states // _VALUES_AT_ONCE)) + 1
    for part in np.split(rows, borders):
        if len(part):
            longest = best_piece(lengths[part], n_states) if cut else None
            layout = TimeMajor(lengths[part], starts[part], longest, device)
            values = as_tensor(observations.values[layout.steps], device)
            yield Block(part[layout.order], layout, values)


@dataclass
class HiddenMarkovModel:
    """Start and transition probabilities, and what the states emit.

    Attributes
    ----------
    start : Tensor of shape (S,)
    transition : Tensor of shape (S, S)
        From row to column.

    emission : CategoricalEmission or GaussianEmission
    """

    start: torch.Tensor
    transition: torch.Tensor
    emission: CategoricalEmission | GaussianEmission

    @classmethod
    def from_arrays(cls, device, start, transition, *emission):
        """Build from arrays; one array of emission is probabilities of symbols.

        Parameters
        ----------
        device : torch.device
        start : ndarray of shape (S,)
        transition : ndarray of shape (S, S)
        *emission : arrays of shape (S, V), or (S, C) and (S, C) or (S, C, C)
            Probabilities of symbols, or means and covariances.

        Returns
        -------
        HiddenMarkovModel
        """
        start, transition, *emission = (
            as_tensor(array, device) for array in (start, transition, *emission)
        )
        kind = CategoricalEmission if len(emission) == 1 else GaussianEmission
        return cls(start, transition, kind(*emission))

    def to_arrays(self):
        """Start, transition and emission as NumPy arrays."""
        tensors = (self.start, self.transition, *self.emission.parameters)
        return [tensor.cpu().numpy() for tensor in tensors]

    def log_likelihood(self, block):
        """Log-likelihood (B,) of the sequences of a block."""
        return self._forward(block, backward_follows=False).log_likelihood

    def step_log_likelihood(self, block):
        """Log-likelihood (N,) of each step of a block given those before it."""
        densities, log_scale = self.emission.densities(block.values)
        predicted = forward(
            self.start, self.transition, densities.clone(), log_scale, block.layout
        ).predicted
        # Predictions have a factor of their own at each step.
        likelihood = (predicted * densities).sum(0) / predicted.sum(0)
        return log_scale + likelihood.log()

    def _forward(self, block, *, backward_follows):
        densities, log_scale = self.emission.densities(block.values)
        return forward(
            self.start,
            self.transition,
            densities,
            log_scale,
            block.layout,
            backward_follows=backward_follows,
        )

    def decode(self, block):
        """Most probable state (N,) of each step of a block."""
        log_densities = self.emission.log_densities(block.values)
        return viterbi(self.start, self.transition, log_densities, block.layout)

    def expect(self, blocks, weights):
        """Count what is expected given the sequences (E step).

        Returns
        -------
        Expectation
        """
        return sum_expectations(
            self._expect_block(block, weights[block.rows]) for block in blocks
        )

    def _expect_block(self, block, weights):
        weights = as_tensor(weights, self.start.device)
        passed = self._forward(block, backward_follows=True)
        posteriors, transitions = backward(
            self.transition, passed, block.layout, weights
        )
        return Expectation(
            float(weights @ passed.log_likelihood),
            posteriors.index_select(1, block.layout.first).sum(1),
            transitions,
            posteriors.sum(1),
            self.emission.statistics(posteriors, block.values),
        )

    def maximized(self, expectation, alpha=0.0, observed=0.0):
        """Model of greatest likelihood given expected counts (M step).

        Parameters
        ----------
        expectation : Expectation
        alpha : float, default=0.0
            Added to all counts.

        observed : Tensor of shape (V,) or 0.0, default=0.0
            1 for symbols whose counts `alpha` is added to, too.

        Returns
        -------
        HiddenMarkovModel
        """
        return HiddenMarkovModel(
            normalized(expectation.starts + alpha, self.start),
            normalized(expectation.transitions + alpha, self.transition),
            self.emission.maximized(expectation.emissions, alpha * observed),
        )

    def revived(self, occupancy, rng):
        """Start dead states anew, at unchanged likelihood.

        A dead state becomes a copy of the fullest one. Two states that emit the same
        and move on the same are one to every sequence, however what leads to them is
        shared out between them: shared out at random, they part in later iterations.
        """
        n_states = len(occupancy)
        dead = np.flatnonzero(occupancy < _DEAD_SHARE * occupancy.sum())
        if not len(dead) or n_states == 1:
            return self
        start, transition = self.start.clone(), self.transition.clone()
        source = int(np.argmax(occupancy))
        emission = self.emission
        for target in dead:
            emission = emission.with_copy(source, target)
            # What led to the dead state is below every rounding; its copy takes it.
            shares = torch.from_numpy(rng.uniform(0.1, 0.9, n_states + 1)).to(start)
            transition[target] = transition[source]
            inflow = transition[:, source] + transition[:, target]
            transition[:, target] = inflow * shares[1:]
            transition[:, source] = inflow - transition[:, target]
            inflow = start[source] + start[target]
            start[target] = inflow * shares[0]
            start[source] = inflow - start[target]
        return HiddenMarkovModel(start, transition, emission)


@dataclass
class Expectation:
    """Log-likelihood and expected counts, all weighted by sequence.

    Attributes
    ----------
    log_likelihood : float
    starts : Tensor of shape (S,)
    transitions : Tensor of shape (S, S)
    occupancy : Tensor of shape (S,)
        Time steps in each state.

    emissions : tuple of Tensor
        See the `statistics` of an emission.
    """

    log_likelihood: float
    starts: torch.Tensor
    transitions: torch.Tensor
    occupancy: torch.Tensor
    emissions: tuple


def sum_expectations(expectations):
    """Add up the expectations of several blocks."""
    total, *others = expectations
    for other in others:
        total = Expectation(
            total.log_likelihood + other.log_likelihood,
            total.starts + other.starts,
            total.transitions + other.transitions,
            total.occupancy + other.occupancy,
            tuple(a + b for a, b in zip(total.emissions, other.emissions, strict=True)),
        )
    return total
