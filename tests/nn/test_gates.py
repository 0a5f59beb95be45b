import pytest
import torch
from torch import nn

from sklstm.nn._gates import gate_activations
from sklstm.nn._sequence_network import SequenceNetwork, initialize

N_STEPS, N_CHANNELS, HIDDEN = 6, 3, 4


@pytest.fixture
def network():
    network = SequenceNetwork(
        table_sizes=[],
        n_channels=N_CHANNELS,
        n_static_features=0,
        n_classes=2,
        hidden_size=HIDDEN,
        n_layers=2,
        bidirectional=True,
        pooling=("mean",),
        dropout=0.0,
        embedding_dropout=0.0,
        word_dropout=0.0,
        fine_tune=True,
    )
    initialize(network, torch.Generator().manual_seed(0), torch.zeros(2))
    return network.eval()


@pytest.fixture
def inputs():
    generator = torch.Generator().manual_seed(1)
    return {
        "codes": torch.empty(1, 0, N_STEPS, dtype=torch.int64),
        "lengths": torch.tensor([N_STEPS]),
        "channels": torch.randn(1, N_STEPS, N_CHANNELS, generator=generator),
    }


def by_cell(layer, steps):
    """Hidden states and cells of torch's LSTMCell, each (T, H)."""
    cell = nn.LSTMCell(layer.input_size, layer.hidden_size)
    cell.load_state_dict(
        {k.removesuffix("_l0"): v for k, v in layer.state_dict().items()}
    )
    state, hiddens, cells = None, [], []
    for step in steps:
        state = cell(step, state)
        hiddens.append(state[0][0])
        cells.append(state[1][0])
    return torch.stack(hiddens), torch.stack(cells)


@torch.no_grad()
def test_every_layer_and_direction_agrees_with_lstm_cell(network, inputs):
    recorded = gate_activations(network, inputs)
    assert set(recorded) == {(i, d) for i in (0, 1) for d in ("forward", "backward")}
    below = inputs["channels"].transpose(0, 1)
    for layer in (0, 1):
        forward = by_cell(network.lstm.forward_layers[layer], below)
        backward = by_cell(network.lstm.backward_layers[layer], below.flip(0))
        backward = [part.flip(0) for part in backward]
        for direction, (hidden, cell) in {
            "forward": forward,
            "backward": backward,
        }.items():
            mine = recorded[layer, direction]
            torch.testing.assert_close(torch.from_numpy(mine.hidden_state), hidden)
            torch.testing.assert_close(torch.from_numpy(mine.memory_cell), cell)
        below = torch.cat([forward[0], backward[0]], dim=1).unsqueeze(1)


@torch.no_grad()
def test_gates_obey_the_cells_equations(network, inputs):
    gates = gate_activations(network, inputs)[0, "forward"]
    kept = gates.forget_gate[1:] * gates.memory_cell[:-1]
    written = gates.input_gate[1:] * gates.candidate[1:]
    torch.testing.assert_close(
        torch.from_numpy(gates.memory_cell[1:]), torch.from_numpy(kept + written)
    )
    for gate in (gates.input_gate, gates.forget_gate, gates.output_gate):
        assert gate.min() > 0
        assert gate.max() < 1
        assert gate.shape == (N_STEPS, HIDDEN)
