"""What float32 holds of numbers, and scales that an LSTM cannot work with."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from sklstm import Sequences
from sklstm.utils import compact, warn_of_drowning_channels, warn_of_lost_digits

RNG = np.random.default_rng(0)
NOISE = RNG.standard_normal((200, 2))
FAR = 1.7e9 + NOISE

KEPT = {
    "far from 0": FAR,
    "close to 1": 1 + 1e-7 * NOISE,
    "one channel far from 0": np.column_stack([NOISE[:, 0], FAR[:, 0]]),
    "far from 0, gaps filled by 0": np.where(np.arange(200)[:, None] % 50, FAR, 0),
    "far from 0, gaps": np.where(np.arange(200)[:, None] % 9, FAR, np.nan),
    "whole numbers with neighbours": np.array([[2.0**24], [2.0**24 + 1], [-5e8]]),
    "integers": np.array([[2**24 + 1], [0]]),
    "constant": np.full((5, 1), 1.7e9 + 0.3),
}
ROUNDED = {
    "ordinary": NOISE,
    "wide": 1.7e9 * NOISE + 0.1,
    "float32": FAR.astype(np.float32),
    "small integers": np.arange(20)[:, None],
    "even numbers": 2.0 * np.arange(2**23, 2**23 + 9)[:, None],
    "rare events": np.eye(200)[:, :2],
    "empty": np.empty((0, 2)),
    "beyond it": np.array([[1.7e9 + 0.1], [np.inf]]),
    "nothing but gaps": np.full((3, 1), np.nan),
    "gaps": np.where(np.arange(200)[:, None] % 9, NOISE, np.nan),
}


@pytest.mark.parametrize("case", KEPT)
def test_numbers_keep_their_digits_where_float32_loses_what_varies(case):
    kept = compact(KEPT[case])
    assert kept.dtype == np.float64
    assert_array_equal(kept, KEPT[case])


@pytest.mark.parametrize("case", ROUNDED)
def test_other_numbers_take_four_bytes(case):
    rounded = compact(ROUNDED[case])
    assert rounded.dtype == np.float32 and rounded.flags.c_contiguous
    assert_array_equal(rounded, np.asarray(ROUNDED[case], dtype=np.float32))


@pytest.mark.parametrize("numbers", [[[1e39], [1.0]], [[1e39], [1.7e9 + 0.1]]])
def test_what_float32_cannot_hold_is_infinity(numbers):
    assert np.isinf(compact(numbers)[0, 0])


def _warnings(warn, **parts):
    n_rows = len(next(iter(parts.values())))
    lengths = [1] * n_rows
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn(Sequences(lengths, **parts), "LSTMClassifier")
    return [str(warning.message) for warning in caught]


@pytest.mark.parametrize(
    ("part", "what"), [("channels", "channel"), ("static", "static feature")]
)
def test_lost_digits_are_named_with_their_channel_and_the_remedy(part, what):
    numbers = np.column_stack([NOISE[:, 0], FAR, NOISE[:, 1]])
    (message,) = _warnings(warn_of_lost_digits, **{part: numbers})
    assert f"what varies in {what}s 1, 2 is rounded away" in message
    assert message.startswith("LSTMClassifier computes in float32")
    assert "Subtract the mean" in message
    assert not _warnings(warn_of_lost_digits, **{part: NOISE})
    assert not _warnings(warn_of_lost_digits, **{part: KEPT["integers"]})
    assert not _warnings(warn_of_lost_digits, **{part: KEPT["constant"]})
    summed = KEPT["constant"] * (1 + np.arange(5)[:, None] * np.finfo(float).eps)
    assert not _warnings(warn_of_lost_digits, **{part: summed})


def test_columns_are_called_by_their_names():
    names = {"channel_names": ["age", "pulse"]}
    message = _warnings(warn_of_drowning_channels, channels=FAR, **names)[0]
    assert "channels 'age', 'pulse'" in message and "SeriesScaler" in message
    names = {"static_names": ["age", "pulse"]}
    message = _warnings(warn_of_lost_digits, static=FAR, **names)[0]
    assert "static features 'age', 'pulse' is rounded away" in message


SCALES = {
    "far from 0": (FAR, "beyond 150 .*channels 0, 1"),
    "wide": (1e5 * NOISE, "beyond 150 .*channels 0, 1"),
    "drowned": (NOISE * [1, 1e5], r"beyond 150 .*channel 1\); some .*channel 0\)"),
    "drowned by a small one": (NOISE * [1e-4, 50], r"thousand times.*channel 0\)"),
    "offset": (20 + NOISE * [1, 1e-3], r"hardly vary.*channel 1\)"),
    "tiny": (1e-5 * NOISE, "thousand times.*channels 0, 1"),
    "constant and large": (np.full((4, 1), 500.0), r"beyond 150 .*channel 0\)"),
    "many": (np.full((4, 12), 500.0), "0, 1, 2, 3, 4, 5, 6, 7 and 4 more"),
}


@pytest.mark.parametrize("case", SCALES)
@pytest.mark.parametrize("part", ["channels", "static"])
def test_scales_that_an_lstm_cannot_work_with_are_named(part, case):
    numbers, message = SCALES[case]
    if part == "static":
        message = message.replace("channel", "static feature")
    (warning,) = _warnings(warn_of_drowning_channels, **{part: numbers})
    assert "its mean and divide by its standard deviation" in warning
    with pytest.warns(UserWarning, match=message):
        warn_of_drowning_channels(Sequences([1] * len(numbers), **{part: numbers}), "X")


ORDINARY = {
    "standardized": NOISE,
    "pixels": RNG.integers(0, 17, (300, 3)),
    "rare events beside them": np.column_stack([20 * NOISE[:, 0], np.arange(200) == 7]),
    "shares and counts": np.column_stack([RNG.random(50) / 10, RNG.poisson(9, 50)]),
    "zero": np.zeros((5, 2)),
    "constant": np.full((5, 2), 3.0),
    "none": np.empty((0, 2)),
}


@pytest.mark.parametrize("case", ORDINARY)
@pytest.mark.parametrize("part", ["channels", "static"])
def test_ordinary_scales_bring_no_warning(part, case):
    assert not _warnings(warn_of_drowning_channels, **{part: ORDINARY[case]})


def test_scales_do_not_hang_on_how_many_rows_are_read_at_once(monkeypatch):
    monkeypatch.setattr("sklstm.utils._precision._ROWS_AT_ONCE", 7)
    (message,) = _warnings(warn_of_drowning_channels, channels=NOISE * [1, 1e5])
    assert "channel 1" in message
    assert not _warnings(warn_of_drowning_channels, channels=NOISE)
