"""Integrated gradients of the LSTM."""

import numpy as np
import pytest
import torch
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklstm import (
    LSTMClassifier,
    Sequences,
    TokenEncoder,
    Word2VecEmbedder,
    explain,
    make_lstm_pipeline,
)
from sklstm.explanation import _gradients
from sklstm.explanation._scores import class_scores
from sklstm.models._lstm import attribution

N_CODES = 9
NETWORKS = {
    "as it comes": {},
    "one direction": {"bidirectional": False, "pooling": "last"},
    "poolings": {"pooling": ("last", "max", "mean", "attention")},
    "inputs pooled": {"input_pooling": ("max", "mean")},
    "two layers": {"n_layers": 2, "pooling": "max"},
    "bfloat16": {"precision": "bfloat16"},
}


def make_sequences(n_samples=12, *, streams=1, channels=0, static=0, n_most=15):
    rng = np.random.RandomState(0)
    lengths = rng.randint(0, n_most, n_samples)
    lengths[0], n_steps = 0, None
    n_steps = lengths.sum()
    return Sequences(
        lengths,
        [rng.randint(0, N_CODES, n_steps) for _ in range(streams)],
        [rng.normal(size=(N_CODES, 5)) for _ in range(streams)],
        rng.normal(size=(n_steps, channels)) if channels else None,
        rng.normal(size=(n_samples, static)) if static else None,
    )


def fit(sequences, n_classes=2, **parameters):
    given = {"hidden_size": 6, "max_epochs": 15, "batch_size": 4, "random_state": 0}
    y = np.arange(len(sequences)) % n_classes
    return LSTMClassifier(**given | parameters).fit(sequences, y)


def totals(explanations):
    return np.array(
        [
            each.base
            + each.contributions.sum(axis=(0, 1))
            + (0 if each.static is None else each.static.sum(axis=0))
            for each in explanations
        ]
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_contributions_add_up_to_the_scores(name):
    sequences = make_sequences(streams=2, channels=2, static=3)
    model = fit(sequences, **NETWORKS[name])
    explanations = explain(model, sequences, method="gradients")
    scores = np.array([each.scores for each in explanations])
    np.testing.assert_allclose(totals(explanations), scores, atol=1e-3)
    rounding = 0.1 if name == "bfloat16" else 1e-5
    np.testing.assert_allclose(scores, class_scores(model, sequences), atol=rounding)
    assert np.ptp(scores) > 0.5
    for each, length in zip(explanations, sequences.lengths, strict=True):
        assert each.contributions.shape == (length, 4, 2)
        assert each.static.shape == (3, 2)


def test_every_class_of_several_adds_up():
    sequences = make_sequences()
    model = fit(sequences, n_classes=3)
    whole = explain(model, sequences, method="gradients")
    np.testing.assert_allclose(totals(whole), class_scores(model, sequences), atol=1e-3)
    for each in whole:
        np.testing.assert_allclose(each.contributions.sum(axis=2), 0, atol=1e-6)
    some = explain(model, sequences, method="gradients", target=[2, 0])
    predicted = explain(model, sequences, method="gradients", target="predicted")
    for all_of_them, each, one in zip(whole, some, predicted, strict=True):
        expected = all_of_them.contributions
        np.testing.assert_allclose(each.contributions, expected[..., [2, 0]], atol=1e-3)
        column = [int(one.prediction)]
        np.testing.assert_allclose(one.contributions, expected[..., column], atol=1e-3)
        assert np.isfinite(one.contributions).all()


def test_many_plain_steps_say_the_same():
    # The same integral as a mean over 2,000 points, by the network as it predicts.
    sequences = make_sequences(channels=1)[[3]]
    model = fit(make_sequences(channels=1), pooling=("max", "attention"))
    (each,) = explain(model, sequences, method="gradients", target=1)
    with model._computing() as device:
        network = model._trained_network(sequences, device)
        batch = model._as_data(sequences).batch(np.array([0]))
        length = int(batch["lengths"])
        inputs = network.embed(batch["codes"], batch["channels"])[:length].detach()
        nodes = (torch.arange(2_000) + 0.5) / 2_000
        steps = (nodes[:, None] * inputs).requires_grad_()
        logits = network.classify(steps, torch.full((2_000,), length))
        (gradient,) = torch.autograd.grad((logits[:, 1] - logits[:, 0]).sum(), steps)
        products = (gradient.mean(dim=1) * inputs[:, 0]).numpy(force=True)
    expected = np.stack([products[:, :5].sum(axis=1), products[:, 5]], axis=1)
    np.testing.assert_allclose(each.contributions[..., 0], expected, atol=1e-3)
    assert np.abs(expected).max() > 0.1


def test_what_is_linear_is_counted_by_hand():
    # The head reads the mean of the inputs alone where the states weigh nothing.
    sequences = make_sequences(streams=0, channels=2, static=1)
    model = fit(sequences, input_pooling="mean", pooling="mean")
    head = model.weights_["head.weight"].copy()
    head[:, :12] = 0
    model.weights_["head.weight"] = head
    weights = head[1, 12:] - head[0, 12:]
    row, start = 5, np.array([0.5, -1.0])
    (each,) = explain(
        model, sequences[[row]], method="gradients", target=1, baseline=start
    )
    values = sequences[row] - start
    np.testing.assert_allclose(
        each.contributions[..., 0], values * weights[:2] / len(values), atol=1e-5
    )
    static = sequences.static[row] * weights[2]
    np.testing.assert_allclose(each.static[:, 0], static, atol=1e-5)


def test_company_and_padding_do_not_matter():
    sequences = make_sequences(30, channels=1)
    model = fit(sequences)
    together = explain(model, sequences, method="gradients")
    for row in (0, 7, 29):
        (alone,) = explain(model, sequences[[row]], method="gradients")
        np.testing.assert_allclose(
            alone.contributions, together[row].contributions, atol=1e-5
        )


@pytest.mark.filterwarnings("ignore:LSTMClassifier cut")
@pytest.mark.parametrize(
    ("truncate", "kept"),
    [("head", [0, 1, 2]), ("tail", [5, 6, 7]), ("both", [0, 1, 7])],
)
def test_what_was_cut_off_contributes_nothing(truncate, kept):
    series = np.random.RandomState(0).normal(size=(6, 8))
    model = fit(series, max_length=3, truncate=truncate)
    for each in explain(model, series, method="gradients"):
        read = np.flatnonzero(np.abs(each.contributions).sum(axis=(1, 2)))
        assert read.tolist() == kept


def test_long_sequences_are_walked_in_pieces(monkeypatch):
    sequences = make_sequences()
    model = fit(sequences, pooling="max")
    expected = explain(model, sequences, method="gradients")
    monkeypatch.setattr(attribution, "_STEPS_ON_CPU", 20)
    found = explain(model, sequences, method="gradients")
    for each, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(each.contributions, other.contributions, atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_network_that_changes_its_mind_at_once_adds_up(n_classes, monkeypatch):
    sequences = make_sequences(n_most=30)
    model = fit(sequences, n_classes, pooling=("last", "max", "attention"))
    # As after much training: some scores jump within a hundredth of the way.
    for name, weights in model.weights_.items():
        if name.startswith(("lstm", "pooling")):
            weights *= 8
    found = explain(model, sequences, method="gradients")
    scores = np.array([each.scores for each in found])
    assert np.abs(totals(found) - scores).max() < 1e-3
    monkeypatch.setattr(attribution, "_MOST_NODES", 1)  # the shared ones alone
    with pytest.warns(UserWarning, match=r"samples within .* only"):
        explain(model, sequences, method="gradients")


def test_what_does_not_add_up_is_said(monkeypatch):
    sequences = make_sequences(n_most=40)
    model = fit(sequences, pooling="max")
    monkeypatch.setattr(attribution, "_SHARED_NODES", (1,))
    monkeypatch.setattr(attribution, "_MOST_NODES", 1)
    with pytest.warns(UserWarning, match=r"samples within .* only"):
        explain(model, sequences, method="gradients")


def test_words_have_the_names_of_the_pipeline():
    texts = ["房间很好", "服务不好"] * 4
    model = make_lstm_pipeline(
        vector_size=4, hidden_size=3, max_epochs=2, pos_features=True, random_state=0
    )
    model.fit(texts, [1, 0] * 4)
    each, empty = explain(model, ["早餐不好", ""])
    assert each.method == "gradients" and each.tokens == ("早餐", "不好")
    assert each.contributions.shape == (2, 2) and each.static.shape == (50, 2)
    union = model.named_steps["features"].named_transformers_
    assert each.static_names == tuple(union["pos"].get_feature_names_out())
    assert empty.contributions.shape == (0, 2)


def test_words_that_are_skipped_contribute_nothing():
    tokens = [["很", "好"], ["不", "好"]] * 4
    model = make_pipeline(
        Word2VecEmbedder(oov="skip", min_count=1, vector_size=4, random_state=0),
        LSTMClassifier(hidden_size=3, max_epochs=2, random_state=0),
    ).fit(tokens, [1, 0] * 4)
    (each,) = explain(model, [["新", "很", "新", "好"]], method="gradients")
    assert each.contributions.shape == (4, 2)
    assert (each.contributions[[0, 2]] == 0).all()
    assert (each.contributions[[1, 3]] != 0).all()


def test_time_steps_that_are_no_words_are_refused():
    doubled = FunctionTransformer(lambda rows: [[*row, *row] for row in rows])
    classify = LSTMClassifier(hidden_size=3, max_epochs=1, random_state=0)
    tokens = [["很", "好"], ["不", "好"]] * 4
    model = make_pipeline(doubled, TokenEncoder(), classify).fit(tokens, [1, 0] * 4)
    with pytest.raises(ValueError, match="no step of the Pipeline gives words"):
        explain(model, tokens, method="gradients")
    assert explain(model, tokens)[0].method != "gradients"


def test_settings_of_torch_are_left_alone():
    sequences = make_sequences()
    model = fit(sequences, n_threads=1)
    before = torch.get_num_threads(), torch.get_rng_state()
    weights = {name: array.copy() for name, array in model.weights_.items()}
    with torch.inference_mode():
        expected = explain(model, sequences, method="gradients")
    again = explain(model, sequences, method="gradients")
    assert torch.get_num_threads() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])
    assert torch.is_grad_enabled()
    for name, array in model.weights_.items():
        np.testing.assert_array_equal(array, weights[name])
    for each, other in zip(again, expected, strict=True):
        np.testing.assert_array_equal(each.contributions, other.contributions)


def test_the_limit_is_that_of_the_promise():
    assert attribution._TOLERANCE <= _gradients._TOLERANCE
