"""Skip-gram and CBOW with negative sampling as banded batched matrix products.

Tokens are cut into blocks of L consecutive ones. The scores of a block's pairs are one
small matrix product, of which a band around the diagonal counts; what lies outside the
band, the window or the document has weight 0. Each block has negatives of its own.

Letters: B blocks, L tokens of a block, W window, K negatives of a block, E vector size.
"""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from sklstm.nn._word2vec_tables import Table

_BLOCK = 32  # L
_LEAST_NEGATIVES = 16
_TILE = 16  # blocks that are computed at once: their vectors fit a core's own cache
_LARGEST_STEP = 256  # blocks
_STEPS = 100  # at least, in a pass over a corpus large enough for whole tiles
_BLOCKS_PER_LANE = 64
_NOISE_POWER = 0.75  # Mikolov et al. 2013, "Distributed representations", section 2.2


class Word2VecTrainer:
    """Trains input and output vectors by steps over consecutive tokens.

    The gradients of a step are summed in a number of lanes that depends on the corpus
    alone. Threads share the lanes, so that their number does not change the result.

    Parameters
    ----------
    vectors : pair of ndarrays of shape (n_codes, vector_size), float32
        Input and output vectors. They are copied.

    squares : pair of ndarrays of shape (n_codes,), float32
        State of row-wise Adagrad. They are copied.

    counts : ndarray of shape (n_codes,)
        Occurrences: they decide subsampling and negatives. Code 0 is never trained.

    window : int
        Farthest neighbour.

    negative : int
        Negatives that a pair counts for.

    subsample : float
        Share of the corpus above which tokens are left out at random; 0 keeps all.

    generator : torch.Generator
        Decides what is left out and the negatives.

    device : torch.device
        Where the vectors and the generator are.

    n_threads : int
        Threads that compute on the CPU.
    """

    def __init__(
        self,
        vectors,
        squares,
        counts,
        *,
        window,
        negative,
        subsample,
        generator,
        device,
        n_threads,
    ):
        self.window = window
        self.negative = negative
        self.generator = generator
        self.device = device
        self.keep = torch.tensor(_keep_probability(counts, subsample), device=device)
        self.noise = torch.tensor(_noise_distribution(counts), device=device)
        self.step_blocks = _step_blocks(float(self.keep.cpu().numpy() @ counts))
        self.n_lanes = max(1, self.step_blocks // _BLOCKS_PER_LANE)
        self.n_workers = min(n_threads, self.n_lanes)
        self.inputs, self.outputs = (
            Table(table, rows, self.n_lanes, device)
            for table, rows in zip(vectors, squares, strict=True)
        )
        # A multiple of 16 columns is fastest.
        self.n_negatives = _LEAST_NEGATIVES + -(_BLOCK + 2 * window) % 16  # K
        self._workspaces = [{} for _ in range(self.n_workers)]
        self._set_weights()

    def train(self, codes, lengths, learning_rates):
        """Take one pass over documents.

        Parameters
        ----------
        codes : ndarray of shape (n_tokens,), int32
            Documents, one after the other. Code 0 is left out.

        lengths : ndarray of shape (n_documents,)
            Windows never reach over the end of a document.

        learning_rates : pair of floats
            At the beginning and at the end; in between it is linear.
        """
        codes, kinds = self.prepare(codes, lengths)
        negatives = self.draw_negatives(len(kinds))
        first, last = learning_rates
        with ThreadPoolExecutor(self.n_workers) as pool:
            for start in range(0, len(kinds), self.step_blocks):
                blocks = slice(start, start + self.step_blocks)
                step = self.open(codes[blocks], kinds[blocks], negatives[blocks])
                self._share(pool, self.n_workers, self.accumulate, step)
                rate = first + (last - first) * start / len(kinds)
                self._share(pool, min(2, self.n_workers), self._close, rate)

    def is_finite(self):
        """Whether no vector holds NaN or infinity."""
        tables = (self.inputs.vectors, self.outputs.vectors)
        return all(bool(torch.isfinite(vectors.sum())) for vectors in tables)

    def result(self):
        """Vectors and squares as ndarrays, as they came in."""
        tables = (self.inputs, self.outputs)
        return (
            [table.vectors.cpu().numpy() for table in tables],
            [table.squares.cpu().numpy() for table in tables],
        )

    def _share(self, pool, n_workers, work, argument):
        """Do `work` on the workers; a lone one needs no pool."""
        if n_workers == 1:
            work(argument, 0, 1)
        else:
            shares = [
                pool.submit(work, argument, worker, n_workers)
                for worker in range(n_workers)
            ]
            for share in shares:
                share.result()

    def prepare(self, codes, lengths):
        """Leave out frequent tokens and cut the rest into blocks.

        Parameters
        ----------
        codes : ndarray of shape (n_tokens,), int32
        lengths : ndarray of shape (n_documents,)

        Returns
        -------
        codes : tensor of shape (B, L + 2W), int64
            The tokens of each block and those around it. Neighbours overlap.

        kinds : tensor of shape (B, L), int64
            Rows of `weights`: how far the document reaches around each token.
        """
        drawn = torch.rand(len(codes), generator=self.generator, device=self.device)
        codes = torch.from_numpy(codes).to(self.device)
        is_kept = (drawn < self.keep.index_select(0, codes)) & (codes > 0)
        kinds = self._kinds(_sums(is_kept.cpu().numpy(), lengths))
        codes = codes[is_kept].long()
        padded = codes.new_zeros(kinds.numel() + 2 * self.window)
        padded[self.window : self.window + len(codes)] = codes
        # Padding is code 0 with weight 0.
        return padded.unfold(0, _BLOCK + 2 * self.window, _BLOCK), kinds

    def _kinds(self, lengths):
        ends = np.cumsum(lengths)
        n_tokens = int(lengths.sum())
        place = np.arange(n_tokens)
        before = np.minimum(place - np.repeat(ends - lengths, lengths), self.window)
        after = np.minimum(np.repeat(ends - 1, lengths) - place, self.window)
        n_blocks = max(1, -(-n_tokens // _BLOCK))
        kinds = np.zeros((n_blocks, _BLOCK), dtype=np.int64)
        kinds.ravel()[:n_tokens] = before * (self.window + 1) + after
        kinds += np.arange(_BLOCK) * (self.window + 1) ** 2
        return torch.from_numpy(kinds).to(self.device)

    def draw_negatives(self, n_blocks):
        """Draw codes (n_blocks, K) in proportion to their counts to the power 0.75.

        The draws are stratified: one in each of as many equal shares of the noise
        distribution, in random order. Looking them up in order is also faster.
        """
        n_draws = n_blocks * self.n_negatives
        shares = torch.arange(n_draws, device=self.device, dtype=torch.float64)
        shares += torch.rand(n_draws, generator=self.generator, device=self.device)
        codes = torch.searchsorted(self.noise, shares / n_draws, right=True)
        codes = codes.clamp_(max=len(self.noise) - 1)
        order = torch.randperm(n_draws, generator=self.generator, device=self.device)
        return codes[order].view(n_blocks, self.n_negatives)

    def accumulate(self, step, worker, n_workers):
        """Add up the gradients of every `n_workers`-th lane, tile by tile."""
        n_blocks = len(step[0])
        size = -(-n_blocks // self.n_lanes)
        for lane in range(worker, self.n_lanes, n_workers):
            stop = min((lane + 1) * size, n_blocks)
            for start in range(lane * size, stop, _TILE):
                tile = [part[start : min(start + _TILE, stop)] for part in step]
                self._add_gradients(lane, self._workspaces[worker], *tile)

    def _close(self, rate, worker, n_workers):
        for table in (self.inputs, self.outputs)[worker::n_workers]:
            table.close(rate)

    def _buffer(self, workspace, name, *shape):
        """Memory that tiles share: allocating anew costs more than computing."""
        size = math.prod(shape)
        flat = workspace.get(name)
        if flat is None or len(flat) < size:
            flat = workspace[name] = torch.empty(size, device=self.device)
        return flat[:size].view(shape)

    def _gather(self, workspace, name, table, places):
        """Rows of a table (B, n, E) at places (B, n)."""
        rows = self._buffer(workspace, name, places.numel(), table.shape[1])
        torch.index_select(table, 0, places.reshape(-1), out=rows)
        return rows.view(*places.shape, table.shape[1])


class SkipGramTrainer(Word2VecTrainer):
    """The input vector of a token predicts the output vectors around it."""

    def _set_weights(self):
        band = _band(self.window)
        # A token has as many negatives as its pairs weigh.
        share = band.sum(axis=1, keepdims=True) * (self.negative / self.n_negatives)
        weights = np.hstack([band, np.repeat(share, self.n_negatives, axis=1)])
        self.weights = torch.tensor(weights, dtype=torch.float32, device=self.device)
        n_around = band.shape[1]
        self.labels = (
            (torch.arange(weights.shape[1]) < n_around).float().to(self.device)
        )

    def open(self, codes, kinds, negatives):
        """Begin a step: fetch the rows of both tables that it takes."""
        centers = codes[:, self.window : self.window + _BLOCK]
        columns = torch.cat([codes, negatives], dim=1)
        return kinds, self.inputs.open(centers), self.outputs.open(columns)

    def _add_gradients(self, lane, workspace, kinds, centers, columns):
        inputs = self._gather(workspace, "inputs", self.inputs.rows, centers)
        outputs = self._gather(workspace, "outputs", self.outputs.rows, columns)
        weights = self._gather(workspace, "weights", self.weights, kinds)
        errors = self._buffer(workspace, "errors", *weights.shape)  # (B, L, L+2W+K)
        torch.bmm(inputs, outputs.transpose(1, 2), out=errors)
        torch.sub(self.labels, errors.sigmoid_(), out=errors).mul_(weights)
        pulled = self._buffer(workspace, "pulled", *outputs.shape)
        torch.bmm(errors.transpose(1, 2), inputs, out=pulled)
        self.outputs.add_gradients(lane, columns, pulled)
        torch.bmm(errors, outputs, out=inputs)
        self.inputs.add_gradients(lane, centers, inputs)


class CBOWTrainer(Word2VecTrainer):
    """The weighted mean of the input vectors around a token predicts its output."""

    def _set_weights(self):
        band = _band(self.window)
        totals = band.sum(axis=1, keepdims=True)
        means = band / np.where(totals > 0, totals, 1.0)
        self.weights = torch.tensor(means, dtype=torch.float32, device=self.device)

    def open(self, codes, kinds, negatives):
        """Begin a step: fetch the rows of both tables that it takes."""
        centers = codes[:, self.window : self.window + _BLOCK]
        places = self.outputs.open(torch.cat([centers, negatives], dim=1))
        return kinds, self.inputs.open(codes), places

    def _add_gradients(self, lane, workspace, kinds, around, columns):
        inputs = self._gather(workspace, "inputs", self.inputs.rows, around)
        outputs = self._gather(workspace, "outputs", self.outputs.rows, columns)
        weights = self._gather(workspace, "weights", self.weights, kinds)
        means = self._buffer(workspace, "means", *kinds.shape, inputs.shape[2])
        torch.bmm(weights, inputs, out=means)
        has_neighbours = (kinds % (self.window + 1) ** 2 > 0).float().unsqueeze(2)
        targets, negatives = outputs[:, :_BLOCK], outputs[:, _BLOCK:]
        hits = torch.linalg.vecdot(means, targets).unsqueeze(2)
        hits.neg_().sigmoid_().mul_(has_neighbours)
        misses = torch.bmm(means, negatives.transpose(1, 2)).sigmoid_()
        misses *= has_neighbours * (-self.negative / self.n_negatives)
        pulled = self._buffer(workspace, "pulled", *outputs.shape)
        torch.mul(means, hits, out=pulled[:, :_BLOCK])
        pulled[:, _BLOCK:] = torch.bmm(misses.transpose(1, 2), means)
        self.outputs.add_gradients(lane, columns, pulled)
        torch.mul(targets, hits, out=means).baddbmm_(misses, negatives)
        torch.bmm(weights.transpose(1, 2), means, out=inputs)
        self.inputs.add_gradients(lane, around, inputs)


def _sums(values, lengths):
    """Sum of the values of each document."""
    before = np.concatenate([[0], np.cumsum(values)])
    return np.diff(before[np.concatenate([[0], np.cumsum(lengths)])])


def _band(window):
    """Weights of the pairs of each place in a block and each reach of its document.

    Row ``(place * (W + 1) + before) * (W + 1) + after``; columns are the tokens of the
    block and W around it. word2vec draws the reach of each window from 1 to W; the
    weight at a distance is how often a drawn reach takes it in.
    """
    reach = np.arange(window + 1)
    place, before, after = np.meshgrid(
        np.arange(_BLOCK), reach, reach, indexing="ij", sparse=True
    )
    place, before, after = (axis[..., np.newaxis] for axis in (place, before, after))
    offsets = np.arange(_BLOCK + 2 * window) - window - place
    is_near = (offsets != 0) & (offsets >= -before) & (offsets <= after)
    weights = np.where(is_near, (window + 1 - np.abs(offsets)) / window, 0.0)
    return weights.reshape(-1, _BLOCK + 2 * window)


def _keep_probability(counts, subsample):
    """Share of each token's occurrences that is kept, as in word2vec.c."""
    if not subsample:
        return np.ones(len(counts), dtype=np.float32)
    ratio = subsample * counts[1:].sum() / np.maximum(counts, 1)
    return np.minimum(np.sqrt(ratio) + ratio, 1.0).astype(np.float32)


def _noise_distribution(counts):
    """Cumulative distribution that negatives are drawn from; code 0 has no share."""
    weights = counts.astype(np.float64) ** _NOISE_POWER
    weights[0] = 0.0
    cumulative = np.cumsum(weights)
    return cumulative / cumulative[-1]


def _step_blocks(n_tokens):
    """Blocks of a step: few where the corpus is small, whole lanes where it is not."""
    n_blocks = int(n_tokens / (_BLOCK * _STEPS))
    lanes = min(n_blocks, _LARGEST_STEP) // _BLOCKS_PER_LANE
    return lanes * _BLOCKS_PER_LANE or max(n_blocks, 4)
