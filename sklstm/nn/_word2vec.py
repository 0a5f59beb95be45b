"""Skip-gram and CBOW with negative sampling as banded batched matrix products.

Letters: T tokens of a step, W window, E vector size, L tokens of a block, G tokens that
share K negatives.
"""

import math

import numpy as np
import torch

_BLOCK = 32  # L
_GROUP = 128  # G, a multiple of L
_NEGATIVES = 32  # K
_STEP = 4096  # T, a multiple of G
_MIN_STEPS = 100  # An epoch has about as many steps, or more
_POWER = 0.75  # Mikolov et al. 2013b, section 2.2


class Word2VecTrainer:
    """Trains two tables of vectors by steps over runs of consecutive tokens.

    Parameters
    ----------
    tables : list of two ndarrays of shape (n_codes, vector_size), float32
        Input vectors and output vectors. They are copied.

    squares : list of two ndarrays of shape (n_codes,), float32
        Sums of the mean squared gradients of each row so far (row-wise Adagrad).

    counts : ndarray of shape (n_codes,)
        Occurrences: they decide subsampling and negatives. Code 0 is never trained.

    window : int
        Most tokens between two neighbours, on each side.

    negative : int
        Negatives for each pair.

    subsample : float
        Tokens with a greater share than this are left out at random; 0 keeps all.

    generator : torch.Generator
        Decides what is left out and the negatives.

    device : torch.device
        Where the tables and the generator are.
    """

    def __init__(
        self, tables, squares, counts, *, window, negative, subsample, generator, device
    ):
        self.tables = [torch.tensor(table, device=device) for table in tables]
        self.squares = [torch.tensor(square, device=device) for square in squares]
        self.gradients = [torch.zeros_like(table) for table in self.tables]
        self.touched = torch.zeros(len(counts), dtype=torch.bool, device=device)
        self.window = window
        self.negative = negative
        self.generator = generator
        self.device = device
        self.keep = torch.tensor(_keep_probability(counts, subsample), device=device)
        self.noise = torch.tensor(_noise_distribution(counts), device=device)
        self.band = torch.tensor(_band(window), device=device)  # (L, L+2W)
        self.step_size = _step_size(counts.sum())
        self._workspace = {}

    def train(self, codes, lengths, learning_rates):
        """Take one pass over documents.

        Parameters
        ----------
        codes : ndarray of shape (n_tokens,), int32
            Documents, one after the other; unknown tokens are left out.

        lengths : ndarray of shape (n_documents,)
            Windows never reach over the end of a document.

        learning_rates : tuple of two floats
            At the beginning and at the end; in between it is linear.
        """
        codes, documents = self._subsample(codes, lengths)
        n_tokens = len(codes) - 2 * self.window
        first, last = learning_rates
        for start in range(0, n_tokens, self.step_size):
            n_step = min(self.step_size, n_tokens - start)
            run = slice(start, start + n_step + 2 * self.window)
            rate = first + (last - first) * start / n_tokens
            self._step(codes[run], self._windows(documents[run]), rate)

    def get_tables(self):
        """Input and output vectors as ndarrays of shape (n_codes, vector_size)."""
        return [table.cpu().numpy() for table in self.tables]

    def get_squares(self):
        """State of Adagrad as ndarrays of shape (n_codes,)."""
        return [square.cpu().numpy() for square in self.squares]

    def is_finite(self):
        """Whether no vector holds NaN or infinity."""
        return all(bool(torch.isfinite(table.sum())) for table in self.tables)

    def _subsample(self, codes, lengths):
        """Leave out frequent tokens; pad with tokens of no document to whole groups."""
        documents = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        documents = torch.from_numpy(documents).to(self.device)
        codes = torch.from_numpy(codes).to(self.device)
        keep = torch.rand(len(codes), generator=self.generator, device=self.device)
        keep = (keep < self.keep.index_select(0, codes)) & (codes > 0)
        codes, documents = codes[keep].long(), documents[keep]
        after = self.window + -len(codes) % _GROUP
        nowhere = torch.arange(1, self.window + after + 1, device=self.device).int()
        front, back = (-nowhere).split([self.window, after])
        return (
            torch.cat([codes.new_zeros(self.window), codes, codes.new_zeros(after)]),
            torch.cat([front, documents, back]),
        )

    def _windows(self, documents):
        """Weights of the pairs of each block: 0 between documents."""
        blocks = documents[self.window : -self.window].view(-1, _BLOCK, 1)
        around = self._blocks(documents.unsqueeze(1)).transpose(1, 2)
        shape = (len(blocks), *self.band.shape)
        same = torch.eq(blocks, around, out=self._buffer("same", shape, torch.bool))
        return torch.mul(same, self.band, out=self._buffer("windows", shape))

    def _blocks(self, rows):
        """View of rows (T+2W, E) as overlapping blocks (T/L, L+2W, E)."""
        width = rows.shape[1]
        n_blocks = (len(rows) - 2 * self.window) // _BLOCK
        shape = (n_blocks, _BLOCK + 2 * self.window, width)
        return rows.as_strided(
            shape, (_BLOCK * width, width, 1), storage_offset=rows.storage_offset()
        )

    def _fold(self, blocks):
        """Add overlapping blocks (T/L, L+2W, E) up to rows (T+2W, E)."""
        n_blocks, _, width = blocks.shape
        n_tokens, overlap = n_blocks * _BLOCK, 2 * self.window
        rows = self._buffer("folded", (n_tokens + overlap, width))
        rows[:overlap].zero_()
        rows[overlap:].view(n_blocks, _BLOCK, width).copy_(blocks[:, overlap:])
        heads = rows.as_strided((n_blocks, overlap, width), (_BLOCK * width, width, 1))
        # A window wider than half a block makes the heads overlap one another.
        for k in range(0, overlap, _BLOCK):
            heads[:, k : k + _BLOCK].add_(blocks[:, k : min(k + _BLOCK, overlap)])
        return rows

    def _contrast(self, inputs, weights, gradient):
        """Push inputs (T, E) away from shared negatives; add to their `gradient`."""
        n_groups, width = len(inputs) // _GROUP, inputs.shape[1]
        drawn = torch.rand(
            n_groups * _NEGATIVES,
            generator=self.generator,
            device=self.device,
            dtype=torch.float64,
        )
        codes = torch.searchsorted(self.noise, drawn, right=True)
        shape = (n_groups, _NEGATIVES, width)
        negatives = self._gather(1, codes, "negatives").view(shape)
        groups = inputs.view(n_groups, _GROUP, width)
        scores = self._buffer("negative scores", (n_groups, _GROUP, _NEGATIVES))
        torch.bmm(groups, negatives.transpose(1, 2), out=scores)
        share = weights.view(n_groups, _GROUP, 1) * (-self.negative / _NEGATIVES)
        scores.sigmoid_().mul_(share)
        gradient.view_as(groups).baddbmm_(scores, negatives)
        pushed = self._buffer("pushed", shape)
        torch.bmm(scores.transpose(1, 2), groups, out=pushed)
        return codes, pushed.view(-1, width)

    def _gather(self, which, codes, name):
        table = self.tables[which]
        rows = self._buffer(name, (len(codes), table.shape[1]))
        return torch.index_select(table, 0, codes, out=rows)

    def _update(self, which, rate, *parts):
        """Take a step of row-wise Adagrad on the rows that have a gradient."""
        total, table = self.gradients[which], self.tables[which]
        for codes, gradient in parts:
            total.index_add_(0, codes, gradient)
            self.touched[codes] = True
        rows = self.touched.nonzero().view(-1)
        gradient = self._buffer("update", (len(rows), table.shape[1]))
        torch.index_select(total, 0, rows, out=gradient)
        total.index_fill_(0, rows, 0.0)
        self.touched.index_fill_(0, rows, False)
        squares = self.squares[which][rows]
        squares += torch.linalg.vecdot(gradient, gradient) / table.shape[1]
        self.squares[which][rows] = squares
        gradient *= (rate / (squares.sqrt() + 1e-10)).unsqueeze(1)
        table.index_add_(0, rows, gradient)

    def _buffer(self, name, shape, dtype=torch.float32):
        """Memory that steps share: allocating anew would cost more than computing."""
        size = math.prod(shape)
        flat = self._workspace.get(name)
        if flat is None or len(flat) < size:
            flat = torch.empty(size, dtype=dtype, device=self.device)
            self._workspace[name] = flat
        return flat[:size].view(shape)


class SkipGramTrainer(Word2VecTrainer):
    """The input vector of a token predicts the output vectors around it."""

    def _step(self, codes, windows, rate):
        centers = codes[self.window : -self.window]
        inputs = self._gather(0, centers, "inputs")  # (T, E)
        blocks = inputs.view(-1, _BLOCK, inputs.shape[1])
        outputs = self._blocks(self._gather(1, codes, "outputs"))  # (T/L, L+2W, E)
        scores = self._buffer("scores", windows.shape)
        torch.bmm(blocks, outputs.transpose(1, 2), out=scores)
        scores.neg_().sigmoid_().mul_(windows)
        pulled = self._buffer("input gradient", blocks.shape)
        torch.bmm(scores, outputs, out=pulled)
        pulled = pulled.view_as(inputs)
        pushed = self._contrast(inputs, windows.sum(2), pulled)
        around = self._buffer("output gradient", outputs.shape)
        torch.bmm(scores.transpose(1, 2), blocks, out=around)
        self._update(0, rate, (centers, pulled))
        self._update(1, rate, (codes, self._fold(around)), pushed)


class CBOWTrainer(Word2VecTrainer):
    """The weighted mean of the input vectors around a token predicts its output."""

    def _step(self, codes, windows, rate):
        centers = codes[self.window : -self.window]
        around = self._blocks(self._gather(0, codes, "inputs"))  # (T/L, L+2W, E)
        outputs = self._gather(1, centers, "outputs")  # (T, E)
        totals = windows.sum(2, keepdim=True)
        has_neighbours = (totals > 0).float().view(-1, 1)
        windows /= totals.clamp_(min=torch.finfo(totals.dtype).tiny)
        means = self._buffer("means", (len(around), _BLOCK, outputs.shape[1]))
        means = torch.bmm(windows, around, out=means).view_as(outputs)
        scores = torch.linalg.vecdot(means, outputs).unsqueeze(1)
        scores.neg_().sigmoid_().mul_(has_neighbours)
        gradient = self._buffer("mean gradient", means.shape)
        torch.mul(outputs, scores, out=gradient)
        pushed = self._contrast(means, has_neighbours, gradient)
        pulled = torch.mul(means, scores, out=outputs)
        spread = self._buffer("input gradient", around.shape)
        torch.bmm(
            windows.transpose(1, 2),
            gradient.view(-1, _BLOCK, len(gradient[0])),
            out=spread,
        )
        self._update(0, rate, (codes, self._fold(spread)))
        self._update(1, rate, (centers, pulled), pushed)


def _keep_probability(counts, subsample):
    """Of each code; word2vec.c's formula, as in gensim."""
    if not subsample:
        return np.ones(len(counts), dtype=np.float32)
    ratio = subsample * counts.sum() / np.maximum(counts, 1)
    return np.minimum(np.sqrt(ratio) + ratio, 1.0).astype(np.float32)


def _noise_distribution(counts):
    """Cumulative distribution from which negatives are drawn."""
    weights = counts.astype(np.float64) ** _POWER
    weights[0] = 0.0
    cumulative = np.cumsum(weights)
    # Exactly 1 from the last word on: a draw below 1 never falls outside.
    return np.minimum(cumulative / cumulative[-1], 1.0)


def _band(window):
    """Weights of the neighbours of a block's tokens, by distance.

    word2vec draws the reach of each window from 1 to W; this is how often a neighbour
    at that distance falls within it.
    """
    columns = np.arange(_BLOCK + 2 * window) - window
    distance = np.abs(columns - np.arange(_BLOCK)[:, np.newaxis])
    weights = np.clip((window + 1 - distance) / window, 0.0, None)
    weights[distance == 0] = 0.0
    return weights.astype(np.float32)


def _step_size(n_tokens):
    """Fewer tokens a step where the corpus is small: whole groups, at most T."""
    groups = int(n_tokens) // (_MIN_STEPS * _GROUP)
    return _GROUP * max(1, min(groups, _STEP // _GROUP))
