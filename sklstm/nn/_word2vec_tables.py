"""Vectors that are trained row by row, and the memory to compute on."""

import torch


class Table:
    """Vectors of which each step takes few rows.

    `open` copies the rows of a step side by side, so that what is computed on them
    stays in the cache; `close` takes the step and puts them back.

    Parameters
    ----------
    vectors : ndarray of shape (n_codes, vector_size), float32
        Copied.

    squares : ndarray of shape (n_codes,), float32
        Sum of the mean squared gradients of each row so far. Copied.

    n_lanes : int
        Sums of gradients that are kept apart, so that threads do not meet.

    device : torch.device

    Attributes
    ----------
    vectors : tensor of shape (n_codes, vector_size)

    squares : tensor of shape (n_codes,)

    rows : tensor of shape (n_rows, vector_size)
        Vectors of the step that is open.

    gradients : tensor of shape (n_lanes, n_rows, vector_size)
        Of what is to be made large.
    """

    def __init__(self, vectors, squares, n_lanes, device):
        self.vectors = torch.tensor(vectors, device=device)
        self.squares = torch.tensor(squares, device=device)
        self._is_open = torch.zeros(len(vectors), dtype=torch.bool, device=device)
        self._places = torch.zeros(len(vectors), dtype=torch.int64, device=device)
        self._numbers = torch.arange(len(vectors), device=device)
        self._n_lanes = n_lanes
        self._rows = self._gradients = self.vectors.new_empty(0)

    def open(self, codes):
        """Begin a step.

        Parameters
        ----------
        codes : tensor of ints
            The codes that the step takes, in any shape, repeated or not.

        Returns
        -------
        tensor of ints
            The place in `rows` of each.
        """
        flat = codes.reshape(-1)
        self._is_open.index_fill_(0, flat, True)
        self.codes = self._is_open.nonzero().view(-1)
        self._is_open.index_fill_(0, self.codes, False)
        self._places.index_copy_(0, self.codes, self._numbers[: len(self.codes)])
        self._take_memory(len(self.codes))
        torch.index_select(self.vectors, 0, self.codes, out=self.rows)
        self.gradients.zero_()
        return self._places.index_select(0, flat).view(codes.shape)

    def _take_memory(self, n_rows):
        width = self.vectors.shape[1]
        if len(self._rows) < n_rows * width:
            spare = n_rows + n_rows // 4
            self._rows = self.vectors.new_empty(spare * width)
            self._gradients = self.vectors.new_empty(self._n_lanes * spare * width)
        size = self._n_lanes * n_rows * width
        self.rows = self._rows[: n_rows * width].view(n_rows, width)
        self.gradients = self._gradients[:size].view(self._n_lanes, n_rows, width)

    def add_gradients(self, lane, places, gradients):
        """Add gradients of shape (n, vector_size) to the rows at places (n,)."""
        self.gradients[lane].index_add_(0, places, gradients)

    def close(self, learning_rate):
        """Take the step: go up the gradient, row by row at its own rate."""
        gradient = self.gradients[0]
        for lane in self.gradients[1:]:
            gradient += lane
        squares = self.squares.index_select(0, self.codes)
        squares += torch.linalg.vecdot(gradient, gradient) / gradient.shape[1]
        self.squares.index_copy_(0, self.codes, squares)
        # A row that was never pulled has no gradient either: 0 / tiny is 0.
        gradient *= (learning_rate / squares.sqrt().clamp_(min=1e-10)).unsqueeze(1)
        self.vectors.index_add_(0, self.codes, gradient)


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
        self.pushed = empty(n_groups, n_negatives, vector_size)
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
