"""What would give a wrong result and no word: every estimator says so, or is right."""

import json
import pickle
import re
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.naive_bayes import GaussianNB

import sklstm
from sklstm import Sequences
from sklstm.datasets._table import strip

RNG = np.random.default_rng(0)
SMALL_HMM = {"n_states": 2, "n_iter": 3, "random_state": 0}
SMALL_LSTM = {"hidden_size": 4, "max_epochs": 1, "random_state": 0}

# Numeric series that differ by less than float32 tells, and where they stand.
SPREAD = {1.7e9: 1.0, 1e12: 1.0, -1e6: 0.01, 1.0: 1e-7}
FORMS = {
    "list": list,
    "Sequences": Sequences.from_arrays,
    "3-D array": lambda X: np.stack(X)[:, :, np.newaxis],
    "2-D array": np.stack,
    "padded": lambda X: Sequences.from_padded(np.stack(X)),
}


def _series(offset, scale):
    y = np.arange(40) % 2
    return [offset + scale * RNG.normal(4 * k, 1, size=15) for k in y], y


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("offset", SPREAD)
def test_series_far_from_0_keep_their_digits_or_a_warning_says_so(offset, form):
    X, y = _series(offset, SPREAD[offset])
    hmm = sklstm.HMMClassifier(**SMALL_HMM).fit(FORMS[form](X), y)
    assert hmm.score(FORMS[form](X), y) == 1.0
    # A series means the same in any company.
    alone = np.vstack([hmm.score_samples(FORMS[form]([row])) for row in X])
    assert_array_equal(alone.argmax(axis=1), y)
    np.testing.assert_allclose(alone, hmm.score_samples(FORMS[form](X)), atol=1e-5)
    said = _said_of_fit(FORMS[form](X), y)
    assert re.search(r"float32.*channel 0 is rounded.*Subtract", said)


def _said_of_fit(X, y):
    """Give the warnings of an LSTM's fit, which point to where it was called."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        sklstm.LSTMClassifier(**SMALL_LSTM).fit(X, y)
    assert {warning.filename for warning in found} <= {__file__}
    return " ".join(str(warning.message) for warning in found)


# What is wrong with the scale of channels, and what a warning says of it.
SCALES = {
    "far out": ((1e5, 1.0), "beyond 150 .*channel 0"),
    "wide": ((0.0, 1e5), "beyond 150 .*channel 0"),
    "one drowns the other": ((0.0, [1e5, 1.0]), r"beyond 150 .*\(channel 0\)"),
    "one is drowned": ((0.0, [1.0, 1e-5]), r"thousand times smaller.*\(channel 1\)"),
    "an offset": ((20.0, 1e-3), "hardly vary around their mean"),
}


@pytest.mark.parametrize("part", ["channel", "static feature"])
@pytest.mark.parametrize("case", SCALES)
def test_scales_that_an_lstm_cannot_work_with_are_warned_of(case, part):
    (mean, deviation), message = SCALES[case]
    numbers = mean + deviation * RNG.standard_normal((60, np.size(deviation)))
    X = Sequences(np.full(20, 3), channels=numbers)
    if part == "static feature":
        ordinary = RNG.standard_normal((60, 1))
        X = Sequences(np.full(60, 1), channels=ordinary, static=numbers)
    y = np.arange(len(X)) % 2
    message = f"{message}.*Standardize each channel".replace("channel", part)
    assert re.search(message, _said_of_fit(X, y))


def test_an_hmm_reads_a_series_alike_in_company_that_is_spread_wider():
    X, y = _series(1.7e9, 1.0)
    hmm = sklstm.HMMClassifier(**SMALL_HMM).fit(X, y)
    in_company = hmm.score_samples([X[0], np.array([-1e9, 1e12])])[:1]
    np.testing.assert_allclose(in_company, hmm.score_samples(X[:1]), atol=1e-5)


@pytest.mark.parametrize("form", ["list", "Sequences", "3-D array", "2-D array"])
@pytest.mark.parametrize("first", [2**24, 2**31, 2**53 - 2, -(2**24) - 1, 5 * 2**40])
def test_large_integers_stay_symbols_of_their_own(first, form):
    X = [np.array([first, first + 1]), np.array([first + 1, first + 1])]
    hmm = sklstm.HMMClassifier(emission="categorical", **SMALL_HMM)
    hmm.fit(FORMS[form](X), [0, 1])
    assert list(hmm.vocabulary_) == [first, first + 1]
    alone, other = hmm.score_samples([[first], [first + 1]])
    assert not np.allclose(alone, other)
    drawn, _ = hmm.sample(20)
    assert set(drawn.channels[:, 0]) == {first, first + 1}
    # An integer between two that fit has met is unknown, not rounded to one of them.
    assert_array_equal(hmm.score_samples([[first - 2]]), [[0.0, 0.0]])


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        ([2**53, 1], r"within \+-2\*\*53"),
        ([2**63 - 1, -(2**63)], r"within \+-2\*\*53"),
        ([1.0, 2.0, 2**24 + 0.5, 2**26], "numbers with fractions"),
    ],
)
def test_what_is_no_symbol_of_its_own_is_refused(symbols, message):
    hmm = sklstm.HMMClassifier(emission="categorical", **SMALL_HMM)
    with pytest.raises(ValueError, match=message):
        hmm.fit([symbols, [1.0]], [0, 1])


def _far():
    channels = 1.7e9 + RNG.normal(size=(6, 2))
    return Sequences([3, 2, 1], channels=channels, static=channels[:3]), channels


OPERATIONS = {
    "slice": lambda X: X[:3],
    "integers": lambda X: X[[0, 1, 2]],
    "booleans": lambda X: X[np.ones(3, dtype=bool)],
    "pickle": lambda X: pickle.loads(pickle.dumps(X)),
    "anew": lambda X: Sequences(X.lengths, channels=X.channels, static=X.static),
    "from arrays": lambda X: Sequences.from_arrays(list(X), static=X.static),
    "padded": lambda X: Sequences.from_padded(X.to_padded(), static=X.static),
    "padded by a number": lambda X: Sequences.from_padded(
        X.to_padded(-1.5), -1.5, static=X.static
    ),
    "union": lambda X: sklstm.SequenceUnion(
        [("as it is", "passthrough")]
    ).fit_transform(X),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_sequences_carry_their_digits(operation):
    X, channels = _far()
    other = OPERATIONS[operation](X)
    assert other == X
    assert other.channels.dtype == other.static.dtype == np.float64
    assert_array_equal(other.channels, channels)
    assert_array_equal(other.static, channels[:3])
    assert_array_equal(other[1], channels[3:5])


def test_a_part_of_far_sequences_keeps_its_type_whatever_its_spread():
    X = Sequences.from_arrays([1.7e9 + RNG.normal(size=50), [0.1, 1e5]])
    assert X[[1]].channels.dtype == X.channels.dtype == np.float64
    assert X != Sequences.from_arrays([x.astype(np.float32) for x in X])


def test_a_union_keeps_the_digits_of_static_features():
    X, channels = _far()
    series = list(X)
    union = sklstm.SequenceUnion(
        [("series", "passthrough"), ("static", _Static(channels[:3]))],
        transformer_weights={"static": 2.0},
    )
    joined = union.fit_transform(series)
    assert_array_equal(joined.static, 2 * channels[:3])
    assert_array_equal(joined.channels, channels)


class _Static:
    def __init__(self, static):
        self.static = static

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.static

    def get_params(self, deep=True):
        return {"static": self.static}

    def set_params(self, **params):
        return self


def test_codes_of_any_size_are_shown_as_they_are():
    X = Sequences([2], codes=[[2**24, 2**24 + 1]])
    assert_array_equal(X[0][:, 0], [2**24, 2**24 + 1])
    assert_array_equal(X.to_padded()[0, :, 0], [2**24, 2**24 + 1])


def test_ordinary_series_bring_no_warning_and_take_four_bytes():
    X, y = _series(5.0, 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sklstm.LSTMClassifier(**SMALL_LSTM).fit(X, y)
        hmm = sklstm.HMMClassifier(**SMALL_HMM).fit(X, y)
    assert Sequences.from_arrays(X).channels.dtype == np.float32
    # What a model says does not hang on the type in which the numbers come.
    rounded = [x.astype(np.float32) for x in X]
    assert_array_equal(hmm.score_samples(X), hmm.score_samples(rounded))


# Words of the user's own that nothing could ever match.

READ_LINES = {
    "one space": "云计算 5 n",
    "several spaces": "  云计算   5   n  ",
    "tabs": "云计算\t5\tn",
    "tab and space": "云计算 \t5 n\t",
    "ideographic space": "云计算\u30005\u3000n",
    "no-break space": "云计算\xa05\xa0n",
    "word alone": "云计算",
    "no tag": "云计算\t5",
    "no frequency": "云计算  n",
    "byte-order mark": "\ufeff云计算 5 n",
    "line endings of Windows": "云计算 5 n\r",
}
REFUSED_LINES = {
    "commas": "云计算,5,n",
    "commas and spaces": "云计算, 5, n",
    "a comma at the end": "云计算,",
    "full-width commas": "云计算，5，n",
    "semicolons": "云计算;5;n",
    "bars": "云计算|5|n",
    "order": "云计算 n 5",
    "capital tag": "云计算 5 N",
    "capital tag alone": "云计算 N",
    "no number": "云计算 5.5 n",
    "negative": "云计算 -5 n",
    "full-width number": "云计算 ５ n",
    "words": "New York City",
    "too many fields": "云计算 5 n n",
    "zero-width space": "云计算\u200b 5 n",
    "zero-width space alone": "\u200b 5 n",
    "second byte-order mark": "好\n\ufeff云计算 5 n",
    "NUL": "云计算\0 5 n",
}
REFUSED_WORDS = [
    "云计算 5 n",
    "云计算 ",
    "\u3000云计算",
    "云计算\n",
    "\ufeff云计算",
    "云\u200b计算",
]
READERS_OF_USER_DICT = {
    "JiebaSegmenter": lambda words: sklstm.JiebaSegmenter(user_dict=words),
    "JiebaPOSTagger": lambda words: sklstm.JiebaPOSTagger(user_dict=words),
    **{
        maker: lambda words, maker=maker: getattr(sklstm, maker)(user_dict=words)[0]
        for maker in (
            "make_naive_bayes_pipeline",
            "make_hmm_pipeline",
            "make_linear_pipeline",
            "make_lstm_pipeline",
        )
    },
}


def _documents_for(estimator):
    is_tagger = isinstance(estimator, sklstm.JiebaPOSTagger)
    return [["云计算"]] if is_tagger else ["云计算很好"]


def _user_dict_file(folder, content):
    path = folder / "words.txt"
    path.write_bytes(content.encode())
    return path


@pytest.mark.parametrize("reader", READERS_OF_USER_DICT)
@pytest.mark.parametrize("case", READ_LINES)
def test_lines_of_a_dictionary_that_say_what_they_mean_are_read(tmp_path, case, reader):
    path = _user_dict_file(tmp_path, READ_LINES[case])
    estimator = READERS_OF_USER_DICT[reader](path)
    X = _documents_for(estimator)
    result = estimator.fit(X).transform(X)
    if reader != "JiebaPOSTagger":
        assert result[0][0] == "云计算"
    elif "n" in READ_LINES[case]:
        assert result == [["n"]]


@pytest.mark.parametrize("reader", READERS_OF_USER_DICT)
@pytest.mark.parametrize("case", REFUSED_LINES)
def test_lines_of_a_dictionary_that_nothing_matches_are_refused(tmp_path, case, reader):
    path = _user_dict_file(tmp_path, "好\n" + REFUSED_LINES[case])
    estimator = READERS_OF_USER_DICT[reader](path)
    line = 3 if case == "second byte-order mark" else 2
    with pytest.raises(ValueError, match=rf"Jieba\w+ .*line {line} is .*'"):
        estimator.fit(_documents_for(estimator))
    with pytest.raises(ValueError, match=rf"Jieba\w+ .*line {line} is .*'"):
        estimator.transform(_documents_for(estimator))


@pytest.mark.parametrize("reader", READERS_OF_USER_DICT)
@pytest.mark.parametrize("word", REFUSED_WORDS)
@pytest.mark.parametrize("form", [list, lambda words: [(words[0], 5, "n")]])
def test_words_that_nothing_matches_are_refused(word, reader, form):
    estimator = READERS_OF_USER_DICT[reader](form([word]))
    with pytest.raises(ValueError, match=r"white space or invisible.*entry 0 .*U\+"):
        estimator.fit(_documents_for(estimator))


@pytest.mark.parametrize("word", ["列夫·托尔斯泰", "C/C++", "ひらがな", "好，吃"])
def test_words_at_which_jieba_cuts_first_are_warned_of(word):
    segmenter = sklstm.JiebaSegmenter(user_dict=["云计算", word])
    with pytest.warns(UserWarning, match="never finds 1 of 2 words.*Remove"):
        words = segmenter.fit_transform([f"云计算{word}"])
    assert words[0][0] == "云计算" and word not in words[0]


@pytest.mark.parametrize(
    "word", ["云计算", "C++", "AT&T", "ＡＢＣ", "1.5%", "iPhone-6s"]
)
def test_words_that_jieba_finds_bring_no_warning(word):
    sklstm.JiebaSegmenter(user_dict=[word, ("·", 0)]).fit(["好"])


@pytest.mark.parametrize(
    "word", ["很 ", "很\n", "\ufeff很", "很\u200b", "不 好", "\xa0很", "", "很\t好"]
)
def test_stop_words_that_nothing_matches_are_refused(word):
    segmenter = sklstm.JiebaSegmenter(stop_words=["好", word])
    with pytest.raises(
        ValueError, match=r"expects stop_words without white space.*got"
    ):
        segmenter.fit(["好"])
    with pytest.raises(
        ValueError, match=r"expects stop_words without white space.*got"
    ):
        segmenter.transform(["好"])


def test_stop_words_that_are_tokens_are_no_mistake():
    stop_words = [" ", "\u200b", "\u3000", "很", "OK", "——"]
    segmenter = sklstm.JiebaSegmenter(stop_words=stop_words, normalize=None)
    assert segmenter.transform(["很 好\u200b\u3000OK"]) == [["好"]]
    folded = sklstm.JiebaSegmenter(stop_words=["ＯＫ", "Good"], lowercase=True)
    assert folded.transform(["Ok 好 GOOD"]) == [["好"]]


# Labels that are two classes to a program and one to its reader.

ALIKE = {
    "zero-width space": "positive\u200b",
    "byte-order mark": "\ufeffpositive",
    "no-break space": "positive\xa0",
    "trailing space": "positive ",
    "ideographic space": "\u3000positive",
    "line break": "positive\r\n",
    "case": "Positive",
    "full width": "ｐｏｓｉｔｉｖｅ",
    "soft hyphen": "pos\xaditive",
    "combined": "café",
}
DISTINCT = ["positive", "negative", "a", "A", "1", "01", "好", "不好", "c", "C"]


def _fit_lstm(y):
    X = [np.arange(3.0)] * len(y)
    return sklstm.LSTMClassifier(**SMALL_LSTM).fit(X, y)


def _fit_hmm(y):
    return sklstm.HMMClassifier(**SMALL_HMM).fit([["好"], ["差"]] * (len(y) // 2), y)


def _compare(y):
    X = np.arange(len(y))[:, np.newaxis]
    return sklstm.compare_classifiers({"NB": GaussianNB()}, X, y, cv=2)


def _read(y):
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl")
        lines = [json.dumps({"text": "好", "label": label}) for label in y]
        path.write_text("\n".join(lines), encoding="utf-8")
        return sklstm.datasets.read_reviews(path)


READERS_OF_LABELS = {
    "LSTMClassifier": _fit_lstm,
    "HMMClassifier": _fit_hmm,
    "compare_classifiers": _compare,
    "read_reviews": _read,
}


@pytest.mark.parametrize("reader", READERS_OF_LABELS)
@pytest.mark.parametrize("case", ALIKE)
def test_labels_that_look_alike_are_warned_of(case, reader):
    other = "cafe\u0301" if case == "combined" else "positive"
    y = [other] * 4 + [ALIKE[case]] * 2 + ["negative"] * 4
    if reader == "read_reviews" and strip(ALIKE[case]) == other:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert set(_read(y).labels) == {"positive", "negative"}
        return
    expected = f"{reader} takes labels that look alike .*(4).* and .*(2)"
    with pytest.warns(UserWarning, match=expected):
        READERS_OF_LABELS[reader](y)


@pytest.mark.parametrize("reader", READERS_OF_LABELS)
def test_other_labels_bring_no_warning(reader):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        READERS_OF_LABELS[reader](DISTINCT * 2)


# Words that have nothing in common with those that were learned.

SIMPLIFIED = [["房间", "很", "干净"], ["早餐", "难吃"]] * 3
TRADITIONAL = [["房間", "乾淨"], ["難吃"]] * 20
READERS_OF_TOKENS = {
    "TokenEncoder": sklstm.TokenEncoder,
    "TokenCountVectorizer": sklstm.TokenCountVectorizer,
    "Word2VecEmbedder": lambda: sklstm.Word2VecEmbedder(
        vector_size=4, min_count=1, n_epochs=1, random_state=0
    ),
    "Word2VecEmbedder, skip": lambda: sklstm.Word2VecEmbedder(
        vector_size=4, min_count=1, n_epochs=1, random_state=0, oov="skip"
    ),
    "Word2VecEmbedder, characters": lambda: sklstm.Word2VecEmbedder(
        vector_size=4, min_count=1, n_epochs=1, random_state=0, oov="characters"
    ),
    "HMMClassifier": lambda: sklstm.HMMClassifier(**SMALL_HMM),
}


def _fitted(reader):
    estimator = READERS_OF_TOKENS[reader]().fit(SIMPLIFIED, [0, 1] * 3)
    return getattr(estimator, "predict_proba", None) or estimator.transform


@pytest.mark.parametrize("reader", READERS_OF_TOKENS)
def test_samples_without_any_known_token_are_warned_of(reader):
    answer = _fitted(reader)
    expected = rf"{reader.split(',')[0]} knows none of the 60 tokens of 40 samples"
    with pytest.warns(UserWarning, match=expected):
        answer([*TRADITIONAL, []])


@pytest.mark.parametrize("reader", READERS_OF_TOKENS)
@pytest.mark.parametrize(
    "X", [TRADITIONAL[:29], [*TRADITIONAL, ["很"]], [[]] * 40, []], ids=len
)
def test_a_few_unknown_samples_bring_no_warning(reader, X):
    if reader == "HMMClassifier" and not X:
        X = np.empty((0, 1), dtype=object)[:, 0].tolist()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _fitted(reader)(X)


def test_symbols_that_fit_has_not_met_are_warned_of():
    hmm = sklstm.HMMClassifier(emission="categorical", **SMALL_HMM)
    hmm.fit([[1, 2], [2, 3]], [0, 1])
    with pytest.warns(UserWarning, match="HMMClassifier knows none of the 80 tokens"):
        hmm.predict([[7, 8]] * 40)


VECTORS = {"房間": [1.0, 0.0], "乾淨": [0.0, 1.0]}


@pytest.mark.parametrize("learn", ["fit", "partial_fit", "fit_transform"])
def test_given_vectors_that_no_token_has_are_refused(learn):
    embedder = sklstm.Word2VecEmbedder(initial_vectors=VECTORS, n_epochs=0)
    expected = "0 of 15 tokens have one of the 2 vectors.*'房間'.*simplified"
    with pytest.raises(ValueError, match=expected):
        getattr(embedder, learn)(SIMPLIFIED)


@pytest.mark.parametrize(
    ("vectors", "n_epochs"), [(VECTORS, 1), (VECTORS | {"早餐": [1.0, 1.0]}, 0)]
)
def test_given_vectors_that_few_tokens_have_are_warned_of(vectors, n_epochs):
    embedder = sklstm.Word2VecEmbedder(
        initial_vectors=vectors, n_epochs=n_epochs, min_count=1
    )
    with pytest.warns(UserWarning, match=r"of 95 tokens have one of the . vectors"):
        embedder.fit([*SIMPLIFIED, ["房间", "很"] * 40])


@pytest.mark.parametrize("parameters", [{"oov": "unk"}, {"oov": "characters"}])
def test_given_vectors_of_the_words_bring_no_warning(parameters):
    is_composed = parameters["oov"] == "characters"
    words = "房间早餐" if is_composed else ["很", "早餐"]
    vectors = {word: [1.0, 0.5] for word in words}
    embedder = sklstm.Word2VecEmbedder(
        initial_vectors=vectors, n_epochs=0, **parameters
    )
    embedder.fit(SIMPLIFIED)
