from itertools import product

import numpy as np
import pytest
import torch

from sklstm.nn._hmm import TimeMajor, backward, forward, scatter_add, viterbi

LENGTHS = np.array([3, 1, 5, 3])
STARTS = np.cumsum(LENGTHS) - LENGTHS
N_STATES = 3


@pytest.fixture
def model():
    rng = np.random.default_rng(0)
    start = rng.dirichlet(np.ones(N_STATES))
    transition = rng.dirichlet(np.ones(N_STATES), N_STATES)
    densities = rng.uniform(0.01, 2.0, size=(N_STATES, LENGTHS.sum()))
    return start, transition, densities


def _enumerate(start, transition, densities):
    """Likelihood, posteriors, transitions and best path by summing over all paths."""
    n_steps = densities.shape[1]
    posteriors, pairs = np.zeros((N_STATES, n_steps)), np.zeros((N_STATES, N_STATES))
    likelihood, best = 0.0, (-1.0, None)
    for path in product(range(N_STATES), repeat=n_steps):
        p = start[path[0]] * densities[path[0], 0]
        for t in range(1, n_steps):
            p *= transition[path[t - 1], path[t]] * densities[path[t], t]
        likelihood += p
        best = max(best, (p, path))
        posteriors[path, range(n_steps)] += p
        np.add.at(pairs, (path[:-1], path[1:]), p)
    return likelihood, posteriors / likelihood, pairs / likelihood, best[1]


def _run_forward(model, layout):
    start, transition, densities = map(torch.from_numpy, model)
    ordered = densities[:, layout.steps]
    greatest = ordered.amax(0)
    return forward(start, transition, ordered / greatest, greatest.log(), layout)


def test_time_major_puts_the_longest_first_and_pads_nothing():
    layout = TimeMajor(LENGTHS, STARTS)
    # Sequence 2 (steps 4 to 8), then 0 (0 to 2), 3 (9 to 11) and 1 (3).
    assert layout.order.tolist() == [2, 0, 3, 1]
    assert layout.n_alive == [4, 3, 3, 1, 1]
    assert layout.steps.tolist() == [4, 0, 9, 3, 5, 1, 10, 6, 2, 11, 7, 8]
    assert layout.ranks.tolist() == [0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 0, 0]
    assert layout.last.tolist() == [11, 8, 9, 3]


def test_recursions_equal_the_sum_over_all_paths(model):
    start, transition, densities = model
    weights = np.array([1.0, 2.0, 0.5, 3.0])
    layout = TimeMajor(LENGTHS, STARTS)
    alpha, predicted, log_likelihood = _run_forward(model, layout)
    ordered_weights = torch.from_numpy(weights[layout.order])
    gamma, pairs = backward(
        torch.from_numpy(transition), alpha, predicted, layout, ordered_weights
    )
    path = viterbi(
        torch.from_numpy(start),
        torch.from_numpy(transition),
        torch.from_numpy(densities[:, layout.steps]).log(),
        layout,
    )
    expected_pairs = 0
    for rank, row in enumerate(layout.order):
        steps = slice(STARTS[row], STARTS[row] + LENGTHS[row])
        likelihood, posteriors, n_pairs, best = _enumerate(
            start, transition, densities[:, steps]
        )
        chosen = layout.ranks == rank
        np.testing.assert_allclose(log_likelihood[rank], np.log(likelihood))
        np.testing.assert_allclose(gamma[:, chosen], posteriors * weights[row])
        np.testing.assert_array_equal(path[chosen], best)
        expected_pairs += n_pairs * weights[row]
    np.testing.assert_allclose(pairs, expected_pairs)


def test_nothing_underflows_in_a_long_sequence():
    # Two states that never meet: one sees density 1, the other 1e-200. A path must
    # begin in the second and stay: log-likelihood 5000 log 1e-200, which floors do not
    # touch as long as staying is possible.
    layout = TimeMajor(np.array([5000]), np.array([0]))
    densities = torch.full((2, 5000), 1e-200, dtype=torch.float64)
    model = torch.tensor([0.0, 1.0]).double(), torch.eye(2).double()
    log_scale = torch.zeros(5000, dtype=torch.float64)
    *_, scaled = forward(*model, densities / 1e-200, log_scale - 200, layout)
    np.testing.assert_allclose(scaled, [-200.0 * 5000])


def test_impossible_sequences_stay_finite():
    # The only state that may follow never emits what comes.
    layout = TimeMajor(np.array([100]), np.array([0]))
    densities = torch.zeros((2, 100), dtype=torch.float64)
    densities[0] = 1.0
    start, transition = torch.tensor([0.0, 1.0]).double(), torch.eye(2).double()
    alpha, predicted, log_likelihood = forward(
        start, transition, densities, torch.zeros(100).double(), layout
    )
    gamma, pairs = backward(
        transition, alpha, predicted, layout, torch.ones(1).double()
    )
    assert torch.isfinite(log_likelihood).all()
    np.testing.assert_allclose(gamma.sum(0), 1)
    assert torch.isfinite(pairs).all()


def test_scatter_add_adds_repeated_places():
    target = torch.zeros(2, 3)
    source = torch.tensor([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]])
    scatter_add(target, torch.tensor([2, 0, 2]), source)
    assert target.tolist() == [[2.0, 0.0, 5.0], [20.0, 0.0, 50.0]]
