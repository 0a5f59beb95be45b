"""Padded batches out of flat sequences, for training and for prediction."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.data import Dataset

from sklstm.nn._runtime import as_tensor

# Padded time steps of a batch while predicting. On a CPU few enough for the core's own
# cache, and enough for several long sequences to share a reading of the weights; words
# alone are read in larger batches, in which they repeat; a GPU wants more at a time.
_STEPS_ON_CPU, _WORDS_ON_CPU, _STEPS_ON_GPU = 8192, 16_384, 65_536

# Padded lengths are multiples of this: fewer sizes of blocks leave fewer holes in the
# memory between them, for two padded steps in a hundred.
_LENGTH_UNIT = 4

# Spread of the noise on lengths by which training samples are sorted into batches:
# with none, the same samples would meet in every epoch; with much, padding grows.
_LENGTH_NOISE = 0.1


class SequenceData(Dataset):
    """Samples of `Sequences` as tensors on a device, cut to a maximal length.

    Nothing is copied on the CPU: the tensors share memory with `sequences`, and a
    sequence is cut when its batch is gathered.

    Parameters
    ----------
    sequences : Sequences
    rows : ndarray of shape (n_rows,), default=None
        Samples that take part; None means all.

    targets : ndarray of shape (n_rows,), default=None
        Label codes.

    weights : ndarray of shape (n_rows,), default=None
        Sample weights.

    max_length : int, default=None
        Time steps that are kept of a longer sequence.

    truncate : {"head", "tail", "both"}, default="head"
        Which of them are kept.

    device : torch.device or str, default="cpu"
        Where the batches are gathered, if half of its free memory holds the data;
        else on the CPU.
    """

    def __init__(
        self,
        sequences,
        rows=None,
        *,
        targets=None,
        weights=None,
        max_length=None,
        truncate="head",
        device="cpu",
    ):
        rows = np.arange(len(sequences)) if rows is None else rows
        device = torch.device(device)
        if device.type != "cpu":
            self.n_steps_a_batch = _STEPS_ON_GPU
        elif len(sequences.codes) == 1 and sequences.channels is None:
            self.n_steps_a_batch = _WORDS_ON_CPU
        else:
            self.n_steps_a_batch = _STEPS_ON_CPU
        device = _storage(sequences, device)
        self.lengths = sequences.lengths[rows]
        limit = max_length or int(self.lengths.max(initial=0))
        self.n_truncated = int((self.lengths > limit).sum())
        np.minimum(self.lengths, limit, out=self.lengths)
        self._limit = limit
        # The steps before the cut are kept, then as many are left out as are too many.
        self._cut = {"head": limit, "tail": 0, "both": (limit + 1) // 2}[truncate]
        self._rows = as_tensor(rows, device)
        self._offsets = as_tensor(sequences.offsets, device)
        self._codes = [_as_optional_tensor(code, device) for code in sequences.codes]
        self._channels = _as_optional_tensor(sequences.channels, device)
        self._static = _as_optional_tensor(sequences.static, device)
        self._targets = _as_optional_tensor(targets, device)
        weights = None if weights is None else weights.astype(np.float32)
        self._weights = _as_optional_tensor(weights, device)

    def __len__(self):
        return len(self.lengths)

    def batch(self, rows):
        """Gather the given rows into the keyword arguments of a `SequenceNetwork`."""
        rows = torch.as_tensor(rows, device=self._rows.device)
        samples = self._rows[rows]
        starts = self._offsets[samples]
        full_lengths = self._offsets[samples + 1] - starts
        lengths = full_lengths.clamp(max=self._limit)  # (B,)
        n_units = -(-max(int(lengths.max()), 1) // _LENGTH_UNIT)
        n_timesteps = n_units * _LENGTH_UNIT
        time = torch.arange(n_timesteps, device=rows.device)  # (T,)
        n_cut = (full_lengths - lengths)[:, None]
        steps = starts[:, None] + time + (time >= self._cut) * n_cut
        is_step = time < lengths[:, None]  # (B, T)
        steps = torch.where(is_step, steps, 0)
        inputs = {"lengths": lengths}
        codes = [_gather(code, steps) * is_step for code in self._codes]
        inputs["codes"] = (
            torch.stack(codes, dim=1)
            if codes
            else steps.new_empty((len(rows), 0, n_timesteps))
        )
        if self._channels is not None:
            inputs["channels"] = _gather(self._channels, steps) * is_step[:, :, None]
        if self._static is not None:
            inputs["static"] = self._static[samples]
        return inputs

    def kept_steps(self, full_length):
        """Give the time steps that are kept of a sequence of some length."""
        time = np.arange(min(full_length, self._limit))
        return time + (time >= self._cut) * (full_length - len(time))

    def class_totals(self, n_classes):
        """Sum of the weights of each class, of shape (n_classes,), on the CPU."""
        totals = torch.bincount(self._targets, self._weights, minlength=n_classes)
        return totals.cpu()

    def target(self, rows):
        """Label codes and weights of the given rows."""
        rows = torch.as_tensor(rows, device=self._rows.device)
        return self._targets[rows], self._weights[rows]


class ShuffledBatches:
    """Training batches of similar length in an order that `rng` draws anew each epoch.

    Parameters
    ----------
    data : SequenceData
    batch_size : int
        Samples of a batch.

    rng : RandomState
        Advanced by each pass.
    """

    def __init__(self, data, batch_size, rng):
        self.data = data
        self.batch_size = batch_size
        self.rng = rng

    def __len__(self):
        return -(-len(self.data) // self.batch_size)

    def __iter__(self):
        for _, rows in self.rows():
            yield self.data.batch(rows), self.data.target(rows)

    def rows(self):
        """Yield the rows of each batch, and its place in the order of length."""
        order = self._order()
        bounds = np.linspace(0, len(order), len(self) + 1).astype(int)
        for i in self.rng.permutation(len(self)):
            yield i, order[bounds[i] : bounds[i + 1]]

    def _order(self):
        """Sort the samples by length, roughly."""
        noise = self.rng.uniform(1 - _LENGTH_NOISE, 1 + _LENGTH_NOISE, len(self.data))
        tie_break = self.rng.permutation(len(self.data))
        return np.lexsort((tie_break, self.data.lengths * noise))


@dataclass(frozen=True)
class MixedBatch:
    """Inputs of rows with labels, and beside them those of rows without.

    Attributes
    ----------
    labelled, unlabelled : dict of str to Tensor
        Keyword arguments of a `SequenceNetwork`.

    weights : Tensor of shape (n_unlabelled,)
        Of the rows without labels.
    """

    labelled: dict
    unlabelled: dict
    weights: torch.Tensor

    def __len__(self):
        return len(self.labelled["lengths"])


class MixedBatches:
    """Training batches, each with as many rows without labels of similar length.

    An epoch is a pass over the rows with labels. Those without are gone through at
    their own pace, all of them before any comes again.

    Parameters
    ----------
    data : SequenceData
        Rows with labels.

    batch_size : int
        Rows with labels of a batch.

    rng : RandomState
        Advanced by each pass.

    unlabelled : SequenceData
        Rows without.
    """

    def __init__(self, data, batch_size, rng, unlabelled):
        self.batches = ShuffledBatches(data, batch_size, rng)
        self.unlabelled = unlabelled
        self.rng = rng
        self._waiting = np.empty(0, dtype=int)

    def __len__(self):
        return len(self.batches)

    def __iter__(self):
        companions = np.array_split(self._next_rows(), len(self))
        for place, rows in self.batches.rows():
            others = companions[place]
            _, weights = self.unlabelled.target(others)
            inputs = self.batches.data.batch(rows), self.unlabelled.batch(others)
            yield MixedBatch(*inputs, weights), self.batches.data.target(rows)

    def _next_rows(self):
        """Rows without labels of the next epoch, the shortest first."""
        n_rows = len(self.batches.data)
        while len(self._waiting) < n_rows:
            again = self.rng.permutation(len(self.unlabelled))
            self._waiting = np.concatenate([self._waiting, again])
        rows, self._waiting = np.split(self._waiting, [n_rows])
        return rows[np.argsort(self.unlabelled.lengths[rows], kind="stable")]


class SortedBatches:
    """Batches in the order of length, sized by their padded time steps.

    Parameters
    ----------
    data : SequenceData
    batch_size : int, default=None
        Not used; skorch hands it to every iterator.
    """

    def __init__(self, data, batch_size=None):
        self.data = data

    def rows(self, n_parts=1):
        """Yield the rows of each batch; of `n_parts` batches, if there are enough."""
        n_steps = int(self.data.lengths.sum())
        n_steps = min(self.data.n_steps_a_batch, -(-n_steps // n_parts))
        order = np.argsort(self.data.lengths, kind="stable")
        stop = len(order)
        while stop:  # from the longest down: the first row sets the padded length
            n_timesteps = max(int(self.data.lengths[order[stop - 1]]), 1)
            start = max(stop - max(n_steps // n_timesteps, 1), 0)
            yield order[start:stop]
            stop = start

    def __iter__(self):
        for rows in self.rows():
            yield self.data.batch(rows), self.data.target(rows)


def _storage(sequences, device):
    if device.type != "cuda":
        return device
    parts = [*sequences.codes, sequences.channels, sequences.static]
    n_bytes = sum(part.nbytes for part in parts if part is not None)
    free, _ = torch.cuda.mem_get_info(device)
    return device if n_bytes < free // 2 else torch.device("cpu")


def _as_optional_tensor(array, device):
    return None if array is None else as_tensor(array, device)


def _gather(flat, steps):
    """Rows of `flat` at `steps`; zeros where there is no time step at all."""
    if not len(flat):
        return flat.new_zeros((*steps.shape, *flat.shape[1:]))
    return flat[steps]
