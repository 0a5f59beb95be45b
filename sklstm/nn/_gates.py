"""What the gates of an LSTM did at every time step."""

from typing import NamedTuple

import torch

from sklstm.nn._recurrent import reversal, reverse_within_lengths


class GateActivations(NamedTuple):
    """Gates, cell and hidden state of one direction of one layer.

    Each is an array of shape (n_timesteps, hidden_size).
    """

    input_gate: object
    forget_gate: object
    output_gate: object
    candidate: object
    memory_cell: object
    hidden_state: object


def gate_activations(network, inputs):
    """Run one sequence through a network and record its gates.

    Parameters
    ----------
    network : SequenceNetwork
        In evaluation mode.

    inputs : dict
        Keyword arguments of its ``forward``, for a single sequence.

    Returns
    -------
    dict of (layer, direction) to GateActivations
        Of arrays of shape (T, H), in the order of time in both directions.
    """
    steps = network.embed(inputs["codes"], inputs.get("channels"))
    involution = reversal(inputs["lengths"], len(steps))
    recorded = {}
    for layer, (below, _) in enumerate(network.lstm.walk(steps, involution)):
        forward = _unroll(network.lstm.forward_layers[layer], below)
        recorded[layer, "forward"] = _as_arrays(forward)
        if network.lstm.backward_layers:
            mirrored = reverse_within_lengths(below, involution)
            backward = _unroll(network.lstm.backward_layers[layer], mirrored)
            restored = (reverse_within_lengths(part, involution) for part in backward)
            recorded[layer, "backward"] = _as_arrays(restored)
    return recorded


def _unroll(layer, steps):
    """Apply the cell's equations step by step, each part of shape (T, B, H)."""
    hidden = cell = steps.new_zeros(steps.shape[1], layer.hidden_size)  # (B, H)
    inputs = steps @ layer.weight_ih_l0.T + layer.bias_ih_l0 + layer.bias_hh_l0
    parts = []
    for step in inputs:  # (B, 4H), in the order of torch: input, forget, cell, output
        gates = (step + hidden @ layer.weight_hh_l0.T).chunk(4, dim=1)
        input_gate, forget_gate, output_gate = (gates[i].sigmoid() for i in (0, 1, 3))
        candidate = gates[2].tanh()
        cell = forget_gate * cell + input_gate * candidate
        hidden = output_gate * cell.tanh()
        parts.append((input_gate, forget_gate, output_gate, candidate, cell, hidden))
    return [torch.stack(part) for part in zip(*parts, strict=True)]


def _as_arrays(parts):
    return GateActivations(*(part[:, 0].numpy(force=True) for part in parts))
