"""Vectors that are trained row by row, and the memory to compute on."""

from typing import NamedTuple

import numpy as np
import torch

# Keeps the rate of a row finite that was never pulled and has no gradient either.
_TINY = 1e-20


class Table:
    """Vectors of which each step takes few rows.

    Parameters
    ----------
    vectors : ndarray of shape (n_codes, vector_size), float32
        Copied.

    squares : ndarray of shape (n_codes,), float32
        Sum of the mean squared gradients of each row so far. Copied.

    device : torch.device

    Attributes
    ----------
    vectors : tensor of shape (n_codes, vector_size)

    squares : tensor of shape (n_codes,)
    """

    def __init__(self, vectors, squares, device):
        self.vectors = torch.tensor(vectors, device=device)
        self.squares = torch.tensor(squares, device=device)

    def fetch(self, codes, out):
        """Copy the vectors of codes (n_uses,) into `out` (n_uses, vector_size)."""
        torch.index_select(self.vectors, 0, codes, out=out)

    def climb(self, uses, gradients, weights=None, *, learning_rate):
        """Take a step up the gradients, row by row at its own rate.

        Parameters
        ----------
        uses : Uses
            The rows that are used in a step.

        gradients : tensor of shape (n_uses, vector_size)
            Those of a row are summed in the order of its uses.

        weights : tensor of shape (n_uses,), default=None
            What the gradients are multiplied by.

        learning_rate : float
        """
        rows, order, starts = uses
        if weights is not None:
            weights = weights.index_select(0, order)
        gradient = _weighted_sums(gradients, order, starts, weights)
        squares = torch.linalg.vector_norm(gradient, dim=1).square_()
        self.squares.index_add_(0, rows, squares, alpha=1 / gradient.shape[1])
        rates = self.squares.index_select(0, rows).clamp_(min=_TINY).rsqrt_()
        gradient *= rates.mul_(learning_rate).unsqueeze(1)
        self.vectors.index_add_(0, rows, gradient)


class Uses(NamedTuple):
    """The rows of a table that a step uses, and where.

    Attributes
    ----------
    rows : tensor of shape (n_rows,)
        Each once.

    order : tensor of shape (n_uses,)
        The uses, those of a row together and as they come.

    starts : tensor of shape (n_rows,)
        Where in `order` those of each row begin.
    """

    rows: torch.Tensor
    order: torch.Tensor
    starts: torch.Tensor


def group_by_row(codes):
    """Find the `Uses` of each step of codes of shape (n_steps, n_uses), int64."""
    if codes.device.type == "cpu":
        return _group_on_cpu(codes.numpy())
    return [_group_on_gpu(step) for step in codes]


def _group_on_cpu(codes):
    n_steps, n_uses = codes.shape
    order = _stable_order(codes)
    before = np.arange(n_steps) * n_uses
    in_order = codes.ravel().take(order + before[:, np.newaxis])
    is_first = np.ones(codes.shape, dtype=bool)
    np.not_equal(in_order[:, 1:], in_order[:, :-1], out=is_first[:, 1:])
    firsts = np.flatnonzero(is_first)
    n_rows = np.count_nonzero(is_first, axis=1)
    rows = in_order.ravel().take(firsts)
    starts = firsts - np.repeat(before, n_rows)
    order, rows, starts = map(torch.from_numpy, (order, rows, starts))
    n_rows = n_rows.tolist()
    parts = zip(rows.split(n_rows), order, starts.split(n_rows), strict=True)
    return [Uses(*step) for step in parts]


def _stable_order(codes):
    """Order of each row of codes below 2 ** 32; equal ones stay as they come."""
    # NumPy sorts 16 bits by radix, in linear time: first the lower, then the upper.
    order = np.argsort(codes.astype(np.uint16), axis=1, kind="stable")
    if codes.max(initial=0) >= 2**16:
        upper = np.take_along_axis(codes >> 16, order, axis=1).astype(np.uint16)
        upper_order = np.argsort(upper, axis=1, kind="stable")
        order = np.take_along_axis(order, upper_order, axis=1)
    return order


def _group_on_gpu(codes):
    in_order, order = torch.sort(codes, stable=True)
    rows, counts = torch.unique_consecutive(in_order, return_counts=True)
    return Uses(rows, order, counts.cumsum(0) - counts)


class Scratch:
    """Memory for a step: allocating anew costs more than computing.

    Parameters
    ----------
    n_tokens : int
        T

    vector_size : int
        E

    window : int
        W; there are D = 2W + 1 distances.

    n_negatives : int
        K

    block : int
        Tokens whose pairs are one matrix product.

    group : int
        G, tokens that share negatives.

    device : torch.device
    """

    def __init__(
        self, n_tokens, *, vector_size, window, n_negatives, block, group, device
    ):
        def empty(*shape):
            return torch.zeros(shape, device=device)

        n_blocks, n_groups = n_tokens // block, n_tokens // group
        n_distances, margin = 2 * window + 1, 2 * window
        n_columns = block + margin
        self.centers = empty(n_tokens, vector_size)
        self.around = empty(n_tokens + margin, vector_size)
        self.groups = self.centers.view(n_groups, group, vector_size)
        self.negatives = empty(n_groups, n_negatives, vector_size)
        self.misses = empty(n_groups, group, n_negatives)
        self.blocks = self.centers.view(n_blocks, block, vector_size)
        # Overlapping blocks of the tokens around, turned.
        self.columns = self.around.as_strided(
            (n_blocks, vector_size, n_columns), (block * vector_size, 1, vector_size)
        )
        self.scores = empty(n_blocks, block, n_columns)
        self.scored_band = self.scores.as_strided(
            (n_blocks, block, n_distances), (block * n_columns, n_columns + 1, 1)
        )
        # Of the tokens, which are set, then of the negatives.
        self.weights = torch.ones(n_tokens + n_groups * n_negatives, device=device)
        # Of the tokens around, then of the negatives.
        self.gradients = empty(n_tokens + margin + n_groups * n_negatives, vector_size)
        padded = empty(n_tokens + 2 * margin, n_distances)
        self.errors = padded[margin:-margin]  # (T, D)
        self.errors_by_block = self.errors.view(n_blocks, block, n_distances)
        # The errors of place j are those of the tokens j - 2W .. j, each one column
        # further to the left: a step down and to the left is D - 1 numbers long.
        self._turned = padded.as_strided(
            (n_tokens + margin, n_distances), (n_distances, margin), margin
        )
        numbers = torch.arange(n_tokens + margin, device=device)
        sources = numbers.unsqueeze(1) + numbers[:n_distances] - margin
        self._sources = sources.clamp_(0, n_tokens - 1).view(-1)
        self._bags = numbers * n_distances
        # No row at all for the spare bags after the last.
        n_spare = n_groups * n_negatives
        self._bags_with_spare = torch.cat(
            [self._bags[: n_tokens + 1], self._bags[n_tokens].repeat(n_spare - 1)]
        )

    def collect(self, vectors, codes, n_spare=0):
        """Sum the vectors around each token, weighted by `errors`.

        Of codes (T + 2W,), to (T, E), followed by `n_spare` rows of zeros.
        """
        n_tokens, n_distances = self.errors.shape
        around = codes.unfold(0, n_distances, 1).reshape(-1)
        bags = self._bags_with_spare[: n_tokens + n_spare]
        return _weighted_sums(vectors, around, bags, self.errors.view(-1))

    def spread(self, rows):
        """Give the rows (T, E) back to the tokens around them: `collect`, reversed.

        To (T + 2W, E).
        """
        weights = self._turned.reshape(-1)
        return _weighted_sums(rows, self._sources, self._bags, weights)


def slope_of_log_logistic_(scores):
    """Replace each number x by the derivative of log(logistic(x)), logistic(-x).

    Single operations have the same bits on any number of threads; torch computes the
    end of a thread's share of its own logistic function by another formula.
    """
    return scores.exp_().add_(1).reciprocal_()


def _weighted_sums(rows, places, bags, weights):
    return torch.embedding_bag(rows, places, bags, False, 0, False, weights)[0]
