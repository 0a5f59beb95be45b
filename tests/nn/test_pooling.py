import pytest
import torch

from sklstm.nn._pooling import POOLINGS, MaskedPooling

# Two sequences of lengths 2 and 0 over three time steps; forward and backward state.
STATES = torch.tensor(
    [[[1.0, -4.0], [7.0, 7.0]], [[3.0, -2.0], [7.0, 7.0]], [[9.0, 9.0], [7.0, 7.0]]]
)
LENGTHS = torch.tensor([2, 0])


def make_pooling(*names, bidirectional=False):
    """MaskedPooling whose attention scores half of the first feature."""
    pooling = MaskedPooling(names, 2, bidirectional=bidirectional)
    if "attention" in names:
        with torch.no_grad():
            pooling.attention_weights.weight.copy_(torch.tensor([[0.5, 0.0]]))
            pooling.attention_weights.bias.zero_()
    return pooling


def pool(*names, bidirectional=False):
    return make_pooling(*names, bidirectional=bidirectional)(STATES, LENGTHS)


@pytest.mark.parametrize("name", POOLINGS)
def test_an_empty_sequence_gives_zeros(name):
    assert pool(name)[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", POOLINGS)
def test_padding_has_no_part(name):
    pooling = make_pooling(name)
    longer = torch.cat([STATES, torch.full((4, 2, 2), 1e4)])
    torch.testing.assert_close(pooling(longer, LENGTHS), pooling(STATES, LENGTHS))


def test_mean_and_max_by_hand():
    # (1 + 3) / 2 and (-4 - 2) / 2; max(1, 3) and max(-4, -2)
    assert pool("mean", "max")[0].tolist() == [2.0, -3.0, 3.0, -2.0]


def test_last_takes_each_directions_own_end():
    assert pool("last")[0].tolist() == [3.0, -2.0]
    # The backward half has read everything at time step 0.
    assert pool("last", bidirectional=True)[0].tolist() == [3.0, -4.0]


def test_attention_by_hand():
    # Scores 0.5 and 1.5: the second step weighs 1 / (1 + exp(-1)) = 0.731059.
    expected = torch.tensor([1 + 2 * 0.731059, -4 + 2 * 0.731059])
    torch.testing.assert_close(pool("attention")[0], expected)
