import importlib.util
import itertools
import pickle
import subprocess
import sys

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklstm import LSTMClassifier, Sequences
from sklstm.models._lstm import classifier as lstm_classifier
from sklstm.models._lstm import network, training
from sklstm.nn._pooling import POOLINGS
from sklstm.nn._runtime import computes_in_bfloat16
from sklstm.utils import _callbacks

needs_bfloat16 = pytest.mark.skipif(
    not computes_in_bfloat16(torch.device("cpu")), reason="no LSTM in bfloat16 here"
)

RNG = np.random.RandomState(0)
# Rising and falling series of 2 to 9 steps.
SERIES = [np.linspace(0, sign, n) for n in range(2, 10) for sign in (1, -1)]
LABELS = np.array(["up", "down"] * 8)
# Documents of codes 1 and 2 are positive, of 3 and 4 negative; 0 is unknown.
CODES = Sequences(
    np.full(16, 4), [np.concatenate([RNG.choice([1, 2], 32), RNG.choice([3, 4], 32)])]
)
CODE_LABELS = np.repeat(["good", "bad"], 8)
VECTORS = RNG.standard_normal((5, 6)).astype(np.float32)


def small(**parameters):
    defaults = {
        "hidden_size": 4,
        "max_epochs": 3,
        "embedding_size": 4,
        "batch_size": 4,
        "n_threads": 1,
        "random_state": 0,
    }
    return LSTMClassifier(**{**defaults, **parameters})


def with_vectors(sequences=CODES, vectors=VECTORS):
    return Sequences(sequences.lengths, sequences.codes, [vectors])


@parametrize_with_checks([LSTMClassifier(max_epochs=10, n_threads=1)])
def test_scikit_learn(estimator, check):
    check(estimator)


@pytest.mark.parametrize("pooling", ["last", ("mean", "max"), ("attention", "last")])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_learns_series(pooling, bidirectional):
    classifier = small(
        hidden_size=8,
        max_epochs=30,
        pooling=pooling,
        bidirectional=bidirectional,
        learning_rate=0.02,
        embedding_dropout=0.0,
    )
    assert classifier.fit(SERIES, LABELS).score(SERIES, LABELS) == 1.0


@pytest.mark.parametrize("X", [CODES, with_vectors()], ids=["learned", "given"])
def test_learns_codes(X):
    classifier = small(max_epochs=20, learning_rate=0.02).fit(X, CODE_LABELS)
    assert classifier.score(X, CODE_LABELS) == 1.0
    assert classifier.classes_.tolist() == ["bad", "good"]


def test_static_features_reach_the_head():
    X = Sequences(np.ones(16), channels=np.ones((16, 1)), static=np.eye(2)[[0, 1] * 8])
    classifier = small(max_epochs=40, learning_rate=0.1).fit(X, LABELS)
    assert classifier.score(X, LABELS) == 1.0


PARTS = ("words", "tags", "channels", "static")


def sequences_told_by(part, labels):
    """Two streams of codes, channels and static features, of which one tells."""
    rng = np.random.RandomState(1)
    lengths = rng.randint(1, 6, len(labels))
    told = {name: rng.permutation(labels) for name in PARTS} | {part: labels}
    by_step = {name: np.repeat(told[name], lengths) for name in PARTS}
    return Sequences(
        lengths,
        [1 + by_step["words"], 1 + by_step["tags"]],
        [VECTORS, None],
        channels=by_step["channels"][:, np.newaxis],
        static=told["static"][:, np.newaxis],
    )


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_sequence_is_read(part):
    labels = np.tile([0, 1], 20)
    X = sequences_told_by(part, labels)
    classifier = small(max_epochs=40, learning_rate=0.05).fit(X, labels)
    assert classifier.score(X, labels) == 1.0
    assert classifier.layout_.table_sizes == ((5, 6), (3, 4))
    alone = np.vstack([classifier.predict_proba(X[[i]]) for i in range(len(X))])
    np.testing.assert_allclose(classifier.predict_proba(X), alone, atol=1e-6)


@pytest.mark.parametrize("n_pooled", [1, 2, 3, 4])
def test_padding_has_no_part_in_any_combination_of_poolings(n_pooled):
    for pooling in itertools.combinations(POOLINGS, n_pooled):
        classifier = small(pooling=pooling, max_epochs=1).fit(SERIES, LABELS)
        assert classifier.weights_["head.weight"].shape == (2, 8 * n_pooled)
        together = classifier.predict_proba([*SERIES, []])
        alone = [classifier.predict_proba([series])[0] for series in [*SERIES, []]]
        np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize("pooling", [*POOLINGS, ("max", "last")])
def test_padding_has_no_part_in_poolings_of_the_inputs(pooling):
    channels = [np.column_stack([series, series]) for series in SERIES]
    plain = small(max_epochs=1).fit(channels, LABELS)
    classifier = small(input_pooling=pooling, max_epochs=1).fit(channels, LABELS)
    n_added = 2 if isinstance(pooling, str) else 4
    width = plain.weights_["head.weight"].shape[1] + n_added
    assert classifier.weights_["head.weight"].shape == (2, width)
    samples = [*channels, np.empty((0, 2))]
    together = classifier.predict_proba(samples)
    alone = [classifier.predict_proba([series])[0] for series in samples]
    np.testing.assert_allclose(together, alone, atol=1e-6)


@pytest.mark.parametrize(
    "parameters",
    [
        {"dropout": 0.6},
        {"embedding_dropout": 0.6},
        {"word_dropout": 0.3},
        {"label_smoothing": 0.3},
        {"weight_decay": 0.1},
        {"gradient_clip": 1e-12},
        {"schedule": "constant"},
        {"n_layers": 2},
        {"embedding_size": 5},
        pytest.param({"precision": "bfloat16"}, marks=needs_bfloat16),
    ],
)
def test_every_setting_acts_and_repeats_itself(parameters):
    plain = {"precision": "float32", "dropout": 0.0, "embedding_dropout": 0.0}
    once, again = (
        small(**{**plain, **parameters}).fit(CODES, CODE_LABELS) for _ in range(2)
    )
    assert joblib.hash(once.weights_) == joblib.hash(again.weights_)
    other = small(**plain).fit(CODES, CODE_LABELS)
    assert joblib.hash(once.weights_) != joblib.hash(other.weights_)


def test_every_form_of_the_same_series_gives_the_same_numbers():
    cube = np.stack([np.linspace(0, sign, 6) for sign in RNG.uniform(-1, 1, 16)])
    classifier = small().fit(cube, LABELS)
    expected = classifier.predict_proba(cube)
    forms = [
        cube[:, :, np.newaxis],
        list(cube),
        tuple(row[:, np.newaxis].tolist() for row in cube),
        Sequences.from_arrays(cube),
        np.asfortranarray(cube),
        pd.DataFrame(cube),
        cube.astype(np.float32),
    ]
    for form in forms:
        np.testing.assert_allclose(classifier.predict_proba(form), expected, atol=1e-6)
        assert joblib.hash(small().fit(form, LABELS).weights_) == joblib.hash(
            classifier.weights_
        )


def test_padding_and_company_never_change_a_result():
    classifier = small(n_layers=2).fit(SERIES, LABELS)
    together = classifier.predict_proba(SERIES)
    alone = np.vstack([classifier.predict_proba([series]) for series in SERIES])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    order = RNG.permutation(len(SERIES))
    shuffled = classifier.predict_proba([SERIES[i] for i in order])
    np.testing.assert_allclose(shuffled, together[order], atol=1e-6)


def test_a_shuffled_training_set_gives_the_same_model():
    order = RNG.permutation(len(SERIES))
    shuffled = small().fit([SERIES[i] for i in order], LABELS[order])
    expected = small().fit(SERIES, LABELS)
    assert joblib.hash(shuffled.weights_) == joblib.hash(expected.weights_)


def test_weights_count_as_repetition_and_zero_as_absence():
    weights = np.tile([0, 1, 2, 3], 4)
    weighed = small().fit(SERIES, LABELS, sample_weight=weights)
    rows = np.repeat(np.arange(16), weights)
    repeated = small().fit([SERIES[i] for i in rows], LABELS[rows])
    assert joblib.hash(weighed.weights_) == joblib.hash(repeated.weights_)


def test_all_ones_equal_no_weights():
    ones = small().fit(SERIES, LABELS, sample_weight=np.ones(16))
    assert joblib.hash(ones.weights_) == joblib.hash(
        small().fit(SERIES, LABELS).weights_
    )


def test_class_weight_balanced_is_the_dict_that_it_stands_for():
    X, y = SERIES[:12], np.array(["a"] * 9 + ["b"] * 3)
    # n_samples / (n_classes * n_samples_of_the_class): 12 / 18 and 12 / 6
    by_hand = small(class_weight={"a": 12 / 18, "b": 2.0}).fit(X, y)
    balanced = small(class_weight="balanced").fit(X, y)
    np.testing.assert_allclose(
        balanced.predict_proba(X), by_hand.predict_proba(X), atol=1e-6
    )
    assert (
        balanced.predict_proba(X)[:, 1].mean()
        > small().fit(X, y).predict_proba(X)[:, 1].mean()
    )


def test_class_weight_equals_the_sample_weights_that_it_stands_for():
    weights = np.where(LABELS == "up", 3.0, 0.5)
    by_class = small(class_weight={"up": 3.0, "down": 0.5}).fit(SERIES, LABELS)
    by_sample = small().fit(SERIES, LABELS, sample_weight=weights)
    for name, expected in by_sample.weights_.items():
        np.testing.assert_allclose(by_class.weights_[name], expected, atol=1e-6)


@pytest.mark.parametrize("labels", [[3, 7], [True, False], ["好", "差"], [-1.0, 1.0]])
def test_labels_come_back_as_they_were(labels):
    y = np.array(labels)[[0, 1] * 8]
    classifier = small().fit(SERIES, y)
    assert classifier.predict(SERIES).dtype == y.dtype
    assert set(classifier.predict(SERIES)) <= set(y)


def test_the_empty_sequence_answers_about_the_prior():
    y = np.array(["a"] * 12 + ["b"] * 4)
    probabilities = small().fit(SERIES, y).predict_proba([[]])
    np.testing.assert_allclose(probabilities, [[0.75, 0.25]], atol=0.1)


def test_partial_fit_refuses_other_classes_later():
    classifier = small().partial_fit(SERIES, LABELS, classes=["up", "down"])
    with pytest.raises(ValueError, match="expects the classes of the first call"):
        classifier.partial_fit(SERIES, LABELS, classes=["up", "level"])


def test_no_samples_at_predict():
    classifier = small().fit(SERIES, LABELS)
    assert classifier.predict([]).shape == (0,)
    assert classifier.predict_proba([]).shape == (0, 2)


def test_unknown_codes_are_finite_and_equal_the_unknown_token():
    classifier = small().fit(CODES, CODE_LABELS)
    probabilities = classifier.predict_proba(Sequences([2, 2], [[900, 7, 0, 0]]))
    assert np.isfinite(probabilities).all()
    assert probabilities[0].tolist() == probabilities[1].tolist()


def test_words_met_since_fit_bring_their_own_vectors():
    classifier = small().fit(with_vectors(), CODE_LABELS)
    longer = np.vstack([VECTORS, classifier.weights_["tables.0.weight"][1]])
    X = Sequences([2, 2], [[5, 5, 1, 1]], [longer])
    probabilities = classifier.predict_proba(X)
    np.testing.assert_allclose(probabilities[0], probabilities[1], atol=1e-6)


def test_frozen_vectors_are_used_as_they_come():
    classifier = small(fine_tune=False).fit(with_vectors(), CODE_LABELS)
    assert not any(name.startswith("tables") for name in classifier.weights_)
    for method in (
        classifier.predict,
        lambda X: small(fine_tune=False).fit(X, CODE_LABELS),
    ):
        with pytest.raises(ValueError, match="expects the vectors of stream 0"):
            method(CODES)


def test_input_is_never_changed():
    X = with_vectors()
    before = pickle.dumps(X)
    small().fit(X, CODE_LABELS).predict(X)
    assert pickle.dumps(X) == before


def test_global_generators_and_threads_are_left_alone():
    numpy_state, torch_state = np.random.get_state()[1].copy(), torch.get_rng_state()
    n_threads = torch.get_num_threads()
    small().fit(SERIES, LABELS).predict(SERIES)
    assert (np.random.get_state()[1] == numpy_state).all()
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert torch.get_num_threads() == n_threads


PROGRAM = """
import joblib, numpy as np
from sklstm import LSTMClassifier
X = [np.linspace(0, sign, n) for n in range(2, 10) for sign in (1, -1)]
classifier = LSTMClassifier(hidden_size=4, max_epochs=2, early_stopping=True,
                            validation_fraction=0.25, n_threads=1, random_state=0)
classifier.fit(X, ["up", "down"] * 8)
print(joblib.hash(classifier.weights_))
"""


def test_same_bytes_in_processes_of_other_hash_seeds():
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    one, other = (process.communicate()[0] for process in processes)
    assert one and one == other


def test_pickled_equals_original():
    classifier = small().fit(with_vectors(), CODE_LABELS)
    twin = pickle.loads(pickle.dumps(classifier))
    assert twin.predict_proba(with_vectors()).tolist() == (
        classifier.predict_proba(with_vectors()).tolist()
    )
    assert all(type(array) is np.ndarray for array in classifier.weights_.values())


def test_early_stopping_keeps_the_best_epoch():
    classifier = small(
        early_stopping=True,
        validation_fraction=0.25,
        n_iter_no_change=2,
        max_epochs=60,
        learning_rate=0.05,
        schedule="constant",
    ).fit(SERIES, RNG.permutation(LABELS))
    losses = [record["valid_loss"] for record in classifier.history_]
    assert classifier.best_epoch_ == np.argmin(losses) + 1
    assert classifier.n_iter_ == len(losses) == classifier.best_epoch_ + 2


def test_the_best_epoch_is_the_one_that_predicts():
    parameters = {"learning_rate": 0.05, "schedule": "constant", "max_epochs": 12}
    valid = (SERIES[8:], LABELS[8:])
    classifier = small(n_iter_no_change=12, **parameters)
    classifier.fit(
        SERIES[:8], RNG.permutation(LABELS[:8]), X_val=valid[0], y_val=valid[1]
    )
    log_probabilities = classifier.predict_log_proba(valid[0])
    places = np.searchsorted(classifier.classes_, valid[1])
    loss = -log_probabilities[np.arange(8), places].mean()
    best = classifier.history_[classifier.best_epoch_ - 1]
    assert loss == pytest.approx(best["valid_loss"], abs=1e-5)
    assert classifier.score(*valid) == pytest.approx(best["valid_accuracy"])


@pytest.mark.parametrize("schedule", ["one-cycle", "constant", "plateau"])
def test_schedules_of_the_learning_rate(schedule):
    rates = [
        record["learning_rate"]
        for record in small(schedule=schedule, max_epochs=8)
        .fit(SERIES, LABELS)
        .history_
    ]
    if schedule == "one-cycle":
        assert max(rates) <= 0.002
        assert rates[-1] < 1e-5
    else:
        assert rates[0] == pytest.approx(0.002)


def test_warm_start_goes_on_and_fit_starts_anew():
    classifier = small(warm_start=True).fit(SERIES, LABELS)
    first = classifier.weights_["head.weight"]
    classifier.fit(SERIES, LABELS)
    assert classifier.n_iter_ == 6
    assert [record["epoch"] for record in classifier.history_] == [1, 2, 3, 4, 5, 6]
    again = classifier.set_params(warm_start=False).fit(SERIES, LABELS)
    assert (again.weights_["head.weight"] == first).all()
    assert again.n_iter_ == 3


def test_warm_start_refuses_other_classes():
    classifier = small(warm_start=True).fit(SERIES, LABELS)
    with pytest.raises(ValueError, match="expects the classes of the last fit"):
        classifier.fit(SERIES, ["a", "b"] * 8)


def test_partial_fit_trains_an_epoch_each_call():
    classifier = small(learning_rate=0.02)
    for _ in range(25):
        classifier.partial_fit(SERIES[:8], LABELS[:8], classes=["down", "up"])
        classifier.partial_fit(SERIES[8:], LABELS[8:])
    assert classifier.n_iter_ == 50
    assert classifier.score(SERIES, LABELS) == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: c.partial_fit(SERIES, LABELS), "expects classes in the first call"),
        (
            lambda c: c.partial_fit(SERIES, LABELS, ["up", "level"]),
            "expects labels among",
        ),
    ],
)
def test_partial_fit_needs_to_know_the_classes(call, message):
    with pytest.raises(ValueError, match=message):
        call(small())


def test_a_loss_that_is_not_finite_stops_with_a_remedy():
    huge = [series * 1e38 for series in SERIES]
    classifier = small(learning_rate=1e30, schedule="constant", gradient_clip=None)
    with (
        pytest.warns(UserWarning, match="channels of a scale near 1"),
        pytest.raises(RuntimeError, match=r"epoch \d+ at learning rate .* Lower"),
    ):
        classifier.fit(huge, LABELS)
    with pytest.raises(NotFittedError):
        classifier.predict(SERIES)


def test_an_interrupt_keeps_the_best_epoch_so_far(monkeypatch):
    class Interrupting(training.EpochLog):
        def on_epoch_begin(self, net, **kwargs):
            super().on_epoch_begin(net, **kwargs)
            if len(self.records) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(training, "EpochLog", Interrupting)
    classifier = small(max_epochs=5, schedule="constant")
    with pytest.warns(
        UserWarning, match="interrupted in epoch 3 of 5: it keeps epoch 2"
    ):
        classifier.fit(SERIES, LABELS)
    expected = small(max_epochs=2, schedule="constant").fit(SERIES, LABELS)
    assert joblib.hash(classifier.weights_) == joblib.hash(expected.weights_)


@pytest.mark.parametrize(
    ("truncate", "kept"),
    [("head", [0, 1, 2, 3, 4]), ("tail", [4, 5, 6, 7, 8]), ("both", [0, 1, 2, 7, 8])],
)
def test_long_sequences_are_cut_with_a_warning(truncate, kept):
    X = RNG.standard_normal((16, 9))
    shorter = X[:, kept].tolist()
    # A single batch without dropout: the order of the samples does not matter.
    parameters = {"batch_size": 16, "dropout": 0.0, "embedding_dropout": 0.0}
    cut = small(max_length=5, truncate=truncate, **parameters)
    message = f"cut 16 of 16 samples to max_length=5 time steps, keeping the {truncate}"
    with pytest.warns(UserWarning, match=message):
        cut.fit(X, LABELS)
    expected = small(**parameters).fit(shorter, LABELS).predict_proba(shorter)
    np.testing.assert_allclose(cut.predict_proba(shorter), expected, atol=1e-5)
    with pytest.warns(UserWarning, match=message):
        np.testing.assert_allclose(cut.predict_proba(X), expected, atol=1e-5)
    assert cut.gate_activations(X[:1])[0][0, "forward"].memory_cell.shape == (5, 4)


def test_bfloat16_where_the_processor_has_none(monkeypatch):
    monkeypatch.setattr(network, "computes_in_bfloat16", lambda device: False)
    with pytest.raises(ValueError, match="precision='bfloat16' is not at hand here"):
        small(precision="bfloat16").fit(CODES, CODE_LABELS)
    exact = small(precision="float32").fit(CODES, CODE_LABELS)
    expected = exact.predict_proba(CODES)
    fitted_elsewhere = exact.set_params(precision="bfloat16")
    np.testing.assert_array_equal(fitted_elsewhere.predict_proba(CODES), expected)


@needs_bfloat16
def test_bfloat16_training_predicts_alike():
    exact = small(precision="float32", max_epochs=15).fit(CODES, CODE_LABELS)
    rough = small(precision="bfloat16", max_epochs=15).fit(CODES, CODE_LABELS)
    np.testing.assert_allclose(
        rough.predict_proba(CODES), exact.predict_proba(CODES), atol=0.05
    )


def test_gate_activations_have_the_shape_of_each_sample():
    classifier = small(n_layers=2).fit(SERIES, LABELS)
    activations = classifier.gate_activations([SERIES[0], [], SERIES[5]])
    assert [len(a[1, "backward"].memory_cell) for a in activations] == [2, 0, 4]
    assert set(activations[0]) == {
        (layer, direction) for layer in (0, 1) for direction in ("forward", "backward")
    }
    assert activations[2][0, "forward"].forget_gate.shape == (4, 4)


def test_gate_activations_are_those_that_predict():
    # Road two to the probabilities: the head over each direction's last hidden state.
    classifier = small(n_layers=2, pooling="last").fit(SERIES, LABELS)
    last = [
        np.hstack(
            [
                sample[1, "forward"].hidden_state[-1],
                sample[1, "backward"].hidden_state[0],
            ]
        )
        for sample in classifier.gate_activations(SERIES)
    ]
    weights = classifier.weights_
    logits = last @ weights["head.weight"].T + weights["head.bias"]
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(classifier.predict_proba(SERIES), expected, atol=1e-6)


def test_training_keeps_to_its_threads(monkeypatch):
    used = []

    def train(*args, **kwargs):
        used.append(torch.get_num_threads())
        raise InterruptedError

    monkeypatch.setattr(lstm_classifier, "train", train)
    before = torch.get_num_threads()
    for n_threads in (2, 1):
        with pytest.raises(InterruptedError):
            small(n_threads=n_threads).fit(SERIES, LABELS)
    assert used == [2, 1]
    assert torch.get_num_threads() == before


def test_a_grid_search_shows_nested_bars(capsys):
    callback = pytest.importorskip("sklearn.callback", reason="scikit-learn 1.9")
    pytest.importorskip("rich", reason="draws the bars")
    search = GridSearchCV(small(), {"hidden_size": [2, 3]}, cv=2)
    search.set_callbacks(callback.ProgressBar()).fit(SERIES, LABELS)
    shown = capsys.readouterr().out
    assert "GridSearchCV - fit" in shown
    assert "candidate-split-evaluation | LSTMClassifier - fit #3" in shown


def test_without_scikit_learns_callbacks_nothing_is_told(monkeypatch):
    # What an older scikit-learn gets.
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    spec = importlib.util.spec_from_file_location("older", _callbacks.__file__)
    older = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(older)
    assert not hasattr(older.CallbackSupportMixin, "set_callbacks")
    assert older.with_callbacks(small) is small

    class WithoutCallbacks(LSTMClassifier):
        def __getattribute__(self, name):
            if name == "_init_callback_context":
                raise AttributeError(name)
            return super().__getattribute__(name)

        fit = LSTMClassifier.fit.__wrapped__

    monkeypatch.setattr(lstm_classifier, "TaskReporter", older.TaskReporter)
    parameters = small().get_params()
    classifier = WithoutCallbacks(**parameters).fit(SERIES, LABELS)
    expected = small().fit(SERIES, LABELS)
    assert joblib.hash(classifier.weights_) == joblib.hash(expected.weights_)


def test_scikit_learns_callbacks_see_the_epochs():
    callback = pytest.importorskip("sklearn.callback")

    class Counting:
        def setup(self, estimator, context):
            self.tasks = []

        def on_fit_task_begin(self, estimator, context):
            pass

        def on_fit_task_end(self, estimator, context):
            self.tasks.append(context.task_name)
            return len(self.tasks) == 2

        def teardown(self, estimator, context):
            pass

    counting = Counting()
    assert isinstance(counting, callback.FitCallback)
    classifier = small(max_epochs=5).set_callbacks(counting).fit(SERIES, LABELS)
    assert counting.tasks == ["epoch", "epoch", "fit"]
    assert classifier.n_iter_ == 2


def test_verbose_shows_a_bar_of_epochs(capfd):
    small(verbose=True).fit(SERIES, LABELS)
    shown = capfd.readouterr().err
    assert "3/3" in shown
    assert "train_loss=" in shown
    small().fit(SERIES, LABELS)
    assert capfd.readouterr().err == ""


def test_clone_forgets_what_was_learned():
    assert not hasattr(clone(small().fit(SERIES, LABELS)), "weights_")


@pytest.mark.parametrize(
    ("X", "kind", "message"),
    [
        ([["很", "好"]] * 16, TypeError, "Put Word2VecEmbedder or TokenEncoder before"),
        (["很好"] * 16, TypeError, "Put JiebaSegmenter before it"),
        (
            [*SERIES[:15], [1.0, np.nan]],
            ValueError,
            r"row 15 contains NaN.*from_padded",
        ),
        ([*SERIES[:15], np.ones((2, 2))], ValueError, "row 15 has 2, row 0 has 1"),
        ((series for series in SERIES), TypeError, "generator"),
        (SERIES[:3], ValueError, "inconsistent numbers of samples"),
        ([], ValueError, "at least 1 sample"),
    ],
)
def test_bad_sequences(X, kind, message):
    with pytest.raises(kind, match=message):
        small().fit(X, LABELS)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["up"] * 16, "needs samples of at least 2 classes; got 1 class"),
        (["up", None] * 8, "row 1 has none"),
        ([0.5, 1.7] * 8, "Unknown label type"),
        (None, "requires y"),
    ],
)
def test_bad_labels(y, message):
    with pytest.raises(ValueError, match=message):
        small().fit(SERIES, y)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros(16), "all are zero"),
        (-np.ones(16), "[Nn]egative"),
        (np.full(16, np.nan), "NaN"),
        (np.ones(3), "sample_weight.shape"),
    ],
)
def test_bad_sample_weights(weights, message):
    with pytest.raises(ValueError, match=message):
        small().fit(SERIES, LABELS, sample_weight=weights)


@pytest.mark.parametrize(
    "parameters",
    [
        {"hidden_size": 0},
        {"pooling": "median"},
        {"input_pooling": "median"},
        {"adversarial": -1.0},
        {"perturbation": 0.0},
        {"max_epochs": "all"},
        {"dropout": 1.0},
        {"schedule": "cosine"},
        {"truncate": "middle"},
    ],
)
def test_bad_parameters_are_named(parameters):
    with pytest.raises(ValueError, match=f"'{next(iter(parameters))}' parameter"):
        small(**parameters).fit(SERIES, LABELS)


@pytest.mark.parametrize("parameter", ["pooling", "input_pooling"])
@pytest.mark.parametrize("names", [("mean", "median"), ()])
def test_an_unknown_pooling_in_a_tuple(parameter, names):
    with pytest.raises(ValueError, match=f"expects {parameter} to be one or several"):
        small(**{parameter: names}).fit(SERIES, LABELS)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X_val": SERIES}, "X_val alone. Pass y_val"),
        ({"y_val": LABELS}, "y_val alone. Pass X_val"),
        ({"sample_weight_val": [1.0]}, "got it alone"),
        ({"X_val": [], "y_val": []}, "X_val to hold at least one sample"),
        ({"X_val": SERIES, "y_val": LABELS[:3]}, "inconsistent numbers of samples"),
        ({"X_val": SERIES[:1], "y_val": ["level"]}, "row 0 is 'level'"),
        ({"X_val": ["很好"], "y_val": LABELS[:1]}, "JiebaSegmenter .* transform_input"),
        (
            {"X_val": SERIES[:1], "y_val": LABELS[:1], "sample_weight_val": [-1.0]},
            "sample_weight",
        ),
    ],
)
def test_what_is_held_out_is_checked(given, message):
    with pytest.raises((TypeError, ValueError), match=message):
        small().fit(SERIES, LABELS, **given)


def test_weights_of_what_is_held_out_count_in_its_loss():
    held_out = {"X_val": SERIES[:4], "y_val": LABELS[:4]}
    alone = small(max_epochs=2).fit(
        SERIES[4:], LABELS[4:], X_val=SERIES[:1], y_val=LABELS[:1]
    )
    weighed = small(max_epochs=2).fit(
        SERIES[4:], LABELS[4:], **held_out, sample_weight_val=[4.0, 0.0, 0.0, 0.0]
    )
    for one, other in zip(alone.history_, weighed.history_, strict=True):
        assert one["valid_loss"] == pytest.approx(other["valid_loss"], abs=1e-6)


def test_a_validation_fraction_that_lacks_a_class():
    X, y = np.random.RandomState(0).randn(20, 6), [0, 1] * 10
    classifier = small(early_stopping=True, validation_fraction=0.05)
    with pytest.raises(ValueError, match="holds out 1 of 20 distinct samples"):
        classifier.fit(X, y)


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf, "heavy", None])
def test_a_class_weight_that_is_none_is_named(weight):
    message = "expects class_weight to hold finite numbers .* for class 'down'"
    with pytest.raises(ValueError, match=message):
        small(class_weight={"down": weight, "up": 1}).fit(SERIES, LABELS)


def test_class_weights_of_nothing():
    with pytest.raises(ValueError, match="class_weight to leave a class"):
        small(class_weight={"down": 0, "up": 0}).fit(SERIES, LABELS)
