import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklstm import Sequences, SeriesFeatureExtractor

GROUPS = ("level", "extremes", "trend", "autocorrelation", "spectrum", "length")


def describe(X, **options):
    extractor = SeriesFeatureExtractor(**options).fit(X)
    names = extractor.get_feature_names_out()
    return dict(zip(names, extractor.transform(X).T, strict=True))


def make_series(seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=n) + rng.normal() for n in (2, 3, 4, 5, 8, 31, 64, 100)]


def test_features_are_those_of_numpy():
    X = make_series()
    features = describe(X, lags=(1, 3))
    for row, x in enumerate(X):
        deviations = x - x.mean()
        expected = {
            "mean": x.mean(),
            "std": x.std(),
            "min": x.min(),
            "max": x.max(),
            "min_place": x.argmin() / (len(x) - 1),
            "max_place": x.argmax() / (len(x) - 1),
            "slope": np.polyfit(np.arange(len(x)), x, 1)[0],
        }
        for lag in (1, 3):
            products = deviations[lag:] * deviations[: len(x) - lag]
            expected[f"autocorrelation_{lag}"] = sum(products) / sum(deviations**2)
        for name, value in expected.items():
            assert_allclose(features[f"channel_0_{name}"][row], value, atol=1e-5)
    assert_array_equal(features["length"], [len(x) for x in X])


@pytest.mark.parametrize("n_steps", [60, 100, 128])
def test_peaks_of_the_spectrum_are_the_frequencies(n_steps):
    steps = np.arange(n_steps)
    slow, fast = np.sin(2 * np.pi * 0.1 * steps), np.sin(2 * np.pi * 0.3 * steps)
    features = describe([10 * slow + fast + 100], features=["spectrum"], n_peaks=2)
    assert abs(features["channel_0_peak_frequency_1"][0] - 0.1) <= 1 / 64
    assert abs(features["channel_0_peak_frequency_2"][0] - 0.3) <= 1 / 64
    powers = [features[f"channel_0_peak_power_{i}"][0] for i in (1, 2)]
    assert 1 > powers[0] > 50 * powers[1] > 0


def test_what_the_window_makes_of_a_level_is_no_peak():
    # Under the window these two waves cancel at one cycle, but not at none.
    turns = 2 * np.pi * (np.arange(128) + 0.5) / 128
    waves = np.cos(turns) + 2 * np.cos(2 * turns)
    features = describe([waves], features=["spectrum"], n_peaks=2)
    assert features["channel_0_peak_frequency_1"][0] == 2 / 128
    assert features["channel_0_peak_power_2"][0] < 1e-6


@pytest.mark.parametrize("x", [[], [3.0], [0.1] * 6, [1e9 + 0.1] * 7])
def test_what_does_not_vary_has_defined_features(x):
    # Without another series, what float32 would round stays float64.
    features = describe([x] if x else [x, [1.0, 2.0]])
    assert all(np.isfinite(column).all() for column in features.values())
    varying = ["std", "slope", "autocorrelation_1", "peak_frequency_1", "peak_power_1"]
    assert {features[f"channel_0_{name}"][0] for name in varying} == {0}
    assert features["channel_0_mean"][0] == pytest.approx(x[0] if x else 0)


def test_channels_and_static_features_are_named():
    X = Sequences(
        [2],
        channels=[[1, 5], [3, 5]],
        static=[[30]],
        channel_names=["pulse", "heat"],
        static_names=["age"],
    )
    extractor = SeriesFeatureExtractor(features=["level", "length"]).fit(X)
    names = ["pulse_mean", "pulse_std", "heat_mean", "heat_std", "length", "age"]
    assert extractor.get_feature_names_out().tolist() == names
    assert extractor.transform(X).tolist() == [[2, 1, 5, 0, 2, 30]]
    extractor = SeriesFeatureExtractor(features=["level"], keep_static=False).fit(X)
    assert extractor.transform(X).tolist() == [[2, 1, 5, 0]]


def test_the_order_of_groups_does_not_matter():
    X = make_series()
    expected = SeriesFeatureExtractor(features=GROUPS).fit_transform(X)
    turned = SeriesFeatureExtractor(features=np.array(GROUPS[::-1])).fit_transform(X)
    assert_array_equal(turned, expected)


def test_a_data_frame_comes_out_where_it_is_asked_for():
    pytest.importorskip("pandas")
    extractor = SeriesFeatureExtractor(features=["level"])
    frame = extractor.set_output(transform="pandas").fit_transform(make_series())
    assert list(frame.columns) == ["channel_0_mean", "channel_0_std"]


@pytest.mark.parametrize(
    "options, message",
    [
        ({"features": []}, r"some of .*got \[\]"),
        ({"features": ["mean"]}, r"some of .*got \['mean'\]"),
        ({"lags": [0]}, r"whole numbers from 1 on; got \[0\]"),
        ({"lags": [1, 1]}, r"got \[1, 1\]"),
        ({"lags": [1.5]}, r"got \[1.5\]"),
    ],
)
def test_bad_parameters(options, message):
    with pytest.raises(ValueError, match=f"SeriesFeatureExtractor expects .*{message}"):
        SeriesFeatureExtractor(**options).fit([[1.0]])


def test_static_of_another_width_is_refused():
    X = Sequences([1], channels=[[1]], static=[[2]])
    extractor = SeriesFeatureExtractor().fit(X)
    with pytest.raises(ValueError, match=r"fitted on 1 static feature\(s\); got 0"):
        extractor.transform([[1.0]])


def test_the_length_alone_is_a_feature():
    X = make_series()
    lengths = SeriesFeatureExtractor(features=["length"]).fit_transform(X)
    assert lengths.ravel().tolist() == list(map(len, X))
