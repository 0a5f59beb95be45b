"""Gradients of a network along the way from inputs that say nothing to given ones."""

from dataclasses import dataclass

import numpy as np
import torch

from sklstm.nn._pooling import MaskedPooling


@dataclass(frozen=True)
class Path:
    """Nodes of a quadrature over [0, 1], each in the middle of a cell.

    Attributes
    ----------
    nodes, starts, stops : Tensor of shape (M,), float32
        Where each node stands, and where its cell begins and ends.

    weights : Tensor of shape (M,), float32
        Length of its cell; 0 of a node that is there for its neighbours alone.
    """

    nodes: torch.Tensor
    starts: torch.Tensor
    stops: torch.Tensor
    weights: torch.Tensor

    def __len__(self):
        return len(self.nodes)

    @classmethod
    def of_legendre(cls, n_nodes, device="cpu"):
        """Place nodes by Gauss and Legendre's rule.

        Its weights, one after the other, part [0, 1] into cells with a node in each
        (Chebyshev, Markov and Stieltjes).
        """
        nodes, weights = np.polynomial.legendre.leggauss(n_nodes)
        edges = np.concatenate([[0], weights.cumsum() / 2])
        parts = (nodes + 1) / 2, edges[:-1], edges[1:], weights / 2
        return cls(*(torch.from_numpy(p.astype(np.float32)).to(device) for p in parts))

    @property
    def edges(self):
        """Where cells meet, and both ends, (M + 1,)."""
        return torch.cat([self.starts, self.stops[-1:]])

    def refined(self, is_coarse, n_parts=4):
        """Part cells into equal ones with a node in the middle of each.

        Parameters
        ----------
        is_coarse : Tensor of shape (M,), bool
            Which cells to part.

        n_parts : int, default=4

        Returns
        -------
        path : Path
        is_new : Tensor of shape (len(path),), bool
            Which of its cells were not there before.
        """
        counts = 1 + (n_parts - 1) * is_coarse.long()
        cells = torch.arange(len(self), device=self.nodes.device)
        cells = cells.repeat_interleave(counts)
        firsts = (counts.cumsum(0) - counts)[cells]
        place = torch.arange(len(cells), device=cells.device) - firsts
        size = ((self.stops - self.starts) / counts)[cells]
        starts = self.starts[cells] + place * size
        nodes = torch.where(is_coarse[cells], starts + size / 2, self.nodes[cells])
        stops = torch.cat([starts[1:], self.stops[-1:]])
        return Path(nodes, starts, stops, stops - starts), is_coarse[cells]

    def pieces(self, n_nodes):
        """Cut into paths of `n_nodes` and their neighbours.

        Only nodes that have a weight count.

        Yields
        ------
        Path
        """
        for some in self.weights.nonzero()[:, 0].split(n_nodes):
            counts = torch.zeros_like(self.weights)
            counts[some] = 1
            is_near = counts.bool()
            is_near[1:] |= counts[:-1] > 0
            is_near[:-1] |= counts[1:] > 0
            parts = self.nodes, self.starts, self.stops, self.weights * counts
            yield Path(*(part[is_near] for part in parts))


class _HighestOnPath(torch.autograd.Function):
    """Highest state over time of each node; its gradient is that of the whole cell.

    Along the way one time step overtakes another in having the highest state. A node
    sees one of them; by linear interpolation between it and its neighbours, the
    gradient is shared among those that are highest in its cell. Without this the
    quadrature needs a hundred times the nodes, as what it integrates is not continuous.
    """

    @staticmethod
    def forward(ctx, states, is_step, path):
        filled = states.masked_fill(~is_step.unsqueeze(2), -torch.inf)
        filled = filled.unflatten(1, (-1, len(path)))  # (T, B, M, H)
        highest, place = filled.max(dim=0)  # (B, M, H)
        ctx.shape = states.shape
        ctx.save_for_backward(*_shares(filled, place, path))
        return highest.flatten(0, 1)

    @staticmethod
    def backward(ctx, gradient):
        places, shares = ctx.saved_tensors  # (3, B M, H)
        spread = gradient.new_zeros(ctx.shape)
        spread.scatter_add_(0, places, shares * gradient)
        return spread, None, None


def _shares(states, place, path):
    """Time steps that are highest in each cell, and on which share of it."""
    before, after = place[:, :-1], place[:, 1:]
    lead_before = _lead(states[:, :, :-1], before, after)
    lead_after = _lead(states[:, :, 1:], after, before)
    total = lead_before + lead_after
    fraction = torch.where(total > 0, lead_before / total, 0.5)  # (B, M - 1, H)
    nodes, edges = path.nodes[:, None], path.stops[:-1, None]
    crossing = nodes[:-1] + fraction * (nodes[1:] - nodes[:-1])
    lengths = (path.stops - path.starts)[:, None]
    to_next, to_last = torch.zeros_like(states[:1]).expand(2, *place.shape).clone()
    to_next[:, :-1] = (edges - crossing).clamp(min=0) / lengths[:-1]
    to_last[:, 1:] = (crossing - edges).clamp(min=0) / lengths[1:]
    following = torch.cat([after, place[:, -1:]], dim=1)
    preceding = torch.cat([place[:, :1], before], dim=1)
    places = torch.stack([place, following, preceding])
    shares = torch.stack([1 - to_next - to_last, to_next, to_last])
    return places.flatten(1, 2), shares.flatten(1, 2)


def _lead(states, place, other):
    """By how much the state at one time step is above that at another."""
    lead = states.gather(0, place[None]) - states.gather(0, other[None])
    return lead[0].nan_to_num(0.0)


class PathPooling(MaskedPooling):
    """Pooling of samples at the nodes of a path, B M in all, sample by sample."""

    path = None

    def _max(self, states, is_step, lengths, involution):
        is_empty = (lengths == 0).unsqueeze(1)
        return [
            _HighestOnPath.apply(direction, is_step, self.path).masked_fill(
                is_empty, 0.0
            )
            for direction in states
        ]


def follow_paths(network):
    """Make a trained network, in float32 from now on, ready for `path_gradients`.

    Parameters
    ----------
    network : SequenceNetwork
        In evaluation mode; it is changed.
    """
    layers = network.lstm.forward_layers
    n_directions = 2 if network.lstm.backward_layers else 1
    names, hidden_size = network.pooling.names, layers[0].hidden_size
    pooling = PathPooling(names, hidden_size, n_directions)
    pooling.load_state_dict(network.pooling.state_dict(), assign=True)
    network.pooling = pooling.eval()
    network.bfloat16 = False
    network.requires_grad_(False)
    for layer in [*layers, *network.lstm.backward_layers]:
        layer.train()  # cuDNN has gradients in this mode alone; it draws nothing here


def path_gradients(network, start, difference, lengths, path, directions, sizes):
    """Integrate gradients over a path, times what is gone.

    Parameters
    ----------
    network : SequenceNetwork
        From `follow_paths`.

    start : Tensor of shape (F,)
        Inputs of every time step at the beginning.

    difference : Tensor of shape (T, B, F)
        From there to the inputs at the end.

    lengths : Tensor of shape (B,)
    path : Path
    directions : Tensor of shape (J, K)
        Sums of logits whose gradients are wanted.

    sizes : list of int
        Of neighbouring inputs whose integrals are added: F in all.

    Returns
    -------
    Tensor of shape (J, T, B, M, len(sizes))
        For each cell of the path.
    """
    n_nodes = len(path)
    network.pooling.path = path
    steps = start + path.nodes[:, None] * difference.unsqueeze(2)  # (T, B, M, F)
    steps = steps.flatten(1, 2).requires_grad_()
    logits = _classify(network, steps, lengths.repeat_interleave(n_nodes))
    weights = path.weights.repeat(len(lengths))[:, None]
    sums = (logits @ directions.t() * weights).sum(dim=0)  # (J,)
    integrals = []
    for number, each in enumerate(sums):
        goes_on = number + 1 < len(sums)
        (gradient,) = torch.autograd.grad(each, steps, retain_graph=goes_on)
        gradient = gradient.unflatten(1, (-1, n_nodes))  # (T, B, M, F)
        parts = (gradient * difference.unsqueeze(2)).split(sizes, dim=3)
        integrals.append(torch.stack([part.sum(dim=3) for part in parts], dim=3))
    return torch.stack(integrals)


def logits_at(network, start, difference, lengths, places):
    """Compute logits at places of a path, without static features and gradients.

    Parameters
    ----------
    network, start, difference, lengths
        As in `path_gradients`.

    places : Tensor of shape (M,)
        Between 0 and 1.

    Returns
    -------
    Tensor of shape (B, M, K)
    """
    with torch.no_grad():
        network.pooling.path = Path.of_legendre(1, difference.device)
        steps = start + places[:, None] * difference.unsqueeze(2)  # (T, B, M, F)
        lengths = lengths.repeat_interleave(len(places))
        logits = _classify(network, steps.flatten(1, 2), lengths)
        return logits.unflatten(0, (-1, len(places)))


def _classify(network, steps, lengths):
    n_static = network.head.in_features - network.pooling.output_size
    n_static -= network.input_pooling.output_size
    # The head is linear in static features: they are counted apart.
    static = steps.new_zeros(len(lengths), n_static) if n_static else None
    return network.classify(steps, lengths, static)
