import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from sklstm import Sequences, SeriesScaler

METHODS = ["standard", "robust", "minmax"]
VALUES = st.floats(-1e6, 1e6, width=32)
SAMPLES = st.lists(st.lists(VALUES, max_size=6), min_size=1, max_size=6)
SKLEARN = {
    "standard": StandardScaler(),
    "robust": RobustScaler(),
    "minmax": MinMaxScaler(),
}


def make_series(seed=0):
    rng = np.random.default_rng(seed)
    lengths = [4, 0, 1, 9, 33]
    channels = rng.normal(size=(sum(lengths), 3)) ** 3 * [1, 20, 300] + [5, 0, 9]
    return Sequences(lengths, channels=channels)


@pytest.mark.parametrize("method", METHODS)
def test_channels_are_scaled_as_scikit_learn_scales_columns(method):
    X = make_series()
    scaled = SeriesScaler(method=method).fit_transform(X)
    expected = SKLEARN[method].fit_transform(X.channels.astype(np.float64))
    assert_allclose(scaled.channels, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_samples_are_scaled_as_scikit_learn_scales_each(method):
    X = make_series()
    scaled = SeriesScaler(method=method, per="sample").fit_transform(X)
    for sample, one in zip(scaled, X, strict=True):
        if len(one):
            expected = SKLEARN[method].fit_transform(one.astype(np.float64))
            assert_allclose(sample, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per", ["channel", "sample"])
@given(samples=SAMPLES)
def test_scaling_inverts(method, per, samples):
    X = Sequences.from_arrays(samples)
    if not X.n_steps:
        return
    scaler = SeriesScaler(method=method, per=per, keep_statistics=True).fit(X)
    again = scaler.inverse_transform(scaler.transform(X))
    # Below 1e-37 float32 has fewer digits.
    noise = 1e-5 * np.abs(X.channels).max() + 1e-37
    assert_allclose(again.channels, X.channels, rtol=1e-5, atol=noise)
    assert again.static is None
    assert again._replace(channels=X.channels) == X


def test_numbers_by_hand():
    # Mean 2, variance (1 + 1 + 0) / 3.
    scaler = SeriesScaler().fit([[1.0, 3.0], [2.0]])
    assert_allclose(scaler.center_, [2])
    assert_allclose(scaler.scale_, [np.sqrt(2 / 3)])
    # Quartiles of 0, 1, 2, 3, 100: 1, 2, 3.
    scaler = SeriesScaler(method="robust").fit([[0, 1, 2, 3, 100]])
    assert (scaler.center_, scaler.scale_) == ([2], [2])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("per", ["channel", "sample"])
def test_what_does_not_vary_becomes_zero(method, per):
    X = [[0.1, 0.1, 0.1], [0.1]]
    scaled = SeriesScaler(method=method, per=per).fit_transform(X)
    assert_allclose(scaled.channels, 0, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_what_varies_far_from_zero_is_kept(method):
    X = 1.7e9 + make_series().channels.astype(np.float64)[:, :1] / 10
    X = Sequences([len(X)], channels=X)
    scaler = SeriesScaler(method=method).fit(X)
    scaled = scaler.transform(X)
    expected = SKLEARN[method].fit_transform(X.channels)
    assert scaled.channels.dtype == np.float32
    assert_allclose(scaled.channels, expected, rtol=1e-5, atol=1e-5)
    again = scaler.inverse_transform(scaled)
    assert again.channels.dtype == np.float64
    assert_allclose(again.channels, X.channels, rtol=0, atol=1e-3)


def test_statistics_join_static():
    X = Sequences([2, 0], channels=[[1.0], [3.0]], static=[[7], [8]])
    scaler = SeriesScaler(method="minmax", per="sample", keep_statistics=True)
    out = scaler.fit_transform(X)
    assert_array_equal(out.static, [[7, 1, 2], [8, 0, 1]])
    assert out.static_names == ("static_0", "channel_0_center", "channel_0_scale")
    assert scaler.inverse_transform(out).static.tolist() == [[7], [8]]


def test_samples_are_not_scaled_back_without_their_statistics():
    scaler = SeriesScaler(per="sample").fit([[1.0, 2.0]])
    with pytest.raises(ValueError, match="Set keep_statistics=True and pass what"):
        scaler.inverse_transform([[1.0, 2.0]])
