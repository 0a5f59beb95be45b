"""Hidden Markov recursions over ragged batches, scaled, in float64 (Rabiner 1989).

Shapes: B sequences, N time steps of all of them, S states, V symbols, C channels.
Arrays over time steps hold states first, (S, N), and the steps in the order of
`TimeMajor`: what is computed at one time is then S contiguous runs.
"""

import numpy as np
import torch

# No probability is smaller. With `_RESCALE_EVERY` steps between two scalings a forward
# variable stays above 1e-240, far from float64's smallest number.
_SMALLEST = 1e-30
_RESCALE_EVERY = 8


class TimeMajor:
    """Order of the time steps of sequences by time, longest sequence first.

    At each time the sequences that are still alive come first, so that a step of a
    recursion is a slice: nothing is padded.

    Parameters
    ----------
    lengths : ndarray of shape (B,)
        Time steps of each sequence, all at least 1.

    starts : ndarray of shape (B,)
        Where each sequence begins in the flat order.

    device : torch.device or str, default="cpu"

    Attributes
    ----------
    order : ndarray of shape (B,)
        The sequences by falling length.

    steps : ndarray of shape (N,)
        Flat index of each step.

    n_alive : list of int
        How many sequences have a step at each time.

    ranks : Tensor of shape (N,)
        Place in `order` of each step's sequence.

    last : Tensor of shape (B,)
        Place of the last step of each sequence in `order`.
    """

    def __init__(self, lengths, starts, device="cpu"):
        self.order = np.argsort(-lengths, kind="stable")
        falling, starts = lengths[self.order], starts[self.order]
        n_alive = np.searchsorted(-falling, -np.arange(falling[0]), side="left")
        ends = np.cumsum(n_alive)
        self.n_alive = n_alive.tolist()
        self.steps = np.empty(ends[-1], dtype=np.int64)
        ranks, every_rank = np.empty_like(self.steps), np.arange(len(falling))
        for t, (n, end) in enumerate(zip(self.n_alive, ends.tolist(), strict=True)):
            np.add(starts[:n], t, out=self.steps[end - n : end])
            ranks[end - n : end] = every_rank[:n]
        last = (ends - n_alive)[falling - 1] + every_rank
        self.ranks = torch.from_numpy(ranks).to(device)
        self.last = torch.from_numpy(last).to(device)


def forward(start, transition, densities, log_scale, layout, *, keep_predicted=True):
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
    keep_predicted : bool, default=True
        Whether `backward` is to follow.

    Returns
    -------
    alpha : Tensor of shape (S, N)
        Forward variables up to one factor for each step.

    predicted : Tensor of shape (S, N) or None
        The same before each step's emission.

    log_likelihood : Tensor of shape (B,)
        Of each sequence in the order of the layout.
    """
    to_state = _floored(transition).T.contiguous()
    n_alive = layout.n_alive
    n_sequences = n_alive[0]
    alphas = densities.split(n_alive, 1)
    if keep_predicted:
        predicted = torch.empty_like(densities)
        predictions = predicted.split(n_alive, 1)
    else:
        predicted = None
        room = densities.new_empty(len(densities), n_sequences)
        predictions = [room[:, :n] for n in n_alive]
    log_likelihood = scatter_add(
        densities.new_zeros(n_sequences), layout.ranks, log_scale
    )
    predictions[0].copy_(_floored(start)[:, None].expand(-1, n_sequences))
    alphas[0].mul_(predictions[0])
    for t in range(1, len(n_alive)):
        torch.mm(to_state, alphas[t - 1][:, : n_alive[t]], out=predictions[t])
        alpha = alphas[t].mul_(predictions[t])
        if t % _RESCALE_EVERY == 0:
            scale = alpha.sum(0)
            alpha.div_(scale)
            log_likelihood[: n_alive[t]] += scale.log_()
    log_likelihood += densities.index_select(1, layout.last).sum(0).log_()
    return densities, predicted, log_likelihood


def backward(transition, alpha, predicted, layout, weights):
    """Run the backward recursion on posteriors instead of backward variables.

    With ``gamma`` the posterior of the states, ``gamma[t] = alpha[t] * (transition @
    (gamma[t + 1] / predicted[t + 1]))``: the emissions do not enter again, and every
    step sums to the weight of its sequence by itself.

    Parameters
    ----------
    transition : Tensor of shape (S, S)
    alpha, predicted : Tensors of shape (S, N)
        From `forward`. Both are overwritten.

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
    n_alive = layout.n_alive
    last = alpha.index_select(1, layout.last)
    alpha.index_copy_(1, layout.last, last * (weights / last.sum(0)))
    gammas, ratios = alpha.split(n_alive, 1), predicted.split(n_alive, 1)
    pairs = torch.zeros_like(transition)
    for t in range(len(n_alive) - 1, 0, -1):
        ratio = torch.div(gammas[t], ratios[t], out=ratios[t])
        before = gammas[t - 1][:, : n_alive[t]]
        pairs.addmm_(before, ratio.T)
        before.mul_(transition @ ratio)
    return alpha, transition * pairs


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
