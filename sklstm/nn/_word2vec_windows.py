"""The tokens around each token, and the memory to compute on.

Letters as in `_word2vec`, and: r, reach of a window, at most W; D = 2r + 1 distances.
"""

import numpy as np
import torch

from sklstm.nn._word2vec_tables import weighted_sums

_BLOCK = 16  # tokens whose pairs are one matrix product


class Scratch:
    """Memory for a step: allocating anew costs more than computing.

    Parameters
    ----------
    n_tokens : int
        T, whole groups.

    vector_size : int
        E

    window : int
        W

    n_negatives : int
        K

    group : int
        G, tokens that share negatives: whole blocks.

    device : torch.device
    """

    def __init__(self, n_tokens, *, vector_size, window, n_negatives, group, device):
        def empty(*shape):
            return torch.zeros(shape, device=device)

        n_groups, margin = n_tokens // group, 2 * window
        self.n_negatives = n_groups * n_negatives  # of all groups
        self.centers = empty(n_tokens, vector_size)
        self.groups = self.centers.view(n_groups, group, vector_size)
        self.negatives = empty(n_groups, n_negatives, vector_size)
        self.misses = empty(n_groups, group, n_negatives)
        # Of the tokens, which are set, then of the negatives.
        self.weights = torch.ones(n_tokens + self.n_negatives, device=device)
        # Of the tokens around, then of the negatives.
        self.gradients = empty(n_tokens + margin + self.n_negatives, vector_size)
        # What the windows share.
        self.around = empty(n_tokens + margin, vector_size)
        self.scores = empty(n_tokens * (_BLOCK + margin))
        self.errors = empty((n_tokens + 2 * margin) * (margin + 1))


class Window:
    """The tokens up to a reach r before and after each token of a step.

    Parameters
    ----------
    weights : ndarray of shape (r,), float32
        Of the neighbours, by distance.

    window : int
        W

    scratch : Scratch
        Memory that several windows can share if they are used one at a time.

    is_mean : bool
        Whether the weights of the neighbours that there are add up to 1.

    Attributes
    ----------
    band : tensor of shape ((W + 1) ** 2, D)
        Weights of the distances from -r to r, for each reach of a document around a
        token: row ``before * (W + 1) + after``.

    n_pairs : tensor of shape ((W + 1) ** 2, 1)
        Sum of the weights of the neighbours that there are.

    errors : tensor of shape (T, D)
        For a step: weights of the tokens in each window.

    around : tensor of shape (T + 2r, E)
        For a step: vectors of the tokens of a step and of r more at either end.

    scores : tensor of shape (T / B, B, B + 2r)
        For a step: products of the vectors of a block, `blocks`, and those around it,
        `columns`.

    scored_band : tensor of shape (T / B, B, D)
        Where the scores of each window are.
    """

    def __init__(self, weights, window, scratch, *, is_mean=False):
        (n_tokens, size), device = scratch.centers.shape, scratch.centers.device
        reach = len(weights)
        n_distances, margin = 2 * reach + 1, 2 * reach
        band = _band(weights, window)
        n_pairs = band.sum(axis=1, keepdims=True)
        if is_mean:
            band /= np.maximum(n_pairs, 1)
        self.band = torch.tensor(band, device=device)
        self.n_pairs = torch.tensor(n_pairs, device=device)
        self._reached = slice(window - reach, n_tokens + window + reach)
        # Overlapping blocks of the tokens around, turned.
        n_blocks, n_columns = n_tokens // _BLOCK, _BLOCK + margin
        self.blocks = scratch.centers.view(n_blocks, _BLOCK, size)
        self.around = scratch.around[: n_tokens + margin]
        self.columns = self.around.as_strided(
            (n_blocks, size, n_columns), (_BLOCK * size, 1, size)
        )
        scores = scratch.scores[: n_tokens * n_columns]
        self.scores = scores.view(n_blocks, _BLOCK, n_columns)
        self.scored_band = self.scores.as_strided(
            (n_blocks, _BLOCK, n_distances), (_BLOCK * n_columns, n_columns + 1, 1)
        )
        # Zeros in front and behind; those in front are never written.
        start, n_zeros = 2 * window * (2 * window + 1), margin * n_distances
        end = start + n_tokens * n_distances
        self.errors = scratch.errors[start:end].view(n_tokens, n_distances)
        self._zeros_behind = scratch.errors[end : end + n_zeros]
        # The errors of place j are those of the tokens j - 2r .. j, each one column
        # further to the left: a step down and to the left is D - 1 numbers long.
        self._turned = scratch.errors.as_strided(
            (n_tokens + margin, n_distances),
            (n_distances, margin),
            start - n_zeros + margin,
        )
        sources = torch.arange(-margin, n_tokens + margin, device=device)
        self._sources = sources.clamp_(0, n_tokens - 1)
        # No row at all for what is spare, and for places beyond the reach.
        bags = torch.arange(n_tokens + scratch.n_negatives, device=device)
        self._bags = bags.clamp_(max=n_tokens) * n_distances
        bags = torch.arange(reach - window, n_tokens + window + reach, device=device)
        self._bags_around = bags.clamp_(0, n_tokens + margin) * n_distances

    def reached(self, codes):
        """Of codes (T + 2W,) those within reach, (T + 2r,)."""
        return codes[self._reached]

    def collect(self, vectors, codes, n_spare=0):
        """Sum the vectors around each token, weighted by `errors`.

        Of codes (T + 2W,), to (T, E), followed by `n_spare` rows of zeros.
        """
        n_tokens, n_distances = self.errors.shape
        around = self.reached(codes).unfold(0, n_distances, 1).reshape(-1)
        bags = self._bags[: n_tokens + n_spare]
        return weighted_sums(vectors, around, bags, self.errors.view(-1))

    def spread(self, rows):
        """Give the rows (T, E) back to the tokens around them: `collect`, reversed.

        To (T + 2W, E).
        """
        self._zeros_behind.zero_()
        sources = self._sources.unfold(0, self.errors.shape[1], 1).reshape(-1)
        return weighted_sums(rows, sources, self._bags_around, self._turned.reshape(-1))


def _band(weights, window):
    """Weights of a window, by how far the document reaches around its middle."""
    around = np.arange(window + 1)
    before, after = around[:, np.newaxis, np.newaxis], around[:, np.newaxis]
    distance = np.arange(-len(weights), len(weights) + 1)
    is_inside = (distance >= -before) & (distance <= after)
    both_sides = np.concatenate([weights[::-1], [0], weights])
    band = np.where(is_inside, both_sides, 0)
    return band.reshape(-1, len(distance)).astype(np.float32)
