"""From the states of all time steps to one vector a sequence."""

import torch
from torch import nn

from sklstm.nn._layers import Linear

POOLINGS = ("last", "mean", "max", "attention")


class MaskedPooling(nn.Module):
    """Pool states over time; padding has no part, an empty sequence gives zeros.

    Parameters
    ----------
    names : tuple of {"last", "mean", "max", "attention"}
        Concatenated in this order.

    state_size : int
        Features of a state: H, or 2H in both directions.

    bidirectional : bool
        Whether the second half of a state was computed from the end, so that its last
        state stands at time step 0.
    """

    def __init__(self, names, state_size, *, bidirectional):
        super().__init__()
        self.names = names
        self.bidirectional = bidirectional
        self.output_size = len(names) * state_size
        if "attention" in names:
            self.attention_weights = Linear(state_size, 1)

    def forward(self, states, lengths):
        """Pool (T, B, S) states of sequences of the given lengths to (B, P * S)."""
        time = torch.arange(len(states), device=states.device).unsqueeze(1)
        is_step = (time < lengths).unsqueeze(2)  # (T, B, 1)
        pooled = [getattr(self, f"_{n}")(states, is_step, lengths) for n in self.names]
        return torch.cat(pooled, dim=1)

    def _last(self, states, is_step, lengths):
        sequences = torch.arange(states.shape[1], device=states.device)
        last = states[(lengths - 1).clamp(min=0), sequences]  # (B, S)
        if self.bidirectional:
            half = states.shape[2] // 2
            last = torch.cat([last[:, :half], states[0, :, half:]], dim=1)
        return last * (lengths > 0).unsqueeze(1)

    def _mean(self, states, is_step, lengths):
        return (states * is_step).sum(dim=0) / lengths.clamp(min=1).unsqueeze(1)

    def _max(self, states, is_step, lengths):
        highest = states.masked_fill(~is_step, -torch.inf).amax(dim=0)
        return highest.masked_fill((lengths == 0).unsqueeze(1), 0.0)

    def _attention(self, states, is_step, lengths):
        scores = self.attention_weights(states)  # (T, B, 1)
        scores = scores.masked_fill(~is_step, torch.finfo(scores.dtype).min)
        return (states * (torch.softmax(scores, dim=0) * is_step)).sum(dim=0)
