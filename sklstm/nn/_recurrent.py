"""Long short-term memory over padded batches, exact and without packing."""

import torch
from torch import nn

from sklstm.nn._dropout import locked_dropout
from sklstm.nn._layers import LSTM


class _Permute(torch.autograd.Function):
    """Reorder the rows of a matrix by a permutation that is its own inverse."""

    @staticmethod
    def forward(ctx, rows, involution):
        ctx.save_for_backward(involution)
        return rows.index_select(0, involution)

    @staticmethod
    def backward(ctx, gradient):
        # A gather, where autograd's own backward would scatter and add.
        return gradient.index_select(0, *ctx.saved_tensors), None


def reverse_within_lengths(steps, involution):
    """Reverse each sequence of a padded batch within its own length.

    Parameters
    ----------
    steps : Tensor of shape (T, B, F)
        Padded at the end.

    involution : Tensor of shape (T * B,)
        From `reversal`.

    Returns
    -------
    Tensor of shape (T, B, F)
        The padding stands where it stood.
    """
    return _Permute.apply(steps.flatten(0, 1), involution).view_as(steps)


def reverse_values(values, involution):
    """Reverse the values (T, B) of each sequence within its length."""
    return reverse_within_lengths(values.unsqueeze(2), involution).squeeze(2)


def reversal(lengths, n_timesteps):
    """Flat index that reverses each sequence of a padded batch.

    Parameters
    ----------
    lengths : Tensor of shape (B,)
    n_timesteps : int
        Padded length T.

    Returns
    -------
    Tensor of shape (T * B,)
        Into the flattened (T, B); applied twice it changes nothing.
    """
    time = torch.arange(n_timesteps, device=lengths.device).unsqueeze(1)  # (T, 1)
    mirrored = torch.where(time < lengths, lengths - 1 - time, time)  # (T, B)
    batch = torch.arange(len(lengths), device=lengths.device)
    return (mirrored * len(lengths) + batch).flatten()


def in_order_of_time(states, involution):
    """Join the states of both directions, (T, B, H) each as it reads, to (T, B, 2H)."""
    if len(states) == 1:
        return states[0]
    forward, mirrored = states
    return torch.cat([forward, reverse_within_lengths(mirrored, involution)], dim=2)


class PaddedLSTM(nn.Module):
    """Stacked LSTM in one or both directions, unaffected by padding.

    A forward LSTM never looks ahead, so padding at the end of a sequence cannot reach
    its states. The backward LSTM is a forward one over the sequence reversed within
    its own length. `torch.nn.utils.rnn.pack_padded_sequence` gives the same numbers off
    the fast path of the CPU. The weights have to be set.

    Parameters
    ----------
    input_size : int
        Features F of a time step.

    hidden_size : int
        Hidden units H of each direction.

    n_layers : int, default=1
        Layers, each over the states of the one below.

    bidirectional : bool, default=False
        Whether a second LSTM reads each sequence from its end.

    dropout : float, default=0.0
        Between layers; one mask a sequence for all time steps.
    """

    def __init__(
        self, input_size, hidden_size, *, n_layers=1, bidirectional=False, dropout=0.0
    ):
        super().__init__()
        self.dropout = dropout
        state_size = hidden_size * (2 if bidirectional else 1)
        sizes = [input_size] + [state_size] * (n_layers - 1)
        self.forward_layers = nn.ModuleList(LSTM(s, hidden_size) for s in sizes)
        self.backward_layers = nn.ModuleList(
            LSTM(s, hidden_size) for s in (sizes if bidirectional else [])
        )

    def forward(self, steps, lengths, generator=None):
        """Compute the states of the last layer.

        Parameters
        ----------
        steps : Tensor of shape (T, B, F)
        lengths : Tensor of shape (B,)
        generator : torch.Generator, default=None
            For dropout while training.

        Returns
        -------
        Tensor of shape (T, B, H) or (T, B, 2H)
            Forward states, then backward states, both in the order of time. What
            stands after a sequence's end is without meaning.
        """
        involution = reversal(lengths, len(steps))
        return in_order_of_time(self.read(steps, involution, generator), involution)

    def read(self, steps, involution, generator=None):
        """Compute the states of the last layer, each direction as it reads.

        Parameters
        ----------
        steps : Tensor of shape (T, B, F)
        involution : Tensor of shape (T * B,)
            From `reversal`.

        generator : torch.Generator, default=None
            For dropout while training.

        Returns
        -------
        list of Tensor of shape (T, B, H)
            Forward states; in both directions also the backward states, each sequence
            from its last time step to its first.
        """
        *_, (_, states) = self.walk(steps, involution, generator)
        return states

    def walk(self, steps, involution, generator=None):
        """Yield the input and the states of each layer, the lowest first, as `read`."""
        states = []
        for layer, forward_layer in enumerate(self.forward_layers):
            if states:
                steps = in_order_of_time(states, involution)
                steps = locked_dropout(steps, self._rate, generator)
            states = [forward_layer(steps)[0]]
            if self.backward_layers:
                mirrored = reverse_within_lengths(steps, involution)
                states.append(self.backward_layers[layer](mirrored)[0])
            yield steps, states

    @property
    def _rate(self):
        return self.dropout if self.training else 0.0
