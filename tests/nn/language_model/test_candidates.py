import numpy as np
import pytest
import torch

from sklstm.nn._runtime import seeded_generator
from sklstm.nn.language_model.candidates import Candidates, _expected_draws

# Frequencies by Zipf's law: some symbols are there for certain, most are not.
COUNTS = (1000 / np.arange(1, 41)).astype(np.int64)
WANTED = torch.tensor([3, 39, 3, 20])


def candidates(n_candidates, counts=COUNTS):
    return Candidates(counts, n_candidates, seeded_generator(0))


@pytest.mark.parametrize("n_candidates", [1, 5, 12, 39])
def test_expected_draws_add_up_and_none_is_above_one(n_candidates):
    order, expected = _expected_draws(COUNTS, n_candidates)
    assert sorted(order) == list(range(len(COUNTS)))
    assert expected.sum() == pytest.approx(n_candidates)
    assert (0 < expected).all() and (expected <= 1).all()
    assert (np.diff(expected) <= 1e-12).all()


def test_expected_draws_follow_the_flattened_counts():
    _, expected = _expected_draws(COUNTS, 12)
    is_certain = expected == 1
    assert 0 < is_certain.sum() < 12
    ratios = expected[~is_certain] / (np.sort(COUNTS)[::-1][~is_certain] + 1) ** 0.75
    np.testing.assert_allclose(ratios, ratios[0])


def test_symbols_are_distinct_and_hold_what_is_wanted():
    draw = candidates(12)
    symbols, places, log_weights = draw(WANTED)
    assert (symbols.diff() > 0).all()
    assert symbols[places].tolist() == WANTED.tolist()
    assert log_weights[places].tolist() == [0.0] * 4
    assert torch.isfinite(log_weights).all()


def test_all_symbols_are_taken_where_there_are_no_more():
    for n_candidates in (40, 1000):
        symbols, places, log_weights = candidates(n_candidates)(WANTED)
        assert symbols.tolist() == list(range(40))
        assert places.tolist() == WANTED.tolist()
        assert not log_weights.any()


@pytest.mark.parametrize("n_candidates", [1, 5, 12, 39])
def test_a_weighted_sum_over_candidates_is_that_over_all_symbols(n_candidates):
    draw = candidates(n_candidates)
    values = torch.from_numpy(np.random.RandomState(0).exponential(size=40))
    sums = []
    for _ in range(4000):
        symbols, _, log_weights = draw(WANTED)
        sums.append(float((values[symbols] * log_weights.exp()).sum()))
    error = np.std(sums) / np.sqrt(len(sums))
    assert abs(np.mean(sums) - float(values.sum())) < 4 * error
    assert error > 0


def test_the_same_seed_draws_the_same():
    one, other = candidates(5), candidates(5)
    for _ in range(3):
        assert one(WANTED)[0].tolist() == other(WANTED)[0].tolist()
