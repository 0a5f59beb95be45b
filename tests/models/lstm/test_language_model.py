import os
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from sklstm import LSTMClassifier, LSTMLanguageModel, Sequences, TokenEncoder
from sklstm.models._lstm import language_network, network, training
from sklstm.nn._runtime import computes_in_bfloat16

needs_bfloat16 = pytest.mark.skipif(
    not computes_in_bfloat16(torch.device("cpu")), reason="no LSTM in bfloat16 here"
)

RNG = np.random.RandomState(0)
VECTORS = RNG.standard_normal((8, 4)).astype(np.float32)


def sequences(rows, vectors=None):
    codes = np.concatenate([np.empty(0, np.int32), *rows])
    return Sequences([len(row) for row in rows], [codes], [vectors])


# Codes 1 to 7, at random.
X = sequences([RNG.randint(1, 8, n) for n in RNG.randint(0, 12, 60)])
# A first step is 1 or 2, and all others follow from it: 1 2 3 1 2 3 ... or 2 1 3 ...
PERIODIC = sequences(
    [np.tile(turn, n) for n in range(1, 9) for turn in ([1, 2, 3], [2, 1, 3])]
)


def small(**parameters):
    defaults = {
        "hidden_size": 8,
        "embedding_size": 4,
        "max_epochs": 2,
        "batch_size": 8,
        "n_threads": 1,
        "random_state": 0,
    }
    return LSTMLanguageModel(**{**defaults, **parameters})


def learned(**parameters):
    """A model that knows the periodic language."""
    rates = {"learning_rate": 0.02, "max_epochs": 60}
    undropped = {"dropout": 0.0, "embedding_dropout": 0.0}
    sizes = {"hidden_size": 16, "embedding_size": 8}
    return small(**{**rates, **undropped, **sizes, **parameters}).fit(PERIODIC)


@pytest.fixture(scope="module")
def fitted():
    return small().fit(X)


@pytest.fixture(scope="module")
def periodic():
    return learned()


@pytest.fixture(autouse=True)
def float32(request, monkeypatch):
    """The same on every machine, unless a test says otherwise."""
    if "in_bfloat16" not in request.node.name:
        monkeypatch.setattr(network, "is_faster_in_bfloat16", lambda device: False)


def test_shares_sum_to_one(fitted):
    shares = fitted.next_token_proba(X)
    assert shares.shape == (60, 9)  # codes 0 to 7, and the end
    assert shares.dtype == np.float32
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    assert (shares > 0).all()


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("n_layers", [1, 2])
def test_score_is_the_product_of_the_shares_step_by_step(bidirectional, n_layers):
    model = small(bidirectional=bidirectional, n_layers=n_layers).fit(X)
    for row in range(8):
        codes = X[[row]].codes[0]
        starts = sequences([codes[:t] for t in range(len(codes) + 1)])
        shares = model.next_token_proba(starts)
        steps = np.log(shares[np.arange(len(codes) + 1), [*codes, 8]])
        given = model.score_samples(X[[row]])
        np.testing.assert_allclose(given, steps.mean(), atol=1e-5)


def test_perplexity_weighs_symbols_and_score_weighs_samples(fitted):
    samples, n_symbols = fitted.score_samples(X), X.lengths + 1
    assert fitted.score(X) == pytest.approx(samples.mean())
    mean = np.average(samples, weights=n_symbols)
    assert fitted.perplexity(X) == pytest.approx(np.exp(-mean))


def test_rows_do_not_depend_on_their_company(fitted):
    for method in (fitted.score_samples, fitted.next_token_proba):
        together = method(X)
        alone = np.stack([method(X[[row]])[0] for row in range(len(X))])
        np.testing.assert_allclose(together, alone, atol=1e-5)
        order = np.random.RandomState(1).permutation(len(X))
        np.testing.assert_allclose(method(X[order]), together[order], atol=1e-5)


def test_threads_share_batches_and_answer_the_same(fitted):
    expected = fitted.score_samples(X)
    other = clone(fitted).set_params(n_threads=2).fit(X)
    other.weights_ = fitted.weights_
    np.testing.assert_allclose(other.score_samples(X), expected, atol=1e-5)


def test_a_periodic_language_is_learned(periodic):
    # Of a sequence's symbols, the first and where it ends are uncertain.
    assert periodic.perplexity(PERIODIC) < 1.5
    shares = periodic.next_token_proba(sequences([[1], [2], [1, 2], [2, 1], []]))
    assert shares[:4].argmax(axis=1).tolist() == [2, 1, 3, 3]
    assert (shares[:4].max(axis=1) > 0.95).all()
    np.testing.assert_allclose(shares[4], [0, 0.5, 0.5, 0, 0], atol=0.1)


@pytest.mark.parametrize("n_candidates", [1, 3])
def test_few_candidates_learn_the_same_language(n_candidates, periodic):
    given = learned(n_candidates=n_candidates).perplexity(PERIODIC)
    assert given == pytest.approx(periodic.perplexity(PERIODIC), rel=0.1)


@pytest.mark.parametrize("parameters", [{"bidirectional": False}, {"n_layers": 2}])
def test_every_form_learns(parameters):
    assert learned(**parameters).perplexity(PERIODIC) < 1.6


def test_drawn_sequences_are_of_the_language(periodic):
    drawn = periodic.sample(400, random_state=0)
    assert len(drawn) == 400
    # Three in four codes and ends are certain, given those before.
    assert np.mean(np.exp(periodic.score_samples(drawn)) > 0.5) > 0.9


def test_drawn_symbols_are_as_frequent_as_they_are_probable(fitted):
    n_samples = 4000
    drawn = fitted.sample(n_samples, max_length=2, random_state=1)
    padded = np.full((n_samples, 2), 8)
    for i, length in enumerate(drawn.lengths):
        padded[i, :length] = drawn[i][:, 0]
    first = fitted.next_token_proba(sequences([[]]))[0]
    _assert_frequencies(padded[:, 0], first)
    code = int(first[1:8].argmax()) + 1
    second = fitted.next_token_proba(sequences([[code]]))[0]
    _assert_frequencies(padded[padded[:, 0] == code, 1], second)


def _assert_frequencies(drawn, shares):
    frequencies = np.bincount(drawn, minlength=len(shares)) / len(drawn)
    errors = np.sqrt(shares * (1 - shares) / len(drawn))
    assert (np.abs(frequencies - shares) < 4 * errors + 1e-3).all()


def test_samples_end_at_max_length_and_follow_the_seed(fitted):
    assert fitted.sample(50, max_length=3).lengths.max() == 3
    assert fitted.sample(5, max_length=0).lengths.tolist() == [0] * 5
    assert len(fitted.sample(0)) == 0
    assert fitted.sample(9, random_state=1) == fitted.sample(9, random_state=1)
    assert fitted.sample(9, random_state=1) != fitted.sample(9, random_state=2)
    assert fitted.sample(9) == fitted.sample(9, random_state=0)  # the estimator's
    assert np.isfinite(fitted.score_samples(fitted.sample(20))).all()


@pytest.mark.parametrize("name", ["n_samples", "max_length"])
@pytest.mark.parametrize("value", [-1, 1.5, True, "2"])
def test_sizes_of_a_sample_are_whole_numbers(fitted, name, value):
    with pytest.raises(ValueError, match=f"sample expects {name} to be a whole"):
        fitted.sample(**{name: value})


def test_order_of_the_rows_is_forgotten_and_repetition_weighs():
    order = np.random.RandomState(1).permutation(len(X))
    expected = small().fit(X).weights_
    for other in (X[order], X[np.tile(order, 2)]):
        weights = small().fit(other).weights_
        if len(other) == len(X):
            for name in expected:
                np.testing.assert_array_equal(weights[name], expected[name])
        # Twice the counts open by shares that differ by their smoothing alone.
        np.testing.assert_allclose(
            weights["readouts.0.projection.weight"],
            expected["readouts.0.projection.weight"],
            atol=0.02,
        )


def test_samples_that_occur_more_often_count_for_more():
    rows = [[1, 2], [2, 1]]
    model = small(max_epochs=60, learning_rate=0.02, dropout=0.0)
    model.fit(sequences(rows[:1] * 3 + rows[1:]))
    first = model.next_token_proba(sequences([[]]))[0]
    np.testing.assert_allclose(first[1:3], [0.75, 0.25], atol=0.06)


def test_codes_above_those_of_fit_are_unknown(fitted):
    above, unknown = sequences([[1, 9, 2], [9]]), sequences([[1, 0, 2], [0]])
    for method in (fitted.score_samples, fitted.next_token_proba):
        np.testing.assert_array_equal(method(above), method(unknown))
    given = small().fit(sequences([[1, 2], [3]], VECTORS))
    more = np.vstack([VECTORS, VECTORS])
    np.testing.assert_array_equal(
        given.score_samples(sequences([[1, 9]], more)),
        given.score_samples(sequences([[1, 0]], VECTORS)),
    )


@pytest.mark.parametrize("fine_tune", [False, True])
def test_given_vectors_are_where_it_starts(fine_tune):
    given = sequences([[1, 2], [3], [7, 7, 5]] * 8, VECTORS)
    model = small(fine_tune=fine_tune).fit(given)
    assert model.layout_.table_sizes == ((8, 4),)
    np.testing.assert_array_equal(model.vectors_, VECTORS)
    assert ("tables.0.weight" in model.weights_) == fine_tune
    if fine_tune:
        moved = np.abs(model.weights_["tables.0.weight"] - VECTORS).max()
        assert 0 < moved < 0.1
    assert np.isfinite(model.score_samples(given)).all()
    assert model.sample(3).vectors[0] is model.vectors_


def test_vectors_that_are_not_there_are_not_frozen():
    with pytest.raises(ValueError, match="fine_tune=False expects sequences with vec"):
        small(fine_tune=False).fit(X)


def test_vectors_of_another_size_are_refused():
    model = small().fit(sequences([[1, 2]], VECTORS))
    with pytest.raises(ValueError, match=r"LSTMLanguageModel was fitted .* 4 values"):
        model.score_samples(sequences([[1]], np.ones((8, 3))))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_weights_fit_those_of_a_classifier(bidirectional):
    sizes = {"bidirectional": bidirectional, "hidden_size": 8, "embedding_size": 4}
    given = small(**sizes).fit(X).weights_
    classifier = LSTMClassifier(max_epochs=1, n_threads=1, **sizes)
    classifier.fit(X, np.arange(60) % 2)
    shared = [n for n in classifier.weights_ if n.startswith(("tables.", "lstm."))]
    assert len(shared) == (9 if bidirectional else 5)
    for name in shared:
        assert given[name].shape == classifier.weights_[name].shape


@pytest.mark.parametrize(
    "parameters",
    [
        {"dropout": 0.6},
        {"embedding_dropout": 0.6},
        {"word_dropout": 0.3},
        {"gradient_clip": 1e-12},
        {"schedule": "constant"},
        {"schedule": "plateau"},
        {"learning_rate": 0.1},
        {"n_candidates": 2},
        {"max_length": 3},
        {"bidirectional": False},
        {"random_state": 1},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:LSTMLanguageModel cut")
def test_every_parameter_has_its_part(parameters, fitted):
    other = small(**parameters).fit(X).weights_["readouts.0.projection.weight"]
    assert not np.allclose(fitted.weights_["readouts.0.projection.weight"], other)


@pytest.mark.parametrize("truncate, kept", [("head", [1, 2]), ("tail", [3, 4])])
def test_longer_sequences_are_cut_and_said(truncate, kept):
    model = small(max_length=2, truncate=truncate)
    with pytest.warns(UserWarning, match="LSTMLanguageModel cut 1 of 2 samples"):
        model.fit(sequences([[1, 2, 3, 4], [4]]))
    with pytest.warns(UserWarning, match="keeping the"):
        given = model.score_samples(sequences([[1, 2, 3, 4]]))
    expected = model.score_samples(sequences([kept]))
    np.testing.assert_allclose(given, expected, atol=1e-6)


def test_it_opens_by_the_shares_of_the_symbols():
    model = small(max_epochs=1, learning_rate=1e-9).fit(X)
    counts = np.append(np.bincount(X.codes[0], minlength=8), len(X)) + 1
    expected = counts / counts.sum()
    np.testing.assert_allclose(
        model.next_token_proba(sequences([[]]))[0], expected, atol=1e-5
    )


def test_history_tells_of_every_epoch(fitted):
    assert fitted.n_iter_ == len(fitted.history_) == 2
    assert list(fitted.history_[0]) == [
        "epoch",
        "train_loss",
        "learning_rate",
        "seconds",
    ]
    # It opens by the shares of the symbols, and learns.
    assert fitted.history_[1]["train_loss"] < fitted.history_[0]["train_loss"]
    assert fitted.history_[0]["train_loss"] < np.log(9)


def test_empty_sequences_are_answered(fitted):
    scores = fitted.score_samples(sequences([[], []]))
    expected = np.log(fitted.next_token_proba(sequences([[]]))[0, 8])
    np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_no_samples(fitted):
    none = X[:0]
    assert fitted.score_samples(none).shape == (0,)
    assert fitted.next_token_proba(none).shape == (0, 9)
    for method in (fitted.score, fitted.perplexity):
        with pytest.raises(ValueError, match="expects at least 1 sample to score"):
            method(none)
    for given in (none, sequences([[], []])):
        with pytest.raises(ValueError, match="at least 1 sample with a time step"):
            small().fit(given)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([[1, 2]], TypeError, "got list. Put TokenEncoder or"),
        (np.ones((4, 3)), TypeError, "got ndarray. Put TokenEncoder or"),
        (None, TypeError, "got NoneType"),
        (Sequences([2], [[1, 2], [1, 2]]), ValueError, "got 2 streams"),
        (Sequences([2], channels=np.ones((2, 1))), ValueError, "got 0 streams"),
        (
            Sequences([2], [[1, 2]], channels=np.ones((2, 1))),
            ValueError,
            "got channels, which it cannot predict",
        ),
        (Sequences([2], [[1, 2]], static=[[1.0]]), ValueError, "got static"),
    ],
    ids=str,
)
def test_what_is_no_stream_of_codes_is_refused(given, error, message, fitted):
    message = f"LSTMLanguageModel expects Sequences with one stream .*{message}"
    with pytest.raises(error, match=message):
        small().fit(given)
    for method in (fitted.score_samples, fitted.next_token_proba, fitted.perplexity):
        with pytest.raises(error, match=message):
            method(given)


def test_codes_that_hardly_occur_are_refused():
    with pytest.raises(ValueError, match="LSTMLanguageModel learns parameters for ev"):
        small().fit(sequences([[2**24]]))


@pytest.mark.parametrize(
    "method", ["score_samples", "score", "perplexity", "next_token_proba"]
)
def test_fit_comes_first(method):
    with pytest.raises(NotFittedError):
        getattr(small(), method)(X)
    with pytest.raises(NotFittedError):
        small().sample()


def test_a_loss_that_is_not_finite_is_said(monkeypatch):
    table = np.full((8, 4), 3e38, dtype=np.float32)
    with pytest.raises(RuntimeError, match="LSTMLanguageModel's loss became"):
        small().fit(sequences([[1, 2], [3]], table))


def test_the_same_seed_gives_the_same_bytes_in_any_process():
    code = (
        "import joblib, numpy as np, sys; sys.path.insert(0, 'tests/models/lstm'); "
        "import test_language_model as t; from sklstm.models._lstm import network; "
        "network.is_faster_in_bfloat16 = lambda device: False; "
        "print(joblib.hash(t.small(n_candidates=3).fit(t.X).weights_))"
    )
    hashes = {joblib.hash(small(n_candidates=3).fit(X).weights_)}
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        hashes.add(done.stdout.strip())
    assert len(hashes) == 1


def test_global_generators_are_left_alone():
    np.random.seed(0)
    torch.manual_seed(0)
    before = np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    model = small(n_candidates=3, word_dropout=0.1).fit(X)
    model.sample(3)
    after = np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    assert before == after


def test_a_fitted_model_is_arrays_and_pickles(fitted):
    assert {type(array) for array in fitted.weights_.values()} == {np.ndarray}
    copied = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copied.score_samples(X), fitted.score_samples(X))
    assert copied.layout_ == fitted.layout_
    assert b"torch" not in pickle.dumps(fitted)


def test_input_is_not_changed():
    given = sequences([[1, 2], [3, 4, 5]], VECTORS.copy())
    before = given.codes[0].copy()
    model = small(learning_rate=0.5).fit(given)
    np.testing.assert_array_equal(given.codes[0], before)
    np.testing.assert_array_equal(given.vectors[0], VECTORS)
    assert model.vectors_ is not given.vectors[0]


def test_a_search_over_documents_finds_the_better_model():
    tokens = [["房间", "很", "好"], ["早餐", "不", "好"], ["房间", "不", "大"]] * 8
    pipeline = make_pipeline(TokenEncoder(), small())
    grid = {"lstmlanguagemodel__learning_rate": [1e-7, 0.05]}
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(tokens)
    assert search.best_params_ == {"lstmlanguagemodel__learning_rate": 0.05}


def test_tags_say_what_it_takes():
    tags = get_tags(small())
    assert tags.estimator_type == "density_estimator"
    assert not tags.input_tags.two_d_array
    assert not tags.target_tags.required


class Interrupting(training.EpochLog):
    """Ctrl-C in the second epoch."""

    def on_epoch_begin(self, net, **kwargs):
        super().on_epoch_begin(net, **kwargs)
        if len(self.records) == 1:
            raise KeyboardInterrupt


def test_ctrl_c_keeps_what_was_learned(monkeypatch):
    monkeypatch.setattr(training, "EpochLog", Interrupting)
    with pytest.warns(UserWarning, match="epoch 2 of 5: it keeps epoch 1") as caught:
        model = small(max_epochs=5).fit(X)
    assert caught[0].filename == __file__
    assert model.n_iter_ == 1 and np.isfinite(model.score(X))
    with pytest.raises(KeyboardInterrupt):
        GridSearchCV(small(max_epochs=5), {}, cv=2).fit(X)


@needs_bfloat16
def test_training_in_bfloat16_learns_as_in_float32():
    given = learned(precision="bfloat16").perplexity(PERIODIC)
    assert given < 1.6


def test_bfloat16_is_chosen_by_the_device_in_bfloat16(monkeypatch):
    seen = []
    build = language_network.LanguageModelNetwork

    def record(**parameters):
        seen.append(parameters["bfloat16"])
        return build(**parameters)

    monkeypatch.setattr(network, "is_faster_in_bfloat16", lambda device: True)
    monkeypatch.setattr(language_network, "LanguageModelNetwork", record)
    small(max_epochs=1).fit(X[:4]).score(X[:4])
    small(max_epochs=1, precision="float32").fit(X[:4])
    assert seen == [True, False, False]
