"""POSFeatureExtractor: each formula by hand, and what holds of every feature."""

import copy
import os
import pickle
from math import log, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklstm import JiebaSegmenter, POSFeatureExtractor, TokenCountVectorizer
from sklstm.datasets import make_reviews
from sklstm.features._style.measures import TAG_CODES
from sklstm.features._style.token_traits import WORD_LISTS, word_list
from sklstm.text._pos_tagger import COARSE_TAGS

DATA = Path(os.environ.get("SKLSTM_DATA", "../shared/data"))
TOKENS = ["房间", "很", "吵", "!", "…", "😊", " ", "", "\ud800", "好好", "3"]


def measure(tokens, training=None):
    """Features of one document by name."""
    extractor = POSFeatureExtractor().fit(training or [tokens])
    row = extractor.transform([tokens])[0]
    return dict(zip(extractor.get_feature_names_out(), row, strict=True))


# Kinds of words.


def test_shares_of_tags():
    # 6 tokens: 房间 noun, 很 adverb, 干净 adjective, 我们 pronoun, 3 numeral, 。
    found = measure(["房间", "很", "干净", "我们", "3", "。"])
    expected = {"noun", "adverb", "adjective", "pronoun", "numeral", "punctuation"}
    for tag in TAG_CODES:
        assert found[f"pos_{tag}"] == pytest.approx(1 / 6 if tag in expected else 0)


def test_tags_are_those_of_the_tagger():
    assert tuple(TAG_CODES) == tuple(COARSE_TAGS)


# Frequency.

# 好 is in 6 of 9 documents, 房间 in 3, 吵 in 1.
TRAINING = [["好", "好"]] * 5 + [["好", "房间"]] + [["房间"]] * 2 + [["吵", "。"]]


def test_frequencies_count_documents():
    extractor = POSFeatureExtractor().fit(TRAINING)
    assert extractor.n_documents_ == 9
    assert extractor.document_counts_ == {"好": 6, "房间": 3, "吵": 1, "。": 1}


def test_frequency_of_words():
    # f(好) = log 7/10, f(房间) = log 4/10, f(吵) = log 2/10, f(新) = log 1/10; 。 is no
    # word. Rare: 房间 alone; unseen: 新, and 吵, which one document holds.
    found = measure(["好", "好", "房间", "吵", "新", "。"], TRAINING)
    logs = [log(0.7), log(0.7), log(0.4), log(0.2), log(0.1)]
    assert found["frequency_mean_log"] == pytest.approx(sum(logs) / 5)
    assert found["frequency_min_log"] == pytest.approx(log(0.1))
    assert found["frequency_max_log"] == pytest.approx(log(0.7))
    assert found["frequency_rare_share"] == pytest.approx(1 / 5)
    assert found["frequency_unseen_share"] == pytest.approx(2 / 5)
    assert found["frequency_type_token_ratio"] == pytest.approx(4 / 5)
    # Two of the 5 * 4 ordered pairs are 好 with 好.
    assert found["frequency_repetition"] == pytest.approx(2 / 20)


def test_one_word_repeats_nothing():
    assert measure(["好"])["frequency_repetition"] == 0


# Length.


def test_lengths():
    # Clauses of 2, 1 and 2 words, sentences of 3 and 2; 房间大,价贵。 has no full stop
    # for its second sentence. Words of 2, 1, 2, 3 and 1 characters.
    tokens = ["房间", "大", ",", "价格", "。", "出租车", "少"]
    found = measure(tokens)
    assert found["length_characters"] == pytest.approx(log(1 + 11))
    assert found["length_words"] == pytest.approx(log(1 + 5))
    assert found["length_clauses"] == pytest.approx(log(1 + 3))
    assert found["length_sentences"] == pytest.approx(log(1 + 2))
    assert found["length_word_mean"] == pytest.approx(9 / 5)
    assert found["length_word_deviation"] == pytest.approx(sqrt(19 / 5 - (9 / 5) ** 2))
    assert found["length_clause_mean"] == pytest.approx(5 / 3)
    assert found["length_clause_deviation"] == pytest.approx(sqrt(2 / 9))
    assert found["length_sentence_mean"] == pytest.approx(5 / 2)
    assert found["length_sentence_deviation"] == pytest.approx(1 / 2)


def test_marks_in_a_row_end_one_clause():
    assert measure(["好", "!", "?", "。", "好"])["length_clauses"] == pytest.approx(
        log(3)
    )


# Tone.


@pytest.mark.parametrize(
    "name, token",
    [
        ("exclamation", "!"),
        ("exclamation", "！"),
        ("question", "?"),
        ("question", "？"),
        ("ellipsis", "..."),
        ("ellipsis", "……"),
        ("ellipsis", "…"),
        ("tilde", "~"),
        ("tilde", "～"),
        ("emoji", "😊"),
        ("strong_degree", "非常"),
        ("weak_degree", "有点"),
        ("negation", "不"),
        ("contrast", "但是"),
        ("modal", "吧"),
    ],
)
def test_shares_of_tone(name, token):
    assert measure(["房间", token, "大", token])[f"tone_{name}_share"] == 0.5
    assert measure(["房间", "大"])[f"tone_{name}_share"] == 0


def test_full_stops_in_a_row_are_an_ellipsis():
    assert measure(["好", "。", "。", "。"])["tone_ellipsis_share"] == 2 / 4
    assert measure(["好", "。", "好", "。"])["tone_ellipsis_share"] == 0


@pytest.mark.parametrize(
    "name, token", [("exclamation", "!"), ("question", "?"), ("ellipsis", "...")]
)
def test_longest_runs(name, token):
    tokens = [token, "好", token, token, token, "好", token, token]
    assert measure(tokens)[f"tone_{name}_run"] == pytest.approx(log(1 + 3))


def test_repeated_characters():
    # 好好好好 repeats thrice, over the edge of tokens too; !!! twice. 8 characters.
    found = measure(["好好", "好好", "!", "!", "!", "吃"])
    assert found["tone_repeated_character_share"] == pytest.approx(3 / 8)
    assert found["tone_repeated_punctuation_share"] == pytest.approx(2 / 8)


def test_flatness():
    # Clauses of 2 and 4 words: mean 3, deviation 1, so v = 1/3. Signs: 非常, 吧, two !,
    # so S = 4; K = 2.
    tokens = ["房间", "大", ",", "服务", "非常", "好", "吧", "!", "!"]
    found = measure(tokens)
    assert found["tone_clause_variation"] == pytest.approx(1 / 3)
    assert found["tone_flatness"] == pytest.approx(1 / (1 + 4 / 2 + 1 / 3))


def test_a_level_voice_is_flat_however_long_it_is():
    clause = ["房间", "干净", "。"]
    assert measure(clause)["tone_flatness"] == 1
    assert measure(clause * 20)["tone_flatness"] == 1


@pytest.mark.parametrize("sign", ["!", "?", "...", "~", "😊", "啊", "太"])
def test_each_sign_makes_a_voice_less_flat(sign):
    plain = ["房间", "干净", ",", "服务", "周到"]
    assert measure([*plain, sign])["tone_flatness"] < measure(plain)["tone_flatness"]


def test_no_word_stands_in_two_lists():
    words = [word for name in WORD_LISTS for word in word_list(name)]
    assert len(words) == len(set(words)) > 300


# Every feature.


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from(TOKENS), max_size=8), max_size=6))
def test_features_are_finite_and_rows_independent(sequences):
    extractor = POSFeatureExtractor().fit([TOKENS])
    together = extractor.transform(sequences)
    assert together.shape == (len(sequences), len(extractor.get_feature_names_out()))
    assert np.isfinite(together).all()
    for tokens, row in zip(sequences, together, strict=True):
        np.testing.assert_array_equal(extractor.transform([tokens])[0], row)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.sampled_from(TOKENS), max_size=12))
def test_shares_and_flatness_lie_between_0_and_1(tokens):
    for name, value in measure(tokens, [TOKENS]).items():
        if name.startswith("pos_") or name.endswith(("share", "ratio", "flatness")):
            assert 0 <= value <= 1


def test_empty_documents_have_a_row_of_zeros_but_for_flatness():
    found = measure([], [["好"]])
    assert found.pop("tone_flatness") == 1
    assert not any(found.values())
    assert measure([" ", "\n"], [["好"]]) == measure([], [["好"]])


def test_full_width_and_ascii_punctuation_are_alike():
    training = [["房间", "大"]]
    assert measure(["房间", "大", "！", "，"], training) == measure(
        ["房间", "大", "!", ","], training
    )


def test_batches_change_no_number(monkeypatch):
    words = JiebaSegmenter().transform(make_reviews(n_samples=50, random_state=0)[0])
    extractor = POSFeatureExtractor().fit(words)
    expected = extractor.transform(words)
    monkeypatch.setattr("sklstm.features._style.extractor._BATCH", 7)
    np.testing.assert_array_equal(extractor.transform(words), expected)


def test_groups_are_switched_by_name():
    everything = POSFeatureExtractor().fit([TOKENS])
    all_names = list(everything.get_feature_names_out())
    assert len(all_names) == len(set(all_names))
    for groups in (["tone"], ("length", "pos")):
        some = POSFeatureExtractor(features=groups).fit([TOKENS])
        names = [n for n in all_names if n.partition("_")[0] in groups]
        assert list(some.get_feature_names_out()) == names
        chosen = [all_names.index(name) for name in names]
        np.testing.assert_array_equal(
            some.transform([TOKENS]), everything.transform([TOKENS])[:, chosen]
        )


def test_the_docstring_names_each_feature():
    documentation = POSFeatureExtractor.__doc__
    for name in POSFeatureExtractor().fit([TOKENS]).get_feature_names_out():
        group, _, rest = name.partition("_")
        assert group == "pos" or rest in documentation, name


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_set_output(library):
    pytest.importorskip(library)
    extractor = POSFeatureExtractor().set_output(transform=library)
    frame = extractor.fit_transform(pd.Series([["好"], []], index=[7, 3]))
    assert list(frame.columns) == list(extractor.get_feature_names_out())
    if library == "pandas":
        assert list(frame.index) == [7, 3]


# Refusals and travel.


@pytest.mark.parametrize("features", [(), ["mood"], ("pos", "mood")])
def test_unknown_groups_are_refused(features):
    with pytest.raises(ValueError, match="POSFeatureExtractor expects features to be"):
        POSFeatureExtractor(features=features).fit([TOKENS])


def test_a_lone_group_name_is_refused():
    with pytest.raises(ValueError, match="'features' parameter"):
        POSFeatureExtractor(features="tone").fit([TOKENS])


@pytest.mark.parametrize("sequences", [[[], []], [[]]])
def test_nothing_to_learn_from_is_refused(sequences):
    with pytest.raises(ValueError, match="at least one token to learn from"):
        POSFeatureExtractor().fit(sequences)


def test_documents_are_refused_with_the_way_out():
    with pytest.raises(TypeError, match=r"row 1 is str. Put JiebaSegmenter before it"):
        POSFeatureExtractor().fit([["好"], "很好"])


def test_fit_twice_is_fit_once():
    extractor = POSFeatureExtractor().fit([["旧", "词"]])
    again = extractor.fit(TRAINING)
    assert (
        again.document_counts_ == POSFeatureExtractor().fit(TRAINING).document_counts_
    )


@pytest.mark.parametrize(
    "travel", [copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
def test_copies_measure_alike(travel):
    extractor = POSFeatureExtractor().fit(TRAINING)
    expected = extractor.transform([TOKENS])
    np.testing.assert_array_equal(travel(extractor).transform([TOKENS]), expected)
    assert not hasattr(clone(extractor), "document_counts_")


# Real reviews.


@pytest.fixture(scope="module")
def hotel_reviews():
    """Style features, word counts and labels of the training and the dev split."""
    if not DATA.exists():
        pytest.skip(f"no review corpora in {DATA}")
    splits = [pd.read_csv(DATA / f"chnsenticorp_{s}.csv") for s in ("train", "dev")]
    words = [JiebaSegmenter().transform(split["review"]) for split in splits]
    style = make_pipeline(POSFeatureExtractor(), StandardScaler()).fit(words[0])
    counter = TokenCountVectorizer().fit(words[0])
    return [
        (sparse.csr_matrix(style.transform(w)), counter.transform(w), split["label"])
        for w, split in zip(words, splits, strict=True)
    ]


def _accuracy(reviews, *columns):
    (X, y), (X_dev, y_dev) = (
        (sparse.hstack([parts[column] for column in columns]).tocsr(), parts[-1])
        for parts in reviews
    )
    return LogisticRegression(max_iter=1000).fit(X, y).score(X_dev, y_dev)


def test_features_alone_tell_something_of_the_sentiment(hotel_reviews):
    assert _accuracy(hotel_reviews, 0) >= 0.70


def test_features_beside_word_counts_do_no_harm(hotel_reviews):
    counts = _accuracy(hotel_reviews, 1)
    assert counts > 0.85
    assert _accuracy(hotel_reviews, 1, 0) >= counts
