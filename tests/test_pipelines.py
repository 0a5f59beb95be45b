"""scikit-learn's machinery, unmodified, around the four pipelines."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import hstack
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_predict,
    cross_validate,
    learning_curve,
)
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier

from sklstm import (
    JiebaPOSTagger,
    JiebaSegmenter,
    LSTMClassifier,
    POSFeatureExtractor,
    SequenceUnion,
    TokenEncoder,
    compare_classifiers,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.datasets import make_reviews
from sklstm.text._jieba import load_cutter
from sklstm.text._remembered import remembered_words

ROOT = Path(__file__).resolve().parents[1]
SPLITS = ("train", "dev")
THINGS = ("房间", "服务", "早餐", "位置", "前台")
GOOD = ("很好", "不错", "让人满意", "真不差")
BAD = ("很差", "不好", "让人失望", "真糟糕")
TEXTS = [f"{thing}{how}。" for thing in THINGS for how in GOOD + BAD]
LABELS = np.array(["positive" if text[2:-1] in GOOD else "negative" for text in TEXTS])


def _small_lstm(**params):
    sizes = {"vector_size": 4, "hidden_size": 4, "max_epochs": 1, "random_state": 0}
    pipeline = make_lstm_pipeline(pos_features=True, **sizes, **params)
    return pipeline.set_params(
        features__embed__n_epochs=1, classify__init__max_epochs=1
    )


def _small_hmm(**params):
    return make_hmm_pipeline(n_states=2, n_iter=2, random_state=0, **params)


MAKERS = {
    "lstm": _small_lstm,
    "hmm": _small_hmm,
    "naive_bayes": make_naive_bayes_pipeline,
    "linear": make_linear_pipeline,
}
GRIDS = {
    "lstm": {"features__embed__algorithm": ["skip-gram", "cbow"]},
    "hmm": {"classify__n_states": [1, 2]},
    "naive_bayes": {"count__ngram_range": [(1, 1), (1, 2)]},
    "linear": {"classify__C": [1.0, 10.0]},
}


@pytest.fixture(params=MAKERS)
def name(request):
    return request.param


@pytest.fixture
def pipeline(name):
    return MAKERS[name]()


@pytest.fixture(scope="module")
def fitted():
    return {name: make().fit(TEXTS, LABELS) for name, make in MAKERS.items()}


def test_steps_are_named():
    lstm, hmm, naive_bayes, linear = (make() for make in MAKERS.values())
    assert list(lstm.named_steps) == ["segment", "features", "classify"]
    parts = [part for part, _ in lstm.named_steps["features"].transformer_list]
    assert parts == ["embed", "pos"]
    assert list(hmm.named_steps) == ["segment", "classify"]
    assert list(naive_bayes.named_steps) == ["segment", "count", "classify"]
    assert list(linear.named_steps) == ["segment", "features", "classify"]
    parts = [part for part, _ in linear.named_steps["features"].transformer_list]
    assert parts == ["characters", "words"]


@pytest.mark.parametrize(
    "pipeline, expected",
    [
        (
            make_lstm_pipeline(
                user_dict=["甲乙"],
                stop_words=["的"],
                algorithm="cbow",
                vector_size=7,
                hidden_size=5,
                n_layers=2,
                bidirectional=False,
                max_epochs=3,
                class_weight="balanced",
                random_state=1,
                n_threads=1,
                device="cpu",
                verbose=1,
            ),
            {
                "segment__user_dict": ["甲乙"],
                "segment__stop_words": ["的"],
                "features__embed__algorithm": "cbow",
                "features__embed__vector_size": 7,
                "features__embed__random_state": 1,
                "features__embed__n_threads": 1,
                "features__embed__device": "cpu",
                "features__embed__verbose": 1,
                "classify__hidden_size": 5,
                "classify__n_layers": 2,
                "classify__bidirectional": False,
                "classify__max_epochs": 3,
                "classify__class_weight": "balanced",
                "classify__random_state": 1,
                "classify__n_threads": 1,
                "classify__device": "cpu",
                "classify__verbose": 1,
            },
        ),
        (
            make_lstm_pipeline(hidden_size=5, random_state=1, missing_label=-1),
            {
                "features__pos": "drop",
                "classify__missing_label": -1,
                "classify__init__hidden_size": 5,
                "classify__init__random_state": 1,
            },
        ),
        (make_lstm_pipeline(language_model=False), {"classify__init": None}),
        (
            make_hmm_pipeline(
                n_states=3,
                n_iter=4,
                alpha=0.5,
                min_count=2,
                class_weight={"a": 2},
                random_state=1,
                n_threads=1,
            ),
            {
                "classify__n_states": 3,
                "classify__n_iter": 4,
                "classify__alpha": 0.5,
                "classify__min_count": 2,
                "classify__class_weight": {"a": 2},
                "classify__random_state": 1,
                "classify__n_threads": 1,
            },
        ),
        (
            make_naive_bayes_pipeline(
                ngram_range=(1, 1), min_df=2, binary=False, tfidf=True, alpha=0.3
            ),
            {
                "count__ngram_range": (1, 1),
                "count__min_df": 2,
                "count__binary": False,
                "count__tfidf": True,
                "classify__alpha": 0.3,
            },
        ),
        (
            make_naive_bayes_pipeline(alpha=0.3, class_weight="balanced"),
            {
                "classify__class_weight": "balanced",
                "classify__estimator__alpha": 0.3,
            },
        ),
        (
            make_linear_pipeline(
                user_dict=["甲乙"],
                stop_words=["的"],
                char_ngram_range=(2, 2),
                word_ngram_range=(1, 1),
                min_df=3,
                C=0.5,
                class_weight={"a": 2},
            ),
            {
                "segment__user_dict": ["甲乙"],
                "segment__stop_words": ["的"],
                "features__characters__analyzer": "char",
                "features__characters__ngram_range": (2, 2),
                "features__characters__min_df": 3,
                "features__words__analyzer": "word",
                "features__words__ngram_range": (1, 1),
                "features__words__min_df": 3,
                "classify__C": 0.5,
                "classify__class_weight": {"a": 2},
            },
        ),
    ],
)
def test_parameters_are_passed_on(pipeline, expected):
    params = pipeline.get_params()
    assert {key: params[key] for key in expected} == expected


def test_naive_bayes_of_both_kinds():
    assert type(make_naive_bayes_pipeline()[-1]) is MultinomialNB
    assert type(make_naive_bayes_pipeline(complement=True)[-1]) is ComplementNB


def test_naive_bayes_reaches_its_bar_on_real_reviews():
    folder = Path(os.environ.get("SKLSTM_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no reviews in {folder}")
    train, dev = (_read(folder / f"chnsenticorp_{split}.csv") for split in SPLITS)
    assert make_naive_bayes_pipeline().fit(*train).score(*dev) >= 0.905


def _read(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["review"] for row in rows], [row["label"] for row in rows]


def test_pos_features_become_static(fitted):
    steps = fitted["lstm"][:-1]
    sequences = steps.transform(TEXTS[:3])
    names = steps[-1].named_transformers_["pos"].get_feature_names_out()
    assert sequences.static.shape == (3, len(names))


def test_naive_bayes_learns_the_task(fitted):
    assert fitted["naive_bayes"].score(TEXTS, LABELS) == 1.0


def test_linear_agrees_with_scikit_learn():
    texts = [*TEXTS, "Ｗｉ－Ｆｉ　很  好"]
    labels = [*LABELS, "positive"]
    weighted = {"binary": True, "lowercase": False}
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), **weighted)
    words = TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 2), **weighted)
    tokens = JiebaSegmenter().transform(texts)
    X = hstack(
        [
            characters.fit_transform("".join(row) for row in tokens),
            words.fit_transform(" ".join(row) for row in tokens),
        ]
    )
    expected = LogisticRegression(C=30, tol=1e-8, max_iter=10_000).fit(X, labels)
    linear = make_linear_pipeline().fit(texts, labels)
    assert characters.build_analyzer()("".join(tokens[-1]))[:5] == list("Wi-Fi")
    assert_allclose(linear.predict_proba(texts), expected.predict_proba(X), atol=1e-3)


def test_linear_answers_an_empty_document_by_its_intercept(fitted):
    """Of two classes of equal number it is near even, and so for unknown words."""
    linear = fitted["linear"]
    even = 1 / (1 + np.exp(-linear[-1].intercept_))
    for text in ("", "  ", "ζ"):
        assert_allclose(linear.predict_proba([text])[:, 1], even)
    assert_allclose(even, 0.5, atol=0.2)


def test_linear_takes_classes_of_one_document():
    texts, labels = ["房间大", "价格低", "服务好"], ["a", "b", "c"]
    assert make_linear_pipeline().fit(texts, labels).predict(texts).tolist() == labels


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_linear_in_a_process_that_asks_for_frames(fitted, container):
    with config_context(transform_output=container):
        linear = make_linear_pipeline().fit(TEXTS, LABELS)
        said = linear.predict_proba(TEXTS)
    assert_array_equal(said, fitted["linear"].predict_proba(TEXTS))


def test_clone_and_set_params(pipeline, name):
    [(key, values)] = GRIDS[name].items()
    for value in values:
        copied = clone(pipeline).set_params(**{key: value})
        assert copied.get_params()[key] == value


def test_probabilities(fitted, name):
    probabilities = fitted[name].predict_proba(TEXTS)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    best = fitted[name].classes_[probabilities.argmax(axis=1)]
    assert_array_equal(fitted[name].predict(TEXTS), best)


def test_cross_validate(pipeline):
    scoring = ("accuracy", "f1_macro", "neg_log_loss")
    scores = cross_validate(
        pipeline, TEXTS, LABELS, cv=2, scoring=scoring, error_score="raise"
    )
    again = cross_validate(pipeline, TEXTS, LABELS, cv=2, scoring=scoring)
    for metric in scoring:
        assert np.isfinite(scores[f"test_{metric}"]).all()
        assert_array_equal(scores[f"test_{metric}"], again[f"test_{metric}"])


def test_cross_val_predict(pipeline):
    probabilities = cross_val_predict(
        pipeline, TEXTS, LABELS, cv=2, method="predict_proba"
    )
    assert probabilities.shape == (len(TEXTS), 2)


def test_learning_curve(pipeline):
    sizes, train, test = learning_curve(
        pipeline, TEXTS, LABELS, cv=2, train_sizes=[0.5, 1.0], error_score="raise"
    )
    assert_array_equal(sizes, [10, 20])
    assert train.shape == test.shape == (2, 2)


def test_grid_search_in_two_processes(pipeline, name):
    means = []
    for n_jobs in (1, 2):
        search = GridSearchCV(
            pipeline, GRIDS[name], cv=2, n_jobs=n_jobs, error_score="raise"
        )
        search.fit(TEXTS, LABELS)
        means.append(search.cv_results_["mean_test_score"])
    assert_array_equal(*means)


def test_memory(fitted, name, tmp_path):
    expected = fitted[name].predict_proba(TEXTS)
    for _ in range(2):  # the second fit reads what the first has written
        cached = MAKERS[name](memory=str(tmp_path)).fit(TEXTS, LABELS)
        assert_allclose(cached.predict_proba(TEXTS), expected, rtol=1e-5)
    assert any(tmp_path.rglob("output.pkl"))


def test_search_with_memory_cuts_each_distinct_text_once(tmp_path, monkeypatch):
    remembered_words.cache_clear()
    cuts = Counter()

    def load_counting_cutter(*settings):
        cut = load_cutter(*settings)

        def count_and_cut(text):
            cuts[text] += 1
            return cut(text)

        return count_and_cut

    monkeypatch.setattr("sklstm.text._segmenter.load_cutter", load_counting_cutter)
    texts, labels = [*TEXTS, *TEXTS[:4]], [*LABELS, *LABELS[:4]]
    grid = {"count__ngram_range": [(1, 1), (1, 2)], "classify__alpha": [0.5, 1.0]}
    pipeline = make_naive_bayes_pipeline(memory=str(tmp_path))
    GridSearchCV(pipeline, grid, cv=3, error_score="raise").fit(texts, labels)
    assert cuts == dict.fromkeys(TEXTS, 1)


def test_words_are_remembered_where_memory_is_given(name, tmp_path):
    assert MAKERS[name]().get_params()["segment__cache_size"] == 0
    cached = MAKERS[name](memory=str(tmp_path))
    assert cached.get_params()["segment__cache_size"] == 100_000


def test_calibration(pipeline):
    calibrated = CalibratedClassifierCV(pipeline, cv=2).fit(TEXTS, LABELS)
    probabilities = calibrated.predict_proba(TEXTS)
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def _parts():
    tags = make_pipeline(JiebaPOSTagger(tagset="coarse"), TokenEncoder())
    style = make_pipeline(POSFeatureExtractor(), StandardScaler())
    return [("words", TokenEncoder()), ("tags", tags), ("style", style)]


def as_column(texts):
    """Documents as scikit-learn's meta-estimators let them through."""
    return np.array(texts, dtype=np.dtypes.StringDType())[:, np.newaxis]


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="NumPy 1 has none")
@pytest.mark.parametrize("kind", ["int", "str"])
def test_self_training(pipeline, kind):
    """One round of it by hand: the surest rows join those that have a label."""
    X, n_labelled = as_column(TEXTS), 20
    truth = LABELS if kind == "str" else np.where(LABELS == "positive", 7, 3)
    y = truth.astype(object if kind == "str" else int)
    y[n_labelled:] = -1
    model = SelfTrainingClassifier(pipeline, criterion="k_best", k_best=6, max_iter=1)
    model.fit(X, y)

    first = clone(pipeline).fit(TEXTS[:n_labelled], truth[:n_labelled])
    beliefs = first.predict_proba(TEXTS[n_labelled:])
    surest = np.argpartition(-beliefs.max(axis=1), 6)[:6]
    rows = np.sort([*range(n_labelled), *(surest + n_labelled)])
    labels = truth.copy()
    labels[surest + n_labelled] = first.classes_[beliefs[surest].argmax(axis=1)]
    second = clone(pipeline).fit([TEXTS[row] for row in rows], labels[rows])

    assert np.flatnonzero(model.labeled_iter_ == 1).tolist() == rows[20:].tolist()
    assert model.classes_.tolist() == np.unique(truth).tolist()
    assert model.predict(X).tolist() == second.predict(TEXTS).tolist()
    assert_allclose(model.predict_proba(X), second.predict_proba(TEXTS), rtol=1e-5)


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="NumPy 1 has none")
def test_documents_of_numpys_own_texts(fitted, name):
    expected = fitted[name].predict_proba(TEXTS)
    for X in (as_column(TEXTS), as_column(TEXTS)[:, 0]):
        assert_array_equal(fitted[name].predict_proba(X), expected)
    missing = np.array(["好", np.nan], dtype=np.dtypes.StringDType(na_object=np.nan))
    with pytest.raises(TypeError, match=r"row 1 is float. Drop or fill missing"):
        fitted[name].predict(missing[:, np.newaxis])


def test_texts_without_labels_in_a_comparison():
    """As by hand: the embedder learns from all rows, and "" is no class."""
    classifiers = {"lstm": _small_lstm(), "nb": make_naive_bayes_pipeline()}
    more = [f"{thing}真干净。" for thing in THINGS]
    comparison = compare_classifiers(
        classifiers, TEXTS, LABELS, unlabelled=more, cv=2, scoring="accuracy"
    )
    assert comparison.errors_ == {}
    assert comparison.n_unlabelled_ == {"lstm": 5, "nb": 0}
    for train, test in comparison.splits_:
        model = _small_lstm().set_params(classify__missing_label="")
        texts = [*(TEXTS[row] for row in train), *more]
        model.fit(texts, [*LABELS[train], *[""] * 5])
        said = comparison.out_of_fold_probabilities_["lstm"][test]
        expected = model.predict_proba([TEXTS[row] for row in test])
        assert_allclose(said, expected, rtol=1e-6)


def test_a_search_over_the_lstm_learns_from_texts_without_labels():
    search = GridSearchCV(_small_lstm(), {"classify__hidden_size": [2, 4]}, cv=2)
    comparison = compare_classifiers(
        {"search": search}, TEXTS, LABELS == "positive", unlabelled=["真干净"], cv=2
    )
    assert comparison.errors_ == {}
    assert comparison.n_unlabelled_ == {"search": 1}


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="NumPy 1 has none")
def test_self_training_in_a_comparison():
    classifiers = {"self-training": SelfTrainingClassifier(MAKERS["naive_bayes"]())}
    comparison = compare_classifiers(
        classifiers, as_column(TEXTS), LABELS, unlabelled=["房间真干净"], cv=2
    )
    assert comparison.errors_ == {}
    assert comparison.n_unlabelled_ == {"self-training": 1}


def test_tags_and_style_beside_words_judge_words_that_are_new():
    nouns, adjectives = "房间 酒店 早餐 屏幕 电池 电影", "漂亮 干净 舒服 便宜 整洁 热闹"
    nouns, adjectives = nouns.split(), adjectives.split()
    known = [(n, a) for n in nouns[:3] for a in adjectives[:3]] * 4
    new = [(n, a) for n in nouns[3:] for a in adjectives[3:]]
    train, test = (
        [[*pair] for pair in pairs] + [[*pair[::-1]] for pair in pairs]
        for pairs in (known, new)
    )
    accuracy = []
    for parts in (_parts()[:1], _parts()):
        lstm = LSTMClassifier(
            hidden_size=16,
            max_epochs=40,
            learning_rate=0.01,
            precision="float32",
            random_state=0,
            n_threads=1,
        )
        model = make_pipeline(SequenceUnion(parts), lstm)
        model.fit(train, np.repeat([0, 1], len(known)))
        accuracy.append(model.score(test, np.repeat([0, 1], len(new))))
    # Without tags the new words are all alike.
    assert accuracy[0] == 0.5
    assert accuracy[1] > 0.9


def test_tags_and_style_beside_words_hear_the_tone_of_hard_reviews():
    accuracy = []
    for seed in range(3):
        train, labels = make_reviews(200, tone=0.3, random_state=seed)
        hard, hard_labels = make_reviews(300, tone=1.0, random_state=1000 + seed)
        for parts in (_parts()[:1], _parts()):
            lstm = LSTMClassifier(
                hidden_size=32,
                max_epochs=20,
                learning_rate=0.005,
                precision="float32",
                random_state=seed,
                n_threads=1,
            )
            model = make_pipeline(JiebaSegmenter(), SequenceUnion(parts), lstm)
            accuracy.append(model.fit(train, labels).score(hard, hard_labels))
    words, all_parts = np.mean(np.reshape(accuracy, (3, 2)), axis=0)
    assert all_parts > words + 0.03


# Fits all four pipelines in a process of its own, opens the dumped ones beside them,
# and prints hashes of what both learned and say.
IN_A_NEW_PROCESS = """
import importlib.util, json, sys
import joblib

spec = importlib.util.spec_from_file_location("test_pipelines", sys.argv[1])
tests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tests)
hashes = {}
for name, make in tests.MAKERS.items():
    fitted = make().fit(tests.TEXTS, tests.LABELS)
    loaded = joblib.load(f"{sys.argv[2]}/{name}.joblib")
    hashes[name] = {
        "learned": tests.hash_of_learned(fitted),
        "fitted": joblib.hash(fitted.predict_proba(tests.TEXTS)),
        "loaded": joblib.hash(loaded.predict_proba(tests.TEXTS)),
    }
print(json.dumps(hashes))
"""


def hash_of_learned(pipeline):
    """Hash of all fitted attributes of all steps, but for the seconds they took."""
    learned = [dict(vars(step)) for _, step in pipeline.steps]
    history = learned[-1].get("history_", [])
    learned[-1]["history_"] = [_without_seconds(entry) for entry in history]
    return joblib.hash(learned)


def _without_seconds(entry):
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if key != "seconds"}


@pytest.fixture(scope="module")
def hashes_of_new_processes(fitted, tmp_path_factory):
    """What two processes with different hash seeds print."""
    folder = tmp_path_factory.mktemp("pipelines")
    for name, pipeline in fitted.items():
        joblib.dump(pipeline, folder / f"{name}.joblib")
    command = [sys.executable, "-c", IN_A_NEW_PROCESS, __file__, str(folder)]
    processes = [
        subprocess.Popen(
            command,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONWARNINGS": "ignore"},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    printed = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    return [json.loads(text.splitlines()[-1]) for text in printed]


def test_same_seed_same_bytes_whatever_the_hash_seed(hashes_of_new_processes, name):
    one, other = (hashes[name] for hashes in hashes_of_new_processes)
    assert one["learned"] == other["learned"]
    assert one["fitted"] == other["fitted"]


def test_dumped_and_loaded_in_a_new_process(hashes_of_new_processes, fitted, name):
    expected = joblib.hash(fitted[name].predict_proba(TEXTS))
    for hashes in hashes_of_new_processes:
        assert hashes[name]["loaded"] == expected


def test_held_out_documents_pass_the_steps_before_the_lstm():
    texts, labels = make_reviews(n_samples=60, n_classes=2, random_state=0)
    parameters = {"vector_size": 4, "hidden_size": 4, "max_epochs": 2}
    held_out = {"X_val": texts[40:], "y_val": labels[40:]}
    with config_context(enable_metadata_routing=True):
        pipeline = make_lstm_pipeline(random_state=0, **parameters)
        pipeline.fit(texts[:40], labels[:40], **held_out)
        search = GridSearchCV(clone(pipeline), {"classify__hidden_size": [3]}, cv=2)
        searched = search.fit(texts[:40], labels[:40], **held_out).best_estimator_
    by_hand = pipeline[:-1].transform(texts[40:])
    expected = clone(pipeline[-1]).fit(
        pipeline[:-1].transform(texts[:40]),
        labels[:40],
        X_val=by_hand,
        y_val=labels[40:],
    )
    losses = [epoch["valid_loss"] for epoch in pipeline[-1].history_]
    assert losses == [epoch["valid_loss"] for epoch in expected.history_]
    assert "valid_loss" in searched[-1].history_[0]


def test_without_routing_the_pipeline_fits_as_ever():
    assert make_lstm_pipeline().transform_input is None
