"""Baum-Welch, and counting where the states are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sklstm.models._hmm.inputs import Observations
from sklstm.models._hmm.model import Expectation, HiddenMarkovModel, make_blocks
from sklstm.models._hmm.starts import draw_model, plain_model
from sklstm.nn._runtime import as_tensor


@dataclass
class TrainingSample:
    """Sequences with their classes and weights.

    Attributes
    ----------
    observations : Observations
    codes : ndarray of shape (n_samples,)
        Class of each sequence by its place.

    weights : ndarray of shape (n_samples,)
    """

    observations: Observations
    codes: np.ndarray
    weights: np.ndarray

    def blocks(self, rows, device, n_states):
        """Cut some of the sequences into blocks."""
        return list(make_blocks(self.observations, rows, device, n_states))

    def of_rows(self, rows):
        """Give the values of some sequences and the weight of each time step."""
        part = self.observations.take(rows)
        return part.values, np.repeat(self.weights[rows], part.lengths)


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
        Starts, of which each class keeps the likeliest.

    n_iter_shared : int
        Iterations on all classes together before each goes its way.

    n_iter : int
        Most iterations on one class.

    tol : float
        Stop when an iteration gains less log-likelihood for each time step.

    alpha : float
        Added to the expected counts of the last iteration.

    progress : callable
        Called after each iteration.
    """

    n_init: int
    n_iter_shared: int
    n_iter: int
    tol: float
    alpha: float
    progress: Callable

    def train(self, sample, space, n_states, seed):
        """Train a model for each class.

        Parameters
        ----------
        sample : TrainingSample
        space : SymbolSpace or VectorSpace
        n_states : list of int
            Of each class.

        seed : SeedSequence

        Returns
        -------
        list of Trained
        """
        rows = [np.flatnonzero(sample.codes == k) for k in range(len(n_states))]
        parts = [
            sample.blocks(rows_of_class, space.device, n)
            for rows_of_class, n in zip(rows, n_states, strict=True)
        ]
        best = [None] * len(n_states)
        for child in seed.spawn(self.n_init):
            rng = np.random.default_rng(child)
            shared = self._shared_models(sample, space, n_states, rng)
            for k, blocks in enumerate(parts):
                start = shared.get(n_states[k])
                if start is None:
                    values = sample.of_rows(rows[k])
                    start = draw_model(space, *values, n_states[k], rng)
                trained = self._train_from(start, blocks, sample.weights, space, rng)
                if best[k] is None or trained.history[-1:] > best[k].history[-1:]:
                    best[k] = trained
        return best

    def _shared_models(self, sample, space, n_states, rng):
        """Model of all classes together for each number of states."""
        if not self.n_iter_shared:
            return {}
        everything = np.arange(len(sample.codes))
        blocks = sample.blocks(everything, space.device, max(n_states))
        models = {}
        for n in sorted(set(n_states)):
            model = draw_model(space, *sample.of_rows(everything), n, rng)
            for _ in range(self.n_iter_shared):
                model, _ = self._step(model, blocks, sample.weights, rng)
            models[n] = model
        return models

    def _train_from(self, model, blocks, weights, space, rng):
        history, converged = [], False
        for _ in range(self.n_iter if blocks else 0):
            before = model
            model, expectation = self._step(model, blocks, weights, rng)
            history.append(expectation.log_likelihood)
            if len(history) > 1:
                n_steps = float(expectation.occupancy.sum())
                converged = history[-1] - history[-2] < self.tol * n_steps
            if converged:
                break
        if history and self.alpha:
            model = before.maximized(expectation, self.alpha, space.observed)
        return Trained(model, np.array(history), converged)

    def _step(self, model, blocks, weights, rng):
        expectation = model.expect(blocks, weights)
        model = model.maximized(expectation)
        self.progress()
        return model.revived(expectation.occupancy.cpu().numpy(), rng), expectation


def count_states(sample, states, space, n_states, alpha):
    """Estimate a model for each class where the state of each time step is known.

    Parameters
    ----------
    sample : TrainingSample
    states : ndarray of shape (n_steps,)
    space : SymbolSpace or VectorSpace
    n_states : int
    alpha : float
        Added to all counts.

    Returns
    -------
    list of HiddenMarkovModel
    """
    lengths = sample.observations.lengths
    step_codes = np.repeat(sample.codes, lengths)
    step_weights = np.repeat(sample.weights, lengths)
    is_first = np.zeros(len(states), dtype=bool)
    is_first[(np.cumsum(lengths) - lengths)[lengths > 0]] = True
    model = plain_model(space, n_states)
    models = []
    for k in range(sample.codes.max() + 1):
        inside = np.flatnonzero(step_codes == k)
        expectation = _count(
            model,
            sample.observations.values[inside],
            states[inside],
            step_weights[inside],
            is_first[inside],
        )
        models.append(model.maximized(expectation, alpha, space.observed))
    return models


def _count(model, values, states, weights, is_first):
    n_states, device = len(model.start), model.start.device
    posteriors = (states == np.arange(n_states)[:, None]) * weights
    pairs = states[:-1] * n_states + states[1:]
    transitions = np.bincount(pairs, weights[1:] * ~is_first[1:], n_states**2)
    starts, transitions, posteriors, values = (
        as_tensor(array, device)
        for array in (
            posteriors[:, is_first].sum(axis=1),
            transitions.reshape(n_states, n_states),
            posteriors,
            values,
        )
    )
    emissions = model.emission.statistics(posteriors, values)
    return Expectation(0.0, starts, transitions, posteriors.sum(1), emissions)
