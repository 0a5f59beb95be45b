import pytest
import torch
from torch import nn

from sklstm.nn._recurrent import PaddedLSTM, reversal
from sklstm.nn._unrolled import read_words

LENGTHS = {
    "sorted": [0, 1, 1, 3, 4, 6, 6],
    "unsorted": [4, 6, 0, 1, 6, 3, 1],
    "equal": [6, 6, 6],
    "empty": [0, 0],
}


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS.keys())
def test_equals_an_lstm_over_the_vectors_of_all_time_steps(lengths, bidirectional):
    generator = torch.Generator().manual_seed(0)
    lstm = PaddedLSTM(4, 5, bidirectional=bidirectional)
    for parameter in lstm.parameters():
        nn.init.uniform_(parameter, -0.7, 0.7, generator=generator)
    lengths = torch.tensor(lengths)
    vectors = torch.randn(6, 4, generator=generator)
    # Padded two steps beyond the longest.
    places = torch.randint(6, (8, len(lengths)), generator=generator)
    involution = reversal(lengths, 8)
    with torch.inference_mode():
        expected = lstm.read(vectors[places], involution)
        layers = [*lstm.forward_layers, *lstm.backward_layers]
        states = read_words(layers, vectors, places, lengths, involution)
    is_step = (torch.arange(8).unsqueeze(1) < lengths).unsqueeze(2)
    assert len(states) == len(expected) == (2 if bidirectional else 1)
    for mine, theirs in zip(states, expected, strict=True):
        assert mine.isfinite().all()
        torch.testing.assert_close(mine * is_step, theirs * is_step)


def test_sequences_that_have_ended_are_left_out():
    layer, lengths = nn.LSTM(4, 5), torch.tensor(LENGTHS["sorted"])
    places = torch.zeros(8, len(lengths), dtype=torch.int64)
    with torch.inference_mode():
        involution = reversal(lengths, 8)
        (states,) = read_words([layer], torch.ones(1, 4), places, lengths, involution)
    n_states = states.any(dim=2).sum(dim=0)
    assert n_states.tolist() == LENGTHS["sorted"]
