"""On a Dask cluster everything is as it is at home (extra ``cluster``)."""

import os
import signal
import sys
from pathlib import Path

import cloudpickle
import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from sklstm import (
    JiebaSegmenter,
    compare_classifiers,
    make_hmm_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.utils import effective_n_threads

distributed = pytest.importorskip("distributed", reason="extra `cluster` is absent")

# What stands here is not importable on a worker.
cloudpickle.register_pickle_by_value(sys.modules[__name__])

LABELS = ["negative", "positive"] * 20
TEXTS = [
    f"{'房间早餐位置服务'[2 * (i % 4) : 2 * (i % 4) + 2]}{'很真太'[i % 3]}"
    f"{'吵差脏'[i % 3] if (i + (i % 9 == 0)) % 2 else '好棒值'[i % 3]}"
    for i in range(40)
]
SCORES = ["model", "fold", "accuracy", "f1_macro", "neg_log_loss"]


@pytest.fixture(scope="module")
def running_cluster():
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield cluster


@pytest.fixture
def cluster(running_cluster):
    # While a killed worker starts anew, one is left, and joblib computes here.
    running_cluster.wait_for_workers(2)
    return running_cluster


def models():
    return {
        "naive Bayes": make_naive_bayes_pipeline(),
        "LSTM": make_lstm_pipeline(
            vector_size=8, hidden_size=8, max_epochs=2, random_state=0, n_threads=1
        ),
        "HMM": make_hmm_pipeline(n_states=2, n_iter=3, random_state=0, n_threads=1),
    }


def test_comparison_is_that_of_one_process_bit_for_bit(cluster):
    serial = compare_classifiers(models(), TEXTS, LABELS, cv=3)
    with parallel_config("dask"):
        spread = compare_classifiers(models(), TEXTS, LABELS, cv=3)
    assert spread.errors_ == {}
    pd.testing.assert_frame_equal(
        spread.folds()[SCORES], serial.folds()[SCORES], check_exact=True
    )


def test_grid_search_is_that_of_one_process_bit_for_bit(cluster):
    grid = {"classify__alpha": [0.1, 1.0]}
    search = GridSearchCV(make_naive_bayes_pipeline(), grid, cv=3)
    serial = search.fit(TEXTS, LABELS).cv_results_["mean_test_score"]
    with parallel_config("dask"):
        spread = search.fit(TEXTS, LABELS).cv_results_["mean_test_score"]
    np.testing.assert_array_equal(spread, serial)


def test_segmentation_is_that_of_one_process(cluster):
    texts = TEXTS * (2000 // len(TEXTS) + 1)
    serial = JiebaSegmenter().fit_transform(texts)
    with parallel_config("dask"):
        assert JiebaSegmenter(n_jobs=2).fit_transform(texts) == serial


class KillsItsWorkerOnce(ClassifierMixin, BaseEstimator):
    """Takes the process down with it, the first time."""

    def __init__(self, flag):
        self.flag = flag

    def fit(self, X, y):
        if not Path(self.flag).exists():
            Path(self.flag).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        return np.repeat(self.classes_[:1], len(X))


@pytest.mark.filterwarnings("ignore")
def test_run_outlives_a_worker(cluster, tmp_path):
    classifiers = {
        "LR": make_pipeline(CountVectorizer(analyzer="char"), LogisticRegression()),
        "killer": KillsItsWorkerOnce(str(tmp_path / "flag")),
    }
    with parallel_config("dask"):
        comparison = compare_classifiers(
            classifiers, TEXTS, LABELS, cv=4, scoring="accuracy"
        )
    assert comparison.errors_ == {}
    assert comparison.folds()["accuracy"].notna().all()


def n_threads(model, X, y):
    import torch

    return max(torch.get_num_threads(), effective_n_threads(None))


def process_number(model, X, y):
    return os.getpid()


def test_no_worker_uses_more_threads_than_its_share(cluster):
    scoring = {"threads": n_threads, "process": process_number}
    with parallel_config("dask"):
        comparison = compare_classifiers(models(), TEXTS, LABELS, cv=3, scoring=scoring)
    assert comparison.errors_ == {}
    assert (comparison.folds()["threads"] == 1).all()
    assert (comparison.folds()["process"] != os.getpid()).all()
