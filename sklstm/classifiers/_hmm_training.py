"""Baum-Welch, and counting where the states are known."""

from dataclasses import dataclass

import numpy as np
import torch

from sklstm.classifiers._hmm_model import Expectation, HiddenMarkovModel, make_blocks
from sklstm.classifiers._hmm_starts import draw_model, plain_model


@dataclass
class Trained:
    """A trained model and how it came about.

    Attributes
    ----------
    model : HiddenMarkovModel
    history : ndarray of shape (n_iterations,)
        Log-likelihood before each iteration.

    converged : bool
    """

    model: HiddenMarkovModel
    history: np.ndarray
    converged: bool


@dataclass
class BaumWelch:
    """Expectation maximization from several starts.

    Attributes
    ----------
    n_init : int
        Starts, of which the likeliest is kept.

    n_iter : int
        Most iterations.

    tol : float
        Stop when an iteration gains less log-likelihood for each time step.

    alpha : float
        Added to the expected counts of the last iteration.
    """

    n_init: int
    n_iter: int
    tol: float
    alpha: float

    def train(self, observations, weights, space, n_states, seed, progress):
        """Train a model on the sequences of one class.

        Parameters
        ----------
        observations : Observations
        weights : ndarray of shape (n_samples,)
        space : SymbolSpace or VectorSpace
        n_states : int
        seed : SeedSequence
        progress : callable
            Called after each iteration.

        Returns
        -------
        Trained
        """
        lengths, values = observations.lengths, observations.values
        step_weights = np.repeat(weights, lengths)
        blocks = list(make_blocks(observations, np.arange(len(lengths)), space.device))
        best = None
        for child in seed.spawn(self.n_init):
            rng = np.random.default_rng(child)
            start = draw_model(space, values, step_weights, n_states, rng)
            if not blocks:
                return Trained(start, np.empty(0), False)
            trained = self._train_from(start, blocks, weights, space, rng, progress)
            if best is None or trained.history[-1:] > best.history[-1:]:
                best = trained
        return best

    def _train_from(self, model, blocks, weights, space, rng, progress):
        history, converged = [], False
        for _ in range(self.n_iter):
            before, expectation = model, model.expect(blocks, weights)
            history.append(expectation.log_likelihood)
            model = model.maximized(expectation)
            progress()
            if len(history) > 1:
                n_steps = float(expectation.occupancy.sum())
                converged = history[-1] - history[-2] < self.tol * n_steps
            if converged:
                break
            model = model.revived(expectation.occupancy.cpu().numpy(), rng)
        if history and self.alpha:
            model = before.maximized(expectation, self.alpha, space.observed)
        return Trained(model, np.array(history), converged)


def count_states(observations, states, weights, space, n_states, alpha):
    """Estimate a model where the state of each time step is known.

    Parameters
    ----------
    observations : Observations
        Of one class.

    states : ndarray of shape (n_steps,)
    weights : ndarray of shape (n_samples,)
    space : SymbolSpace or VectorSpace
    n_states : int
    alpha : float
        Added to all counts.

    Returns
    -------
    HiddenMarkovModel
    """
    lengths = observations.lengths
    step_weights = np.repeat(weights, lengths)
    is_first = np.zeros(len(states), dtype=bool)
    is_first[(np.cumsum(lengths) - lengths)[lengths > 0]] = True
    pairs = states[:-1] * n_states + states[1:]
    pair_weights = np.where(is_first[1:], 0.0, step_weights[1:])
    transitions = np.bincount(pairs, pair_weights, n_states**2)
    posteriors = (states == np.arange(n_states)[:, None]) * step_weights
    model = plain_model(space, n_states)
    tensors = (
        posteriors[:, is_first].sum(axis=1),
        transitions.reshape(n_states, n_states),
        posteriors.sum(axis=1),
        posteriors,
        observations.values,
    )
    starts, transitions, occupancy, posteriors, values = (
        torch.from_numpy(array).to(space.device) for array in tensors
    )
    emissions = model.emission.statistics(posteriors, values)
    expectation = Expectation(0.0, starts, transitions, occupancy, emissions)
    return model.maximized(expectation, alpha, space.observed)
