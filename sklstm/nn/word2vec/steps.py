"""Skip-gram and CBOW with negative sampling on runs of consecutive tokens.

The tokens of a run share their work: each vector is fetched once, not once for each
pair; the neighbours of a token are a band around it; negatives are drawn for a group of
tokens and scored by one matrix product.

Letters: T tokens of a run, W window, K negatives of a group of G tokens, E vector size.
"""

import numpy as np
import torch

from sklstm.nn.word2vec.tables import Table, group_by_row, slope_of_log_logistic_
from sklstm.nn.word2vec.windows import Scores, Scratch, Window

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
        n_margin = 0 if self.predicts_center else 2 * window
        self.scratch = Scratch(
            self.step_size,
            self.step_size + n_margin,
            vector_size=self.inputs.vectors.shape[1],
            n_negatives=self.n_negatives,
            group=_GROUP,
            device=device,
        )
        n_pairs = self.step_size * 2 * window
        self.errors = torch.zeros(1 + n_pairs, dtype=torch.float32, device=device)
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
        steps = self.split_into_steps(codes, negatives, reaches)
        uses = [group_by_row(codes) for codes in steps[:2]]
        windows = self.draw_windows(len(steps[0]))
        first, last = learning_rates
        rates = np.linspace(first, last, len(windows), endpoint=False).tolist()
        for window, rate, *step, input_uses, output_uses in zip(
            windows, rates, *steps, *uses, strict=True
        ):
            pulled, pushed = self.compute_gradients(window, *step)
            self.inputs.climb(input_uses, *pulled, learning_rate=rate)
            self.outputs.climb(output_uses, *pushed, learning_rate=rate)

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
        codes : tensor of shape (T + 2W,), int32
            The tokens that are left, filled up with code 0 to whole steps and by W in
            front and behind.

        reaches : tensor of shape (T,), int32
            Row of each token in the bands of `windows`: 0, no neighbour, where it is
            code 0.
        """
        drawn = self._draw(len(codes))
        is_kept = drawn.cpu().numpy() < self.keep.take(codes)
        lengths = _sums(is_kept, lengths)
        reaches = _reaches(lengths, self.window, self.step_size)
        padded = np.zeros(len(reaches) + 2 * self.window, dtype=np.int32)
        padded[self.window : self.window + lengths.sum()] = codes.compress(is_kept)
        return tuple(torch.from_numpy(a).to(self.device) for a in (padded, reaches))

    def draw_negatives(self, n_tokens):
        """Draw codes (n_groups, K) in proportion to their counts to the power 0.75.

        The draws are stratified: one in each of as many equal shares of the noise
        distribution, in random order. Looking them up in order is also faster.
        """
        n_draws = n_tokens // _GROUP * self.n_negatives
        shares = torch.arange(n_draws, device=self.device, dtype=torch.float64)
        shares += self._draw(n_draws)
        codes = torch.searchsorted(
            self.noise, shares / n_draws, right=True, out_int32=True
        )
        codes = codes.clamp_(max=len(self.noise) - 1)
        order = torch.randperm(n_draws, generator=self.generator, device=self.device)
        return codes[order].view(-1, self.n_negatives)

    def _draw(self, n_draws):
        """Draw numbers in [0, 1)."""
        return torch.rand(
            n_draws,
            generator=self.generator,
            dtype=torch.float32,
            device=self.device,
        )

    def draw_windows(self, n_steps):
        """Draw the window of each step: every one once, then every one again."""
        n_windows, order = len(self.windows), []
        while len(order) < n_steps:
            order += torch.randperm(
                n_windows, generator=self.generator, device=self.device
            ).tolist()
        return [self.windows[i] for i in order[:n_steps]]

    def split_into_steps(self, codes, negatives, reaches):
        """Split a pass into S steps.

        Returns
        -------
        inputs, outputs : tensors of shape (S, n_inputs) and (S, n_outputs)
            Codes whose vectors a step uses: of its T tokens on one side, of W more at
            either end on the side around them. Behind the outputs, the N negatives.

        reaches : tensor of shape (S, T)
        """
        n_steps = len(reaches) // self.step_size
        around = codes.as_strided(
            (n_steps, self.step_size + 2 * self.window), (self.step_size, 1)
        )
        inputs = around[:, self.window : -self.window]
        outputs = around
        if self.predicts_center:
            inputs, outputs = outputs, inputs
        negatives = negatives.view(n_steps, self.scratch.sizes[1])
        outputs = torch.cat([outputs, negatives], dim=1)
        return inputs, outputs, reaches.view(n_steps, self.step_size)

    def _score_negatives(self, vectors):
        """Put minus the scores of vectors (T, E) and their negatives into `misses`."""
        scratch = self.scratch
        groups = vectors.view(scratch.groups)
        negatives = scratch.negatives.transpose(1, 2)
        scratch.misses.baddbmm_(groups, negatives, beta=0, alpha=-1)

    def _push_apart(self, vectors, gradient, pushed):
        """Push vectors (T, E) away from the negatives of their group, and these away.

        By `misses`. Their gradient (T, E) is added to, that of the negatives (N, E) is
        set.
        """
        misses, negatives = self.scratch.misses, self.scratch.negatives
        groups = vectors.view(self.scratch.groups)
        weight = self.negative / self.n_negatives
        gradient.view(self.scratch.groups).baddbmm_(misses, negatives, alpha=-weight)
        pushed = pushed.view_as(negatives)
        pushed.baddbmm_(misses.transpose(1, 2), groups, beta=0, alpha=-weight)


class SkipGramTrainer(Word2VecTrainer):
    """The input vector of a token predicts the output vectors around it."""

    predicts_center = False
    n_negatives = 24  # K

    def lay_windows(self):
        """Lay one window: neighbours weigh how often a drawn reach takes them in."""
        self.tokens = torch.zeros_like(self.scratch.outputs[: self.step_size])
        self.scores = Scores(self.tokens, self.scratch.outputs)
        shares = np.arange(self.window, 0, -1) / self.window
        return [Window(shares, self.window, self.scratch.sizes, self.errors)]

    def compute_gradients(self, window, inputs, outputs, reaches):
        """Compute the gradients of a step, of what is to be made large.

        Parameters
        ----------
        window : Window

        inputs, outputs : tensors of shape (n_inputs,) and (n_outputs,)
            Codes, as from `split_into_steps`.

        reaches : tensor of shape (T,)

        Returns
        -------
        pair of (gradients, weights), of shapes (n_uses, E) and (n_uses,)
            For the input and for the output vectors; None in place of weights stands
            for ones.
        """
        scratch, (_, n_negatives) = self.scratch, self.scratch.sizes
        self.inputs.fetch(inputs, out=self.tokens)
        self.outputs.fetch(outputs, out=scratch.fetched)
        self.scores.compute(out=window.errors)
        slope_of_log_logistic_(window.errors)
        window.errors.mul_(window.band.index_select(0, reaches))
        gradient = window.collect(scratch.outputs, window.neighbours)
        gradients = window.spread(self.tokens, n_negatives)
        self._score_negatives(self.tokens)
        slope_of_log_logistic_(scratch.misses)
        n_pairs = window.n_pairs.index_select(0, reaches)
        scratch.misses.mul_(n_pairs.view(-1, _GROUP, 1))
        self._push_apart(self.tokens, gradient, gradients[-n_negatives:])
        return (gradient, None), (gradients, None)


class CBOWTrainer(Word2VecTrainer):
    """The mean of the input vectors around a token predicts its output vector."""

    predicts_center = True
    n_negatives = 16  # K

    def lay_windows(self):
        """Lay a window of each reach."""
        shared = self.window, self.scratch.sizes, self.errors
        return [
            Window(np.ones(reach), *shared, is_mean=True)
            for reach in range(1, self.window + 1)
        ]

    def compute_gradients(self, window, inputs, outputs, reaches):
        """Compute the gradients of a step, as in `SkipGramTrainer`."""
        scratch, (n_tokens, n_negatives) = self.scratch, self.scratch.sizes
        self.outputs.fetch(outputs, out=scratch.fetched)
        torch.index_select(window.band, 0, reaches, out=window.errors)
        neighbours = inputs.index_select(0, window.neighbours)
        gradients = window.collect(self.inputs.vectors, neighbours, n_negatives)
        means, pushed = gradients.tensor_split([n_tokens])
        torch.linalg.vecdot(means, scratch.outputs, out=scratch.hits)
        self._score_negatives(means)
        slope_of_log_logistic_(scratch.slopes)
        gradient = scratch.outputs.mul_(scratch.hits.unsqueeze(1))
        self._push_apart(means, gradient, pushed)
        return (window.spread(gradient), None), (gradients, scratch.weights)


def _reaches(lengths, window, step_size):
    """Row of each token in a window's band, filled up with 0 to whole steps."""
    lengths = lengths.astype(np.int32)
    ends = np.cumsum(lengths, dtype=np.int32)
    n_tokens = int(lengths.sum())
    place = np.arange(n_tokens, dtype=np.int32)
    before = np.minimum(place - np.repeat(ends - lengths, lengths), window)
    after = np.minimum(np.repeat(ends - 1, lengths) - place, window)
    reaches = np.zeros(-(-n_tokens // step_size) * step_size, dtype=np.int32)
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
