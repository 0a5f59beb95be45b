"""What all transformers of series keep, whatever they do."""

import copy
import io
import pickle

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

import sklstm
from sklstm import Sequences
from sklstm.series import _base

NAMES = ("pulse", "heat")
TRANSFORMERS = [
    sklstm.SeriesScaler(),
    sklstm.SeriesScaler(method="robust"),
    sklstm.SeriesScaler(method="minmax", per="sample", keep_statistics=True),
    sklstm.SeriesScaler(per="sample"),
    sklstm.SeriesScaler(method="robust", per="sample"),
    sklstm.SeriesImputer(add_indicator=True, add_elapsed=True),
    sklstm.SeriesImputer(strategy="linear"),
    sklstm.SeriesImputer(strategy="mean"),
    sklstm.SeriesImputer(strategy="constant", fill_value=-1),
    sklstm.SeriesPatcher(size=3),
    sklstm.SeriesPatcher(size=4, stride=3),
    sklstm.SeriesDifferencer(order=2, keep_values=True),
    sklstm.SeriesDifferencer(lag=2),
    sklstm.SeriesResampler(length=4),
    sklstm.SeriesResampler(rate=0.7),
    sklstm.SeriesFeatureExtractor(lags=(1, 3), n_peaks=2),
]
TO_SERIES = TRANSFORMERS[:-1]
OF_ANY_LENGTH = [t for t in TO_SERIES if t._keeps_steps]
LENGTHS = [3, 0, 1, 9, 2, 0, 17, 40]


def make_series(seed=0, **parts):
    """Eight samples, two of them empty, of two channels that are named."""
    rng = np.random.default_rng(seed)
    n_steps = sum(LENGTHS)
    return Sequences(
        LENGTHS,
        channels=rng.normal(size=(n_steps, 2)) * [1, 50] + [0, 300],
        static=rng.normal(size=(len(LENGTHS), 3)),
        times=np.cumsum(rng.uniform(0.5, 2.0, size=n_steps)),
        channel_names=NAMES,
        sample_ids=list("abcdefgh"),
        **parts,
    )


def fit(transformer, X=None):
    return clone(transformer).fit(make_series() if X is None else X)


def same(one, other):
    if isinstance(one, Sequences):
        assert_array_equal(one.lengths, other.lengths)
        assert one.channel_names == other.channel_names
        one, other = one.channels, other.channels
    assert_allclose(one, other, rtol=1e-5, atol=1e-5)


every_transformer = pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
every_one_to_series = pytest.mark.parametrize("transformer", TO_SERIES, ids=repr)


@every_transformer
def test_a_row_hangs_on_itself_alone(transformer):
    X = make_series()
    fitted = fit(transformer)
    whole = fitted.transform(X)
    for rows in ([3], [6, 1, 2], [7, 6, 5, 4, 3, 2, 1, 0]):
        same(fitted.transform(X[rows]), whole[rows])


@every_transformer
def test_the_order_of_samples_does_not_matter_in_fit(transformer):
    X = make_series()
    rows = [7, 2, 5, 0, 4, 6, 1, 3]
    same(fit(transformer, X[rows]).transform(X), fit(transformer).transform(X))


@every_transformer
def test_pieces_change_no_number(transformer, monkeypatch):
    X = make_series()
    whole = fit(transformer).transform(X)
    monkeypatch.setattr(_base, "_STEPS_AT_ONCE", 5)
    same(fit(transformer).transform(X), whole)


@every_transformer
def test_forms_of_series_give_the_same(transformer):
    X = make_series()._replace(
        times=None, static=None, channel_names=None, sample_ids=None
    )
    fitted = fit(transformer, X)
    expected = fitted.transform(X)
    for form in (list, tuple, lambda x: np.array([*x, None], dtype=object)[:-1]):
        same(fitted.transform(form(X)), expected)
        same(fit(transformer, form(X)).transform(X), expected)
    cube = np.asfortranarray(X.channels[:72].reshape(4, 18, 2))
    same(fitted.transform(cube), fitted.transform(list(cube)))


@every_transformer
def test_input_is_not_changed(transformer):
    X = make_series()
    fit(transformer, X).transform(X)
    assert make_series() == X


@every_transformer
def test_copies_do_the_same(transformer):
    X, fitted, file = make_series(), fit(transformer), io.BytesIO()
    joblib.dump(fitted, file)
    file.seek(0)
    copies = [pickle.loads(pickle.dumps(fitted)), joblib.load(file)]
    for copied in [*copies, copy.deepcopy(fitted), clone(fitted).fit(X)]:
        same(copied.transform(X), fitted.transform(X))


@every_transformer
def test_nothing_stays_nothing(transformer):
    X = make_series()._replace(static=None)
    fitted = fit(transformer, X)
    n_columns = _width(fitted.transform(X))
    for empty, n_samples in (([], 0), ([[], []], 2), (X[:0], 0)):
        out = fitted.transform(empty)
        assert len(out) == n_samples
        assert _width(out) == n_columns
        assert not out.n_steps if isinstance(out, Sequences) else not out.any()


def _width(out):
    return (out.channels if isinstance(out, Sequences) else out).shape[1]


@every_transformer
def test_other_channels_than_in_fit_are_refused(transformer):
    name = type(transformer).__name__
    with pytest.raises(ValueError, match=rf"{name} was fitted on 2 channel\(s\)"):
        fit(transformer).transform([[1.0]])
    swapped = make_series()._replace(channel_names=NAMES[::-1])
    message = r"fitted on channels \('pulse', 'heat'\); got \('heat', 'pulse'\)"
    with pytest.raises(ValueError, match=f"{name} was {message}"):
        fit(transformer).transform(swapped)


@every_transformer
def test_codes_alone_are_refused(transformer):
    with pytest.raises(ValueError, match="expects sequences with channels"):
        clone(transformer).fit(Sequences([1], [[1]]))


@pytest.mark.parametrize("transformer", OF_ANY_LENGTH, ids=repr)
def test_codes_stay_as_they_are(transformer):
    codes, table = np.arange(sum(LENGTHS)), np.ones((sum(LENGTHS), 2))
    X = make_series(codes=[codes], vectors=[table])
    out = fit(transformer, X).transform(X)
    assert_array_equal(out.codes[0], codes)
    assert out.vectors is X.vectors
    assert_array_equal(out.lengths, LENGTHS)
    assert_array_equal(out.times, X.times)


@pytest.mark.parametrize(
    "transformer", [t for t in TO_SERIES if not t._keeps_steps], ids=repr
)
def test_codes_are_refused_where_steps_go(transformer):
    X = make_series(codes=[np.zeros(sum(LENGTHS))])
    with pytest.raises(ValueError, match=r"channels alone, got 1 stream\(s\) of codes"):
        fit(transformer, X)


@every_one_to_series
def test_static_and_ids_stay_as_they_are(transformer):
    X = make_series(static_names=["age", "size", "sex"])
    out = fit(transformer, X).transform(X)
    assert_array_equal(out.static[:, :3], X.static)
    assert out.static_names[:3] == X.static_names
    assert out.sample_ids is X.sample_ids
    # Valid in all its parts.
    again = Sequences(
        out.lengths,
        channels=out.channels,
        static=out.static,
        times=out.times,
        channel_names=out.channel_names,
        static_names=out.static_names,
        sample_ids=out.sample_ids,
    )
    assert again == out


@every_one_to_series
def test_channels_that_take_eight_bytes_are_computed_in_them(transformer):
    X = make_series()
    far = X._replace(channels=X.channels * 1e-2 + 1.7e9)
    assert far.channels.dtype == np.float32
    far = X._replace(channels=X.channels.astype(np.float64) * 1e-2 + 1.7e9)
    near = fit(transformer, X).transform(X)
    out = fit(transformer, far).transform(far)
    assert out.channels.dtype in (np.float32, np.float64)
    if isinstance(transformer, sklstm.SeriesScaler):
        assert_allclose(out.channels, near.channels, atol=1e-3)


@every_transformer
def test_gaps_are_refused_by_all_but_the_imputer(transformer):
    X = make_series()
    X.channels[5, 1] = np.nan
    if isinstance(transformer, sklstm.SeriesImputer):
        assert np.isfinite(fit(transformer, X).transform(X).channels).all()
        return
    for call in (clone(transformer).fit, fit(transformer).transform):
        with pytest.raises(
            ValueError,
            match=r"row 3 \(sample 'd'\) contains NaN in channel 'heat'.*Imp",
        ):
            call(X)


@every_transformer
def test_names_of_what_comes_out(transformer):
    out = fit(transformer).transform(make_series())
    if isinstance(out, Sequences):
        names = out.channel_names
    else:
        names = fit(transformer).get_feature_names_out()
    assert len(set(names)) == len(names) == _width(out)
    assert {name for name in NAMES if any(name in each for each in names)} == set(NAMES)


def test_a_chain_from_gaps_to_a_classifier():
    X = make_series()
    X.channels[::7] = np.nan
    model = make_pipeline(
        sklstm.SeriesImputer(add_indicator=True),
        sklstm.SeriesScaler(),
        sklstm.SeriesPatcher(size=4),
        sklstm.LSTMClassifier(hidden_size=4, max_epochs=1, random_state=0),
    )
    y = np.arange(len(X)) % 2
    assert np.isfinite(model.fit(X, y).predict_proba(X)).all()


def test_a_union_joins_series_and_their_features():
    X = make_series(static_names=["age", "size", "sex"])
    extractor = sklstm.SeriesFeatureExtractor(features=["level"], keep_static=False)
    union = sklstm.SequenceUnion(
        [
            ("raw", sklstm.SeriesScaler()),
            ("change", sklstm.SeriesDifferencer()),
            ("features", extractor),
        ]
    )
    joined = union.fit_transform(X)
    assert joined.channel_names == (
        "raw__pulse",
        "raw__heat",
        "change__pulse",
        "change__heat",
    )
    assert joined.static_names == (
        *("raw__age", "raw__size", "raw__sex"),
        *("change__age", "change__size", "change__sex"),
        *("features__pulse_mean", "features__pulse_std"),
        *("features__heat_mean", "features__heat_std"),
    )
    assert_array_equal(joined.times, X.times)
    assert joined.sample_ids.tolist() == X.sample_ids.tolist()
    assert union.transform(X) == joined
