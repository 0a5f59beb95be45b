import pickle
from itertools import chain, product

import numpy as np
import pandas as pd
import pytest
from scipy.special import logsumexp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklstm import HMMClassifier, Sequences, TokenEncoder

TOKENS = [
    ["房间", "很", "好"],
    ["服务", "好", "，", "早餐", "好"],
    ["很", "好"],
    ["好"],
    ["房间", "不", "好"],
    ["服务", "很", "差", "，", "房间", "也", "差"],
    ["差"],
    ["早餐", "不", "新鲜"],
]
LABELS = ["positive"] * 4 + ["negative"] * 4
UNSEEN = "天花板"


def _series(n_samples=40, seed=0):
    """Two classes of two channels: slow and fast waves, of unequal length."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_samples) % 2
    X = [
        np.column_stack([np.sin(t * (0.3 + 1.2 * label)), np.cos(t * 0.3)])
        + rng.normal(0, 0.2, size=(len(t), 2))
        for label, t in ((k, np.arange(rng.integers(5, 30))) for k in y)
    ]
    return X, y


def _symbols(n_samples=60, seed=0):
    """Integer symbols of two classes that differ in order alone."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_samples) % 2
    X = []
    for label in y:
        steps = np.cumsum(rng.random(rng.integers(4, 12)) < (0.9 if label else 0.3))
        X.append(2 * (steps % 2) + rng.integers(0, 2, len(steps)))
    return X, y


@parametrize_with_checks(
    [
        HMMClassifier(n_states=4, n_iter=10),
        HMMClassifier(n_states=2, n_iter=5, n_init=2, covariance_type="full"),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


# Properties


def test_predicts_what_order_alone_tells():
    X, y = _symbols(200)
    hmm = HMMClassifier(n_states=2, emission="categorical", random_state=0)
    assert hmm.fit(X[:100], y[:100]).score(X[100:], y[100:]) > 0.8
    assert hmm.set_params(n_states=1).fit(X[:100], y[:100]).score(X, y) < 0.75


def test_predicts_waves():
    X, y = _series(100)
    for covariance_type in ("diag", "full"):
        hmm = HMMClassifier(covariance_type=covariance_type, random_state=0)
        assert hmm.fit(X[:50], y[:50]).score(X[50:], y[50:]) > 0.9


@pytest.mark.parametrize("X, y", [(TOKENS, LABELS), _series()])
def test_rows_of_probabilities(X, y):
    hmm = HMMClassifier(n_states=3, n_iter=5, random_state=0).fit(X, y)
    probabilities = hmm.predict_proba(X)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(np.log(probabilities), hmm.predict_log_proba(X))
    np.testing.assert_array_equal(
        hmm.predict(X), hmm.classes_[probabilities.argmax(axis=1)]
    )
    learned = [*hmm.start_probabilities_, *hmm.transition_probabilities_]
    if hmm.emission_ == "categorical":
        learned += hmm.emission_probabilities_
    for array in learned:
        np.testing.assert_allclose(array.sum(axis=-1), 1)


def test_bayes_rule():
    hmm = HMMClassifier(n_states=2, class_prior=[0.2, 0.8], random_state=0)
    hmm.fit(TOKENS, LABELS)
    joint = hmm.score_samples(TOKENS) + np.log([0.2, 0.8])
    expected = joint - logsumexp(joint, axis=1, keepdims=True)
    np.testing.assert_allclose(hmm.predict_log_proba(TOKENS), expected)


@pytest.mark.parametrize("X, y", [(TOKENS, LABELS), _series(), _symbols()])
@pytest.mark.parametrize("alpha", [0, 1])
def test_log_likelihood_never_falls(X, y, alpha):
    hmm = HMMClassifier(n_states=4, n_iter=60, tol=0, alpha=alpha, random_state=1)
    hmm.fit(X, y)
    for history in hmm.history_:
        assert len(history) > 5
        assert np.diff(history).min() >= -1e-9 * np.abs(history).max()
        assert history[-1] > history[0]


def test_history_is_the_log_likelihood_before_each_iteration():
    X, y = _symbols()
    kwargs = {"n_states": 3, "emission": "categorical", "alpha": 0, "tol": 0}
    kwargs |= {"random_state": 0}
    history = HMMClassifier(**kwargs, n_iter=4).fit(X, y).history_[1]
    for n_iter in range(4):
        hmm = HMMClassifier(**kwargs, n_iter=n_iter).fit(X, y)
        scores = hmm.score_samples(X)[y == 1, 1]
        np.testing.assert_allclose(scores.sum(), history[n_iter])


def test_convergence():
    X, y = _series()
    hmm = HMMClassifier(n_states=2, n_iter=200, tol=1e-3, random_state=0).fit(X, y)
    assert hmm.converged_.all()
    for history, n_iter in zip(hmm.history_, hmm.n_iter_, strict=True):
        assert len(history) == n_iter < 200
    hmm.set_params(n_iter=2).fit(X, y)
    assert not hmm.converged_.any()
    assert hmm.n_iter_.tolist() == [2, 2]


def test_more_starts_never_do_worse():
    X, y = _symbols()
    finals = []
    for n_init in (1, 2, 6):
        hmm = HMMClassifier(n_states=4, n_iter=8, n_init=n_init, random_state=0)
        hmm.set_params(emission="categorical", alpha=0).fit(X, y)
        finals.append([history[-1] for history in hmm.history_])
    assert (np.diff(finals, axis=0) >= 0).all()
    assert (finals[2] > finals[0]).any()


def test_states_for_each_class():
    hmm = HMMClassifier(n_states=[2, 3], random_state=0).fit(TOKENS, LABELS)
    assert [len(start) for start in hmm.start_probabilities_] == [2, 3]
    assert hmm.transition_probabilities_[1].shape == (3, 3)
    assert hmm.emission_probabilities_[0].shape == (2, len(hmm.vocabulary_) + 1)


@pytest.mark.parametrize("X, y", [(TOKENS, LABELS), _series()])
def test_row_alone_shuffled_and_in_company_is_the_same(X, y):
    hmm = HMMClassifier(n_states=3, n_iter=5, random_state=0).fit(X, y)
    together = hmm.score_samples(X)
    alone = np.vstack([hmm.score_samples([row]) for row in X])
    np.testing.assert_allclose(alone, together)
    order = np.random.default_rng(0).permutation(len(X))
    shuffled = hmm.score_samples([X[i] for i in order])
    np.testing.assert_allclose(shuffled, together[order])


def test_blocks_change_nothing(monkeypatch):
    X, y = _series()
    whole = HMMClassifier(n_states=3, n_iter=5, random_state=0).fit(X, y)
    monkeypatch.setattr("sklstm.models._hmm.model._VALUES_AT_ONCE", 150)
    parts = clone(whole).fit(X, y)
    np.testing.assert_allclose(parts.means_, whole.means_)
    np.testing.assert_allclose(parts.score_samples(X), whole.score_samples(X))


@pytest.mark.parametrize("X, y", [(TOKENS, LABELS), _series()])
def test_integer_weights_equal_repetition(X, y):
    weights = np.arange(len(X)) % 3
    X_repeated = [X[i] for i, weight in enumerate(weights) for _ in range(weight)]
    y_repeated = np.repeat(y, weights)
    hmm = HMMClassifier(n_states=2, n_iter=5, min_count=2, random_state=0)
    weighted = clone(hmm).fit(X, y, sample_weight=weights).score_samples(X)
    repeated = hmm.fit(X_repeated, y_repeated).score_samples(X)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-6)


def test_same_seed_same_bytes():
    state = np.random.get_state()[1].copy()
    fits = [
        HMMClassifier(random_state=seed, n_init=2).fit(TOKENS, LABELS)
        for seed in (0, 0, 1)
    ]
    scores = [hmm.score_samples(TOKENS).tobytes() for hmm in fits]
    assert scores[0] == scores[1] != scores[2]
    np.testing.assert_array_equal(np.random.get_state()[1], state)


def test_pickle_holds_numpy_alone():
    hmm = HMMClassifier(random_state=0).fit(TOKENS, LABELS)
    pickled = pickle.dumps(hmm)
    assert b"torch" not in pickled
    np.testing.assert_array_equal(
        pickle.loads(pickled).score_samples(TOKENS), hmm.score_samples(TOKENS)
    )


def test_progress(capsys):
    HMMClassifier(n_iter=2, verbose=True).fit(TOKENS, LABELS)
    assert "Baum-Welch" in capsys.readouterr().err
    HMMClassifier(n_iter=2).fit(TOKENS, LABELS)
    assert not capsys.readouterr().err


# Numbers computed another way


def _sum_over_paths(start, transition, densities):
    total = 0.0
    for path in product(range(len(start)), repeat=densities.shape[1]):
        p = start[path[0]] * densities[path[0], 0]
        for t in range(1, len(path)):
            p *= transition[path[t - 1], path[t]] * densities[path[t], t]
        total += p
    return np.log(total)


def test_log_likelihood_of_tokens_equals_the_sum_over_all_paths():
    hmm = HMMClassifier(n_states=3, random_state=0).fit(TOKENS, LABELS)
    scores = hmm.score_samples(TOKENS)
    for row, tokens in enumerate(TOKENS):
        symbols = [hmm.vocabulary_[token] for token in tokens]
        for k in range(2):
            expected = _sum_over_paths(
                hmm.start_probabilities_[k],
                hmm.transition_probabilities_[k],
                hmm.emission_probabilities_[k][:, symbols],
            )
            np.testing.assert_allclose(scores[row, k], expected)


@pytest.mark.parametrize("covariance_type", ["diag", "full"])
def test_log_likelihood_of_series_equals_the_sum_over_all_paths(covariance_type):
    from scipy.stats import multivariate_normal

    X, y = _series()
    hmm = HMMClassifier(n_states=2, n_iter=3, covariance_type=covariance_type)
    short = [np.float32(x[:5]) for x in X]
    hmm.set_params(random_state=0).fit(short, y)
    scores = hmm.score_samples(short)
    for row in range(4):
        densities = []
        for mean, covariance in zip(hmm.means_[0], hmm.covariances_[0], strict=True):
            matrix = np.diag(covariance) if covariance.ndim == 1 else covariance
            densities.append(multivariate_normal(mean, matrix).pdf(short[row]))
        expected = _sum_over_paths(
            hmm.start_probabilities_[0],
            hmm.transition_probabilities_[0],
            np.array(densities),
        )
        np.testing.assert_allclose(scores[row, 0], expected)


def test_one_state_is_naive_bayes_over_tokens():
    # One state: p(token | class) = (count + alpha) / (total + alpha V), V = 10 words.
    hmm = HMMClassifier(n_states=1, alpha=0.5).fit(TOKENS, LABELS)
    assert len(hmm.vocabulary_) == 10
    positive = hmm.classes_.tolist().index("positive")
    # 11 tokens in positive, 好 five times, 差 never.
    column = hmm.emission_probabilities_[positive][0]
    np.testing.assert_allclose(column[hmm.vocabulary_["好"]], 5.5 / (11 + 5))
    np.testing.assert_allclose(column[hmm.vocabulary_["差"]], 0.5 / (11 + 5))


def test_unknown_tokens_speak_for_no_class():
    hmm = HMMClassifier(n_states=2, random_state=0).fit(TOKENS, LABELS)
    expected = hmm.predict_proba([["好"], []])
    actual = hmm.predict_proba([["好", UNSEEN, UNSEEN], [UNSEEN]])
    np.testing.assert_allclose(actual, expected)
    # Between known tokens it lets a step of time pass.
    model = [
        parameter[0]
        for parameter in (
            hmm.start_probabilities_,
            hmm.transition_probabilities_,
            hmm.emission_probabilities_,
        )
    ]
    start, transition, emission = model
    column = emission[:, hmm.vocabulary_["好"]]
    likelihood = (start * column) @ transition @ transition @ column
    np.testing.assert_allclose(
        hmm.score_samples([["好", UNSEEN, "好"]])[0, 0], np.log(likelihood)
    )


def test_rare_tokens_teach_what_an_unknown_one_looks_like():
    hmm = HMMClassifier(n_states=1, alpha=0, min_count=2).fit(TOKENS, LABELS)
    # Once only: 也, 新鲜 (negative). 不 occurs twice, ， twice, 早餐 twice, ...
    assert set(hmm.vocabulary_) == {
        "，",
        "不",
        "好",
        "差",
        "很",
        "房间",
        "早餐",
        "服务",
    }
    columns = [emission[0, 0] for emission in hmm.emission_probabilities_]
    np.testing.assert_allclose(columns, [2 / 14, 0])


def test_empty_sequences_answer_the_prior():
    y = ["a"] * 2 + ["b"] * 6
    hmm = HMMClassifier(n_states=2, random_state=0).fit(TOKENS, y)
    np.testing.assert_allclose(hmm.predict_proba([[], []]), [[0.25, 0.75]] * 2)
    np.testing.assert_array_equal(hmm.score_samples([[]]), [[0.0, 0.0]])
    X, y = _series()
    hmm = HMMClassifier(n_states=2, n_iter=2).fit([*X, np.empty((0, 2))], [*y, 1])
    np.testing.assert_allclose(hmm.predict_proba([[]]), [[20 / 41, 21 / 41]])


def test_no_samples():
    hmm = HMMClassifier(n_states=2, n_iter=2).fit(TOKENS, LABELS)
    assert hmm.predict([]).shape == (0,)
    assert hmm.predict_proba([]).shape == (0, 2)
    assert hmm.decode([]) == []


def test_codes_are_columns():
    encoder = TokenEncoder()
    codes = encoder.fit_transform(TOKENS)
    of_codes = HMMClassifier(n_states=3, random_state=0).fit(codes, LABELS)
    of_tokens = HMMClassifier(n_states=1).fit(TOKENS, LABELS)
    of_single = HMMClassifier(n_states=1).fit(codes, LABELS)
    np.testing.assert_allclose(
        of_single.score_samples(codes), of_tokens.score_samples(TOKENS)
    )
    unseen = encoder.transform([["好", UNSEEN]])
    np.testing.assert_allclose(
        of_codes.predict_proba(unseen), of_codes.predict_proba(codes[3:4])
    )
    beyond = Sequences([2], [[codes.codes[0][codes.offsets[3]], 500]])
    np.testing.assert_allclose(
        of_codes.predict_proba(beyond), of_codes.predict_proba(codes[3:4])
    )


def test_vectors_of_codes_are_channels():
    codes = TokenEncoder().fit_transform(TOKENS)
    table = np.random.default_rng(0).normal(size=(codes.codes[0].max() + 1, 2))
    with_vectors = Sequences(codes.lengths, codes.codes, [table])
    arrays = [table[sample[:, 0].astype(int)].astype(np.float32) for sample in codes]
    hmm = HMMClassifier(n_states=2, emission="gaussian", random_state=0)
    actual = clone(hmm).fit(with_vectors, LABELS).score_samples(with_vectors)
    np.testing.assert_allclose(actual, hmm.fit(arrays, LABELS).score_samples(arrays))


def test_forms_of_token_sequences():
    expected = HMMClassifier(n_states=2, random_state=0).fit(TOKENS, LABELS)
    expected = expected.predict_proba(TOKENS)
    for form in (
        pd.Series(TOKENS, index=range(8, 0, -1)),
        pd.DataFrame({"tokens": TOKENS}),
        tuple(map(tuple, TOKENS)),
        np.array([*TOKENS, None], dtype=object)[:-1],
    ):
        hmm = HMMClassifier(n_states=2, random_state=0).fit(form, LABELS)
        np.testing.assert_array_equal(hmm.predict_proba(form), expected)
    hmm = HMMClassifier(n_states=2, random_state=0).fit(iter(TOKENS), LABELS)
    np.testing.assert_array_equal(hmm.predict_proba(iter(TOKENS)), expected)


# Beside hmmlearn


@pytest.mark.parametrize("n_states", [2, 5])
def test_equals_hmmlearn_on_symbols(n_states):
    hmmlearn = pytest.importorskip("hmmlearn.hmm")
    X, y = _symbols()
    kwargs = {"n_states": n_states, "emission": "categorical", "alpha": 0, "tol": 0}
    kwargs |= {"random_state": 0}
    start = HMMClassifier(**kwargs, n_iter=0).fit(X, y)
    ours = HMMClassifier(**kwargs, n_iter=8).fit(X, y)
    for k in range(2):
        chosen = [x for x, label in zip(X, y, strict=True) if label == k]
        symbols = np.concatenate(chosen)[:, np.newaxis]
        lengths = [len(x) for x in chosen]
        peer = hmmlearn.CategoricalHMM(
            n_states, n_features=4, n_iter=8, tol=-np.inf, init_params=""
        )
        peer.startprob_ = start.start_probabilities_[k]
        peer.transmat_ = start.transition_probabilities_[k]
        peer.emissionprob_ = start.emission_probabilities_[k][:, 1:]
        peer.fit(symbols, lengths)
        close = {"atol": 1e-6, "rtol": 0}
        np.testing.assert_allclose(
            ours.start_probabilities_[k], peer.startprob_, **close
        )
        np.testing.assert_allclose(
            ours.transition_probabilities_[k], peer.transmat_, **close
        )
        np.testing.assert_allclose(
            ours.emission_probabilities_[k][:, 1:], peer.emissionprob_, **close
        )
        np.testing.assert_allclose(
            ours.score_samples(chosen)[:, k].sum() / len(symbols),
            peer.score(symbols, lengths) / len(symbols),
            **close,
        )


def test_viterbi_path_is_as_probable_as_hmmlearns():
    hmmlearn = pytest.importorskip("hmmlearn.hmm")
    X, y = _symbols()
    hmm = HMMClassifier(n_states=4, emission="categorical", random_state=0).fit(X, y)
    start, transition = hmm.start_probabilities_[0], hmm.transition_probabilities_[0]
    emission = hmm.emission_probabilities_[0][:, 1:]
    peer = hmmlearn.CategoricalHMM(4, n_features=4)
    peer.startprob_, peer.transmat_, peer.emissionprob_ = start, transition, emission
    for x, path in zip(X, hmm.decode(X, np.zeros(len(X))), strict=True):
        log_probability = np.log(
            [start[path[0]], *transition[path[:-1], path[1:]], *emission[path, x]]
        ).sum()
        np.testing.assert_allclose(log_probability, peer.decode(x[:, np.newaxis])[0])


@pytest.mark.filterwarnings("ignore:.*covars.*:DeprecationWarning")
@pytest.mark.parametrize("covariance_type", ["diag", "full"])
def test_equals_hmmlearn_on_series(covariance_type):
    hmmlearn = pytest.importorskip("hmmlearn.hmm")
    X, y = _series()
    X = [np.float32(x) for x in X]
    kwargs = {"n_states": 3, "alpha": 0, "tol": 0, "random_state": 0}
    kwargs |= {"covariance_type": covariance_type}
    start = HMMClassifier(**kwargs, n_iter=0).fit(X, y)
    ours = HMMClassifier(**kwargs, n_iter=6).fit(X, y)
    chosen = [x for x, label in zip(X, y, strict=True) if label == 0]
    values, lengths = np.concatenate(chosen), [len(x) for x in chosen]
    peer = hmmlearn.GaussianHMM(
        3,
        covariance_type,
        min_covar=0,
        covars_prior=0,
        covars_weight=1 if covariance_type == "diag" else 1 - 3,
        n_iter=6,
        tol=-np.inf,
        init_params="",
    )
    peer.startprob_ = start.start_probabilities_[0]
    peer.transmat_ = start.transition_probabilities_[0]
    peer.means_ = start.means_[0]
    peer.covars_ = start.covariances_[0]
    peer.n_features = 2
    peer.fit(values, lengths)
    close = {"atol": 1e-6, "rtol": 1e-6}
    np.testing.assert_allclose(ours.means_[0], peer.means_, **close)
    np.testing.assert_allclose(
        ours.transition_probabilities_[0], peer.transmat_, **close
    )
    covariances = peer.covars_
    if covariance_type == "diag":
        covariances = np.diagonal(covariances, axis1=1, axis2=2)
    np.testing.assert_allclose(ours.covariances_[0], covariances, **close)
    np.testing.assert_allclose(
        ours.score_samples(chosen)[:, 0].sum() / len(values),
        peer.score(values, lengths) / len(values),
        **close,
    )


# Dead states, known states, sampling


def test_dead_states_start_anew():
    # Six states for series of two values each: some hold nothing.
    X = [[0.0, 0.0, 5.0], [0.0, 5.0], [5.0, 5.0, 5.0], [5.0, 0.0]] * 3
    y = [0, 0, 1, 1] * 3
    for covariance_type in ("diag", "full"):
        hmm = HMMClassifier(n_states=6, n_iter=50, tol=0, alpha=0, random_state=0)
        hmm.set_params(covariance_type=covariance_type).fit(X, y)
        assert np.isfinite(hmm.score_samples([*X, [1e6, -1e6]])).all()
        for k in range(2):
            np.testing.assert_allclose(hmm.transition_probabilities_[k].sum(axis=1), 1)
            assert np.diff(hmm.history_[k]).min() > -1e-6


def test_a_revived_state_changes_no_likelihood():
    import torch

    from sklstm.models._hmm.emissions import CategoricalEmission
    from sklstm.models._hmm.inputs import Observations
    from sklstm.models._hmm.model import HiddenMarkovModel, make_blocks

    rng = np.random.default_rng(0)
    start, transition = np.array([0.4, 0.6, 0, 0]), np.zeros((4, 4))
    transition[:, :2] = rng.dirichlet(np.ones(2), 4)
    model = HiddenMarkovModel(
        torch.from_numpy(start),
        torch.from_numpy(transition),
        CategoricalEmission(torch.from_numpy(rng.dirichlet(np.ones(5), 4))),
    )
    observations = Observations(np.array([30]), rng.integers(0, 5, 30))
    (block,) = make_blocks(observations, np.arange(1), torch.device("cpu"), 4)
    expectation = model.expect([block], np.ones(1))
    revived = model.revived(expectation.occupancy.numpy(), rng)
    assert (revived.start > 0).all()
    np.testing.assert_allclose(revived.transition.sum(1), 1)
    np.testing.assert_allclose(
        revived.log_likelihood(block), model.log_likelihood(block)
    )
    occupancy = revived.expect([block], np.ones(1)).occupancy
    assert (occupancy > 0.1).all()


def test_known_states_are_counted():
    X = [["a", "b", "b"], ["a", "a"], ["b"], []]
    states = [["N", "V", "V"], ["N", "N"], ["V"], []]
    hmm = HMMClassifier(alpha=0).fit_states(X, states, [0, 0, 1, 1])
    assert hmm.states_.tolist() == ["N", "V"]
    # Class 0: starts N N; N->V, V->V, N->N; N emits a three times, V emits b twice.
    np.testing.assert_allclose(hmm.start_probabilities_[0], [1, 0])
    np.testing.assert_allclose(hmm.transition_probabilities_[0], [[0.5, 0.5], [0, 1]])
    np.testing.assert_allclose(hmm.emission_probabilities_[0], [[0, 1, 0], [0, 0, 1]])
    assert [path.tolist() for path in hmm.decode(X[:2])] == states[:2]
    # Class 1 never leaves V: nothing is counted, nothing is NaN.
    assert np.isfinite(hmm.transition_probabilities_[1]).all()
    smoothed = HMMClassifier(alpha=1).fit_states(X, states, [0, 0, 1, 1])
    np.testing.assert_allclose(smoothed.start_probabilities_[0], [3 / 4, 1 / 4])
    np.testing.assert_allclose(
        smoothed.transition_probabilities_[0], [[2 / 4, 2 / 4], [1 / 3, 2 / 3]]
    )
    assert smoothed.fit(X, [0, 0, 1, 1]).states_ is None


@pytest.mark.parametrize("covariance_type", ["diag", "full"])
def test_known_states_of_series(covariance_type):
    X = [[0.0, 10.0], [2.0, 12.0], [4.0, 4.0]]
    hmm = HMMClassifier(covariance_type=covariance_type)
    hmm.fit_states(X, [[0, 1], [0, 1], [0, 0]], ["a", "a", "b"], [3, 1, 1])
    np.testing.assert_allclose(hmm.means_[0], [[0.5], [10.5]])
    # Weights 3 and 1: variance (3 * 0.25 + 2.25) / 4.
    np.testing.assert_allclose(hmm.covariances_[0].ravel(), [0.75, 0.75])


def test_decode_takes_the_class_that_is_asked_for():
    hmm = HMMClassifier(n_states=[1, 3], random_state=0).fit(TOKENS, LABELS)
    paths = hmm.decode(TOKENS, ["negative"] * 8)
    assert [len(path) for path in paths] == list(map(len, TOKENS))
    assert not np.concatenate(paths).any()
    by_default = hmm.decode(TOKENS)
    asked = hmm.decode(TOKENS, hmm.predict(TOKENS))
    for one, other in zip(by_default, asked, strict=True):
        np.testing.assert_array_equal(one, other)


def test_samples_follow_the_model():
    X, y = _symbols(200)
    hmm = HMMClassifier(n_states=2, emission="categorical", random_state=0).fit(X, y)
    drawn, labels = hmm.sample(2000, n_timesteps=3, random_state=0)
    assert drawn.lengths.tolist() == [3] * 2000
    np.testing.assert_allclose((labels == 1).mean(), 0.5, atol=0.05)
    first = drawn.channels[::3, 0][labels == 1]
    expected = hmm.start_probabilities_[1] @ hmm.emission_probabilities_[1][:, 1:]
    np.testing.assert_allclose(
        np.bincount(first.astype(int)) / len(first), expected, atol=0.05
    )
    assert hmm.score(drawn, labels) > 0.6


def test_samples_have_the_form_of_the_input():
    hmm = HMMClassifier(n_states=2, min_count=2, random_state=0).fit(TOKENS, LABELS)
    X, y = hmm.sample(3, n_timesteps=[2, 0, 4])
    assert [len(tokens) for tokens in X] == [2, 0, 4]
    assert set(chain.from_iterable(X)) <= set(hmm.vocabulary_)
    assert set(y) <= set(LABELS)
    assert hmm.sample(3, n_timesteps=[2, 0, 4])[0] == X
    codes = TokenEncoder().fit_transform(TOKENS)
    X, _ = HMMClassifier(n_states=2, random_state=0).fit(codes, LABELS).sample(2)
    assert X.lengths.tolist() == [10, 10]
    assert X.codes[0].min() > 0
    series, y = _series()
    for covariance_type in ("diag", "full"):
        hmm = HMMClassifier(n_states=3, covariance_type=covariance_type, n_iter=5)
        X, _ = hmm.fit(series, y).sample(200, random_state=0)
        values = np.concatenate(series)
        np.testing.assert_allclose(X.channels.std(0), values.std(0), atol=0.1)


# Messages


def test_before_fit():
    for method in ("predict", "predict_proba", "score_samples", "decode"):
        with pytest.raises(NotFittedError):
            getattr(HMMClassifier(), method)(TOKENS)
    with pytest.raises(NotFittedError):
        HMMClassifier().sample()


@pytest.mark.parametrize(
    "X, error, message",
    [
        (["房间很好", "很差"], TypeError, "row 0 is str. Put JiebaSegmenter before it"),
        ([["好"], ["差", 3]], TypeError, "row 1, position 1 is int"),
        ([[], []], ValueError, "with a time step in fit; got 2 samples without any"),
        ([["好"], None], TypeError, "row 1 is NoneType. Drop or fill missing rows"),
        ([[1.0, np.nan], [1.0]], ValueError, "row 0 contains NaN"),
        (np.array([["好", "坏"]] * 2), ValueError, "Pick one column"),
        (
            Sequences([1, 1], channels=[[0.0], [1.0]], static=[[1.0], [2.0]]),
            ValueError,
            "Leave the static part out",
        ),
        (
            Sequences([1, 1], [[0, 1], [1, 0]]),
            ValueError,
            "one stream of codes, or numbers; got Sequences.* Pass one stream",
        ),
    ],
)
def test_wrong_input(X, error, message):
    with pytest.raises(error, match=message):
        HMMClassifier().fit(X, [0, 1])


@pytest.mark.parametrize(
    "parameters, message",
    [
        ({"n_states": [2, 3, 4]}, "one for each of the 2 classes; got"),
        ({"n_states": [2, 0]}, "one for each of the 2 classes; got"),
        ({"class_prior": [0.5, 0.6]}, "class_prior to be one probability for each"),
        ({"class_prior": [1.0]}, "class_prior to be one probability for each"),
        ({"emission": "gaussian"}, "emission='gaussian' expects numeric series"),
        ({"device": "nonsense"}, "device='nonsense' is not at hand"),
    ],
)
def test_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        HMMClassifier(**parameters).fit(TOKENS, LABELS)


def test_wrong_symbols():
    hmm = HMMClassifier(emission="categorical")
    with pytest.raises(ValueError, match="expects integers; got numbers with"):
        hmm.fit([[0.5, 1.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match="expects one symbol at each time step"):
        hmm.fit(np.zeros((2, 3, 2)), [0, 1])


def test_other_input_than_in_fit():
    codes = TokenEncoder().fit_transform(TOKENS)
    of_tokens = HMMClassifier(n_states=2, n_iter=2).fit(TOKENS, LABELS)
    with pytest.raises(TypeError, match="fitted on token sequences; got Sequences"):
        of_tokens.predict(codes)
    of_codes = HMMClassifier(n_states=2, n_iter=2).fit(codes, LABELS)
    with pytest.raises(ValueError, match="fitted on codes; got Sequences"):
        of_codes.predict(Sequences([1], channels=[[1.0]]))
    X, y = _series()
    of_series = HMMClassifier(n_states=2, n_iter=2).fit(X, y)
    with pytest.raises(ValueError, match=r"fitted on 2 channel\(s\); got 1"):
        of_series.predict([[1.0, 2.0]])


def test_states_that_are_not_aligned():
    with pytest.raises(ValueError, match="row 1 has 5 time steps and 1 states"):
        HMMClassifier().fit_states(TOKENS, [["x"] * 3] + [["x"]] * 7, LABELS)
    with pytest.raises(ValueError, match="states of 8 sequences; got 1"):
        HMMClassifier().fit_states(TOKENS, [["x"]], LABELS)


def test_decode_refuses_unknown_labels():
    hmm = HMMClassifier(n_states=2, n_iter=2).fit(TOKENS, LABELS)
    with pytest.raises(ValueError, match=r"expects labels among .* row 0 is .neutral"):
        hmm.decode(TOKENS, ["neutral"] * 8)
