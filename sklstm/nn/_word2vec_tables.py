"""Vectors that are trained row by row, and the memory to compute on."""

import numpy as np
import torch

_UNSHARED = 2**14


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

    def climb(self, codes, gradients, weights=None, *, learning_rate):
        """Take a step up the gradients, row by row at its own rate.

        Parameters
        ----------
        codes : tensor of shape (n_uses,)
            Repeated or not.

        gradients : tensor of shape (n_uses, vector_size)
            Those of a row are summed in the order of its uses.

        weights : tensor of shape (n_uses,), default=None
            What the gradients are multiplied by.

        learning_rate : float
        """
        rows, gradient = _sum_by_row(codes, gradients, weights)
        squares = self.squares.index_select(0, rows)
        norms = torch.linalg.vector_norm(gradient, dim=1)
        squares += norms.square_() / gradient.shape[1]
        self.squares.index_copy_(0, rows, squares)
        # A row that was never pulled has no gradient either: 0 / tiny is 0.
        gradient *= (learning_rate / squares.sqrt().clamp_(min=1e-10)).unsqueeze(1)
        self.vectors.index_add_(0, rows, gradient)


def _sum_by_row(codes, gradients, weights):
    """Find the rows that are used, each once, and the sum of their gradients."""
    order = _stable_order(codes)
    in_order = codes.index_select(0, order)
    rows, counts = torch.unique_consecutive(in_order, return_counts=True)
    starts = counts.cumsum(0) - counts
    if weights is not None:
        weights = weights.index_select(0, order)
    return rows, _weighted_sums(gradients, order, starts, weights)


def _stable_order(codes):
    """Order that sorts the codes; equal ones stay as they are."""
    if codes.device.type != "cpu":
        return torch.argsort(codes, stable=True)
    # NumPy sorts short integers by radix, many times faster.
    codes = codes.numpy()
    low, high = codes.astype(np.uint16), (codes >> 16).astype(np.uint16)
    return torch.from_numpy(np.lexsort((low, high)))


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
        numbers = torch.arange(n_tokens + margin, dtype=torch.int32, device=device)
        windows = numbers.unsqueeze(1) + numbers[:n_distances]
        self._windows = windows[:n_tokens].reshape(-1)
        self._sources = (windows - margin).clamp_(0, n_tokens - 1).view(-1)
        self._bags = numbers * n_distances
        # No row at all for the spare bags after the last.
        n_spare = n_groups * n_negatives
        self._bags_with_spare = torch.cat(
            [self._bags[: n_tokens + 1], self._bags[n_tokens].repeat(n_spare - 1)]
        )

    def collect(self, rows, n_spare=0):
        """Sum the rows (T + 2W, E) around each token, weighted by `errors`.

        To (T, E), followed by `n_spare` rows of zeros.
        """
        bags = self._bags_with_spare[: len(self.errors) + n_spare]
        return _weighted_sums(rows, self._windows, bags, self.errors.view(-1))

    def spread(self, rows):
        """Give the rows (T, E) back to (T + 2W, E) around: `collect`, reversed."""
        weights = self._turned.reshape(-1)
        return _weighted_sums(rows, self._sources, self._bags, weights)


def sigmoid_(numbers):
    """Compute the logistic function in place, with the same bits on any threads.

    Torch computes what is left over at the end of a thread's share by another formula;
    what is shorter than `_UNSHARED` it leaves to a single thread.
    """
    pieces = [numbers] if numbers.is_cuda else numbers.view(-1).split(_UNSHARED)
    for piece in pieces:
        piece.sigmoid_()
    return numbers


def _weighted_sums(rows, places, bags, weights):
    return torch.embedding_bag(rows, places, bags, False, 0, False, weights)[0]
