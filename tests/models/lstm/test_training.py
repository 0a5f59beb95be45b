import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from sklstm import LSTMClassifier
from sklstm.models._lstm.callbacks import ClipDenseGradients
from sklstm.models._lstm.training import choose_batch_size, n_epochs
from sklstm.nn.objectives.cross_entropy import WeightedCrossEntropy
from sklstm.nn.objectives.objective import Objective

SERIES = np.random.RandomState(0).standard_normal((24, 5))
LABELS = np.repeat(["a", "b"], 12)


def small(**parameters):
    defaults = {"hidden_size": 4, "batch_size": 8, "n_threads": 1, "random_state": 0}
    return LSTMClassifier(**{**defaults, **parameters})


def rates(classifier):
    return np.array([record["learning_rate"] for record in classifier.history_])


def test_one_cycle_rises_and_anneals_to_nothing():
    found = rates(small(max_epochs=20, learning_rate=0.01).fit(SERIES, LABELS))
    top = found.argmax()
    assert 0 < top < 10
    assert found[top] == pytest.approx(0.01, rel=0.05)
    assert (np.diff(found[: top + 1]) > 0).all()
    assert (np.diff(found[top:]) < 0).all()
    assert found[-1] < 1e-4


def test_constant_stays():
    fitted = small(max_epochs=5, learning_rate=0.01, schedule="constant")
    assert rates(fitted.fit(SERIES, LABELS)).tolist() == [0.01] * 5


def test_plateau_divides_by_ten_after_three_epochs_without_improvement():
    classifier = small(
        max_epochs=30, learning_rate=0.05, schedule="plateau", n_iter_no_change=30
    )
    # Validated on the opposite of what is learned, the loss rises.
    opposite = np.where(LABELS == "a", "b", "a")
    classifier.fit(SERIES, LABELS, X_val=SERIES, y_val=opposite)
    losses = [record["valid_loss"] for record in classifier.history_]
    lowest = int(np.argmin(losses))
    found = rates(classifier)
    assert found[: lowest + 3].tolist() == [0.05] * (lowest + 3)
    assert found[lowest + 3] == pytest.approx(0.005)


def test_plateau_without_validation_follows_the_training_loss():
    classifier = small(max_epochs=4, schedule="plateau", learning_rate=1e-7)
    # Steps too small to be seen: the loss does not fall after the first epoch.
    classifier.set_params(dropout=0.0, embedding_dropout=0.0).fit(SERIES, LABELS)
    np.testing.assert_allclose(rates(classifier), [1e-7, 1e-7, 1e-7, 1e-8])


def clip(gradients, max_norm):
    parameters = [nn.Parameter(torch.zeros_like(gradient)) for gradient in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    named = [(str(i), parameter) for i, parameter in enumerate(parameters)]
    ClipDenseGradients(max_norm).on_grad_computed(None, named_parameters=iter(named))
    return [parameter.grad for parameter in parameters]


def test_gradients_are_clipped_together_and_those_of_tables_left_alone():
    # The norm over both dense gradients is 5; they come down to a norm of 1.
    table = torch.tensor([[9.0], [0.0]]).to_sparse(1)
    first, second, sparse = clip([torch.tensor([3.0]), torch.tensor([4.0]), table], 1.0)
    torch.testing.assert_close(first, torch.tensor([0.6]))
    torch.testing.assert_close(second, torch.tensor([0.8]))
    assert sparse.to_dense().tolist() == [[9.0], [0.0]]


@pytest.mark.parametrize("max_norm", [None, 5.1])
def test_gradients_below_the_limit_stay(max_norm):
    gradients = clip([torch.tensor([3.0]), torch.tensor([4.0])], max_norm)
    assert [gradient.item() for gradient in gradients] == [3.0, 4.0]


def test_early_stopping_validates_on_its_share_and_trains_on_the_rest():
    classifier = small(early_stopping=True, validation_fraction=0.25, max_epochs=3)
    classifier.fit(SERIES, LABELS)
    n_right = 6 * classifier.history_[0]["valid_accuracy"]
    assert n_right == pytest.approx(round(n_right))
    plain = small(max_epochs=3).fit(SERIES, LABELS)
    assert "valid_loss" not in plain.history_[0]
    assert not np.allclose(
        plain.weights_["head.weight"], classifier.weights_["head.weight"]
    )


class Twice(nn.Module):
    """A term of the loss that runs the network once more on the same inputs."""

    needs_labels, weight = True, 1.0

    def forward(self, reading, target):
        again = reading.repeated()
        assert again.shape == reading.logits.shape and len(target[0]) == len(again)
        return (again**2).mean()


def test_a_term_of_the_loss_sees_the_network_and_its_inputs(monkeypatch):
    plain = small(max_epochs=2).fit(SERIES, LABELS)
    objective = Objective(WeightedCrossEntropy(), [Twice()])
    monkeypatch.setattr(LSTMClassifier, "_objective", lambda *_: objective)
    held_out = {"X_val": SERIES, "y_val": LABELS}
    regularized = small(max_epochs=2).fit(SERIES, LABELS, **held_out)
    first, other = regularized.history_[0], plain.history_[0]
    assert first["train_loss"] > other["train_loss"]
    # The validation loss is that of the labels alone.
    log_proba = regularized.predict_log_proba(SERIES)
    loss = -log_proba[np.arange(24), (LABELS == "b").astype(int)].mean()
    best = regularized.history_[regularized.best_epoch_ - 1]
    assert best["valid_loss"] == pytest.approx(loss, abs=1e-5)


TERMS = ["adversarial", "virtual_adversarial", "entropy", "consistency"]


@pytest.mark.parametrize("term", TERMS)
def test_a_term_changes_what_is_learned_the_same_way_each_time(term):
    plain = small(max_epochs=2).fit(SERIES, LABELS)
    first, second = (small(max_epochs=2, **{term: 1.0}) for _ in range(2))
    first.fit(SERIES, LABELS), second.fit(SERIES, LABELS)
    for name, weights in first.weights_.items():
        np.testing.assert_array_equal(weights, second.weights_[name])
    assert not np.allclose(first.weights_["head.weight"], plain.weights_["head.weight"])


@pytest.mark.parametrize("term", TERMS)
def test_a_term_takes_empty_sequences_and_one_sample_of_weight(term):
    X = [*SERIES[:12], *([[]] * 12)]
    weights = np.r_[np.ones(13), np.zeros(11)]
    fitted = small(max_epochs=2, **{term: 1.0}).fit(X, LABELS, weights)
    assert np.isfinite(fitted.predict_proba(X)).all()


def test_adversarial_training_stands_small_changes_better():
    labels = np.repeat([0, 1], 40)
    X = np.random.RandomState(0).standard_normal((80, 6)) + labels[:, None]
    moved = X + 0.3 * np.where(labels, -1, 1)[:, None]
    settings = {"max_epochs": 60, "learning_rate": 0.01}
    settings |= {"dropout": 0.0, "embedding_dropout": 0.0}
    plain = small(**settings).fit(X, labels)
    trained = small(adversarial=1.0, perturbation=0.3, **settings).fit(X, labels)
    assert trained.score(moved, labels) > plain.score(moved, labels)


@pytest.mark.parametrize(
    ("n_samples", "batch_size", "expected"),
    [(160, 32, 80), (1, 32, 400), (33, 32, 200), (1600, 32, 8), (100_000, 32, 8)],
)
def test_automatic_epochs_count_steps(n_samples, batch_size, expected):
    assert n_epochs(n_samples, batch_size) == expected


def test_few_samples_train_longer_by_themselves():
    assert small(max_epochs="auto", batch_size=2).fit(SERIES, LABELS).n_iter_ == 34


@pytest.mark.parametrize(
    ("n_samples", "expected"),
    [(1, 8), (50, 8), (256, 8), (257, 9), (1000, 32), (2048, 64), (100_000, 64)],
)
def test_automatic_batches_are_a_share_of_the_samples(n_samples, expected):
    assert choose_batch_size(n_samples) == expected


def test_automatic_batches_are_those_of_that_size():
    rng = np.random.RandomState(0)
    X, labels = rng.standard_normal((300, 4)), rng.randint(2, size=300)
    given = {"max_epochs": 2, "n_threads": 1}
    chosen = small(batch_size="auto", **given).fit(X, labels)
    same = small(batch_size=10, **given).fit(X, labels)
    np.testing.assert_array_equal(chosen.predict_proba(X), same.predict_proba(X))
    # 400 steps of batches of 10.
    assert chosen.set_params(max_epochs="auto").fit(X, labels).n_iter_ == 14


@pytest.mark.parametrize(("fraction", "holds_out"), [(0.49, False), (0.5, True)])
def test_automatic_early_stopping_holds_out_a_hundred_samples(fraction, holds_out):
    rng = np.random.RandomState(0)
    X, labels = rng.standard_normal((200, 2)), rng.randint(2, size=200)
    given = {"max_epochs": 1, "validation_fraction": fraction}
    classifier = small(early_stopping="auto", **given).fit(X, labels)
    assert ("valid_loss" in classifier.history_[0]) == holds_out


def test_the_history_is_a_data_frame():
    classifier = small(max_epochs=3, early_stopping=True, validation_fraction=0.25)
    frame = pd.DataFrame(classifier.fit(SERIES, LABELS).history_)
    assert frame.columns.tolist() == [
        *("epoch", "train_loss", "valid_loss", "valid_accuracy"),
        *("learning_rate", "seconds"),
    ]
    assert frame["epoch"].tolist() == [1, 2, 3]
    assert frame.notna().all(axis=None)
    assert all(dtype.kind in "if" for dtype in frame.dtypes)
