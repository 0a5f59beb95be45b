"""The tokens around each token, and the memory to compute on.

Letters as in `steps`, and: N negatives of all groups; r, reach of a window, at most
W.
"""

import numpy as np
import torch

from sklstm.nn.word2vec.tables import weighted_sums

_BLOCK = 16  # tokens whose pairs are one matrix product


class Scratch:
    """Memory for a step: allocating anew costs more than computing.

    Parameters
    ----------
    n_tokens : int
        T, whole groups.

    n_outputs : int
        Tokens whose output vectors a step needs.

    vector_size : int
        E

    n_negatives : int
        K

    group : int
        G, tokens that share negatives: whole blocks.

    device : torch.device

    Attributes
    ----------
    sizes : tuple of ints
        T and N.

    groups : tuple of ints
        T / G, G and E.

    fetched : tensor of shape (n_outputs + N, E)
        For output vectors: of tokens, `outputs`, and of `negatives` (T / G, K, E).

    slopes : tensor of shape (T * K + T,)
        Of the negatives, `misses` (T / G, G, K), and of the tokens, `hits` (T,).

    weights : tensor of shape (T + N,)
        `hits`, then ones.
    """

    def __init__(self, n_tokens, n_outputs, *, vector_size, n_negatives, group, device):
        n_groups = n_tokens // group
        self.sizes = n_tokens, n_groups * n_negatives
        self.groups = n_groups, group, vector_size
        n_misses = n_tokens * n_negatives
        shape = (n_outputs + self.sizes[1], vector_size)
        self.fetched = torch.zeros(shape, dtype=torch.float32, device=device)
        self.outputs, negatives = self.fetched.tensor_split([n_outputs])
        self.negatives = negatives.view(n_groups, n_negatives, vector_size)
        n_values = n_misses + sum(self.sizes)
        memory = torch.ones(n_values, dtype=torch.float32, device=device)
        self.weights = memory[n_misses:]
        self.slopes = memory[: n_misses + n_tokens]
        misses, self.hits = self.slopes.tensor_split([n_misses])
        self.misses = misses.view(n_groups, group, n_negatives)


class Window:
    """The tokens up to a reach r before and after each token of a step.

    Parameters
    ----------
    weights : ndarray of shape (r,), float32
        Of the neighbours, by distance.

    window : int
        W

    sizes : tuple of ints
        T and N.

    memory : tensor of shape (1 + T * 2W,)
        A zero, and room for `errors`. Several windows can share it if they are used one
        at a time.

    is_mean : bool
        Whether the weights of the neighbours that there are add up to 1.

    Attributes
    ----------
    band : tensor of shape ((W + 1) ** 2, 2r)
        Weights of the neighbours, for each reach of a document around a token: row
        ``before * (W + 1) + after``.

    n_pairs : tensor of shape ((W + 1) ** 2, 1)
        Sum of the weights of the neighbours that there are.

    neighbours : tensor of shape (T * 2r,)
        Places of the neighbours of each token; the first token is at place W.

    errors : tensor of shape (T, 2r)
        For a step: weights of the neighbours of each token.
    """

    def __init__(self, weights, window, sizes, memory, *, is_mean=False):
        n_tokens, n_negatives = sizes
        reach, n_neighbours = len(weights), 2 * len(weights)

        def tensor(numbers):
            numbers = numbers.ravel().astype(np.int32, copy=False)
            return torch.from_numpy(numbers).to(memory.device)

        band = _band(weights, window)
        n_pairs = band.sum(axis=1, keepdims=True)
        if is_mean:
            band /= np.maximum(n_pairs, 1)
        self.band = torch.from_numpy(band).to(memory.device)
        self.n_pairs = torch.from_numpy(n_pairs).to(memory.device)
        self.neighbours = tensor(_neighbours(n_tokens, reach, window))
        self._memory = memory
        errors = memory[1 : 1 + n_tokens * n_neighbours]
        self.errors = errors.view(n_tokens, n_neighbours)
        # A place is the last neighbour of the first token around it.
        self._n_places = n_places = n_tokens + 2 * window
        tokens = _neighbours(n_places, reach, -window)
        column = np.arange(n_neighbours, dtype=np.int32)[::-1]
        turned = 1 + tokens * n_neighbours + column
        is_inside = (tokens >= 0) & (tokens < n_tokens)
        self._turned = tensor(np.where(is_inside, turned, 0))
        self._tokens = tensor(tokens.clip(0, n_tokens - 1))
        bags = np.arange(n_places + n_negatives)  # The spare ones are empty.
        self._bags = tensor(bags[: sum(sizes)].clip(max=n_tokens) * n_neighbours)
        self._bags_around = tensor(bags.clip(max=n_places) * n_neighbours)

    def collect(self, vectors, neighbours, n_spare=0):
        """Sum the vectors of the neighbours of each token, weighted by `errors`.

        Parameters
        ----------
        vectors : tensor of shape (n_rows, E)

        neighbours : tensor of shape (T * 2r,)
            Their rows.

        n_spare : int, default=0
            Rows of zeros to append, at most N.

        Returns
        -------
        tensor of shape (T + n_spare, E)
        """
        bags = self._bags[: len(self.errors) + n_spare]
        return weighted_sums(vectors, neighbours, bags, self.errors.view(-1))

    def spread(self, rows, n_spare=0):
        """Give the rows (T, E) back to the neighbours: `collect`, reversed.

        To (T + 2W + n_spare, E).
        """
        bags = self._bags_around[: self._n_places + n_spare]
        weights = self._memory.index_select(0, self._turned)
        return weighted_sums(rows, self._tokens, bags, weights)


class Scores:
    """Products of the vectors of each token and of those around it.

    Parameters
    ----------
    tokens : tensor of shape (T, E)
        Memory for their vectors.

    around : tensor of shape (T + 2W, E)
        Memory for those of the tokens and of W more at either end.
    """

    def __init__(self, tokens, around):
        n_tokens, size = tokens.shape
        reach = (len(around) - n_tokens) // 2
        n_blocks, n_columns = n_tokens // _BLOCK, _BLOCK + 2 * reach
        self._blocks = tokens.view(n_blocks, _BLOCK, size)
        # Overlapping blocks, turned.
        self._columns = around.as_strided(
            (n_blocks, size, n_columns), (_BLOCK * size, 1, size)
        )
        self._products = tokens.new_zeros(n_blocks, _BLOCK, n_columns)
        token = np.arange(n_tokens, dtype=np.int32)[:, np.newaxis]
        columns = _neighbours(n_tokens, reach, reach) - token // _BLOCK * _BLOCK
        places = torch.from_numpy((token * n_columns + columns).ravel())
        self._places = places.to(tokens.device)

    def compute(self, out):
        """Compute the products, to (T, 2W)."""
        torch.bmm(self._blocks, self._columns, out=self._products)
        products = self._products.view(-1)
        torch.index_select(products, 0, self._places, out=out.view(-1))


def _distances(reach):
    """Distances of neighbours, (2r,): those before and those after."""
    before, after = np.arange(-reach, 0), np.arange(1, reach + 1)
    return np.concatenate([before, after], dtype=np.int32)


def _neighbours(n_tokens, reach, first):
    """Places of the neighbours of tokens that begin at place `first`, (T, 2r)."""
    tokens = np.arange(first, first + n_tokens, dtype=np.int32)
    return tokens[:, np.newaxis] + _distances(reach)


def _band(weights, window):
    """Weights of a window, by how far the document reaches around its middle."""
    around = np.arange(window + 1)
    before, after = around[:, np.newaxis, np.newaxis], around[:, np.newaxis]
    distances = _distances(len(weights))
    is_inside = (distances >= -before) & (distances <= after)
    both_sides = np.concatenate([weights[::-1], weights])
    band = np.where(is_inside, both_sides, 0)
    return band.reshape(-1, len(distances)).astype(np.float32)
