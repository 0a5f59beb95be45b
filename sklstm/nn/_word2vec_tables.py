"""Vectors that are trained row by row, and the memory to compute on."""

import numpy as np
import torch

_MOST_SHORT = np.iinfo(np.int16).max


class Table:
    """Vectors of which each step takes few rows.

    `open` copies the rows of a step side by side, so that what is computed on them
    stays in the cache; `close` sums the gradients of each row, takes the step and puts
    the rows back.

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

    codes : tensor of shape (n_rows,)
        Of the step that is open, each once.

    rows : tensor of shape (n_rows, vector_size)
        Their vectors.

    places : tensor of shape (n_uses,)
        The row of each use of a code in the step.

    gradients : tensor of shape (n_uses, vector_size)
        Of what is to be made large, to be filled in by the step.
    """

    def __init__(self, vectors, squares, device):
        self.vectors = torch.tensor(vectors, device=device)
        self.squares = torch.tensor(squares, device=device)
        self._is_open = torch.zeros(len(vectors), dtype=torch.bool, device=device)
        self._numbers = torch.zeros(len(vectors), dtype=torch.int64, device=device)
        self._rows = self._gradients = self.vectors.new_empty(0)

    def open(self, codes):
        """Begin a step that uses the codes (n_uses,), repeated or not."""
        self._is_open.index_fill_(0, codes, True)
        self.codes = self._is_open.nonzero().view(-1)
        self._is_open.index_fill_(0, self.codes, False)
        numbers = torch.arange(len(self.codes), device=codes.device)
        self._numbers.index_copy_(0, self.codes, numbers)
        self.places = self._numbers.index_select(0, codes)
        self._rows, self.rows = self._take(self._rows, len(self.codes))
        self._gradients, self.gradients = self._take(self._gradients, len(codes))
        torch.index_select(self.vectors, 0, self.codes, out=self.rows)

    def _take(self, memory, n_rows):
        width = self.vectors.shape[1]
        if len(memory) < n_rows * width:
            memory = self.vectors.new_empty((n_rows + n_rows // 4) * width)
        return memory, memory[: n_rows * width].view(n_rows, width)

    def part(self, uses):
        """Places and gradients of some of the uses."""
        return self.places[uses], self.gradients[uses]

    def summed_gradients(self):
        """Sum of the gradients of each row, in the order of its uses."""
        order = _stable_order(self.places)
        counts = torch.bincount(self.places, minlength=len(self.codes))
        starts = counts.cumsum(0) - counts
        return torch.embedding_bag(self.gradients, order, starts)[0]

    def close(self, learning_rate):
        """Take the step: go up the gradient, row by row at its own rate."""
        gradient = self.summed_gradients()
        squares = self.squares.index_select(0, self.codes)
        norms = torch.linalg.vector_norm(gradient, dim=1)
        squares += norms.square_() / gradient.shape[1]
        self.squares.index_copy_(0, self.codes, squares)
        # A row that was never pulled has no gradient either: 0 / tiny is 0.
        gradient *= (learning_rate / squares.sqrt().clamp_(min=1e-10)).unsqueeze(1)
        self.vectors.index_add_(0, self.codes, gradient)


def _stable_order(places):
    """Order that sorts the places; equal ones stay as they are."""
    if places.device.type != "cpu" or len(places) > _MOST_SHORT:
        return torch.argsort(places, stable=True)
    # NumPy sorts short integers by radix, many times faster.
    order = np.argsort(places.numpy().astype(np.int16), kind="stable")
    return torch.from_numpy(order)


class Scratch:
    """Memory for a tile of tokens: allocating anew costs more than computing.

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
        self._n_distances = n_distances

    def collect(self, rows, places):
        """Sum the rows at the places around, weighted by `errors`, to (T, E)."""
        around = places.unfold(0, self._n_distances, 1).reshape(-1)
        return _weighted_sums(rows, around, self._bags[: len(self.errors)], self.errors)

    def spread(self, rows):
        """Give the rows (T, E) back to (T + 2W, E) around: `collect`, reversed."""
        return _weighted_sums(rows, self._sources, self._bags, self._turned)


def _weighted_sums(rows, places, bags, weights):
    weights = weights.reshape(-1)
    return torch.embedding_bag(rows, places, bags, False, 0, False, weights)[0]
