from itertools import product

import numpy as np
import pytest
import torch

from sklstm.nn._hmm import (
    TimeMajor,
    backward,
    best_piece,
    forward,
    scatter_add,
    viterbi,
)

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
    assert layout.step_sequences.tolist() == [0, 1, 2, 3, 0, 1, 2, 0, 1, 2, 0, 0]
    assert layout.last.tolist() == [11, 8, 9, 3]


# Pieces of 2: sequences of 5 and 3 steps are cut into three and two rows.
@pytest.mark.parametrize("longest", [None, 1, 2, 3, 4])
def test_recursions_equal_the_sum_over_all_paths(model, longest):
    start, transition, densities = model
    weights = np.array([1.0, 2.0, 0.5, 3.0])
    layout = TimeMajor(LENGTHS, STARTS, longest)
    passed = _run_forward(model, layout)
    ordered_weights = torch.from_numpy(weights[layout.order])
    gamma, pairs = backward(
        torch.from_numpy(transition), passed, layout, ordered_weights
    )
    expected_pairs = 0
    for rank, row in enumerate(layout.order):
        steps = np.arange(STARTS[row], STARTS[row] + LENGTHS[row])
        likelihood, posteriors, n_pairs, _ = _enumerate(
            start, transition, densities[:, steps]
        )
        np.testing.assert_allclose(passed.log_likelihood[rank], np.log(likelihood))
        places = np.argsort(layout.steps)[steps]
        np.testing.assert_allclose(gamma[:, places], posteriors * weights[row])
        np.testing.assert_array_equal(gamma[:, layout.first[rank]], gamma[:, places[0]])
        expected_pairs += n_pairs * weights[row]
    np.testing.assert_allclose(pairs, expected_pairs)


def test_viterbi_finds_the_best_of_all_paths(model):
    start, transition, densities = model
    layout = TimeMajor(LENGTHS, STARTS)
    path = viterbi(
        torch.from_numpy(start),
        torch.from_numpy(transition),
        torch.from_numpy(densities[:, layout.steps]).log(),
        layout,
    )
    for rank, row in enumerate(layout.order):
        steps = slice(STARTS[row], STARTS[row] + LENGTHS[row])
        *_, best = _enumerate(start, transition, densities[:, steps])
        np.testing.assert_array_equal(path[layout.step_sequences == rank], best)


def test_rows_of_pieces():
    layout = TimeMajor(LENGTHS, STARTS, 2)
    # Pieces of two steps: 4 5, 6 7 (of sequence 2), 0 1, 9 10; of one: 8, 2, 11, 3.
    assert layout.order.tolist() == [2, 0, 3, 1]
    assert layout.n_alive == [8, 4]
    assert layout.steps.tolist() == [4, 6, 0, 9, 8, 2, 11, 3, 5, 7, 1, 10]
    assert layout.sequences.tolist() == [0, 0, 1, 2, 0, 1, 2, 3]
    assert layout.first.tolist() == [0, 2, 3, 7]
    assert [level.tolist() for level in layout.levels] == [[0, 2, 3], [1, 5, 6], [4]]


def test_one_long_sequence_is_cut_and_short_ones_are_not():
    assert best_piece(np.full(1000, 100), 4) == 100
    assert 64 <= best_piece(np.array([1_000_000]), 4) <= 4096
    # With many states the first pass over the pieces would cost more than it saves.
    assert best_piece(np.full(1000, 500), 64) == 500


@pytest.mark.parametrize("zeros", [False, True])
def test_pieces_of_a_long_sequence_change_nothing(zeros):
    rng = np.random.default_rng(0)
    model = [torch.from_numpy(rng.dirichlet(np.ones(3), n)) for n in (1, 3)]
    model[0] = model[0][0]
    densities = rng.random((3, 3000)) ** 40
    if zeros:  # the states that may follow are seldom the ones that emit
        densities[rng.integers(0, 3, 3000), np.arange(3000)] = 0
        model[1] = torch.tensor([[0.5, 0.5, 0], [0, 0.5, 0.5], [0.5, 0, 0.5]]).double()
    results = []
    for longest in (None, 64):
        layout = TimeMajor(np.array([2000, 1000]), np.array([0, 2000]), longest)
        ordered = torch.from_numpy(densities[:, layout.steps])
        log_scale = torch.zeros(3000).double()
        passed = forward(*model, ordered / ordered.amax(0), log_scale, layout)
        gamma, pairs = backward(model[1], passed, layout, torch.ones(2).double())
        gamma = gamma[:, np.argsort(layout.steps)]
        results.append((passed.log_likelihood, gamma, pairs))
    for whole, cut in zip(*results, strict=True):
        np.testing.assert_allclose(cut, whole, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("longest", [None, 64])
def test_nothing_underflows_in_a_long_sequence(longest):
    # Whoever begins in the second of two states that never meet stays there, and each
    # step has a density of 1e-200: log-likelihood 5000 * log(1e-200).
    layout = TimeMajor(np.array([5000]), np.array([0]), longest)
    densities = torch.ones((2, 5000), dtype=torch.float64)
    start, transition = torch.tensor([0.0, 1.0]).double(), torch.eye(2).double()
    log_scale = torch.full((5000,), np.log(1e-200))
    passed = forward(start, transition, densities, log_scale.double(), layout)
    expected = 5000 * np.log(1e-200)
    np.testing.assert_allclose(passed.log_likelihood, [expected], rtol=1e-6)


@pytest.mark.parametrize("longest", [None, 16])
def test_impossible_sequences_stay_finite(longest):
    # The only state that may follow never emits what comes.
    layout = TimeMajor(np.array([100]), np.array([0]), longest)
    densities = torch.zeros((2, 100), dtype=torch.float64)
    densities[0] = 1.0
    start, transition = torch.tensor([0.0, 1.0]).double(), torch.eye(2).double()
    passed = forward(start, transition, densities, torch.zeros(100).double(), layout)
    assert torch.isfinite(passed.log_likelihood).all()
    gamma, pairs = backward(transition, passed, layout, torch.ones(1).double())
    np.testing.assert_allclose(gamma.sum(0), 1)
    assert torch.isfinite(pairs).all()


def test_scatter_add_adds_repeated_places():
    target = torch.zeros(2, 3)
    source = torch.tensor([[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]])
    scatter_add(target, torch.tensor([2, 0, 2]), source)
    assert target.tolist() == [[2.0, 0.0, 5.0], [20.0, 0.0, 50.0]]
