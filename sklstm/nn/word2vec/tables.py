"""Vectors that are trained row by row."""

from typing import NamedTuple

import numpy as np
import torch

# Keeps the rate of a row finite that was never pulled and has no gradient either.
_TINY = 1e-20
_N_HANDS = np.uint32(16)  # that rows are dealt to; a power of two


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
        # Copied by NumPy, which asks the system for huge pages; torch does not.
        self.vectors = torch.from_numpy(vectors.copy()).to(device)
        self.squares = torch.tensor(squares, device=device).clamp_(min=_TINY)

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
        gradient = weighted_sums(gradients, order, starts, weights)
        squares = torch.linalg.vector_norm(gradient, dim=1).square_()
        self.squares.index_add_(0, rows, squares, alpha=1 / gradient.shape[1])
        rates = self.squares.index_select(0, rows).rsqrt_()
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
    """Find the `Uses` of each step of codes of shape (n_steps, n_uses), int32."""
    if codes.device.type == "cpu":
        return _group_on_cpu(codes.numpy())
    return [_group_on_gpu(step) for step in codes]


def _group_on_cpu(codes):
    n_steps, n_uses = codes.shape
    n_bits = n_uses.bit_length()
    # Sorting a code and its place as one number keeps equal codes as they come.
    keys = _deal_out(codes)
    if int(keys.max(initial=0)).bit_length() + n_bits > 32:
        keys = keys.astype(np.uint64)
    keys = (keys << n_bits) | np.arange(n_uses, dtype=keys.dtype)
    keys.sort(axis=1)
    order = (keys & (2**n_bits - 1)).astype(np.int32)
    keys >>= n_bits
    is_first = np.ones(codes.shape, dtype=bool)
    np.not_equal(keys[:, 1:], keys[:, :-1], out=is_first[:, 1:])
    firsts = np.flatnonzero(is_first)
    n_rows = np.count_nonzero(is_first, axis=1)
    before = np.repeat(np.arange(n_steps) * n_uses, n_rows)
    rows = codes.ravel().take(order.ravel().take(firsts) + before).astype(np.int64)
    starts = (firsts - before).astype(np.int32)
    order, rows, starts = map(torch.from_numpy, (order, rows, starts))
    n_rows = n_rows.tolist()
    parts = zip(rows.split(n_rows), order, starts.split(n_rows), strict=True)
    return [Uses(*step) for step in parts]


def _deal_out(codes):
    """Renumber codes so that any part of them, in order, has its share of the uses.

    The first codes are the frequent ones, and each thread sums the uses of equally many
    rows. Codes go round 16 hands, seven on at a time: neighbours go to either half.
    """
    codes = codes.astype(np.uint32)
    n_each = codes.max(initial=0) // _N_HANDS + 1
    hands = codes * np.uint32(7) & (_N_HANDS - 1)
    return hands * n_each + codes // _N_HANDS


def _group_on_gpu(codes):
    in_order, order = torch.sort(codes, stable=True)
    rows, counts = torch.unique_consecutive(in_order, return_counts=True)
    return Uses(rows, order, counts.cumsum(0) - counts)


def slope_of_log_logistic_(scores):
    """Replace each number x by the derivative of log(logistic(x)), logistic(-x).

    Single operations have the same bits on any number of threads; torch computes the
    end of a thread's share of its own logistic function by another formula.
    """
    return scores.exp_().add_(1).reciprocal_()


def weighted_sums(rows, places, bags, weights=None):
    """Sum the rows at each bag's `places`; a bag ends where the next one begins."""
    return torch.embedding_bag(rows, places, bags, False, 0, False, weights)[0]
