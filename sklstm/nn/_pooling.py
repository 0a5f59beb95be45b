"""From the states of all time steps to one vector a sequence."""

import functools

import torch
from torch import nn

from sklstm.nn._layers import Linear
from sklstm.nn._recurrent import reverse_values

POOLINGS = ("last", "mean", "max", "attention")


class _Highest(torch.autograd.Function):
    """Highest state over time; equal ones share the gradient."""

    @staticmethod
    def forward(ctx, states, padding, n_full):
        # Only the last time steps hold padding: those alone are copied and filled.
        parts = [part for part in states.tensor_split([n_full]) if len(part)]
        if len(padding):
            batch_size = states.shape[1]
            parts[-1] = parts[-1].clone()
            rows = parts[-1].flatten(0, 1)
            rows.index_fill_(0, padding - n_full * batch_size, -torch.inf)
        highest = functools.reduce(torch.maximum, [part.amax(dim=0) for part in parts])
        ctx.save_for_backward(states, highest, padding)
        return highest

    @staticmethod
    def backward(ctx, gradient):
        # Two passes over the states, where autograd's own backward takes six.
        states, highest, padding = ctx.saved_tensors
        is_highest = states == highest
        is_highest.flatten(0, 1).index_fill_(0, padding, False)
        if is_highest.count_nonzero() > gradient.numel():
            gradient = gradient / is_highest.sum(dim=0).clamp(min=1)
        return torch.where(is_highest, gradient, 0), None, None


class MaskedPooling(nn.Module):
    """Pool states over time; padding has no part, an empty sequence gives zeros.

    Each direction is pooled as it reads: sums and maxima do not ask for an order, and
    the last state is that after the whole sequence in both.

    Parameters
    ----------
    names : tuple of {"last", "mean", "max", "attention"}
        Concatenated in this order.

    hidden_size : int
        Features H of a state.

    n_directions : int
        1 or 2.
    """

    def __init__(self, names, hidden_size, n_directions):
        super().__init__()
        self.names = names
        self.output_size = len(names) * n_directions * hidden_size
        if "attention" in names:
            self.attention_weights = Linear(n_directions * hidden_size, 1)

    def forward(self, states, lengths, involution):
        """Pool the states of all time steps.

        Parameters
        ----------
        states : list of Tensor of shape (T, B, H)
            From `PaddedLSTM.read`.

        lengths : Tensor of shape (B,)
        involution : Tensor of shape (T * B,)
            From `reversal`.

        Returns
        -------
        Tensor of shape (B, P * S)
            P poolings of S features, H for each direction.
        """
        time = torch.arange(len(states[0]), device=lengths.device).unsqueeze(1)
        is_step = time < lengths  # (T, B)
        pooled = []
        for name in self.names:
            pooled += getattr(self, f"_{name}")(states, is_step, lengths, involution)
        return torch.cat(pooled, dim=1)

    def _last(self, states, is_step, lengths, involution):
        sequences = torch.arange(len(lengths), device=lengths.device)
        last, is_filled = (lengths - 1).clamp(min=0), (lengths > 0).unsqueeze(1)
        return [direction[last, sequences] * is_filled for direction in states]

    def _mean(self, states, is_step, lengths, involution):
        shares = is_step.float() / lengths.clamp(min=1)
        return [_weighted_sum(direction, shares) for direction in states]

    def _max(self, states, is_step, lengths, involution):
        is_empty = (lengths == 0).unsqueeze(1)
        padding = (~is_step).flatten().nonzero().squeeze(1)  # rows of (T * B, H)
        n_full = int(lengths.min())
        return [
            _Highest.apply(direction, padding, n_full).masked_fill(is_empty, 0.0)
            for direction in states
        ]

    def _attention(self, states, is_step, lengths, involution):
        linear = self.attention_weights
        weights = linear.weight.view(len(states), -1)  # one row a direction
        scores = [d @ w for d, w in zip(states, weights, strict=True)]  # (T, B) each
        scores[1:] = [reverse_values(score, involution) for score in scores[1:]]
        scores = sum(scores) + linear.bias
        scores = scores.masked_fill(~is_step, torch.finfo(scores.dtype).min)
        shares = torch.softmax(scores, dim=0) * is_step
        turned = [shares, reverse_values(shares, involution)]
        return [_weighted_sum(d, s) for d, s in zip(states, turned, strict=False)]


def _weighted_sum(states, shares):
    """Sum over time of states (T, B, H) by shares (T, B), of shape (B, H)."""
    return torch.bmm(shares.t().unsqueeze(1), states.transpose(0, 1)).squeeze(1)
