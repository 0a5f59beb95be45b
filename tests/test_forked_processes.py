"""A process that was forked off one with torch at work computes, on one thread.

gunicorn's ``--preload``, `multiprocessing.Pool` and joblib's "multiprocessing" fork.
"""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system does not fork"
)

PREPARE = """
import os, signal, sys, warnings
import numpy as np, torch
import sklstm, sklstm.utils

warnings.simplefilter("ignore")
rng = np.random.RandomState(0)
SERIES = rng.standard_normal((400, 12))
Y = np.repeat(["negative", "positive"], 200)
WORDS = np.array(["房间", "很", "好", "差", "不", "早餐", "吵", "服务"])
TOKENS = rng.choice(WORDS, size=(400, 12)).tolist()
TEXTS = ["".join(tokens) for tokens in TOKENS]
SMALL = {"random_state": 0, "n_threads": 2}
SMALL_LSTM = {"hidden_size": 16, "max_epochs": 1, **SMALL}
SMALL_HMM = {"n_states": 3, "n_iter": 2, **SMALL}
ESTIMATORS = {
    "LSTM": (sklstm.LSTMClassifier(**SMALL_LSTM), SERIES),
    "HMM of series": (sklstm.HMMClassifier(**SMALL_HMM), SERIES),
    "HMM of tokens": (sklstm.HMMClassifier(**SMALL_HMM), TOKENS),
    "language model": (
        sklstm.LSTMLanguageModel(n_candidates=4, **SMALL_LSTM),
        sklstm.TokenEncoder().fit_transform(TOKENS),
    ),
    "skip-gram": (sklstm.Word2VecEmbedder(vector_size=16, **SMALL), TOKENS),
    "CBOW": (
        sklstm.Word2VecEmbedder(vector_size=16, algorithm="cbow", **SMALL), TOKENS
    ),
    "LSTM pipeline": (
        sklstm.make_lstm_pipeline(vector_size=16, **SMALL_LSTM),
        TEXTS,
    ),
    "HMM pipeline": (sklstm.make_hmm_pipeline(**SMALL_HMM), TEXTS),
    "naive Bayes pipeline": (sklstm.make_naive_bayes_pipeline(), TEXTS),
    "linear pipeline": (sklstm.make_linear_pipeline(), TEXTS),
}


def answer(estimator, X):
    if hasattr(estimator, "predict_proba"):
        return estimator.predict_proba(X)
    if hasattr(estimator, "next_token_proba"):
        return estimator.next_token_proba(X)
    return estimator.transform(X).to_padded(0.0)


def use_threads():
    torch.set_num_threads(2)
    a = torch.rand(2000, 2000)
    (a @ a).softmax(1)
"""

IN_CHILDREN = """
def in_a_child(name, call):
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(*([] if status == 0 else [f"{name}: {status}"]), end="; ")
        return
    signal.alarm(20)  # a child that hangs is ended
    try:
        call()
    except BaseException as exc:
        print(name, repr(exc), file=sys.stderr)
        os._exit(1)
    os._exit(0)


def fit(estimator, X):
    assert np.isfinite(answer(estimator.fit(X, Y), X)).all()


def predict(estimator, X, expected):
    np.testing.assert_allclose(answer(estimator, X), expected, atol=1e-5)
    if hasattr(estimator, "predict_log_proba"):
        estimator.predict_log_proba(X)


def count_threads():
    assert sklstm.utils.effective_n_threads(2) == 1


use_threads()
assert sklstm.utils.effective_n_threads(2) == 2
in_a_child("threads", count_threads)
for name, (estimator, X) in ESTIMATORS.items():
    in_a_child(f"fit {name}", lambda: fit(estimator, X))
    expected = answer(estimator.fit(X, Y), X)
    in_a_child(f"predict {name}", lambda: predict(estimator, X, expected))
"""

BY_JOBLIB = """
from joblib import parallel_config
from sklearn.model_selection import cross_val_score

signal.alarm(100)
model = sklstm.LSTMClassifier(hidden_size=4, max_epochs=1, random_state=0)
with parallel_config("multiprocessing", n_jobs=2):
    assert len(cross_val_score(model, SERIES, Y, cv=2, error_score="raise")) == 2
    comparison = sklstm.compare_classifiers({"LSTM": model}, SERIES, Y, cv=2)
    assert comparison.errors_ == {}
"""


def run(code):
    """Run code in a new process, which has two minutes to end."""
    return subprocess.run(
        [sys.executable, "-c", PREPARE + code],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_forked_children_fit_and_predict_on_one_thread():
    done = run(IN_CHILDREN + BY_JOBLIB)
    failed = done.stdout.replace("; ", "")
    assert (failed, done.returncode) == ("", 0), done.stderr
