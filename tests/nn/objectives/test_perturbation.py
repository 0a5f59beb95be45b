import math

import pytest
import torch

from sklstm.nn.objectives.perturbation import along, spread

STEPS = torch.tensor([[[0.0, 10.0]], [[2.0, 30.0]], [[99.0, 99.0]]])  # (3, 1, 2)
IS_STEP = torch.tensor([[True], [True], [False]])


def test_spread_leaves_padding_out():
    # Means 1 and 20, deviations 1 and 10.
    torch.testing.assert_close(spread(STEPS, IS_STEP), torch.tensor([1.0, 10.0]))


def test_the_norm_is_a_share_of_normalised_steps():
    change = along(torch.randn(3, 1, 2), STEPS, IS_STEP, 0.1)
    normalised = change / torch.tensor([1.0, 10.0])
    # Two steps of two features: 0.1 * sqrt(4)
    torch.testing.assert_close(normalised.norm().item(), 0.2)
    assert not change[2].any()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_the_length_of_a_direction_and_of_vectors_does_not_matter(scale):
    direction = torch.randn(3, 1, 2)
    expected = along(direction, STEPS, IS_STEP, 0.1)
    longer = along(direction * scale, STEPS, IS_STEP, 0.1)
    torch.testing.assert_close(longer, expected)
    grown = along(direction, STEPS * scale, IS_STEP, 0.1)
    torch.testing.assert_close(grown, expected * scale)


def test_longer_sequences_change_as_much_a_step():
    steps = torch.randn(8, 2, 4)
    is_step = torch.arange(8).unsqueeze(1) < torch.tensor([8, 2])
    change = along(torch.ones(8, 2, 4), steps, is_step, 0.3)
    per_step = (change / spread(steps, is_step)).square().mean(dim=2).sqrt()
    torch.testing.assert_close(per_step[is_step], torch.full((10,), 0.3))


def test_nothing_to_change_stays_finite():
    nothing = torch.zeros(2, 1, dtype=torch.bool)
    assert not along(torch.randn(2, 1, 3), torch.zeros(2, 1, 3), nothing, 0.1).any()
    steps = torch.randn(2, 1, 3)
    change = along(torch.zeros(2, 1, 3), steps, ~nothing, 0.1)
    assert not change.any() and math.isfinite(change.sum())
