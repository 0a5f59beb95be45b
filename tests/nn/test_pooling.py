import pytest
import torch

from sklstm.nn._pooling import POOLINGS, MaskedPooling
from sklstm.nn._recurrent import in_order_of_time, reversal

# Two sequences of lengths 2 and 0 over three time steps; two features.
STATES = torch.tensor(
    [[[1.0, -4.0], [7.0, 7.0]], [[3.0, -2.0], [7.0, 7.0]], [[9.0, 9.0], [7.0, 7.0]]]
)
LENGTHS = torch.tensor([2, 0])


def make_pooling(*names):
    """MaskedPooling of one direction whose attention scores half the first feature."""
    pooling = MaskedPooling(names, 2, 1)
    if "attention" in names:
        with torch.no_grad():
            pooling.attention_weights.weight.copy_(torch.tensor([[0.5, 0.0]]))
            pooling.attention_weights.bias.zero_()
    return pooling


def pool(*names, states=STATES):
    return make_pooling(*names)([states], LENGTHS, reversal(LENGTHS, len(states)))


@pytest.mark.parametrize("name", POOLINGS)
def test_an_empty_sequence_gives_zeros(name):
    assert pool(name)[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", POOLINGS)
def test_padding_has_no_part(name):
    longer = torch.cat([STATES, torch.full((4, 2, 2), 1e4)])
    torch.testing.assert_close(pool(name, states=longer), pool(name))


def test_mean_and_max_by_hand():
    # (1 + 3) / 2 and (-4 - 2) / 2; max(1, 3) and max(-4, -2)
    assert pool("mean", "max")[0].tolist() == [2.0, -3.0, 3.0, -2.0]


def test_last_by_hand():
    assert pool("last")[0].tolist() == [3.0, -2.0]


@pytest.mark.parametrize("name", ["last", "mean", "max", "attention"])
def test_directions_are_pooled_as_though_both_stood_in_the_order_of_time(name):
    generator = torch.Generator().manual_seed(0)
    lengths = torch.tensor([4, 2, 3])
    involution = reversal(lengths, 4)
    states = [torch.randn(4, 3, 2, generator=generator) for _ in range(2)]
    pooling = MaskedPooling((name,), 2, 2)
    weights = torch.randn(4, generator=generator)
    if name == "attention":
        with torch.no_grad():
            pooling.attention_weights.weight.copy_(weights)
            pooling.attention_weights.bias.zero_()
    pooled = pooling(states, lengths, involution)
    joined = in_order_of_time(states, involution)
    for sequence, length in enumerate(lengths):
        steps = joined[:length, sequence]  # (length, 4)
        expected = {
            # The backward half has read everything at time step 0.
            "last": torch.cat([steps[-1, :2], steps[0, 2:]]),
            "mean": steps.mean(dim=0),
            "max": steps.amax(dim=0),
            "attention": torch.softmax(steps @ weights, dim=0) @ steps,
        }[name]
        torch.testing.assert_close(pooled[sequence], expected)


@pytest.mark.parametrize("padding", [[9.0, 9.0], [2.0, 3.0]])
def test_equal_highest_states_share_the_gradient(padding):
    states = torch.tensor([[[2.0, 1.0]], [[2.0, 3.0]], [padding]]).requires_grad_()
    lengths = torch.tensor([2])
    pooling = MaskedPooling(("max",), 2, 1)
    pooling([states], lengths, reversal(lengths, 3)).sum().backward()
    assert states.grad[:, 0].tolist() == [[0.5, 0.0], [0.5, 1.0], [0.0, 0.0]]


@pytest.mark.parametrize("lengths", [[4, 2, 0], [3, 3, 3], [1, 4, 2], [4, 4, 4]])
def test_highest_states_as_by_a_mask(lengths):
    generator = torch.Generator().manual_seed(0)
    states = torch.randn(4, 3, 5, generator=generator).requires_grad_()
    weights = torch.randn(3, 5, generator=generator)
    lengths = torch.tensor(lengths)
    pooled = MaskedPooling(("max",), 5, 1)([states], lengths, reversal(lengths, 4))
    (pooled * weights).sum().backward()
    masked = states.detach().clone().requires_grad_()
    is_pad = (torch.arange(4).unsqueeze(1) >= lengths).unsqueeze(2)
    highest = masked.masked_fill(is_pad, -1e9).amax(dim=0)
    expected = torch.where(lengths.unsqueeze(1) > 0, highest, 0.0)
    (expected * weights).sum().backward()
    assert torch.equal(pooled, expected)
    assert torch.equal(states.grad, masked.grad)


def test_attention_by_hand():
    # Scores 0.5 and 1.5: the second step weighs 1 / (1 + exp(-1)) = 0.731059.
    expected = torch.tensor([1 + 2 * 0.731059, -4 + 2 * 0.731059])
    torch.testing.assert_close(pool("attention")[0], expected)
