import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from sklstm.nn._recurrent import PaddedLSTM, reversal, reverse_within_lengths

LENGTHS = torch.tensor([5, 1, 3])


def test_reversal_turns_each_sequence_within_its_length():
    steps = torch.arange(1, 16.0).reshape(3, 5).T.unsqueeze(2)  # (5, 3, 1)
    reversed_steps = reverse_within_lengths(steps, reversal(LENGTHS, 5))
    # Rows: 1..5 whole, 6 alone before its padding 7..10, 11..13 before 14 and 15.
    assert reversed_steps[:, :, 0].T.tolist() == [
        [5, 4, 3, 2, 1],
        [6, 7, 8, 9, 10],
        [13, 12, 11, 14, 15],
    ]


def test_reversal_twice_changes_nothing():
    steps = torch.randn(5, 3, 2, generator=torch.Generator().manual_seed(0))
    index = reversal(LENGTHS, 5)
    twice = reverse_within_lengths(reverse_within_lengths(steps, index), index)
    assert torch.equal(twice, steps)


def make_lstm(*sizes, **options):
    """PaddedLSTM with drawn weights."""
    lstm = PaddedLSTM(*sizes, **options)
    generator = torch.Generator().manual_seed(1)
    for parameter in lstm.parameters():
        nn.init.uniform_(parameter, -0.5, 0.5, generator=generator)
    return lstm


def packed_twin(lstm, input_size, hidden_size, n_layers, bidirectional):
    """PyTorch's own LSTM with the weights of a PaddedLSTM."""
    twin = nn.LSTM(input_size, hidden_size, n_layers, bidirectional=bidirectional)
    weights = {}
    for layer in range(n_layers):
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            parts = lstm.forward_layers[layer].state_dict()
            weights[f"{name}_l{layer}"] = parts[f"{name}_l0"]
            if bidirectional:
                parts = lstm.backward_layers[layer].state_dict()
                weights[f"{name}_l{layer}_reverse"] = parts[f"{name}_l0"]
    twin.load_state_dict(weights)
    return twin


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("n_layers", [1, 2, 3])
def test_equals_packed_sequences_in_states_and_gradients(n_layers, bidirectional):
    generator = torch.Generator().manual_seed(0)
    lstm = make_lstm(4, 3, n_layers=n_layers, bidirectional=bidirectional)
    twin = packed_twin(lstm, 4, 3, n_layers, bidirectional)
    steps = torch.randn(5, 3, 4, generator=generator)
    mine, theirs = (steps.clone().requires_grad_() for _ in range(2))

    states = lstm(mine, LENGTHS)
    packed = pack_padded_sequence(theirs, LENGTHS, enforce_sorted=False)
    expected, _ = pad_packed_sequence(twin(packed)[0])
    is_step = (torch.arange(5).unsqueeze(1) < LENGTHS).unsqueeze(2)
    torch.testing.assert_close(states * is_step, expected, atol=1e-5, rtol=1e-5)

    pull = torch.randn(expected.shape, generator=generator) * is_step
    (states * pull).sum().backward()
    (expected * pull).sum().backward()
    torch.testing.assert_close(mine.grad, theirs.grad, atol=1e-5, rtol=1e-5)
    mine_by_layer = lstm.forward_layers[n_layers - 1].weight_hh_l0.grad
    theirs_by_layer = getattr(twin, f"weight_hh_l{n_layers - 1}").grad
    torch.testing.assert_close(mine_by_layer, theirs_by_layer, atol=1e-5, rtol=1e-5)
    if bidirectional:
        torch.testing.assert_close(
            lstm.backward_layers[0].weight_ih_l0.grad,
            twin.weight_ih_l0_reverse.grad,
            atol=1e-5,
            rtol=1e-5,
        )


def test_what_stands_in_the_padding_does_not_matter():
    lstm = make_lstm(2, 3, n_layers=2, bidirectional=True)
    steps = torch.randn(5, 3, 2, generator=torch.Generator().manual_seed(0))
    is_step = (torch.arange(5).unsqueeze(1) < LENGTHS).unsqueeze(2)
    noisy = torch.where(is_step, steps, 1e3)
    states, noisy_states = lstm(steps, LENGTHS), lstm(noisy, LENGTHS)
    torch.testing.assert_close(states * is_step, noisy_states * is_step)


def test_dropout_between_layers_only_while_training():
    lstm = make_lstm(2, 3, n_layers=2, dropout=0.5)
    steps = torch.ones(5, 3, 2)
    draws = [
        lstm(steps, LENGTHS, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)
    ]
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])
    lstm.eval()
    assert torch.equal(lstm(steps, LENGTHS), lstm(steps, LENGTHS))
