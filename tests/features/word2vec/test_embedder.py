import hashlib
import os
import pickle
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from sklstm import Sequences, TokenCountVectorizer, Word2VecEmbedder
from sklstm.features import _corpus

ALGORITHMS = ["skip-gram", "cbow"]
# 很 stands 4 times, 好 and 房间 3 times, 服务 twice, 差 once.
TOKENS = [
    ["房间", "很", "好"],
    ["服务", "很", "好", "房间", "很", "好"],
    [],
    ["房间", "很", "差", "服务"],
]


def make_topics(n_samples=60, seed=0):
    """Sequences on one of two topics; words of different topics never meet."""
    rng = np.random.default_rng(seed)
    topics = [["床", "房间", "浴室", "酒店"], ["屏幕", "键盘", "电池", "内存"]]
    return [list(rng.choice(topics[i % 2], size=8)) for i in range(n_samples)]


TOPICS = make_topics()


def make_embedder(**params):
    # Nearly every word of a tiny corpus is frequent: subsampling would leave none.
    defaults = {"vector_size": 8, "min_count": 1, "subsample": 0, "random_state": 0}
    return Word2VecEmbedder(**(defaults | params))


def test_codes_by_hand():
    # By falling count; ties by token: 好 (U+597D) before 房 (U+623F).
    embedder = make_embedder(min_count=2)
    encoded = embedder.fit_transform(TOKENS)
    assert embedder.vocabulary_ == {"很": 1, "好": 2, "房间": 3, "服务": 4}
    assert embedder.tokens_.tolist() == [None, "很", "好", "房间", "服务"]
    assert embedder.counts_.tolist() == [1, 4, 3, 3, 2]
    assert encoded.codes[0].tolist() == [3, 1, 2, 4, 1, 2, 3, 1, 2, 3, 1, 0, 4]
    assert encoded.lengths.tolist() == [3, 6, 0, 4]
    assert encoded.codes[0].dtype == np.int32
    assert encoded.vectors[0] is embedder.vectors_


def test_unknown_vector_is_the_mean_of_the_rarest_words():
    embedder = make_embedder(min_count=2).fit([*TOKENS, ["差"], ["贵"]])
    rarest = [embedder.vocabulary_["服务"], embedder.vocabulary_["差"]]
    assert_allclose(embedder.vectors_[0], embedder.vectors_[rarest].mean(axis=0))


def test_max_vocabulary():
    embedder = make_embedder(max_vocabulary=2).fit(TOKENS)
    assert list(embedder.vocabulary_) == ["很", "好"]
    assert embedder.vectors_.shape == (3, 8)
    assert embedder.counts_.tolist() == [6, 4, 3]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_learns_planted_topics(algorithm):
    embedder = make_embedder(algorithm=algorithm, n_epochs=20).fit(TOPICS)
    nearest = {word for word, _ in embedder.most_similar("房间", topn=3)}
    assert nearest == {"床", "浴室", "酒店"}
    assert embedder.similarity("屏幕", "键盘") > 0.5 > embedder.similarity("屏幕", "床")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_fit_twice_is_fit_once_and_one_seed_decides(algorithm):
    embedder = make_embedder(algorithm=algorithm).fit(TOPICS)
    once = embedder.vectors_.copy()
    assert_array_equal(embedder.fit(TOPICS).vectors_, once)
    other = clone(embedder).set_params(random_state=1).fit(TOPICS)
    assert not np.allclose(other.vectors_, once)


def test_the_same_bytes_under_another_hash_seed_and_number_of_threads():
    code = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_embedder import TOPICS, make_embedder\n"
        "vectors = make_embedder(n_threads=2).fit(TOPICS).vectors_\n"
        "print(hashlib.sha256(vectors.tobytes()).hexdigest())"
    )
    vectors = make_embedder(n_threads=1).fit(TOPICS).vectors_
    printed = subprocess.run(
        [sys.executable, "-c", code, os.path.dirname(__file__)],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert printed.strip() == hashlib.sha256(vectors.tobytes()).hexdigest()


def test_global_generators_and_threads_are_left_alone():
    np.random.seed(0)
    torch.manual_seed(0)
    numpy_state = np.random.get_state()[1].copy()
    torch_state, n_threads = torch.get_rng_state(), torch.get_num_threads()
    make_embedder(n_threads=2).fit(TOPICS)
    assert_array_equal(np.random.get_state()[1], numpy_state)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert torch.get_num_threads() == n_threads


def test_input_is_not_changed_and_pickling_changes_nothing():
    tokens = [list(row) for row in TOKENS]
    embedder = make_embedder().fit(tokens)
    assert tokens == TOKENS
    copy = pickle.loads(pickle.dumps(embedder))
    assert copy.transform(TOKENS) == embedder.transform(TOKENS)
    assert copy.partial_fit(TOKENS).vectors_.shape == embedder.vectors_.shape


def test_row_by_row_equals_all_at_once():
    embedder = make_embedder(oov="characters", pooling="mean").fit(TOKENS)
    texts = [["很好", "房间"], [], ["未知", "很"], ["好房间"]]
    together = embedder.transform(texts)
    apart = np.vstack([embedder.transform([text]) for text in texts])
    assert_allclose(together, apart, rtol=1e-6)


class TestUnknownTokens:
    seen = make_embedder(random_state=3).fit(TOKENS)
    texts = [["早餐", "很", "好"], ["早餐"], []]

    def transform(self, **params):
        embedder = pickle.loads(pickle.dumps(self.seen)).set_params(**params)
        return embedder.transform(self.texts)

    def test_unk(self):
        encoded = self.transform(oov="unk")
        assert encoded.codes[0].tolist() == [0, 1, 2, 0]
        assert encoded.lengths.tolist() == [3, 1, 0]

    def test_skip(self):
        encoded = self.transform(oov="skip")
        assert encoded.codes[0].tolist() == [1, 2]
        assert encoded.lengths.tolist() == [2, 0, 0]

    def test_characters(self):
        # 很好 is made of 很 and 好; of 不好吃 only 好 was seen; 房间 is longer than
        # any of its characters and wins; of 早餐 nothing was seen.
        texts = [["很好", "不好吃", "很好"], ["房间很"], ["早餐", "很"]]
        embedder = pickle.loads(pickle.dumps(self.seen)).set_params(oov="characters")
        encoded = embedder.transform(texts)
        n_codes = len(self.seen.vectors_)
        assert encoded.codes[0].tolist() == [
            *(n_codes, n_codes + 1, n_codes),
            n_codes + 2,
            *(0, 1),
        ]
        很, 好, 房间 = (
            self.seen.vectors_[self.seen.vocabulary_[word]]
            for word in ("很", "好", "房间")
        )
        table = encoded.vectors[0]
        assert_array_equal(table[:n_codes], self.seen.vectors_)
        expected = [(很 + 好) / 2, 好, (房间 + 很) / 2]
        assert_allclose(table[n_codes:], expected, rtol=1e-6)
        assert len(embedder.vectors_) == n_codes

    def test_a_long_unknown_token_takes_linear_time(self):
        embedder = pickle.loads(pickle.dumps(self.seen)).set_params(oov="characters")
        assert len(embedder.transform([["不" * 20_000]]).codes[0]) == 1

    @pytest.mark.parametrize("pooling", ["mean", "max", "idf"])
    @pytest.mark.parametrize("oov", ["unk", "skip", "characters"])
    def test_pooled_rows_are_finite(self, pooling, oov):
        pooled = self.transform(pooling=pooling, oov=oov)
        assert pooled.shape == (3, 8)
        assert pooled.dtype == np.float32
        assert np.isfinite(pooled).all()
        assert not pooled[2].any()
        assert pooled[1].any() == (oov != "skip")


class TestPooling:
    embedder = make_embedder(random_state=3).fit(TOKENS)
    texts = [["很", "好", "好"], [], ["房间", "差"]]

    def expected(self, pool):
        table, codes = self.embedder.vectors_, self.embedder.vocabulary_
        rows = [[codes[token] for token in text] for text in self.texts]
        return [pool(table[row], row) if row else np.zeros(8) for row in rows]

    def transform(self, pooling):
        return self.embedder.set_params(pooling=pooling).transform(self.texts)

    def test_mean(self):
        expected = self.expected(lambda vectors, row: vectors.mean(axis=0))
        assert_allclose(self.transform("mean"), expected, rtol=1e-5, atol=1e-8)

    def test_max(self, monkeypatch):
        expected = self.expected(lambda vectors, row: vectors.max(axis=0))
        assert_allclose(self.transform("max"), expected, rtol=1e-6)
        monkeypatch.setattr("sklstm.features._word2vec.pooling._CHUNK", 2)
        assert_allclose(self.transform("max"), expected, rtol=1e-6)

    def test_idf(self):
        idf = self.embedder.idf_
        expected = self.expected(
            lambda vectors, row: np.average(vectors, axis=0, weights=idf[row])
        )
        assert_allclose(self.transform("idf"), expected, rtol=1e-5, atol=1e-8)

    def test_idf_equals_that_of_scikit_learn(self):
        counter = TokenCountVectorizer()
        tfidf = TfidfTransformer().fit(counter.fit_transform(TOKENS))
        for token, column in counter.vocabulary_.items():
            code = self.embedder.vocabulary_[token]
            assert self.embedder.idf_[code] == pytest.approx(tfidf.idf_[column])
        assert self.embedder.idf_[0] == pytest.approx(1 + np.log(5))

    def test_feature_names_and_containers(self):
        names = self.embedder.set_params(pooling="mean").get_feature_names_out()
        assert names.tolist() == [f"word2vecembedder{i}" for i in range(8)]
        frame = (
            clone(self.embedder).set_output(transform="pandas").fit_transform(TOKENS)
        )
        assert frame.columns.tolist() == names.tolist()
        self.embedder.set_params(pooling=None)
        assert not hasattr(self.embedder, "get_feature_names_out")

    def test_cross_validates_before_a_linear_model(self):
        model = make_pipeline(
            make_embedder(pooling="mean", n_epochs=20), LogisticRegression(C=100)
        )
        assert cross_val_score(model, TOPICS, [0, 1] * 30, cv=3).min() > 0.9


class LineCorpus:
    """Re-iterable, without a length: like a file that is read line by line."""

    def __init__(self, sequences):
        self.lines = [" ".join(tokens) for tokens in sequences]
        self.n_passes = 0

    def __iter__(self):
        self.n_passes += 1
        return (line.split() for line in self.lines)


def test_a_streamed_corpus_is_read_once_for_each_epoch():
    corpus = LineCorpus(TOPICS)
    embedder = make_embedder(n_epochs=3).fit(corpus)
    assert corpus.n_passes == 1 + 3
    # One chunk holds it all: shuffled alike, it gives the same vectors.
    held = make_embedder(n_epochs=3).fit(TOPICS)
    assert_array_equal(embedder.vectors_, held.vectors_)
    assert_array_equal(embedder.idf_, held.idf_)
    assert embedder.transform(corpus) == held.transform(TOPICS)


@pytest.mark.parametrize("stream", [LineCorpus, list])
def test_chunks_hold_every_sequence_once(stream, monkeypatch):
    monkeypatch.setattr(_corpus, "_CHUNK", 100)
    sequences = [*TOPICS, TOPICS[0][::-1] * 2]
    corpus = _corpus.Corpus(stream(sequences), "test")
    codes = {token: code for code, token in enumerate(corpus.counts, start=1)}
    chunks = list(corpus.shuffled_chunks(codes, np.random.default_rng(0)))
    assert len(chunks) > 3
    found = [
        tuple(row)
        for codes_, lengths in chunks
        for row in np.split(codes_, np.cumsum(lengths)[:-1])
    ]
    expected = [tuple(codes[token] for token in row) for row in sequences]
    assert sorted(found) == sorted(expected)
    assert found != expected


def test_a_streamed_corpus_is_never_in_memory(monkeypatch):
    class Many:
        def __iter__(self):
            return (["好", "很", "差", "贵"] * 5 for _ in range(10_000))

    monkeypatch.setattr(_corpus, "_CHUNK", 2_000)
    tracemalloc.start()
    make_embedder(n_epochs=1, n_threads=1).fit(Many())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000 * 4  # bytes: 4 for each of its tokens


def test_a_corpus_that_cannot_be_read_again():
    class Once:
        sequences = iter(TOKENS)

        def __iter__(self):
            return self.sequences

    message = "Word2VecEmbedder expects .* read again .*; Once gave 4 the first time"
    with pytest.raises(ValueError, match=message):
        make_embedder().fit(Once())


def test_a_generator_is_read_once():
    embedder = make_embedder()
    from_generator = embedder.fit_transform(list(row) for row in TOKENS)
    assert from_generator == embedder.fit(TOKENS).transform(TOKENS)
    fitted = make_embedder().fit(list(row) for row in TOKENS)
    assert_array_equal(fitted.vectors_, embedder.vectors_)


class TestPartialFit:
    def test_first_call_is_fit(self):
        parts = make_embedder().partial_fit(TOPICS)
        assert_array_equal(parts.vectors_, make_embedder().fit(TOPICS).vectors_)

    def test_words_keep_their_codes_and_new_ones_follow(self):
        embedder = make_embedder(min_count=2).fit([["好", "很", "好", "很", "贵"]])
        assert embedder.vocabulary_ == {"好": 1, "很": 2}
        before = embedder.vectors_.copy()
        embedder.partial_fit([["贵", "差", "差", "差", "很"]])
        # 贵 has occurred twice by now, once in each part.
        assert embedder.vocabulary_ == {"好": 1, "很": 2, "差": 3, "贵": 4}
        assert embedder.counts_.tolist() == [0, 2, 3, 3, 2]
        assert embedder.tokens_.tolist() == [None, "好", "很", "差", "贵"]
        assert embedder.vectors_.shape == (5, 8)
        assert not np.allclose(embedder.vectors_[2], before[2])
        assert embedder.idf_[3] == pytest.approx(np.log(3 / 2) + 1)

    def test_max_vocabulary_stays(self):
        embedder = make_embedder(max_vocabulary=2).fit(TOKENS)
        embedder.partial_fit([["新", "词"] * 9])
        assert list(embedder.vocabulary_) == ["很", "好"]

    def test_goes_on_learning(self):
        embedder = make_embedder(n_epochs=10).fit(TOPICS[:4])
        for seed in range(3):
            embedder.partial_fit(make_topics(seed=seed))
        nearest = {word for word, _ in embedder.most_similar("房间", topn=3)}
        assert nearest == {"床", "浴室", "酒店"}

    def test_fit_after_it_forgets(self):
        embedder = make_embedder().partial_fit(TOPICS).fit(TOKENS)
        assert_array_equal(embedder.vectors_, make_embedder().fit(TOKENS).vectors_)


class TestSimilarity:
    embedder = Word2VecEmbedder(
        n_epochs=0,
        initial_vectors={"王": [2, 0], "后": [1, 1], "男": [1, 0], "女": [0, 3]},
    ).fit([["王", "后"]])

    def test_by_hand(self):
        assert self.embedder.similarity("王", "女") == 0
        assert self.embedder.similarity("王", "后") == pytest.approx(0.5**0.5)
        assert self.embedder.similarity("王", [5, 0]) == pytest.approx(1)
        assert self.embedder.similarity([1, 4], [1, 4]) == 1  # not 1.0000001
        assert self.embedder.most_similar("王", topn=2) == [
            ("男", pytest.approx(1)),
            ("后", pytest.approx(0.5**0.5)),
        ]

    def test_a_vector_in_the_place_of_a_word(self):
        nearest = self.embedder.most_similar([0, 9], topn=1)
        assert nearest == [("女", pytest.approx(1))]

    def test_analogy(self):
        # 王 - 男 + 女 is (0, 1) at unit lengths.
        nearest = self.embedder.most_similar(positive=["王", "女"], negative=["男"])
        assert nearest == [("后", pytest.approx(0.5**0.5))]

    def test_unknown_word(self):
        with pytest.raises(ValueError, match=r"no vector of '冰': .*oov='characters'"):
            self.embedder.most_similar("冰")
        composing = clone(self.embedder).set_params(oov="characters").fit([["王"]])
        assert composing.similarity("男王", "王") == pytest.approx(1)

    def test_nothing_asked(self):
        with pytest.raises(ValueError, match="expects a word, or words in positive"):
            self.embedder.most_similar()
        with pytest.raises(ValueError, match="vector of length 2; got shape"):
            self.embedder.similarity("王", [1, 2, 3])
        with pytest.raises(ValueError, match="finite numbers; got NaN"):
            self.embedder.most_similar([np.nan, 1])
        with pytest.raises(ValueError, match="topn to be an int >= 0; got -1"):
            self.embedder.most_similar("王", topn=-1)

    def test_topn_from_none_to_all(self):
        assert self.embedder.most_similar("王", topn=0) == []
        found = [word for word, _ in self.embedder.most_similar("王", topn=99)]
        assert found == ["男", "后", "女"]

    def test_agrees_with_gensim(self):
        models = pytest.importorskip("gensim.models", reason="needs gensim")
        embedder = make_embedder(n_epochs=1).fit(TOPICS)
        keyed = models.KeyedVectors(8)
        keyed.add_vectors(list(embedder.vocabulary_), embedder.vectors_[1:])
        question = {"positive": ["床", "屏幕"], "negative": ["电池"], "topn": 4}
        ours, theirs = embedder.most_similar(**question), keyed.most_similar(**question)
        assert [word for word, _ in ours] == [word for word, _ in theirs]
        assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-6)


class TestInitialVectors:
    given = {"好": np.array([1.0, 2.0]), "坏": np.array([3.0, 4.0])}

    def test_used_as_they_are(self):
        embedder = Word2VecEmbedder(n_epochs=0, initial_vectors=self.given)
        encoded = embedder.fit_transform(TOKENS)
        assert embedder.vocabulary_ == {"好": 1, "坏": 2}
        assert_array_equal(embedder.vectors_, [[2, 3], [1, 2], [3, 4]])
        assert embedder.counts_.tolist() == [10, 3, 0]
        assert encoded.codes[0].tolist() == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0]

    def test_training_begins_there(self):
        embedder = make_embedder(initial_vectors=self.given, learning_rate=1e-9)
        embedder.fit(TOKENS)
        assert embedder.vectors_.shape == (6, 2)
        assert_allclose(embedder.vectors_[embedder.vocabulary_["好"]], [1, 2])
        assert "坏" not in embedder.vocabulary_

    def test_partial_fit_goes_on_from_them(self):
        embedder = Word2VecEmbedder(n_epochs=0, initial_vectors=self.given).fit(TOKENS)
        table = embedder.vectors_.copy()
        more = pickle.loads(pickle.dumps(embedder)).set_params(n_epochs=5, min_count=1)
        more.partial_fit(TOKENS)
        assert list(more.vocabulary_)[:2] == ["好", "坏"]
        assert len(more.vectors_) == 7
        assert_array_equal(embedder.vectors_, table)

    @pytest.mark.parametrize(
        "given, error, match",
        [
            (None, ValueError, "expects initial_vectors where n_epochs=0"),
            ([1, 2], TypeError, "map words to vectors .*; got list"),
            ({"好": [1], "坏": [1, 2]}, ValueError, r"one length; got shapes"),
            ({}, ValueError, "one length"),
            ({"好": [np.nan]}, ValueError, "finite"),
        ],
    )
    def test_refused(self, given, error, match):
        embedder = Word2VecEmbedder(n_epochs=0, initial_vectors=given)
        with pytest.raises(error, match=match):
            embedder.fit(TOKENS)


@pytest.mark.parametrize(
    "X, error, match",
    [
        ("好", TypeError, "single str"),
        (["房间很好"], TypeError, "row 0 is str. Put JiebaSegmenter before it"),
        ([["好"], None], TypeError, "row 1 is NoneType"),
        ([["好", 1]], TypeError, "row 0, position 1 is int"),
        ([], ValueError, "at least 1 sample"),
        ([[], []], ValueError, "every token sequence is empty"),
        ([["好", "坏"]], ValueError, "occurs min_count=2 times; .*Lower min_count"),
    ],
)
def test_bad_input(X, error, match):
    embedder = Word2VecEmbedder()
    with pytest.raises(error, match=f"Word2VecEmbedder expects.*{match}"):
        embedder.fit(X)
    assert not hasattr(embedder, "vectors_")


def test_diverged_training_is_told():
    embedder = make_embedder(learning_rate=1e38)
    with pytest.raises(RuntimeError, match=r"epoch 1 with learning_rate=1e.38\. Lower"):
        embedder.fit(TOPICS)


def test_ctrl_c_keeps_the_vectors_so_far(monkeypatch):
    once = make_embedder(n_epochs=2).fit(TOPICS).vectors_
    n_checks = 0

    def check_finite(embedder, trainer, epoch):
        nonlocal n_checks
        n_checks += 1
        if n_checks == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Word2VecEmbedder, "_check_finite", check_finite)
    with pytest.warns(UserWarning, match="Word2VecEmbedder was interrupted"):
        embedder = make_embedder(n_epochs=2).fit(TOPICS)
    assert_array_equal(embedder.vectors_, once)


def test_no_samples_and_single_tokens():
    embedder = make_embedder().fit([["好"], ["坏"]])
    assert embedder.transform([]) == Sequences([], [[]], [embedder.vectors_])
    assert embedder.set_params(pooling="max").transform([]).shape == (0, 8)
    assert np.isfinite(embedder.vectors_).all()
