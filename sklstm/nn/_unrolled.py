"""An LSTM layer over words, unrolled over time, for prediction on one CPU thread."""

import torch

from sklstm.nn._recurrent import reverse_values


def read_words(layers, vectors, places, lengths, involution):
    """Compute the states of a layer whose time steps share few distinct inputs.

    Half of an LSTM's work, the product of inputs and input weights, does not look back:
    here it is done once for each distinct word of a batch. The other half, a step at a
    time, leaves out the sequences that have ended. Gradients do not pass.

    Parameters
    ----------
    layers : list of torch.nn.LSTM
        The forward one, and the backward one if there are two directions D.

    vectors : Tensor of shape (V, F)
        Distinct inputs.

    places : Tensor of shape (T, B)
        Rows of `vectors` in the order of time.

    lengths : Tensor of shape (B,)
        Quickest when the shortest comes first.

    involution : Tensor of shape (T * B,)
        From `reversal`.

    Returns
    -------
    list of Tensor of shape (T, B, H)
        As from `PaddedLSTM.read`.
    """
    hidden_size, n_words = layers[0].hidden_size, len(vectors)
    projected = torch.cat([_project(layer, vectors) for layer in layers])  # (D V, 4H)
    recurrent = torch.stack([_by_activation(layer.weight_hh_l0).T for layer in layers])
    mirrored = reverse_values(places, involution) + n_words
    places = torch.stack([places, mirrored][: len(layers)], dim=1)  # (T, D, B)
    states = vectors.new_zeros(*places.shape, hidden_size)  # (T, D, B, H)
    last, cells, squashed_cells = vectors.new_zeros(3, *states.shape[1:])
    room = vectors.new_empty(places[0].numel(), 4 * hidden_size)
    for start, times in _spans(lengths):
        rows = places[times, :, start:].flatten(1)  # (T', D B'), of B' sequences
        flat_gates = room[: rows.shape[1]]
        gates = flat_gates.view(len(layers), -1, 4 * hidden_size)
        input_gate, forget_gate, output_gate, candidate = gates.chunk(4, dim=2)
        opening = gates[..., : 3 * hidden_size]
        cell, squashed, hidden = (p[:, start:] for p in (cells, squashed_cells, last))
        for row, state in zip(rows, states[times, :, start:], strict=True):
            torch.index_select(projected, 0, row, out=flat_gates)
            gates.baddbmm_(hidden, recurrent)
            opening.sigmoid_()
            candidate.tanh_()
            cell.mul_(forget_gate).addcmul_(input_gate, candidate)
            torch.tanh(cell, out=squashed)
            hidden = torch.mul(output_gate, squashed, out=state)
        last = states[times.stop - 1]
    return list(states.unbind(dim=1))


def _project(layer, vectors):
    """Input weights and biases applied to the vectors, of shape (V, 4H)."""
    bias = _by_activation(layer.bias_ih_l0 + layer.bias_hh_l0)
    return torch.addmm(bias, vectors, _by_activation(layer.weight_ih_l0).T)


def _by_activation(weights):
    """Put the gates in the order input, forget, output, candidate."""
    input_gate, forget_gate, candidate, output_gate = weights.chunk(4)
    return torch.cat([input_gate, forget_gate, output_gate, candidate])


def _spans(lengths):
    """Yield the first sequence that has not ended, and the time steps it leads."""
    time = torch.arange(int(lengths.max()))
    # With the shortest first all before it have ended, else as many as stand before it.
    n_ended = torch.searchsorted(lengths.cummax(0).values, time, right=True)
    starts, counts = n_ended.unique_consecutive(return_counts=True)
    stops = counts.cumsum(0).tolist()
    for start, stop, count in zip(starts.tolist(), stops, counts.tolist(), strict=True):
        yield start, slice(stop - count, stop)
