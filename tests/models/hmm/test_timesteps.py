"""HMMClassifier.score_timesteps: what each time step says."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy.special import logsumexp
from sklearn.exceptions import NotFittedError

from sklstm import HMMClassifier, Sequences

TOKENS = [["房间", "很", "好"], ["好"], [], ["房间", "不", "好", "也", "好"], ["差"]]
LABELS = [1, 1, 1, 0, 0]
CLOSE = {"rtol": 0, "atol": 1e-9}


def _series(n_channels, lengths, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(n, n_channels)).cumsum(axis=0) for n in lengths]


def _inputs():
    lengths = [7, 0, 1, 12, 3, 5]
    codes = np.random.default_rng(0).integers(0, 4, sum(lengths))
    table = np.random.default_rng(1).normal(size=(4, 2)).astype(np.float32)
    return {
        "tokens": ([*TOKENS, ["没", "见", "好"]], {}),
        "rare tokens": ([*TOKENS, ["没", "见", "好"]], {"min_count": 2}),
        "codes": (Sequences(lengths, [codes]), {}),
        "codes with vectors": (
            Sequences(lengths, [codes], [table]),
            {"emission": "gaussian"},
        ),
        "integers": (
            [part.astype(float) for part in np.split(codes, np.cumsum(lengths)[:-1])],
            {"emission": "categorical"},
        ),
        "series": (_series(2, lengths), {}),
        "correlated series": (_series(2, lengths), {"covariance_type": "full"}),
        "one state": (_series(1, lengths), {"n_states": 1}),
        "states by class": (_series(1, lengths), {"n_states": [2, 3]}),
    }


INPUTS = _inputs()


def _fit(name):
    X, parameters = INPUTS[name]
    hmm = HMMClassifier(**{"n_states": 3, "n_iter": 4, "random_state": 0} | parameters)
    return hmm.fit(X, np.arange(len(X)) % 2), X


@pytest.mark.parametrize("name", INPUTS)
def test_time_steps_sum_to_the_sequence(name):
    hmm, X = _fit(name)
    steps = hmm.score_timesteps(X)
    expected = hmm.score_samples(X)
    assert [len(part) for part in steps] == [len(X[i]) for i in range(len(X))]
    np.testing.assert_allclose([s.sum(axis=0) for s in steps], expected, **CLOSE)


@pytest.mark.parametrize("name", INPUTS)
def test_a_time_step_is_what_it_adds_to_those_before_it(name):
    hmm, X = _fit(name)
    for i in range(len(X)):
        steps = hmm.score_timesteps(X[i : i + 1])[0]
        row = X[i]
        if isinstance(X, Sequences):
            codes = [X[i : i + 1].codes[0]]
            prefixes = [
                Sequences([t], [codes[0][:t]], X.vectors) for t in range(len(row) + 1)
            ]
            scores = [hmm.score_samples(prefix)[0] for prefix in prefixes]
        else:
            prefixes = [row[:t] for t in range(1, len(row) + 1)]
            scores = [[0, 0], *(hmm.score_samples([each])[0] for each in prefixes)]
        np.testing.assert_allclose(steps, np.diff(scores, axis=0), **CLOSE)


@pytest.mark.parametrize("name", ["tokens", "series"])
def test_rows_in_any_order_and_company_are_the_same(name):
    hmm, X = _fit(name)
    together = hmm.score_timesteps(X)
    backwards = hmm.score_timesteps(X[::-1])[::-1]
    for row, steps, same in zip(X, together, backwards, strict=True):
        np.testing.assert_allclose(same, steps, **CLOSE)
        np.testing.assert_allclose(hmm.score_timesteps([row])[0], steps, **CLOSE)


@pytest.mark.parametrize("piece", [1, 2, 5])
@pytest.mark.parametrize("name", INPUTS)
def test_pieces_and_blocks_change_nothing(name, piece, monkeypatch):
    hmm, X = _fit(name)
    whole = hmm.score_timesteps(X)
    monkeypatch.setattr("sklstm.models._hmm.model.best_piece", lambda *_: piece)
    monkeypatch.setattr("sklstm.models._hmm.model._VALUES_AT_ONCE", 30)
    for actual, expected in zip(hmm.score_timesteps(X), whole, strict=True):
        np.testing.assert_allclose(actual, expected, **CLOSE)


def test_a_long_series_is_read_in_pieces():
    hmm, _ = _fit("series")
    (long,) = _series(2, [20_000])
    (steps,) = hmm.score_timesteps([long])
    (score,) = hmm.score_samples([long])
    np.testing.assert_allclose(steps.sum(axis=0), score, rtol=1e-11)
    (beginning,) = hmm.score_timesteps([long[:50]])
    np.testing.assert_allclose(steps[:50], beginning, **CLOSE)


# Numbers computed another way


def _log_sum_over_paths(start, transition, densities):
    paths = product(range(len(start)), repeat=densities.shape[1])
    return logsumexp(
        [
            np.log(start[path[0]])
            + np.log([transition[i, j] for i, j in pairwise(path)]).sum()
            + np.log([densities[state, t] for t, state in enumerate(path)]).sum()
            for path in paths
        ]
    )


def test_equals_the_sum_over_all_paths_of_prefixes():
    hmm, _ = _fit("tokens")
    row = TOKENS[3]
    (steps,) = hmm.score_timesteps([row])
    for k in range(2):
        start, transition, emission = hmm._parameters(k)
        densities = emission[:, [hmm.vocabulary_[token] for token in row]]
        scores = [
            _log_sum_over_paths(start, transition, densities[:, :t])
            for t in range(1, len(row) + 1)
        ]
        np.testing.assert_allclose(steps[:, k], np.diff(scores, prepend=0), **CLOSE)


def test_one_state_counts_words_by_hand():
    # (count + 0.5) / (total + 0.5 * 6 words): class 0 has 6 tokens, class 1 has 4, and
    # both have 好 twice.
    hmm = HMMClassifier(n_states=1, alpha=0.5).fit(TOKENS, LABELS)
    assert len(hmm.vocabulary_) == 6
    (steps,) = hmm.score_timesteps([["好", "没见过", "好"]])
    expected = np.log([2.5 / (6 + 3), 2.5 / (4 + 3)])
    np.testing.assert_allclose(steps, [expected, [0, 0], expected], **CLOSE)


def test_equals_hmmlearns_scores_of_prefixes():
    hmmlearn = pytest.importorskip("hmmlearn.hmm")
    hmm, X = _fit("series")
    peer = hmmlearn.GaussianHMM(3, "diag", init_params="")
    peer.startprob_, peer.transmat_ = hmm._parameters(1)[:2]
    peer.means_, peer.covars_ = hmm.means_[1], hmm.covariances_[1]
    row = X[3].astype(hmm._form.dtype).astype(float)
    scores = [peer.score(row[:t]) for t in range(1, len(row) + 1)]
    steps = hmm.score_timesteps([X[3]])[0][:, 1]
    np.testing.assert_allclose(steps, np.diff(scores, prepend=0), rtol=1e-6, atol=1e-6)


def test_messages_and_nothing():
    with pytest.raises(NotFittedError):
        HMMClassifier().score_timesteps(TOKENS)
    hmm, _ = _fit("tokens")
    assert hmm.score_timesteps([]) == []
    assert [part.shape for part in hmm.score_timesteps([[], []])] == [(0, 2)] * 2
    with pytest.raises(TypeError, match="HMMClassifier expects token sequences"):
        hmm.score_timesteps(["好"])
