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

    Attributes
    ----------
    order : ndarray of shape (B,)
        The sequences by falling length.

    n_alive : list of int
        How many sequences have a step at each time.

    steps : ndarray of shape (N,)
        Flat index of each step.
    """

    def __init__(self, lengths, starts):
        self.order = np.argsort(-lengths, kind="stable")
        falling = lengths[self.order]
        n_alive = np.searchsorted(-falling, -np.arange(falling[0]), side="left")
        rank = np.repeat(np.arange(len(lengths)), falling)
        time = np.arange(len(rank)) - np.repeat(np.cumsum(falling) - falling, falling)
        self.steps = np.empty(len(rank), dtype=np.int64)
        position = (np.cumsum(n_alive) - n_alive)[time] + rank
        self.steps[position] = starts[self.order][rank] + time
        self.n_alive = n_alive.tolist()


def forward(start, transition, densities, log_scale, n_alive):
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

    n_alive : list of int
        See `TimeMajor`.

    Returns
    -------
    alpha : Tensor of shape (S, N)
        Forward variables up to one factor for each step.

    predicted : Tensor of shape (S, N)
        The same before each step's emission.

    log_likelihood : Tensor of shape (B,)
        Of each sequence in the order of `TimeMajor`.
    """
    to_state = _floored(transition).T.contiguous()
    predicted = torch.empty_like(densities)
    alphas, predictions = densities.split(n_alive, 1), predicted.split(n_alive, 1)
    log_scales = log_scale.split(n_alive)
    log_likelihood = densities.new_zeros(n_alive[0])
    predictions[0].copy_(_floored(start)[:, None].expand(-1, n_alive[0]))
    for t, n in enumerate(n_alive):
        if t:
            torch.mm(to_state, alphas[t - 1][:, :n], out=predictions[t])
        alpha = alphas[t].mul_(predictions[t])
        log_likelihood[:n] += log_scales[t]
        n_on = n_alive[t + 1] if t + 1 < len(n_alive) else 0
        if n_on < n:
            log_likelihood[n_on:n] += alpha[:, n_on:].sum(0).log_()
        if n_on and (t + 1) % _RESCALE_EVERY == 0:
            scale = alpha[:, :n_on].sum(0)
            log_likelihood[:n_on] += scale.log()
            alpha[:, :n_on].div_(scale)
    return densities, predicted, log_likelihood


def backward(transition, alpha, predicted, n_alive, weights):
    """Run the backward recursion on posteriors instead of backward variables.

    With ``gamma`` the posterior of the states, ``gamma[t] = alpha[t] * (transition @
    (gamma[t + 1] / predicted[t + 1]))``: the emissions do not enter again, and every
    step sums to the weight of its sequence by itself.

    Parameters
    ----------
    transition : Tensor of shape (S, S)
    alpha, predicted : Tensors of shape (S, N)
        From `forward`. Both are overwritten.

    n_alive : list of int
    weights : Tensor of shape (B,)
        Weight of each sequence in the order of `TimeMajor`.

    Returns
    -------
    gamma : Tensor of shape (S, N)
        Posterior of the states at each step, times the weight of its sequence.

    n_transitions : Tensor of shape (S, S)
        Expected number of transitions.
    """
    transition = _floored(transition)
    gammas, ratios = alpha.split(n_alive, 1), predicted.split(n_alive, 1)
    pairs = torch.zeros_like(transition)
    n_on = 0
    for t in range(len(n_alive) - 1, -1, -1):
        n = n_alive[t]
        if n_on < n:
            last = gammas[t][:, n_on:]
            last.mul_(weights[n_on:n] / last.sum(0))
        if n_on:
            ratio = torch.div(gammas[t + 1], ratios[t + 1], out=ratios[t + 1])
            now = gammas[t][:, :n_on]
            pairs.addmm_(now, ratio.T)
            now.mul_(transition @ ratio)
        n_on = n
    return alpha, transition * pairs


def viterbi(start, transition, log_densities, n_alive):
    """Find the most probable path of states.

    Parameters
    ----------
    start : Tensor of shape (S,)
    transition : Tensor of shape (S, S)
    log_densities : Tensor of shape (S, N)
    n_alive : list of int

    Returns
    -------
    Tensor of shape (N,)
        The state of each step, in the order of `TimeMajor`.
    """
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


def _floored(probabilities):
    return probabilities.clamp_min(_SMALLEST)
