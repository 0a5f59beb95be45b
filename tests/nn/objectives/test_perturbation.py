import math

import pytest
import torch

from sklstm.nn.objectives.perturbation import Perturbations

STEPS = torch.tensor([[[0.0, 10.0]], [[2.0, 30.0]], [[99.0, 99.0]]])  # (3, 1, 2)
IS_STEP = torch.tensor([[True], [True], [False]])


def along(direction, steps, is_step, share):
    return Perturbations(steps, is_step, share).along(direction)


def test_the_norm_is_a_share_of_normalised_steps():
    # Means 1 and 20, deviations 1 and 10: the padding has no part.
    change = along(torch.randn(3, 1, 2), STEPS, IS_STEP, 0.1)
    normalised = change / torch.tensor([1.0, 10.0])
    # Two steps of two features: 0.1 * sqrt(4)
    torch.testing.assert_close(normalised.norm().item(), 0.2)
    assert not change[2].any()


def test_a_gradient_counts_for_normalised_features():
    gradient = torch.randn(3, 1, 2)
    changes = Perturbations(STEPS, IS_STEP, 0.1)
    expected = changes.along(gradient * torch.tensor([1.0, 10.0]))
    torch.testing.assert_close(changes.along_gradient(gradient), expected)


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
    per_step = (
        (change / steps[is_step].std(dim=0, correction=0)).square().mean(dim=2).sqrt()
    )
    torch.testing.assert_close(per_step[is_step], torch.full((10,), 0.3))


def test_nothing_to_change_stays_finite():
    nothing = torch.zeros(2, 1, dtype=torch.bool)
    assert not along(torch.randn(2, 1, 3), torch.zeros(2, 1, 3), nothing, 0.1).any()
    steps = torch.randn(2, 1, 3)
    change = along(torch.zeros(2, 1, 3), steps, ~nothing, 0.1)
    assert not change.any() and math.isfinite(change.sum())
