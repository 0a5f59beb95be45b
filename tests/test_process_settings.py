"""Settings of the process change no answer: of scikit-learn, NumPy, torch, warnings.

A row of ``SETTINGS`` is a name and what makes a context manager; a row of
``ESTIMATORS`` is what makes an estimator and which samples it takes. Every estimator
is fitted and asked under every setting and must answer as it does without.
"""

import locale
import os
import pickle
import subprocess
import sys
import warnings
from contextlib import ExitStack, contextmanager
from functools import cache, partial

import numpy as np
import pytest
import torch
from scipy import sparse
from sklearn import config_context, get_config
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklstm

pytest.importorskip("pandas")
pytest.importorskip("polars")

DOCUMENTS = [
    "房间很干净，服务也好。",
    "早餐不好吃。",
    "位置方便，价格不贵。",
    "太吵，睡得不好。",
    "前台很热情！",
    "屏幕模糊，电池不耐用。",
] * 2
TOKENS = [list(text) for text in DOCUMENTS]
SERIES = [[0.0, 1.0, 2.0], [5.0], [0.5, 1.5], [4.0, 5.0], [0.0, 0.5], [6.0, 5.0]] * 2
FEATURES = np.random.default_rng(0).random((12, 5))
Y = np.array(["good", "bad"] * 6)
SAMPLES = {
    "documents": DOCUMENTS,
    "tokens": TOKENS,
    "series": SERIES,
    "features": FEATURES,
}

LSTM = partial(
    sklstm.LSTMClassifier, hidden_size=4, max_epochs=2, batch_size=4, random_state=0
)
LANGUAGE_MODEL = partial(
    sklstm.LSTMLanguageModel,
    hidden_size=4,
    n_candidates=4,
    max_epochs=2,
    batch_size=4,
    random_state=0,
)
HMM = partial(sklstm.HMMClassifier, n_states=2, n_iter=3, random_state=0)
WORD2VEC = partial(
    sklstm.Word2VecEmbedder, vector_size=4, min_count=1, n_epochs=2, random_state=0
)


def lstm_pipeline():
    pipeline = sklstm.make_lstm_pipeline(
        vector_size=4, hidden_size=4, max_epochs=2, random_state=0
    )
    return pipeline.set_params(features__embed__min_count=1)


def words_and_style():
    style = make_pipeline(sklstm.POSFeatureExtractor(), StandardScaler())
    parts = [("words", sklstm.TokenEncoder()), ("style", style)]
    return sklstm.SequenceUnion([*parts, ("counts", sklstm.TokenCountVectorizer())])


ESTIMATORS = {
    "JiebaSegmenter": (sklstm.JiebaSegmenter, "documents"),
    "JiebaPOSTagger": (sklstm.JiebaPOSTagger, "tokens"),
    "POSFeatureExtractor": (sklstm.POSFeatureExtractor, "tokens"),
    "TokenCountVectorizer": (sklstm.TokenCountVectorizer, "tokens"),
    "TokenCountVectorizer, tfidf": (
        lambda: sklstm.TokenCountVectorizer(tfidf=True),
        "tokens",
    ),
    "TokenEncoder": (sklstm.TokenEncoder, "tokens"),
    "Word2VecEmbedder": (WORD2VEC, "tokens"),
    "Word2VecEmbedder, CBOW": (lambda: WORD2VEC(algorithm="cbow"), "tokens"),
    "Word2VecEmbedder, pooled": (lambda: WORD2VEC(pooling="idf"), "tokens"),
    "SequenceUnion": (words_and_style, "tokens"),
    "SequenceUnion, passthrough": (
        lambda: sklstm.SequenceUnion([("all", "passthrough")]),
        "series",
    ),
    "HMMClassifier, tokens": (HMM, "tokens"),
    "HMMClassifier, series": (HMM, "series"),
    "LSTMClassifier": (LSTM, "series"),
    "LSTMClassifier, features": (LSTM, "features"),
    "LSTMLanguageModel": (
        lambda: make_pipeline(sklstm.TokenEncoder(), LANGUAGE_MODEL()),
        "tokens",
    ),
    "LSTM of pooled vectors": (
        # No StandardScaler: on polars frames scikit-learn's computes in float64.
        lambda: make_pipeline(WORD2VEC(pooling="mean"), LSTM()),
        "tokens",
    ),
    "LSTM of words and style": (
        lambda: make_pipeline(words_and_style(), LSTM()),
        "tokens",
    ),
    "LSTM pipeline": (lstm_pipeline, "documents"),
    "HMM pipeline": (
        lambda: sklstm.make_hmm_pipeline(n_states=2, n_iter=3, random_state=0),
        "documents",
    ),
    "naive Bayes pipeline": (sklstm.make_naive_bayes_pipeline, "documents"),
    "linear pipeline": (sklstm.make_linear_pipeline, "documents"),
}


@contextmanager
def strict_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@contextmanager
def torch_of_another(dtype, *others):
    """What a program sets for its own use of torch."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with ExitStack() as settings:
            for other in others:
                settings.enter_context(other())
            yield
    finally:
        torch.set_default_dtype(before)


# "meta" stands for a GPU here: nothing is computed on it.
TORCH = {
    "torch, float64 and inference": partial(
        torch_of_another, torch.float64, torch.inference_mode
    ),
    "torch, bfloat16 on another device": partial(
        torch_of_another,
        torch.bfloat16,
        torch.no_grad,
        partial(torch.autocast, "cpu"),
        partial(torch.device, "meta"),
    ),
}
SETTINGS = {
    **TORCH,
    "transform_output, pandas": partial(config_context, transform_output="pandas"),
    "transform_output, polars": partial(config_context, transform_output="polars"),
    "enable_metadata_routing": partial(config_context, enable_metadata_routing=True),
    "the others of scikit-learn": partial(
        config_context,
        assume_finite=True,
        working_memory=1,
        print_changed_only=False,
        display="text",
        pairwise_dist_chunk_size=2,
        enable_cython_pairwise_dist=False,
        skip_parameter_validation=True,
    ),
    "np.seterr": partial(np.errstate, all="raise"),
    "np.printoptions": partial(
        np.printoptions, precision=2, threshold=3, legacy="1.21"
    ),
    "warnings": strict_warnings,
}


@contextmanager
def locale_of(name):
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
        yield
    finally:
        locale.setlocale(locale.LC_ALL, before)


def is_installed(name):
    try:
        with locale_of(name):
            return True
    except locale.Error:
        return False


if "sparse_interface" in get_config():  # scikit-learn 1.9
    SETTINGS["sparse_interface"] = partial(config_context, sparse_interface="sparray")
# In Turkish "I" has another small letter, in German numbers have a comma.
LOCALES = filter(is_installed, ("C", "tr_TR.UTF-8", "de_DE.UTF-8"))
SETTINGS |= {f"locale, {name}": partial(locale_of, name) for name in LOCALES}
# Settings that a process has from its beginning: a context manager and variables.
PROCESSES = {
    "array_api_dispatch, poor terminal": (
        partial(config_context, array_api_dispatch=True),
        {
            # SciPy asks for it when it is imported.
            "SCIPY_ARRAY_API": "1",
            "LC_ALL": "C",
            "LANG": "C",
            "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "ascii:strict",
            "COLUMNS": "20",
        },
    ),
}
_CODE = """
import pickle, runpy, sys
sys.argv.pop(0)
module = runpy.run_path(sys.argv[0])
with open(sys.argv[2], "wb") as file:
    pickle.dump(module["answers_of_all"](sys.argv[1]), file)
"""


def answers(make, X):
    """All that a fitted estimator answers, as plain arrays and lists."""
    estimator = make().fit(X, Y)
    asked = ("transform", "predict", "predict_proba", "score_samples")
    given = {
        method: plain(getattr(estimator, method)(X))
        for method in asked
        if hasattr(estimator, method)
    }
    if hasattr(estimator, "transform"):
        given["fit_transform"] = plain(make().fit_transform(X, Y))
    assert repr(estimator)
    # scikit-learn reads its own script in the encoding of the locale.
    if get_config()["display"] == "diagram" and locale.getencoding() == "UTF-8":
        assert estimator._repr_html_()
    return given


def plain(output):
    if isinstance(output, sklstm.Sequences):
        parts = (*output.codes, *output.vectors, output.channels, output.static)
        return [output.lengths, *(part for part in parts if part is not None)]
    if sparse.issparse(output):
        return [output.toarray()]
    return [np.asarray(output)] if hasattr(output, "shape") else list(output)


@cache
def usual_answers(name):
    make, door = ESTIMATORS[name]
    return answers(make, SAMPLES[door])


def assert_same(given, expected):
    assert given.keys() == expected.keys()
    for method, parts in expected.items():
        assert len(given[method]) == len(parts)
        for one, other in zip(given[method], parts, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=method)


def answers_of_all(process):
    """Answers by estimator, or the error in its place: the part of the process."""
    given = {}
    with PROCESSES[process][0]():
        for name, (make, door) in ESTIMATORS.items():
            try:
                given[name] = answers(make, SAMPLES[door])
            except Exception as exc:
                given[name] = f"{type(exc).__name__}: {exc}"
    return given


@pytest.fixture(scope="module")
def answers_by_process(tmp_path_factory):
    folder = tmp_path_factory.mktemp("processes")
    usual = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    answers = {}
    for process, (_, environment) in PROCESSES.items():
        path = folder / f"{process}.pickle"
        command = [sys.executable, "-c", _CODE, __file__, process, str(path)]
        subprocess.run(command, env=usual | environment, check=True)
        answers[process] = pickle.loads(path.read_bytes())
    return answers


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_answers_are_the_same(setting, name):
    expected = usual_answers(name)
    make, door = ESTIMATORS[name]
    with SETTINGS[setting]():
        given = answers(make, SAMPLES[door])
    assert_same(given, expected)


OF_THE_ENGINE = [name for name in ESTIMATORS if "LSTM" in name or "HMM" in name]


@cache
def fitted_before(name):
    make, door = ESTIMATORS[name]
    return make().fit(SAMPLES[door], Y)


@pytest.mark.parametrize("setting", TORCH)
@pytest.mark.parametrize("name", OF_THE_ENGINE)
def test_what_was_fitted_before_answers_the_same(setting, name):
    fitted, X = fitted_before(name), SAMPLES[ESTIMATORS[name][1]]
    asked = ("predict_proba", "predict_log_proba", "score_samples")
    methods = [getattr(fitted, name) for name in asked if hasattr(fitted, name)]
    assert methods
    expected = [method(X) for method in methods]
    with SETTINGS[setting]():
        given = [method(X) for method in methods]
    for one, other in zip(given, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("name", ESTIMATORS)
def test_answers_of_a_process_are_the_same(process, name, answers_by_process):
    given = answers_by_process[process][name]
    assert not isinstance(given, str), given
    assert_same(given, usual_answers(name))


def test_every_setting_of_scikit_learn_is_in_the_table():
    made = [*SETTINGS.values(), *(made for made, _ in PROCESSES.values())]
    known = {name for one in made for name in getattr(one, "keywords", {})}
    assert get_config().keys() <= known


FRAMES = [
    ("POSFeatureExtractor", "tone_flatness"),
    ("Word2VecEmbedder, pooled", "word2vecembedder0"),
]


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("name, column", FRAMES)
def test_dense_features_become_frames_with_names(name, column, library):
    make, door = ESTIMATORS[name]
    usual = make().fit(SAMPLES[door]).transform(SAMPLES[door])
    for estimator in (make(), make_pipeline(make())):
        estimator.set_output(transform=library)
        frame = clone(estimator).fit_transform(SAMPLES[door])
        assert type(frame).__module__.startswith(library)
        assert column in list(frame.columns)
        np.testing.assert_array_equal(np.asarray(frame), usual)


OTHERS = [
    name
    for name, (make, _) in ESTIMATORS.items()
    if hasattr(make(), "transform") and name not in dict(FRAMES)
]


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize("name", OTHERS)
def test_what_no_frame_holds_is_left_as_it_is(name, library):
    make, door = ESTIMATORS[name]
    usual = make().fit(SAMPLES[door]).transform(SAMPLES[door])
    for estimator in (make(), make_pipeline(make())):
        estimator.set_output(transform=library)
        given = clone(estimator).fit_transform(SAMPLES[door])
        assert type(given) is type(usual)


def test_an_embedder_that_pools_later_remembers_the_container():
    embedder = WORD2VEC().set_output(transform="pandas")
    frame = embedder.set_params(pooling="max").fit_transform(TOKENS)
    assert frame.columns[0] == "word2vecembedder0"


def compared():
    models = {
        name: ESTIMATORS[name][0]()
        for name in ("LSTM pipeline", "HMM pipeline", "naive Bayes pipeline")
    }
    return sklstm.compare_classifiers(models, DOCUMENTS * 2, np.tile(Y, 2), cv=2)


@cache
def usual_scores():
    return scores(compared())


def scores(comparison):
    means = [f"{name}_mean" for name in comparison.scoring]
    return {row["model"]: [row[mean] for mean in means] for row in comparison.rows()}


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s not in TORCH][:5])
def test_comparison_is_the_same(setting, tmp_path):
    expected = usual_scores()
    with SETTINGS[setting]():
        comparison = compared()
        comparison.to_html(tmp_path / "report.html")
        n_scores = len(comparison.scoring)
        assert len(comparison.significance()) / n_scores == 3
        assert len(comparison.table()) == 5
        assert repr(comparison).startswith("Comparison(")
    assert comparison.errors_ == {} and scores(comparison) == expected
    assert (tmp_path / "report.html").read_text("utf-8").count("<img") == 4
