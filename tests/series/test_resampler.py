import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklstm import Sequences, SeriesResampler

SAMPLES = st.lists(
    st.lists(st.floats(-9, 9, width=32), max_size=9), min_size=1, max_size=5
)


@given(samples=SAMPLES, length=st.integers(2, 12))
def test_lengths_are_those_of_numpy(samples, length):
    X = Sequences.from_arrays(samples)
    if not X.n_steps:
        return
    out = SeriesResampler(length=length).fit_transform(X)
    for sample, new in zip(X, out, strict=True):
        assert len(new) == (length if len(sample) else 0)
        if len(sample):
            places = np.linspace(0, len(sample) - 1, length)
            expected = np.interp(places, np.arange(len(sample)), sample[:, 0])
            assert_allclose(new[:, 0], expected, rtol=1e-5, atol=1e-5)


@given(seed=st.integers(0, 999), rate=st.floats(0.05, 9))
def test_rates_are_those_of_numpy(seed, rate):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 7, size=6)
    lengths[0] = 3
    times = np.cumsum(rng.uniform(0.01, 3, size=lengths.sum())) + 1e3
    channels = rng.normal(size=(lengths.sum(), 2))
    X = Sequences(lengths, channels=channels, times=times)
    out = SeriesResampler(rate=rate).fit_transform(X)
    assert (np.diff(out.times)[np.diff(out.times) > 0] > 0).all()
    for row in np.flatnonzero(lengths):
        old = slice(*X.offsets[row : row + 2])
        new = slice(*out.offsets[row : row + 2])
        at = out.times[new]
        assert_allclose(at, times[old][0] + np.arange(len(at)) / rate)
        assert at[-1] <= times[old][-1] + 1e-6 < at[-1] + 1 / rate + 2e-6
        for column in (0, 1):
            expected = np.interp(at, times[old], channels[old, column])
            assert_allclose(out.channels[new, column], expected, atol=1e-4)


def test_the_same_rate_changes_nothing():
    X = Sequences([4], channels=[[1], [5], [2], [9]], times=[0.1, 0.2, 0.3, 0.4])
    out = SeriesResampler(rate=10).fit_transform(X)
    assert_allclose(out.channels, X.channels, rtol=1e-5)
    assert_allclose(out.times, X.times)


def test_rounding_takes_no_step_away():
    assert 0.29 * 100 < 29
    X = Sequences([2], channels=[[0], [1]], times=[0, 0.29])
    assert SeriesResampler(rate=100).fit_transform(X).lengths.tolist() == [30]


def test_steps_are_one_apart_where_there_are_no_times():
    out = SeriesResampler(rate=2).fit_transform([[0.0, 4.0], [7.0], []])
    assert out.channels[:, 0].tolist() == [0, 2, 4, 7]
    assert_array_equal(out.lengths, [3, 1, 0])
    assert out.times is None


def test_a_lone_step_is_repeated():
    assert (
        SeriesResampler(length=3).fit_transform([[7.0]]).channels.tolist() == [[7]] * 3
    )
    out = SeriesResampler(length=1).fit_transform([[7.0, 8.0]])
    assert out.channels.tolist() == [[7]]


@pytest.mark.parametrize("unit", ["s", "ns"])
def test_rates_of_dates_are_by_second(unit):
    dates = np.array(["2024-05-01T00:00:00", "2024-05-01T00:00:04"], f"M8[{unit}]")
    X = Sequences([2], channels=[[0], [4]], times=dates)
    out = SeriesResampler(rate=2).fit_transform(X)
    assert_allclose(out.channels[:, 0], np.arange(9) / 2)
    assert out.times[1] == np.datetime64("2024-05-01T00:00:00.5")


@pytest.mark.parametrize("options", [{}, {"length": 2, "rate": 1.0}])
def test_one_of_length_and_rate_is_wanted(options):
    with pytest.raises(ValueError, match=r"one of length and rate; got (neither|both)"):
        SeriesResampler(**options).fit([[1.0]])


def test_a_rate_that_would_fill_the_memory_is_refused():
    dates = np.array(["2024-05-01", "2026-05-01"], "M8[D]")
    X = Sequences([2], channels=[[0], [1]], times=dates)
    with pytest.raises(
        ValueError, match=r"per second of dates; 1000.0 would make 6e\+10"
    ):
        SeriesResampler(rate=1000.0).fit_transform(X)
