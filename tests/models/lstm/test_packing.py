"""The padded LSTM against PyTorch's packed sequences, parameter by parameter."""

import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from sklstm.nn._recurrent import PaddedLSTM

LENGTHS = torch.tensor([11, 1, 4, 11, 7, 2])
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def parameters_of(lstm):
    """Parameters of a PaddedLSTM by the names that nn.LSTM gives them."""
    parameters = {}
    for suffix, layers in (
        ("", lstm.forward_layers),
        ("_reverse", lstm.backward_layers),
    ):
        for number, layer in enumerate(layers):
            for name in NAMES:
                parameter = getattr(layer, f"{name}_l0")
                parameters[f"{name}_l{number}{suffix}"] = parameter
    return parameters


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("n_layers", [1, 3])
def test_states_and_every_gradient_equal_those_of_packing(n_layers, bidirectional):
    generator = torch.Generator().manual_seed(0)
    lstm = PaddedLSTM(5, 4, n_layers=n_layers, bidirectional=bidirectional)
    for parameter in lstm.parameters():
        nn.init.uniform_(parameter, -0.7, 0.7, generator=generator)
    twin = nn.LSTM(5, 4, n_layers, bidirectional=bidirectional)
    mine = parameters_of(lstm)
    twin.load_state_dict({name: p.detach() for name, p in mine.items()})
    assert len(mine) == len(list(lstm.parameters())) == len(list(twin.parameters()))

    steps = torch.randn(11, 6, 5, generator=generator)
    padded, packed = (steps.clone().requires_grad_() for _ in range(2))
    states = lstm(padded, LENGTHS)
    expected, _ = pad_packed_sequence(
        twin(pack_padded_sequence(packed, LENGTHS, enforce_sorted=False))[0]
    )
    is_step = (torch.arange(11).unsqueeze(1) < LENGTHS).unsqueeze(2)
    torch.testing.assert_close(states * is_step, expected, atol=1e-5, rtol=0)

    pull = torch.randn(expected.shape, generator=generator) * is_step
    (states * pull).sum().backward()
    (expected * pull).sum().backward()
    torch.testing.assert_close(padded.grad, packed.grad, atol=1e-5, rtol=0)
    for name, parameter in twin.named_parameters():
        torch.testing.assert_close(
            mine[name].grad, parameter.grad, atol=1e-5, rtol=1e-5, msg=name
        )
