"""Integrated gradients of an LSTMClassifier."""

from dataclasses import dataclass

import numpy as np
import torch

from sklstm.nn._path_gradients import (
    Path,
    end_logits,
    follow_paths,
    path_gradients,
)
from sklstm.sequences import check_sequences

# Nodes of the quadrature: twice as many until the gradients add up to the scores.
_FEWEST_NODES, _MOST_NODES = 12, 768
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
    """Walks from nothing to samples, with more nodes where these do not suffice."""

    def __init__(self, network, data, directions, baseline, device):
        self.network = network
        self.data = data
        self.device = device
        self.directions = self._tensor(directions)
        sizes = [table.embedding_dim for table in network.tables]
        self.sizes = [*sizes, *[1] * len(baseline)]
        self.start = self._tensor(np.concatenate([np.zeros(sum(sizes)), baseline]))

    def integrals(self, full_lengths, on_sample):
        results, rows = [None] * len(full_lengths), np.arange(len(full_lengths))
        n_nodes = _FEWEST_NODES
        while len(rows):
            left = []
            for batch in self._batches(rows, n_nodes):
                integrals = self._integrate(batch, n_nodes, full_lengths[batch])
                for row, integral in zip(batch, integrals, strict=True):
                    results[row] = integral
                    if integral.residual > _TOLERANCE and n_nodes < _MOST_NODES:
                        left.append(row)
                    elif on_sample is not None:
                        on_sample()
            rows, n_nodes = np.array(left, dtype=int), 2 * n_nodes
        return results

    def _batches(self, rows, n_nodes):
        """Cut rows into batches of about equal lengths, the longest first."""
        rows = rows[np.argsort(self.data.lengths[rows], kind="stable")]
        stop = len(rows)
        while stop:
            length = max(int(self.data.lengths[rows[stop - 1]]), 1)
            start = max(stop - max(self._n_steps // (length * n_nodes), 1), 0)
            yield rows[start:stop]
            stop = start

    def _integrate(self, rows, n_nodes, full_lengths):
        inputs = {k: v.to(self.device) for k, v in self.data.batch(rows).items()}
        lengths, static = inputs["lengths"], inputs.get("static")
        with torch.no_grad():
            steps = self.network.embed(inputs["codes"], inputs.get("channels"))
            is_step = torch.arange(len(steps), device=self.device)[:, None] < lengths
            difference = (steps - self.start) * is_step.unsqueeze(2)
        totals = self._gradients(difference, lengths, n_nodes)
        begin = self.start.expand_as(steps).contiguous()
        base = self._scores(end_logits(self.network, begin, lengths))
        scores = self._scores(end_logits(self.network, steps, lengths))
        static = self._static(static, len(rows))  # (B, S, J)
        scores = scores + static.sum(axis=1)
        columns = self._by_column(totals)
        return [
            Integral(
                base[i], scores[i], self._in_place(columns[:, i], length), static[i]
            )
            for i, length in enumerate(full_lengths)
        ]

    def _gradients(self, difference, lengths, n_nodes):
        path = Path.of_legendre(n_nodes, self.device)
        n_at_once = max(self._n_steps // difference[..., 0].numel(), 1)
        pieces = [path] if n_at_once >= n_nodes else path.pieces(n_at_once)
        return sum(
            path_gradients(
                self.network, self.start, difference, lengths, piece, self.directions
            )
            for piece in pieces
        )

    def _by_column(self, totals):
        """Sum over the features of each stream and channel, (T, B, n_columns, J)."""
        parts = [part.sum(dim=3) for part in totals.split(self.sizes, dim=3)]
        return torch.stack(parts, dim=3).permute(1, 2, 3, 0).numpy(force=True)

    def _in_place(self, columns, full_length):
        """Put what was read where it stood; what was cut off contributes nothing."""
        places = self.data.kept_steps(int(full_length))
        contributions = np.zeros((full_length, *columns.shape[1:]))
        contributions[places] = columns[: len(places)]
        return contributions

    def _static(self, static, n_samples):
        n_directions = len(self.directions)
        if static is None:
            return np.zeros((n_samples, 0, n_directions))
        first = self.network.head.in_features - static.shape[1]
        weights = self.directions @ self.network.head.weight[:, first:]
        products = static.unsqueeze(2) * weights.t()
        return products.numpy(force=True).astype(np.float64)

    def _scores(self, logits):
        return (logits @ self.directions.t()).numpy(force=True).astype(np.float64)

    def _tensor(self, array):
        return torch.as_tensor(array.astype(np.float32), device=self.device)

    @property
    def _n_steps(self):
        return _STEPS_ON_CPU if self.device.type == "cpu" else _STEPS_ON_GPU
