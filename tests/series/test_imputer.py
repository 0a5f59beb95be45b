import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from sklstm import Sequences, SeriesImputer

NAN = float("nan")
STRATEGIES = ["forward", "linear", "mean", "constant"]
SERIES = [[NAN, 1.0, NAN, NAN, 4.0, NAN], [NAN, NAN], [], [7.0]]  # mean 4
VALUES = st.one_of(st.just(NAN), st.floats(-9, 9, width=32))
SAMPLES = st.lists(st.lists(VALUES, max_size=7), min_size=1, max_size=5)


def fill(strategy, X=SERIES, **options):
    return SeriesImputer(strategy=strategy, **options).fit_transform(X)


@pytest.mark.parametrize(
    "strategy, expected",
    [
        ("forward", [4, 1, 1, 1, 4, 4, 4, 4, 7]),
        ("linear", [1, 1, 2, 3, 4, 4, 4, 4, 7]),
        ("mean", [4, 1, 4, 4, 4, 4, 4, 4, 7]),
        ("constant", [-1, 1, -1, -1, 4, -1, -1, -1, 7]),
    ],
)
def test_gaps_by_hand(strategy, expected):
    filled = fill(strategy, fill_value=-1)
    assert_allclose(filled.channels[:, 0], expected)
    assert_array_equal(filled.lengths, [6, 2, 0, 1])


@pytest.mark.parametrize("strategy", STRATEGIES)
@given(samples=SAMPLES)
def test_what_was_there_stays_and_nothing_is_missing(strategy, samples):
    X = Sequences.from_arrays(samples)
    if not X.n_steps:
        return
    filled = fill(strategy, X).channels
    assert np.isfinite(filled).all()
    there = ~np.isnan(X.channels)
    assert_array_equal(filled[there], X.channels[there])


@given(samples=SAMPLES)
def test_lines_are_those_of_numpy(samples):
    X = Sequences.from_arrays(samples)
    if not X.n_steps:
        return
    for sample, filled in zip(X, fill("linear", X), strict=True):
        there = np.flatnonzero(~np.isnan(sample[:, 0]))
        if len(there):
            steps = np.arange(len(sample))
            expected = np.interp(steps, there, sample[there, 0])
            assert_allclose(filled[:, 0], expected, rtol=1e-5, atol=1e-5)


def test_lines_go_by_time():
    # The gap is a quarter of the way from 0 to 8.
    X = Sequences([3], channels=[[0], [NAN], [8]], times=[10, 11, 14])
    assert fill("linear", X).channels[1, 0] == 2


def test_digits_stay_beside_wide_gaps():
    values = np.full((40, 1), 1.7e9) + np.arange(40)[:, None] / 8
    values[::2] = NAN
    X = Sequences([40], channels=values)
    filled = fill("constant", X)
    assert_array_equal(filled.channels[1::2], values[1::2])


def test_a_channel_that_was_never_seen_is_zero_and_told():
    X = Sequences([1, 1], channels=[[1.0, NAN], [3.0, NAN]])
    imputer = SeriesImputer(add_indicator=True).fit(X)
    assert_array_equal(imputer.means_, [2, 0])
    filled = imputer.transform(X)
    assert filled.channels.tolist() == [[1, 0, 0, 1], [3, 0, 0, 1]]


def test_gaps_are_filled_by_the_mean_of_fit():
    imputer = SeriesImputer(strategy="mean").fit([[1.0, 3.0]])
    assert imputer.transform([[NAN, 9.0]]).channels.tolist() == [[2], [9]]


def test_indicators_say_what_was_missing():
    X = Sequences.from_arrays(
        [[[1, NAN], [NAN, 2]], [[NAN, NAN]]], channel_names=["pulse", "heat"]
    )
    out = SeriesImputer(add_indicator=True).fit_transform(X)
    assert_array_equal(out.channels[:, 2:], np.isnan(X.channels))
    names = ("pulse", "heat", "pulse_missing", "heat_missing")
    assert out.channel_names == names


def test_elapsed_time_is_that_of_che_and_others():
    # Figure 1 of Che et al.: x1 = 47, 49, -, 40, -, 43, 55 and x2 = -, 15, -, -, -, -,
    # 15 at s = 0, .1, .6, 1.6, 2.2, 2.5, 3.1.
    x = [[47, NAN], [49, 15], [NAN, NAN], [40, NAN], [NAN, NAN], [43, NAN], [55, 15]]
    times = [0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1]
    X = Sequences([7], channels=x, times=times, channel_names=["a", "b"])
    out = SeriesImputer(add_elapsed=True).fit_transform(X)
    assert out.channel_names == ("a", "b", "a_elapsed", "b_elapsed")
    expected = [
        [0, 0.1, 0.5, 1.5, 0.6, 0.9, 0.6],
        [0, 0.1, 0.5, 1.5, 2.1, 2.4, 3.0],
    ]
    assert_allclose(out.channels[:, 2:].T, expected, rtol=1e-5)


def test_elapsed_time_begins_anew_in_each_sample():
    out = SeriesImputer(add_elapsed=True).fit_transform([[1, 2], [NAN, NAN, 1, NAN]])
    assert out.channels[:, 1].tolist() == [0, 1, 0, 1, 2, 1]


def test_elapsed_time_of_dates_is_in_seconds():
    dates = np.array(["2024-05-01T00:00", "2024-05-01T00:02"], "M8[m]")
    X = Sequences([2], channels=[[1], [NAN]], times=dates)
    out = SeriesImputer(add_elapsed=True).fit_transform(X)
    assert out.channels[:, 1].tolist() == [0, 120]


@pytest.mark.parametrize(
    "strategy, expected", [("forward", [1, 2, 3]), ("constant", [1, 9, 3])]
)
def test_static_gaps(strategy, expected):
    X = Sequences([1, 1, 1], channels=np.ones((3, 1)), static=[[1], [NAN], [3]])
    assert fill(strategy, X, fill_value=9).static.ravel().tolist() == expected


def test_static_of_another_width_is_refused():
    X = Sequences([1], channels=[[1]], static=[[1, NAN]])
    imputer = SeriesImputer().fit([[1.0]])
    with pytest.raises(ValueError, match=r"was fitted on 0 static feature\(s\); got 2"):
        imputer.transform(X)


def test_infinity_is_refused():
    with pytest.raises(ValueError, match=r"SeriesImputer expects .*row 0 .*inf"):
        SeriesImputer().fit([[np.inf, NAN]])
