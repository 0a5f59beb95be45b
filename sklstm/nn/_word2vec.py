"""Skip-gram and CBOW with negative sampling on runs of consecutive tokens.

The tokens of a run share their work: each vector is fetched once, not once for each
pair; the neighbours of a token are a band around it; negatives are drawn for a group of
tokens and scored by one matrix product.

Letters: T tokens of a run, W window, K negatives of a group of G tokens, E vector size.
"""

import numpy as np
import torch

from sklstm.nn._word2vec_tables import Table, group_by_row, slope_of_log_logistic_
from sklstm.nn._word2vec_windows import Scratch, Window

_GROUP = 128  # tokens that share negatives
_LARGEST_STEP = 48  # groups
_STEPS = 100  # at least, in a pass over a corpus that is large enough for whole groups
_NOISE_POWER = 0.75  # Mikolov et al. 2013, "Distributed representations", section 2.2


class Word2VecTrainer:
    """Trains input and output vectors by steps over consecutive tokens.

    The gradients of a row are summed in the order of the tokens once all of a step are
    there, so that the number of threads does not change the result.

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
    ):
        self.window = window
        self.negative = negative
        self.generator = generator
        self.device = device
        self.keep = _keep_probability(counts, subsample)
        self.noise = torch.tensor(_noise_distribution(counts), device=device)
        self.step_size = _step_size(float(self.keep @ counts))
        self.inputs, self.outputs = (
            Table(table, rows, device)
            for table, rows in zip(vectors, squares, strict=True)
        )
        self.scratch = Scratch(
            self.step_size,
            vector_size=self.inputs.vectors.shape[1],
            window=window,
            n_negatives=self.n_negatives,
            group=_GROUP,
            device=device,
        )
        self.windows = self.lay_windows()

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
        around, reaches, negatives = self.split_into_steps(codes, reaches, negatives)
        uses = [group_by_row(part) for part in self.uses(around, negatives)]
        windows = self.draw_windows(len(reaches))
        first, last = learning_rates
        for step, window in enumerate(windows):
            pulls = self.compute_gradients(
                window, around[step], reaches[step], negatives[step]
            )
            rate = first + (last - first) * step / len(reaches)
            tables = (self.inputs, self.outputs)
            for table, rows, pull in zip(tables, uses, pulls, strict=True):
                table.climb(rows[step], *pull, learning_rate=rate)

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
            The tokens that are left, filled up with code 0 to whole steps and by W in
            front and behind.

        reaches : tensor of shape (T,), int64
            Row of each token in the bands of `windows`: 0, no neighbour, where it is
            code 0.
        """
        drawn = torch.rand(len(codes), generator=self.generator, device=self.device)
        is_kept = drawn.cpu().numpy() < self.keep.take(codes)
        lengths = _sums(is_kept, lengths)
        reaches = _reaches(lengths, self.window, self.step_size)
        padded = np.zeros(len(reaches) + 2 * self.window, dtype=np.int64)
        padded[self.window : self.window + lengths.sum()] = codes.compress(is_kept)
        return tuple(torch.from_numpy(a).to(self.device) for a in (padded, reaches))

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

    def draw_windows(self, n_steps):
        """Draw the window of each step: every one once, then every one again."""
        n_windows, order = len(self.windows), []
        while len(order) < n_steps:
            order += torch.randperm(
                n_windows, generator=self.generator, device=self.device
            ).tolist()
        return [self.windows[i] for i in order[:n_steps]]

    def split_into_steps(self, codes, reaches, negatives):
        """Split a pass into S steps.

        Returns
        -------
        around : tensor of shape (S, T + 2W)
            Codes of the tokens of each step and of W more at either end.

        reaches : tensor of shape (S, T)

        negatives : tensor of shape (S, T / G, K)
        """
        n_steps = len(reaches) // self.step_size
        size = (n_steps, self.step_size + 2 * self.window)
        around = codes.as_strided(size, (self.step_size, 1))
        n_groups = self.step_size // _GROUP
        return (
            around,
            reaches.view(n_steps, self.step_size),
            negatives.view(n_steps, n_groups, self.n_negatives),
        )

    def uses(self, around, negatives):
        """Codes whose vectors are pulled, in the order of their gradients.

        Parameters
        ----------
        around, negatives : tensors of shape (S, T + 2W) and (S, T / G, K)
            From `split_into_steps`.

        Returns
        -------
        pair of tensors of shape (S, n_uses)
            For the input and for the output vectors.
        """
        centers = around[:, self.window : -self.window]
        inputs, outputs = centers, around
        if self.predicts_center:
            inputs, outputs = outputs, inputs
        return inputs, torch.cat([outputs, negatives.flatten(1)], dim=1)

    def _contrast(self, inputs, negatives, gradient, pushed, n_pairs=None):
        """Push inputs (T, E) away from the negatives of their group, and these away.

        Parameters
        ----------
        inputs, gradient : tensors of shape (T, E)
            The gradient is added to.

        negatives : tensor of shape (T / G, K)
            Codes.

        pushed : tensor of shape (T / G * K, E)
            Takes the gradients of the negatives.

        n_pairs : tensor of shape (T, 1), default=None
            Pairs that each input is in; None stands for one.
        """
        vectors, misses = self.scratch.negatives, self.scratch.misses
        self.outputs.fetch(negatives.view(-1), out=vectors.view_as(pushed))
        groups = inputs.view_as(self.scratch.groups)  # (T / G, G, E)
        misses.baddbmm_(groups, vectors.transpose(1, 2), beta=0, alpha=-1)
        slope_of_log_logistic_(misses)
        if n_pairs is not None:
            misses.mul_(n_pairs.view(-1, _GROUP, 1))
        weight = self.negative / self.n_negatives
        gradient.view_as(groups).baddbmm_(misses, vectors, alpha=-weight)
        pushed = pushed.view_as(vectors)
        pushed.baddbmm_(misses.transpose(1, 2), groups, beta=0, alpha=-weight)


class SkipGramTrainer(Word2VecTrainer):
    """The input vector of a token predicts the output vectors around it."""

    predicts_center = False
    n_negatives = 24  # K

    def lay_windows(self):
        """Lay one window: neighbours weigh how often a drawn reach takes them in."""
        shares = np.arange(self.window, 0, -1) / self.window
        return [Window(shares, self.window, self.scratch)]

    def compute_gradients(self, window, codes, reaches, negatives):
        """Compute the gradients of a step, of what is to be made large.

        Parameters
        ----------
        window : Window
        codes : tensor of shape (T + 2W,)
        reaches : tensor of shape (T,)
        negatives : tensor of shape (T / G, K)

        Returns
        -------
        pair of (gradients, weights), of shapes (n_uses, E) and (n_uses,)
            For the input and for the output vectors, in the order of `uses`; None in
            place of weights stands for ones.
        """
        inputs = self.scratch.centers  # (T, E)
        self.inputs.fetch(codes[self.window : -self.window], out=inputs)
        self.outputs.fetch(window.reached(codes), out=window.around)
        torch.bmm(window.blocks, window.columns, out=window.scores)
        window.errors.view_as(window.scored_band).copy_(window.scored_band)
        slope_of_log_logistic_(window.errors)
        window.errors.mul_(window.band.index_select(0, reaches))
        gradient = window.collect(self.outputs.vectors, codes)
        gradients = self.scratch.gradients
        pulled, pushed = gradients.tensor_split([len(codes)])
        n_pairs = window.n_pairs.index_select(0, reaches)
        self._contrast(inputs, negatives, gradient, pushed, n_pairs)
        pulled.copy_(window.spread(inputs))
        return (gradient, None), (gradients, None)


class CBOWTrainer(Word2VecTrainer):
    """The mean of the input vectors around a token predicts its output vector."""

    predicts_center = True
    n_negatives = 16  # K

    def lay_windows(self):
        """Lay a window of each reach."""
        ones = np.ones(self.window)
        return [
            Window(ones[:reach], self.window, self.scratch, is_mean=True)
            for reach in range(1, self.window + 1)
        ]

    def compute_gradients(self, window, codes, reaches, negatives):
        """Compute the gradients of a step, as in `SkipGramTrainer`."""
        outputs, weights = self.scratch.centers, self.scratch.weights
        self.outputs.fetch(codes[self.window : -self.window], out=outputs)
        torch.index_select(window.band, 0, reaches, out=window.errors)
        gradients = window.collect(self.inputs.vectors, codes, negatives.numel())
        means, pushed = gradients.tensor_split([len(outputs)])
        errors = weights[: len(outputs)].copy_(torch.linalg.vecdot(means, outputs))
        slope_of_log_logistic_(errors)
        gradient = outputs.mul_(errors.unsqueeze(1))
        self._contrast(means, negatives, gradient, pushed)
        return (window.spread(gradient), None), (gradients, weights)


def _reaches(lengths, window, step_size):
    """Row of each token in a window's band, filled up with 0 to whole steps."""
    lengths = lengths.astype(np.int32)
    ends = np.cumsum(lengths, dtype=np.int32)
    n_tokens = int(lengths.sum())
    place = np.arange(n_tokens, dtype=np.int32)
    before = np.minimum(place - np.repeat(ends - lengths, lengths), window)
    after = np.minimum(np.repeat(ends - 1, lengths) - place, window)
    reaches = np.zeros(-(-n_tokens // step_size) * step_size, dtype=np.int64)
    reaches[:n_tokens] = before * (window + 1) + after
    return reaches


def _sums(values, lengths):
    """Sum of the values of each document."""
    before = np.concatenate([[0], np.cumsum(values)])
    return np.diff(before[np.concatenate([[0], np.cumsum(lengths)])])


def _keep_probability(counts, subsample):
    """Share of each token's occurrences that is kept, as in word2vec.c; 0 of code 0."""
    keep = np.ones(len(counts), dtype=np.float32)
    if subsample:
        ratio = subsample * counts[1:].sum() / np.maximum(counts, 1)
        keep = np.minimum(np.sqrt(ratio) + ratio, 1.0).astype(np.float32)
    keep[0] = 0
    return keep


def _noise_distribution(counts):
    """Cumulative distribution that negatives are drawn from; code 0 has no share."""
    weights = counts.astype(np.float64) ** _NOISE_POWER
    weights[0] = 0.0
    cumulative = np.cumsum(weights)
    return cumulative / cumulative[-1]


def _step_size(n_tokens):
    """Tokens of a step, in whole groups: fewer where the corpus is small."""
    n_groups = int(n_tokens / (_GROUP * _STEPS))
    return min(max(n_groups, 1), _LARGEST_STEP) * _GROUP
