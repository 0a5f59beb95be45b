"""Integrated gradients of an LSTMClassifier."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from sklstm.nn._path_gradients import (
    Path,
    follow_paths,
    logits_at,
    path_gradients,
)
from sklstm.sequences import check_sequences

# Nodes of the quadrature, the same for all samples; a sample that needs more has them
# where its scores change most.
_SHARED_NODES, _MOST_NODES = (12, 24), 3072
# How far a score may be from what adds up to it.
_TOLERANCE = 1e-3
# Time steps of all nodes of a batch.
_STEPS_ON_CPU, _STEPS_ON_GPU = 8192, 65_536


@dataclass
class Integral:
    """Integrated gradients of one sample.

    Attributes
    ----------
    base, scores : ndarray of shape (n_directions,)
        Where nothing is said, and of the sample.

    contributions : ndarray of shape (n_timesteps, n_columns, n_directions)
        Of streams of codes, then of channels.

    static : ndarray of shape (n_static_features, n_directions)
    """

    base: np.ndarray
    scores: np.ndarray
    contributions: np.ndarray
    static: np.ndarray

    @property
    def residual(self):
        """What the contributions fail to account for, of the worst direction."""
        total = self.base + self.contributions.sum(axis=(0, 1)) + self.static.sum(0)
        return np.abs(self.scores - total).max(initial=0.0)

    @property
    def is_complete(self):
        """Whether base and contributions add up to the scores."""
        return self.residual <= _TOLERANCE


def integrate_gradients(classifier, X, directions, baseline, on_sample=None):
    """Integrate gradients from sequences that say nothing to those that are given.

    Vectors of codes begin as zeros: the network has been trained with features of its
    inputs zeroed (embedding dropout), and without any it answers close to the class
    priors, whereas the unknown word and the mean of all words do say something.
    Channels begin at `baseline`, static features at 0.

    Parameters
    ----------
    classifier : LSTMClassifier
        Fitted.

    X : sequences
        As it takes them.

    directions : ndarray of shape (n_directions, n_classes)
        Sums of logits to explain.

    baseline : ndarray of shape (n_channels,)
    on_sample : callable, default=None
        Called for each sample that is done.

    Returns
    -------
    list of Integral
    """
    sequences = check_sequences(X, classifier, reset=False)
    sequences = classifier.layout_.conform(sequences)
    with classifier._computing() as device:
        network = classifier._trained_network(sequences, device)
        follow_paths(network)
        data = classifier._as_data(sequences, device=device)
        walk = _Walk(network, data, directions, baseline, device)
        return walk.integrals(sequences.lengths, on_sample)


class _Walk:
    """Walks from nothing to samples, in more steps where few do not suffice."""

    def __init__(self, network, data, directions, baseline, device):
        self.network = network
        self.data = data
        self.device = device
        self.directions = self._tensor(directions)
        sizes = [table.embedding_dim for table in network.tables]
        self.sizes = [*sizes, *[1] * len(baseline)]
        self.start = self._tensor(np.concatenate([np.zeros(sum(sizes)), baseline]))

    def integrals(self, full_lengths, on_sample):
        results, left = {}, np.arange(len(full_lengths))
        for n_nodes in _SHARED_NODES:
            path = Path.of_legendre(n_nodes, self.device)
            for rows in self._batches(left, n_nodes):
                samples = _Samples(self, rows, full_lengths[rows])
                results.update(zip(rows, samples.integrals(path), strict=True))
            n_before = len(left)
            left = np.array([r for r in left if not results[r].is_complete], dtype=int)
            _report(on_sample, n_before - len(left))
        for row in left:
            sample = _Samples(self, np.array([row]), full_lengths[[row]])
            results[row] = sample.refined_integral(path)
            _report(on_sample, 1)
        return [results[row] for row in range(len(full_lengths))]

    def _batches(self, rows, n_nodes):
        """Cut rows into batches of about equal lengths, the longest first."""
        rows = rows[np.argsort(self.data.lengths[rows], kind="stable")]
        stop = len(rows)
        while stop:
            length = max(int(self.data.lengths[rows[stop - 1]]), 1)
            start = max(stop - max(self.n_steps // (length * n_nodes), 1), 0)
            yield rows[start:stop]
            stop = start

    def _tensor(self, array):
        return torch.as_tensor(array.astype(np.float32), device=self.device)

    @property
    def n_steps(self):
        """Time steps of all nodes that are walked at a time."""
        return _STEPS_ON_CPU if self.device.type == "cpu" else _STEPS_ON_GPU


class _Samples:
    """Some samples, and the way to them."""

    def __init__(self, walk, rows, full_lengths):
        self._walk = walk
        self._full_lengths = full_lengths
        inputs = {k: v.to(walk.device) for k, v in walk.data.batch(rows).items()}
        self._lengths = inputs["lengths"]
        self._static = self._explain_static(inputs.get("static"))  # (B, S, J)
        with torch.no_grad():
            steps = walk.network.embed(inputs["codes"], inputs.get("channels"))
            places = torch.arange(len(steps), device=walk.device)[:, None]
            is_step = (places < self._lengths).unsqueeze(2)
            self._difference = (steps - walk.start) * is_step  # (T, B, F)

    def integrals(self, path):
        """Integrate over one path.

        Returns
        -------
        list of Integral
        """
        return self._as_integrals(self._follow(path))

    def refined_integral(self, path):
        """Integrate over a path that has more nodes where the scores of a sample jump.

        A trained network may change its mind within a thousandth of the way. What the
        gradients of a cell should add up to is known from the scores at its ends, so
        those cells are parted that are farthest from it.

        Returns
        -------
        Integral
        """
        cells = self._follow(path)
        while True:
            (integral,) = self._as_integrals(cells)
            if integral.is_complete or len(path) >= _MOST_NODES:
                return integral
            growth = self._scores_at(path.edges).diff(dim=1)  # (1, M, J)
            found = cells.sum(dim=(1, 4)).permute(1, 2, 0)  # (1, M, J)
            gaps = (growth - found).abs().amax(dim=(0, 2))
            is_coarse = _most_of(gaps, max(_TOLERANCE / 2, float(gaps.sum()) / 10))
            path, is_new = path.refined(is_coarse)
            new = self._follow(replace(path, weights=path.weights * is_new))
            kept = cells[..., ~is_coarse, :]
            cells = new.new_empty(*new.shape[:3], len(path), new.shape[4])
            cells[..., is_new, :], cells[..., ~is_new, :] = new, kept

    def _follow(self, path):
        """Integrate over the cells of a path that have a weight, (J, T, B, M, C)."""
        walk = self._walk
        results = []
        for piece in path.pieces(self._n_at_once):
            cells = path_gradients(
                walk.network,
                walk.start,
                self._difference,
                self._lengths,
                piece,
                walk.directions,
                walk.sizes,
            )
            results.append(cells[..., piece.weights > 0, :])
        return torch.cat(results, dim=3)

    def _as_integrals(self, cells):
        ends = self._scores_at(torch.tensor([0.0, 1.0], device=self._walk.device))
        base, scores = ends.numpy(force=True).astype(np.float64).swapaxes(0, 1)
        scores = scores + self._static.sum(axis=1)
        # (B, T, C, J)
        totals = cells.double().sum(dim=3).permute(2, 1, 3, 0).numpy(force=True)
        return [
            Integral(base[i], scores[i], self._in_place(totals[i], n), self._static[i])
            for i, n in enumerate(self._full_lengths)
        ]

    def _scores_at(self, places):
        """Scores at places of the way, without static features, (B, M, J)."""
        walk = self._walk
        logits = [
            logits_at(walk.network, walk.start, self._difference, self._lengths, some)
            for some in places.split(self._n_at_once)
        ]
        return torch.cat(logits, dim=1) @ walk.directions.t()

    @property
    def _n_at_once(self):
        """Nodes of all samples that are walked at a time."""
        return max(self._walk.n_steps // max(self._difference[..., 0].numel(), 1), 1)

    def _in_place(self, columns, full_length):
        """Put what was read where it stood; what was cut off contributes nothing."""
        places = self._walk.data.kept_steps(int(full_length))
        contributions = np.zeros((full_length, *columns.shape[1:]))
        contributions[places] = columns[: len(places)]
        return contributions

    def _explain_static(self, static):
        head, directions = self._walk.network.head, self._walk.directions
        if static is None:
            return np.zeros((len(self._lengths), 0, len(directions)))
        first = head.in_features - static.shape[1]
        weights = directions @ head.weight[:, first:]
        products = static.unsqueeze(2) * weights.t()
        return products.numpy(force=True).astype(np.float64)


def _most_of(gaps, left):
    """Choose as few as may be, so that the others add up to no more than `left`."""
    sizes, order = gaps.sort()
    is_chosen = torch.zeros_like(gaps, dtype=torch.bool)
    is_chosen[order[sizes.cumsum(0) > left]] = True
    is_chosen[order[-1]] = True  # they may cancel out
    return is_chosen


def _report(on_sample, n_samples):
    for _ in range(n_samples if on_sample is not None else 0):
        on_sample()
