"""Series and tables, whose numbers can be replaced by others that say nothing."""

import numpy as np

from sklstm.explanation._model import reads_series, steps_of
from sklstm.explanation._options import Attribution
from sklstm.explanation._samples import MOST_PARTS, PartedSamples, runs
from sklstm.sequences import Sequences, check_sequences
from sklstm.utils import as_array, as_list, as_numbers, is_frame, shown

_NAME = "explain"


class SequenceSamples(PartedSamples):
    """Sequences; time steps of channels, codes and static features leave their places.

    A channel takes `baseline` where it is left out, a static feature 0, a code 0. A
    sequence of one stream of codes and nothing else is one of words: those leave it.

    Parameters
    ----------
    model : fitted classifier
    sequences : Sequences
    baseline : ndarray of shape (n_channels,)
    form : callable
        Puts `Sequences` into the form that the model takes.
    """

    def __init__(self, model, sequences, baseline, form):
        super().__init__(model, model, len(sequences))
        self.sequences = sequences
        self._form = form
        numbers = _columns_of(sequences)
        self.series = np.split(numbers, sequences.offsets[1:-1])
        self.baseline = baseline
        self.n_streams = len(sequences.codes)
        self.n_columns = self.n_streams + len(baseline)
        self.n_static = 0 if sequences.static is None else sequences.static.shape[1]
        self._are_words = self.n_streams == 1 and self.n_columns == 1

    def parts(self, row):
        n_timesteps = int(self.sequences.lengths[row])
        static = runs(self.n_static, MOST_PARTS // 2)
        n_most = MOST_PARTS - static.max(initial=-1) - 1
        columns = runs(self.n_columns, n_most)
        n_columns = columns.max(initial=-1) + 1
        steps = runs(n_timesteps, max(n_most // max(n_columns, 1), 1))
        grid = steps[:, np.newaxis] * n_columns + columns
        first_static = grid.max(initial=-1) + 1
        return np.concatenate([grid.ravel(), static + first_static])

    def whole(self):
        return self._form(self.sequences)

    def variants(self, rows, keeps):
        chosen = self.sequences[np.asarray(rows, dtype=int)]
        n_dynamic = chosen.lengths * self.n_columns
        grids = [keep[:n] for keep, n in zip(keeps, n_dynamic, strict=True)]
        grid = np.concatenate(grids).reshape(-1, self.n_columns)
        static = np.array([keep[n:] for keep, n in zip(keeps, n_dynamic, strict=True)])
        if self._are_words:
            return self._form(self._leave_out(chosen, grid[:, 0], static))
        return self._form(self._replace(chosen, grid, static))

    def key(self, row, keep):
        return row, keep.tobytes()

    def content(self, row):
        sample = self.sequences[[row]]
        parts = (*sample.codes, sample.channels, sample.static)
        return tuple(None if part is None else part.tobytes() for part in parts)

    def lay_out(self, row, base, values, errors=None):
        shape = (int(self.sequences.lengths[row]), self.n_columns, values.shape[1])
        n_dynamic = shape[0] * shape[1]
        has_static = self.n_static > 0
        contributions, static = values[:n_dynamic], values[n_dynamic:]
        static_errors = None
        if errors is not None:
            errors, static_errors = errors[:n_dynamic], errors[n_dynamic:]
            errors = errors.reshape(shape)
        return Attribution(
            base,
            contributions.reshape(shape),
            errors,
            static=static if has_static else None,
            static_names=tuple(f"static {j}" for j in range(self.n_static)),
            static_errors=static_errors if has_static else None,
        )

    def _replace(self, chosen, grid, static):
        codes = [
            np.where(grid[:, stream], code, 0)
            for stream, code in enumerate(chosen.codes)
        ]
        channels = chosen.channels
        if channels is not None:
            keep = grid[:, self.n_streams :]
            channels = np.where(keep, channels, self.baseline.astype(channels.dtype))
        replaced = Sequences(chosen.lengths, codes, chosen.vectors)
        return replaced._with_numbers(channels, self._replaced_static(chosen, static))

    def _leave_out(self, chosen, keep, static):
        samples = np.repeat(np.arange(len(chosen)), chosen.lengths)
        lengths = np.bincount(samples[keep], minlength=len(chosen))
        shorter = Sequences(lengths, [chosen.codes[0][keep]], chosen.vectors)
        return shorter._with_numbers(None, self._replaced_static(chosen, static))

    def _replaced_static(self, chosen, keep):
        if chosen.static is None:
            return None
        return np.where(keep, chosen.static, 0).astype(chosen.static.dtype)


class TableSamples(PartedSamples):
    """Rows of a table; numbers are replaced by `baseline`.

    Parameters
    ----------
    model : fitted classifier
    table : ndarray or data frame of shape (n_samples, n_features)
    baseline : ndarray of shape (n_features,)
    """

    def __init__(self, model, table, baseline):
        super().__init__(model, model, len(table))
        self._table = table
        self._values = as_numbers(table, f"{_NAME} expects a table of numbers")
        self._baseline = baseline
        names = table.columns if is_frame(table) else None
        if names is None:
            names = [f"x{j}" for j in range(self._values.shape[1])]
        self._names = tuple(map(str, getattr(model, "feature_names_in_", names)))

    def parts(self, row):
        return runs(len(self._names), MOST_PARTS)

    def whole(self):
        return self._table

    def variants(self, rows, keeps):
        values = np.where(keeps, self._values[rows], self._baseline)
        if not is_frame(self._table):
            return values
        columns = zip(self._table.columns, values.T, strict=True)
        return type(self._table)(dict(columns))

    def key(self, row, keep):
        return np.where(keep, self._values[row], self._baseline).tobytes()

    def lay_out(self, row, base, values, errors=None):
        nothing = np.empty((0, 1, len(base)))
        return Attribution(
            base,
            nothing,
            None if errors is None else nothing,
            static=values,
            static_names=self._names,
            static_errors=errors,
        )


def read_series(model, X, baseline):
    """Take what becomes `Sequences`.

    Parameters
    ----------
    model : fitted classifier
    X : Sequences, list of arrays, 2-D or 3-D array, or frame
    baseline : float or array-like of shape (n_channels,)

    Returns
    -------
    SequenceSamples
    """
    takes_sequences = reads_series(model) or isinstance(X, Sequences)
    speaker = steps_of(model)[0][1] if reads_series(model) else _NAME
    sequences = check_sequences(X, speaker, reset=False, dtype=None)
    n_channels = 0 if sequences.channels is None else sequences.channels.shape[1]
    baseline = check_baseline(baseline, n_channels)
    form = _as_they_are if takes_sequences else _form_of(X)
    return SequenceSamples(model, sequences, baseline, form)


def read_table(model, X, baseline):
    """Take rows of numbers.

    Parameters
    ----------
    model : fitted classifier
    X : array-like or frame of shape (n_samples, n_features)
    baseline : float or array-like of shape (n_features,)

    Returns
    -------
    TableSamples
    """
    table = X if is_frame(X) else as_numbers(X, f"{_NAME} expects a table of numbers")
    return TableSamples(model, table, check_baseline(baseline, table.shape[1]))


def check_baseline(baseline, n_channels):
    """Give each channel its baseline.

    Parameters
    ----------
    baseline : float or array-like of shape (n_channels,)
    n_channels : int

    Returns
    -------
    ndarray of shape (n_channels,), float64
    """
    subject = (
        f"{_NAME} expects baseline to be a finite number, or one for each of the "
        f"{n_channels} channels"
    )
    if np.ndim(baseline):
        numbers = as_numbers(as_list(baseline, subject), subject).astype(np.float64)
    elif isinstance(baseline, str | bytes | None):
        raise TypeError(f"{subject}; got {shown(baseline)}.")
    else:
        numbers = np.full(n_channels, as_numbers(baseline, subject), dtype=np.float64)
    if len(numbers) != n_channels or not np.isfinite(numbers).all():
        raise ValueError(f"{subject}; got {shown(baseline)}.")
    return numbers


def _columns_of(sequences):
    """Codes and channels side by side, of shape (n_steps, n_columns)."""
    columns = [code[:, np.newaxis] for code in sequences.codes]
    if sequences.channels is not None:
        columns.append(sequences.channels)
    return np.hstack([np.empty((sequences.n_steps, 0)), *columns])


def _as_they_are(sequences):
    return sequences


def _form_of(X):
    """Say how the model is given `Sequences`: in the form in which samples came."""
    n_dimensions = len(getattr(X, "shape", (0,)))
    if n_dimensions == 1 or is_frame(X) or as_array(X).dtype == object:
        return list
    if n_dimensions == 2:
        return lambda sequences: sequences.to_padded()[:, :, 0]
    return lambda sequences: sequences.to_padded()
