"""Hidden Markov recursions over ragged batches, scaled, in float64 (Rabiner 1989).

Shapes: B sequences, R rows (sequences or pieces of them), N time steps of all of them,
S states.
Arrays over time steps hold states first, (S, N), and the steps in the order of
`TimeMajor`: what is computed at one time is then S contiguous runs.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch

# No probability is smaller. With `_RESCALE_EVERY` steps between two scalings a forward
# variable stays above 1e-240, far from float64's smallest number.
_SMALLEST = 1e-30
_LEAST = 1e-300
_RESCALE_EVERY = 8
# Measured on one core; they decide on time alone.
_SECONDS_A_TURN = 1e-5
_SECONDS_A_PRODUCT = 1e-8


class TimeMajor:
    """Order of the time steps of sequences by time, longest row first.

    At each time the rows that are still alive come first, so that a step of a
    recursion is a slice: nothing is padded. A row is a sequence, or a piece of one: a
    recursion takes as many turns as the longest row has steps, and long sequences are
    cut where that saves time.

    Parameters
    ----------
    lengths : ndarray of shape (B,)
        Time steps of each sequence, all at least 1.

    starts : ndarray of shape (B,)
        Where each sequence begins in the flat order.

    longest : int, default=None
        Time steps of the longest piece. None cuts nothing.

    device : torch.device or str, default="cpu"

    Attributes
    ----------
    order : ndarray of shape (B,)
        The sequences by falling length.

    steps : ndarray of shape (N,)
        Flat index of each step.

    n_alive : list of int
        How many rows have a step at each time.

    sequences : Tensor of shape (R,)
        Place in `order` of each row's sequence.

    step_sequences : Tensor of shape (N,)
        The same for each step.

    first : Tensor of shape (B,)
        Row with which each sequence in `order` begins.

    last : Tensor of shape (R,)
        Place of the last step of each row.

    levels : list of Tensor
        The rows of sequences that are cut: first pieces, second pieces, and so on,
        each of the same sequences as far as they reach. Empty where none is cut.
    """

    def __init__(self, lengths, starts, longest=None, device="cpu"):
        self.order = np.argsort(-lengths, kind="stable")
        lengths, starts = lengths[self.order], starts[self.order]
        longest = longest or int(lengths[0])
        n_pieces = -(-lengths // longest)
        sequences = np.repeat(np.arange(len(lengths)), n_pieces)
        before = np.cumsum(n_pieces) - n_pieces
        depths = np.arange(len(sequences)) - before[sequences]
        pieces = np.minimum(lengths[sequences] - depths * longest, longest)

        rows = np.argsort(-pieces, kind="stable")
        pieces, sequences, depths = pieces[rows], sequences[rows], depths[rows]
        row_starts = starts[sequences] + depths * longest
        n_alive = np.searchsorted(-pieces, -np.arange(pieces[0]), side="left")
        ends = np.cumsum(n_alive)
        self.n_alive = n_alive.tolist()
        self.steps = np.empty(ends[-1], dtype=np.int64)
        step_sequences = np.empty_like(self.steps)
        for t, (n, end) in enumerate(zip(self.n_alive, ends.tolist(), strict=True)):
            np.add(row_starts[:n], t, out=self.steps[end - n : end])
            step_sequences[end - n : end] = sequences[:n]

        def to_device(array):
            return torch.from_numpy(array).to(device)

        places = np.argsort(rows)  # rank of each piece
        self.sequences = to_device(sequences)
        self.step_sequences = to_device(step_sequences)
        self.first = to_device(places[before])
        self.last = to_device((ends - n_alive)[pieces - 1] + np.arange(len(pieces)))
        self.levels = [
            to_device(places[before[n_pieces > max(depth, 1)] + depth])
            for depth in range(n_pieces[0] if n_pieces[0] > 1 else 0)
        ]


def best_piece(lengths, n_states):
    """Choose the length of the pieces that long sequences are cut to.

    A turn of the recursion costs some microseconds however little it does. Cut
    sequences take two recursions of short rows, and of the first as many as there are
    states.

    Parameters
    ----------
    lengths : ndarray of shape (B,)
    n_states : int

    Returns
    -------
    int
        In time steps; that of the longest sequence where cutting does not pay.
    """
    longest = int(lengths.max())
    costs = {longest: longest * _SECONDS_A_TURN}
    for exponent in range(6, longest.bit_length()):
        piece = 2**exponent
        n_twice = int(lengths[lengths > piece].sum())
        n_turns = 2 * piece + 2 * longest / piece
        costs[piece] = (
            n_turns * _SECONDS_A_TURN + n_twice * n_states**2 * _SECONDS_A_PRODUCT
        )
    return min(costs, key=costs.get)


class Forward(NamedTuple):
    """What `forward` leaves behind.

    Attributes
    ----------
    alpha : Tensor of shape (S, N)
        Forward variables up to one factor for each step.

    predicted : Tensor of shape (S, N) or None
        The same before each step's emission.

    beyond : Tensor of shape (S, R) or None
        Backward variables at the end of each row, up to one factor.

    log_likelihood : Tensor of shape (B,)
        Of each sequence in the order of the layout.
    """

    alpha: torch.Tensor
    predicted: torch.Tensor | None
    beyond: torch.Tensor | None
    log_likelihood: torch.Tensor


def forward(start, transition, densities, log_scale, layout, *, backward_follows=True):
    """Run the forward recursion.

    Parameters
    ----------
    start : Tensor of shape (S,)
    transition : Tensor of shape (S, S)
        From row to column.

    densities : Tensor of shape (S, N)
        Emission densities of each step divided by the greatest of its states.
        Overwritten by the forward variables.

    log_scale : Tensor of shape (N,)
        Logarithm of what each step was divided by.

    layout : TimeMajor
    backward_follows : bool, default=True
        Whether to keep what `backward` needs.

    Returns
    -------
    Forward
    """
    start, transition = _floored(start), _floored(transition)
    to_state = transition.T.contiguous()
    n_alive = layout.n_alive
    alphas = densities.split(n_alive, 1)
    entries = start[:, None].expand(-1, n_alive[0])
    predicted = beyond = None
    if layout.levels:
        transfers = _transfers(to_state, alphas, layout)
        entries = _entries(entries, to_state, transfers, layout)
    predictions = None
    if backward_follows:
        predicted = torch.empty_like(densities)
        predictions = predicted.split(n_alive, 1)
        predictions[0].copy_(entries)
        if layout.levels:
            beyond = _beyond(transition, transfers, layout)
    row_scale = _recur(to_state, alphas, entries, predictions)
    row_scale += densities.index_select(1, layout.last).sum(0).log_()
    log_likelihood = densities.new_zeros(len(layout.order))
    scatter_add(log_likelihood, layout.step_sequences, log_scale)
    scatter_add(log_likelihood, layout.sequences, row_scale)
    return Forward(densities, predicted, beyond, log_likelihood)


def _recur(to_state, alphas, entries, predictions):
    """Turn densities into forward variables; gives the log of what divided each row."""
    log_scale = entries.new_zeros(entries.shape[1])
    alpha = alphas[0].mul_(entries)
    for t in range(1, len(alphas)):
        n = alphas[t].shape[1]
        before = alpha if alpha.shape[1] == n else alpha[:, :n]
        room = predictions and predictions[t]
        alpha = alphas[t].mul_(torch.mm(to_state, before, out=room))
        if t % _RESCALE_EVERY == 0:
            scale = alpha.sum(0)
            alpha.div_(scale)
            log_scale[:n] += scale.log_()
    return log_scale


def backward(transition, passed, layout, weights):
    """Run the backward recursion on posteriors instead of backward variables.

    With ``gamma`` the posterior of the states, ``gamma[t] = alpha[t] * (transition @
    (gamma[t + 1] / predicted[t + 1]))``: the emissions do not enter again, and every
    step sums to the weight of its sequence by itself.

    Parameters
    ----------
    transition : Tensor of shape (S, S)
    passed : Forward
        Its tensors are overwritten.

    layout : TimeMajor
    weights : Tensor of shape (B,)
        Weight of each sequence in the order of the layout.

    Returns
    -------
    gamma : Tensor of shape (S, N)
        Posterior of the states at each step, times the weight of its sequence.

    n_transitions : Tensor of shape (S, S)
        Expected number of transitions.
    """
    transition = _floored(transition)
    alpha, predicted, beyond, _ = passed
    ends = alpha.index_select(1, layout.last)
    ends /= ends.sum(0)
    gamma_at_ends = ends if beyond is None else ends * beyond
    row_weights = weights.index_select(0, layout.sequences)
    gamma_at_ends = gamma_at_ends * (row_weights / gamma_at_ends.sum(0))
    alpha.index_copy_(1, layout.last, gamma_at_ends)
    gammas = alpha.split(layout.n_alive, 1)
    ratios = predicted.split(layout.n_alive, 1)
    pairs = torch.zeros_like(transition)
    for t in range(len(gammas) - 1, 0, -1):
        ratio = torch.div(gammas[t], ratios[t], out=ratios[t])
        before = gammas[t - 1][:, : ratio.shape[1]]
        pairs.addmm_(before, ratio.T)
        before.mul_(transition @ ratio)
    for rows, next_rows in pairwise(layout.levels):
        ratio = gammas[0][:, next_rows] / ratios[0][:, next_rows]
        pairs.addmm_(ends[:, rows[: len(next_rows)]], ratio.T)
    return alpha, transition * pairs


def _transfers(to_state, densities, layout):
    """For each piece, what is left at its end of each state that it may begin in.

    Returns
    -------
    list of Tensor of shape (S, n, S)
        For each level: state at the end, piece, state at the beginning. Up to one
        factor for each piece.
    """
    rows = torch.cat(layout.levels).sort().values
    n_alive = torch.searchsorted(
        rows, torch.tensor(layout.n_alive, device=rows.device)
    ).tolist()
    n_states = len(to_state)
    unit = torch.eye(n_states, dtype=to_state.dtype, device=to_state.device)
    now = unit[:, None].repeat(1, len(rows), 1)  # (S, P, S)
    transfers, log_scale = torch.empty_like(now), now.new_zeros(now.shape[1:])
    for t, n in enumerate(n_alive):
        if t:
            now = (to_state @ now[:, :n].reshape(n_states, -1)).view(n_states, n, -1)
        now *= densities[t].index_select(1, rows[:n])[:, :, None]
        if t % _RESCALE_EVERY == 0:
            # What cannot begin here stays zero.
            scale = now.sum(0).clamp_min_(_LEAST)
            now /= scale
            log_scale[:n] += scale.log_()
        n_on = n_alive[t + 1] if t + 1 < len(n_alive) else 0
        transfers[:, n_on:n] = now[:, n_on:]
    scale = transfers.sum(0).clamp_min_(_LEAST)
    log_scale += scale.log()
    transfers *= (log_scale - log_scale.amax(1, keepdim=True)).exp() / scale
    return [
        transfers.index_select(1, torch.searchsorted(rows, level))
        for level in layout.levels
    ]


def _entries(starts, to_state, transfers, layout):
    """Predicted states (S, R) at the first step of each row."""
    entries = starts.clone()
    for transfer, (rows, next_rows) in zip(
        transfers, pairwise(layout.levels), strict=False
    ):
        ends = torch.einsum("enb,bn->en", transfer, entries[:, rows])
        ends = ends[:, : len(next_rows)]
        entries[:, next_rows] = to_state @ (ends / ends.sum(0))
    return entries


def _beyond(transition, transfers, layout):
    """Backward variables (S, R) at the end of each row."""
    beyond = transition.new_ones(len(transition), len(layout.last))
    for depth in range(len(layout.levels) - 1, 0, -1):
        rows = layout.levels[depth]
        begin = torch.einsum("enb,en->bn", transfers[depth], beyond[:, rows])
        before = transition @ begin
        beyond[:, layout.levels[depth - 1][: len(rows)]] = before / before.sum(0)
    return beyond


def viterbi(start, transition, log_densities, layout):
    """Find the most probable path of states.

    Parameters
    ----------
    start : Tensor of shape (S,)
    transition : Tensor of shape (S, S)
    log_densities : Tensor of shape (S, N)
    layout : TimeMajor

    Returns
    -------
    Tensor of shape (N,)
        The state of each step, in the order of the layout.
    """
    n_alive = layout.n_alive
    log_transition = _floored(transition).log()[:, :, None]  # (S, S, 1)
    densities = log_densities.split(n_alive, 1)
    best = _floored(start).log()[:, None] + densities[0]
    came_from, finals = [], []
    for t, n in enumerate(n_alive):
        if t:
            best, origin = (best[:, None, :n] + log_transition).max(0)  # (S, n)
            best += densities[t]
            came_from.append(origin)
        n_on = n_alive[t + 1] if t + 1 < len(n_alive) else 0
        finals.append(best[:, n_on:].argmax(0))
    path = [finals[-1]]
    for t in range(len(n_alive) - 2, -1, -1):
        before = came_from[t].gather(0, path[-1][None])[0]
        path.append(torch.cat([before, finals[t]]))
    return torch.cat(path[::-1])


def scatter_add(target, index, source):
    """Add `source` to the places of the last axis of `target` that `index` names.

    In place, and in an order that is the same every time.
    """
    if target.is_cuda:  # index_add_ adds in any order there
        added = source.movedim(-1, 0)
        target.movedim(-1, 0).index_put_((index,), added, accumulate=True)
        return target
    return target.index_add_(-1, index, source)


def _floored(probabilities):
    return probabilities.clamp_min(_SMALLEST)
