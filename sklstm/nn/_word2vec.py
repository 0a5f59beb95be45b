"""Skip-gram and CBOW with negative sampling on runs of consecutive tokens.

The tokens of a run share their work: each vector is fetched once, not once for each
pair; the neighbours of a token are a band around it; negatives are drawn for a group of
tokens and scored by one matrix product.

Letters: T tokens of a run, W window, D = 2W + 1 distances, K negatives of a group, E
vector size.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import torch

from sklstm.nn._word2vec_tables import Scratch, Table

_GROUP = 128  # tokens that share negatives
_BLOCK = 32  # tokens whose pairs are one matrix product; divides _GROUP
_TILE = 8  # groups that are computed at once: their vectors fit a core's own cache
_LARGEST_STEP = 64  # groups
_STEPS = 100  # at least, in a pass over a corpus that is large enough for whole tiles
_NOISE_POWER = 0.75  # Mikolov et al. 2013, "Distributed representations", section 2.2


class _Tile(NamedTuple):
    """What a tile of a step works on: tensors, and pairs of places and gradients."""

    reaches: torch.Tensor
    around: tuple
    centers: tuple
    negatives: tuple


class Word2VecTrainer:
    """Trains input and output vectors by steps over consecutive tokens.

    A step is computed tile by tile. Threads share the tiles, and the gradients of a row
    are summed in the order of the tokens once all are there, so that the number of
    threads does not change the result.

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
        self.step_size = _step_size(float(self.keep.cpu().numpy() @ counts))
        n_tiles = -(-self.step_size // (_TILE * _GROUP))
        self.n_workers = min(n_threads, n_tiles) if device.type == "cpu" else 1
        self.inputs, self.outputs = (
            Table(table, rows, device)
            for table, rows in zip(vectors, squares, strict=True)
        )
        band = _band(window)
        totals = band.sum(axis=1, keepdims=True)
        shares = np.divide(1, totals, out=np.zeros_like(totals), where=totals > 0)
        self.band, self.totals, self.shares = (
            torch.tensor(rows, device=device) for rows in (band, totals, shares)
        )
        # Memory of each worker, by the length of a tile.
        self._scratch = [{} for _ in range(self.n_workers)]

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
        codes, reaches = self.prepare(codes, lengths)
        negatives = self.draw_negatives(len(reaches))
        first, last = learning_rates
        with ThreadPoolExecutor(self.n_workers) as pool:
            for start in range(0, len(reaches), self.step_size):
                stop = min(start + self.step_size, len(reaches))
                tiles = self.open(
                    codes[start : stop + 2 * self.window],
                    reaches[start:stop],
                    negatives[start // _GROUP : stop // _GROUP],
                )
                self._share(pool, self.n_workers, self.accumulate, tiles)
                rate = first + (last - first) * start / len(reaches)
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

    def prepare(self, codes, lengths):
        """Leave out frequent tokens and find how far each window reaches.

        Parameters
        ----------
        codes : ndarray of shape (n_tokens,), int32
        lengths : ndarray of shape (n_documents,)

        Returns
        -------
        codes : tensor of shape (T + 2W,), int64
            The tokens that are left, filled up with code 0 to whole groups and by W in
            front and behind.

        reaches : tensor of shape (T,), int64
            Row of `band` for each token: 0, no neighbour, where it is code 0.
        """
        drawn = torch.rand(len(codes), generator=self.generator, device=self.device)
        codes = torch.from_numpy(codes).to(self.device)
        is_kept = (drawn < self.keep.index_select(0, codes)) & (codes > 0)
        reaches = _reaches(_sums(is_kept.cpu().numpy(), lengths), self.window)
        codes = codes[is_kept].long()
        padded = codes.new_zeros(len(reaches) + 2 * self.window)
        padded[self.window : self.window + len(codes)] = codes
        return padded, torch.from_numpy(reaches).to(self.device)

    def draw_negatives(self, n_tokens):
        """Draw codes (n_groups, K) in proportion to their counts to the power 0.75.

        The draws are stratified: one in each of as many equal shares of the noise
        distribution, in random order. Looking them up in order is also faster.
        """
        n_draws = n_tokens // _GROUP * self.n_negatives
        shares = torch.arange(n_draws, device=self.device, dtype=torch.float64)
        shares += torch.rand(n_draws, generator=self.generator, device=self.device)
        codes = torch.searchsorted(self.noise, shares / n_draws, right=True)
        codes = codes.clamp_(max=len(self.noise) - 1)
        order = torch.randperm(n_draws, generator=self.generator, device=self.device)
        return codes[order].view(-1, self.n_negatives)

    def open(self, codes, reaches, negatives):
        """Begin a step: fetch the rows of both tables that it takes.

        Parameters
        ----------
        codes : tensor of shape (T + 2W,)
        reaches : tensor of shape (T,)
        negatives : tensor of shape (T / _GROUP, K)

        Returns
        -------
        list of _Tile
        """
        margin, n_tokens = 2 * self.window, len(reaches)
        spans = [
            (start, min(start + _TILE * _GROUP, n_tokens))
            for start in range(0, n_tokens, _TILE * _GROUP)
        ]
        centers = codes[self.window : -self.window]
        # The tokens around neighbouring tiles overlap.
        around = torch.cat([codes[start : stop + margin] for start, stop in spans])
        before, after = (around, centers) if self.predicts_center else (centers, around)
        self.inputs.open(before)
        self.outputs.open(torch.cat([after, negatives.view(-1)]))
        return [
            self._tile(number, slice(*span), reaches, len(after))
            for number, span in enumerate(spans)
        ]

    def _tile(self, number, tokens, reaches, first_negative):
        margin, per_group = 2 * self.window, self.n_negatives
        around = slice(
            tokens.start + number * margin, tokens.stop + (number + 1) * margin
        )
        negatives = slice(
            first_negative + tokens.start // _GROUP * per_group,
            first_negative + tokens.stop // _GROUP * per_group,
        )
        context, center = self.inputs, self.outputs
        if not self.predicts_center:
            context, center = center, context
        return _Tile(
            reaches[tokens],
            context.part(around),
            center.part(tokens),
            self.outputs.part(negatives),
        )

    def accumulate(self, tiles, worker, n_workers):
        """Compute the gradients of every `n_workers`-th tile."""
        for tile in tiles[worker::n_workers]:
            scratch = self._take_scratch(worker, len(tile.reaches))
            self._compute_gradients(scratch, *tile)

    def _take_scratch(self, worker, n_tokens):
        scratch = self._scratch[worker].get(n_tokens)
        if scratch is None:
            scratch = self._scratch[worker][n_tokens] = Scratch(
                n_tokens,
                vector_size=self.inputs.vectors.shape[1],
                window=self.window,
                n_negatives=self.n_negatives,
                block=_BLOCK,
                group=_GROUP,
                device=self.device,
            )
        return scratch

    def _contrast(self, scratch, inputs, scales, negatives, gradient):
        """Push inputs (T, E) away from the negatives of their group.

        Parameters
        ----------
        scratch : Scratch

        inputs, gradient : tensors of shape (T, E)
            The gradient is added to.

        scales : tensor of shape (T, 1)
            What the gradients of the scores are multiplied by.

        negatives : pair of tensors of shape (T / G * K,) and (T / G * K, E)
            Their places and gradients.
        """
        places, pushed = negatives
        vectors = scratch.negatives  # (T / G, K, E)
        torch.index_select(self.outputs.rows, 0, places, out=vectors.view_as(pushed))
        groups = inputs.view_as(scratch.groups)
        misses = scratch.misses  # (T / G, G, K)
        torch.bmm(groups, vectors.transpose(1, 2), out=misses)
        if self.predicts_center:
            misses.mul_(scales.view(-1, _GROUP, 1))
        scales = scales * (-self.negative / self.n_negatives)
        misses.sigmoid_().mul_(scales.view(-1, _GROUP, 1))
        gradient.view_as(groups).baddbmm_(misses, vectors)
        torch.bmm(misses.transpose(1, 2), groups, out=pushed.view_as(vectors))

    def _share(self, pool, n_workers, work, argument):
        """Do `work` on the workers; a lone one needs no pool."""
        if n_workers == 1:
            work(argument, 0, 1)
            return
        shares = [
            pool.submit(work, argument, worker, n_workers)
            for worker in range(n_workers)
        ]
        for share in shares:
            share.result()

    def _close(self, rate, worker, n_workers):
        for table in (self.inputs, self.outputs)[worker::n_workers]:
            table.close(rate)


class SkipGramTrainer(Word2VecTrainer):
    """The input vector of a token predicts the output vectors around it."""

    predicts_center = False
    n_negatives = 24  # K

    def _compute_gradients(self, scratch, reaches, around, centers, negatives):
        around, around_gradient = around
        centers, gradient = centers
        inputs, outputs = scratch.centers, scratch.around  # (T, E), (T + 2W, E)
        torch.index_select(self.inputs.rows, 0, centers, out=inputs)
        torch.index_select(self.outputs.rows, 0, around, out=outputs)
        torch.bmm(inputs.view_as(scratch.blocks), scratch.columns, out=scratch.scores)
        band = self.band.index_select(0, reaches)
        errors = torch.neg(scratch.scored_band, out=scratch.errors_by_block)
        errors.sigmoid_().mul_(band.view_as(errors))
        gradient.copy_(scratch.collect(self.outputs.rows, around))
        totals = self.totals.index_select(0, reaches)
        self._contrast(scratch, inputs, totals, negatives, gradient)
        around_gradient.copy_(scratch.spread(inputs))


class CBOWTrainer(Word2VecTrainer):
    """The weighted mean of the input vectors around a token predicts its output."""

    predicts_center = True
    n_negatives = 16  # K

    def _compute_gradients(self, scratch, reaches, around, centers, negatives):
        around, around_gradient = around
        centers, center_gradient = centers
        outputs = scratch.centers  # (T, E)
        torch.index_select(self.outputs.rows, 0, centers, out=outputs)
        torch.index_select(self.band, 0, reaches, out=scratch.errors)
        sums = scratch.collect(self.inputs.rows, around)  # (T, E)
        # 0 where a token has no neighbours: it predicts nothing.
        shares = self.shares.index_select(0, reaches)
        products = torch.mul(sums, outputs, out=center_gradient)
        errors = products.sum(dim=1, keepdim=True).mul_(shares)
        errors.neg_().sigmoid_().mul_(shares)
        torch.mul(sums, errors, out=center_gradient)
        gradient = outputs.mul_(errors)
        self._contrast(scratch, sums, shares, negatives, gradient)
        around_gradient.copy_(scratch.spread(gradient))


def _reaches(lengths, window):
    """Row of `_band` for each token, filled up with 0 to whole groups."""
    ends = np.cumsum(lengths)
    n_tokens = int(lengths.sum())
    place = np.arange(n_tokens)
    before = np.minimum(place - np.repeat(ends - lengths, lengths), window)
    after = np.minimum(np.repeat(ends - 1, lengths) - place, window)
    reaches = np.zeros(max(1, -(-n_tokens // _GROUP)) * _GROUP, dtype=np.int64)
    reaches[:n_tokens] = before * (window + 1) + after
    return reaches


def _sums(values, lengths):
    """Sum of the values of each document."""
    before = np.concatenate([[0], np.cumsum(values)])
    return np.diff(before[np.concatenate([[0], np.cumsum(lengths)])])


def _band(window):
    """Weights of the neighbours for each reach of a document around a token.

    Row ``before * (W + 1) + after``; columns are the D distances from -W to W. word2vec
    draws the reach of each window from 1 to W; the weight at a distance is how often a
    drawn reach takes it in.
    """
    reach = np.arange(window + 1)
    before, after = reach[:, np.newaxis, np.newaxis], reach[:, np.newaxis]
    distance = np.arange(-window, window + 1)
    is_near = (distance != 0) & (distance >= -before) & (distance <= after)
    weights = np.where(is_near, (window + 1 - np.abs(distance)) / window, 0.0)
    return weights.reshape(-1, 2 * window + 1).astype(np.float32)


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


def _step_size(n_tokens):
    """Tokens of a step: few where the corpus is small, whole tiles where it is not."""
    n_groups = min(int(n_tokens / (_GROUP * _STEPS)), _LARGEST_STEP)
    return (n_groups // _TILE * _TILE or max(n_groups, 1)) * _GROUP
