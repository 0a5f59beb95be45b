"""Explanations of series and of tables."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from sklstm import HMMClassifier, LSTMClassifier, Sequences, explain
from sklstm.explanation import _series
from sklstm.explanation._scores import class_scores

RNG = np.random.RandomState(0)
CUBE = RNG.normal(size=(20, 6, 2))
LABELS = (CUBE[:, 2, 0] > 0).astype(int)
TABLE = CUBE[:, :, 0]
LSTM = {"hidden_size": 3, "max_epochs": 2, "random_state": 0}


def flatten(samples):
    """Put time steps and channels side by side."""
    return np.array([np.asarray(sample).ravel() for sample in samples])


def forms(cube):
    """Put the same series into every form."""
    return {
        "cube": cube,
        "list": list(cube),
        "tuple": tuple(cube),
        "Fortran order": np.asfortranarray(cube),
        "float32": cube.astype(np.float32),
        "objects": np.array([*cube, None], dtype=object)[:-1],
        "Sequences": Sequences.from_arrays(list(cube)),
    }


def total(each):
    static = 0 if each.static is None else each.static.sum(axis=0)
    return each.base + each.contributions.sum(axis=(0, 1)) + static


@pytest.mark.parametrize("method", ["gradients", "occlusion", "shapley"])
def test_every_form_of_series_is_explained_alike(method):
    model = LSTMClassifier(**LSTM).fit(CUBE, LABELS)
    expected = explain(model, CUBE[:3], method=method)
    for form, X in forms(CUBE[:3]).items():
        found = explain(model, X, method=method)
        for row, (each, other) in enumerate(zip(found, expected, strict=True)):
            assert each.contributions.shape == (6, 2, 2), form
            assert each.tokens is each.spans is each.document is None
            np.testing.assert_allclose(each.series, CUBE[row], atol=1e-6)
            np.testing.assert_allclose(
                each.contributions, other.contributions, atol=1e-5
            )
            if method != "occlusion":
                np.testing.assert_allclose(total(each), each.scores, atol=1e-3)


def test_a_model_of_arrays_is_given_arrays():
    model = make_pipeline(FunctionTransformer(flatten), LogisticRegression())
    model.fit(CUBE, LABELS)
    weights = model[-1].coef_[0].reshape(6, 2)
    for X in (CUBE[:3], list(CUBE[:3])):
        for method in ("occlusion", "shapley"):
            for row, each in enumerate(explain(model, X, method=method, target=1)):
                expected = weights * CUBE[row]
                found = each.contributions[..., 0]
                np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("method", ["occlusion", "shapley"])
def test_a_linear_table_counts_by_hand(method):
    model = LogisticRegression().fit(TABLE, LABELS)
    baseline = np.arange(6) / 10
    (each,) = explain(model, TABLE[:1], method=method, target=1, baseline=baseline)
    expected = model.coef_[0] * (TABLE[0] - baseline)
    np.testing.assert_allclose(each.static[:, 0], expected, atol=1e-9)
    assert each.static_names == tuple(f"x{j}" for j in range(6))
    assert each.contributions.shape == (0, 1, 1)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_of_a_frame_have_their_names(library):
    frames = pytest.importorskip(library)
    names = [f"height {j}" for j in range(6)]
    frame = frames.DataFrame(dict(zip(names, TABLE.T, strict=True)))
    model = make_pipeline(StandardScaler(), RandomForestClassifier(5, random_state=0))
    model.fit(frame, LABELS)
    (each,) = explain(model, frame[:1], method="shapley")
    assert each.static_names == tuple(names)
    np.testing.assert_allclose(total(each), each.scores)
    rows = each.rows()
    assert rows[0]["part"] == names[0] and rows[0]["standard_error"] >= 0


def test_rows_of_lists_are_a_table():
    model = RandomForestClassifier(5, random_state=0).fit(TABLE, LABELS)
    (each,) = explain(model, TABLE[:1].tolist(), method="occlusion")
    (other,) = explain(model, TABLE[:1], method="occlusion")
    np.testing.assert_array_equal(each.static, other.static)


def test_sparse_tables_are_refused():
    model = LogisticRegression().fit(TABLE, LABELS)
    with pytest.raises(ValueError, match=r"sparse matrix. Pass X.toarray"):
        explain(model, sparse.csr_matrix(TABLE))


@pytest.mark.parametrize("X", [[[np.nan] * 6], [[np.inf] * 6]])
def test_series_must_be_finite(X):
    model = LSTMClassifier(**LSTM).fit(TABLE, LABELS)
    with pytest.raises(ValueError, match="expects finite numbers; row 0"):
        explain(model, X)


@pytest.mark.parametrize("method", ["gradients", "occlusion", "shapley"])
def test_static_features_are_parts(method):
    sequences = Sequences.from_arrays(list(CUBE), static=TABLE[:, :3])
    model = LSTMClassifier(**LSTM).fit(sequences, LABELS)
    for each in explain(model, sequences[:3], method=method):
        assert each.contributions.shape == (6, 2, 2)
        assert each.static.shape == (3, 2)
        assert each.static_names == ("static 0", "static 1", "static 2")
        if method != "occlusion":
            np.testing.assert_allclose(total(each), each.scores, atol=1e-3)


def test_a_static_feature_that_is_left_out_is_zero():
    sequences = Sequences.from_arrays(list(CUBE), static=TABLE[:, :1])
    model = LSTMClassifier(**LSTM).fit(sequences, LABELS)
    (each,) = explain(model, sequences[:1], method="occlusion")
    without = Sequences.from_arrays([CUBE[0]], static=[[0.0]])
    expected = each.scores - class_scores(model, without)[0]
    np.testing.assert_allclose(each.static[0], expected, atol=1e-6)


def test_codes_and_channels_are_replaced_in_their_places():
    rng = np.random.RandomState(0)
    sequences = Sequences(
        [3, 2, 4], [rng.randint(1, 5, 9)], channels=rng.normal(size=(9, 1))
    )
    model = LSTMClassifier(**LSTM).fit(sequences, [0, 1, 0])
    (each,) = explain(model, sequences[[1]], method="occlusion", baseline=2.5)
    codes, channels = sequences.codes[0][3:5], sequences.channels[3:5]
    changed = Sequences([2], [[0, codes[1]]], channels=channels)
    expected = each.scores - class_scores(model, changed)[0]
    np.testing.assert_allclose(each.contributions[0, 0], expected, atol=1e-6)
    changed = Sequences([2], [codes], channels=[channels[0], [2.5]])
    expected = each.scores - class_scores(model, changed)[0]
    np.testing.assert_allclose(each.contributions[1, 1], expected, atol=1e-6)


def test_unequal_and_empty_series():
    series = [[0.5, 1.0, 1.5], [2.0], []] * 3
    for model in (LSTMClassifier(**LSTM), HMMClassifier(n_states=1, random_state=0)):
        model.fit(series, [0, 1, 1] * 3)
        for method in ("auto", "occlusion", "shapley"):
            found = explain(model, series[:3], method=method)
            assert [len(each.contributions) for each in found] == [3, 1, 0]
        assert len(explain(model, [])) == 0


def test_long_series_fall_into_runs(monkeypatch):
    monkeypatch.setattr(_series, "MOST_PARTS", 8)
    model = make_pipeline(FunctionTransformer(flatten), LogisticRegression())
    model.fit(CUBE, LABELS)
    (each,) = explain(model, CUBE[:1], method="shapley", target=1)
    products = model[-1].coef_[0].reshape(6, 2) * CUBE[0]
    runs = np.arange(6) * 4 // 6
    expected = np.array([products[runs == run].mean(axis=0) for run in runs])
    np.testing.assert_allclose(each.contributions[..., 0], expected, atol=1e-6)


def test_more_columns_than_parts():
    sequences = Sequences.from_arrays([np.ones((3, 900))], static=np.ones((1, 700)))
    samples = _series.SequenceSamples(None, sequences, np.zeros(900), list)
    parts = samples.parts(0)
    assert len(parts) == 3 * 900 + 700
    assert samples.n_parts(0) <= 500 and set(parts) == set(range(samples.n_parts(0)))
