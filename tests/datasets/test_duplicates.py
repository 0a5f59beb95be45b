"""Documents that repeat, held against the rule applied to every pair."""

import csv
import os
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from sklstm.datasets import _near, find_duplicates, make_reviews

DATA = Path(os.environ.get("SKLSTM_DATA", "../shared/data"))
# 80 distinct characters: 75 runs of six.
LONG = "".join(map(chr, range(0x4E00, 0x4E50)))
OTHER = "".join(map(chr, range(0x5E00, 0x5E50)))


def runs_of(text):
    return {text[i : i + 6] for i in range(len(text) - 5)} or {text}


def by_all_pairs(texts, similarity):
    """Groups by the rule alone: the shorter's share, below 20 runs the longer's."""
    runs = [runs_of(text) for text in texts]
    near = np.zeros((len(texts), len(texts)), dtype=bool)
    for i, first in enumerate(runs):
        for j, second in enumerate(runs[:i]):
            shorter, longer = sorted((len(first), len(second)))
            base = shorter if shorter >= 20 else longer
            near[i, j] = len(first & second) / base >= similarity
    return by_appearance(connected_components(near, directed=False)[1])


def by_appearance(groups):
    numbers = {}
    return [numbers.setdefault(group, len(numbers)) for group in groups]


def same(first, second, **parameters):
    groups = find_duplicates([first, second], **parameters)
    return groups[0] == groups[1]


@st.composite
def related_texts(draw):
    """Texts made of few pieces, so that they share runs of every number."""
    alphabet = draw(st.sampled_from(["ab", "ab好", "abcdefghij"]))
    piece = st.text(alphabet, min_size=1, max_size=30)
    pieces = draw(st.lists(piece, min_size=1, max_size=7))
    joined = st.lists(st.sampled_from(pieces), min_size=1, max_size=4).map("".join)
    return draw(st.lists(joined, max_size=25))


@settings(deadline=None, max_examples=200)
@given(related_texts(), st.sampled_from([0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]))
def test_the_search_finds_what_all_pairs_give(texts, similarity):
    groups = find_duplicates(texts, similarity=similarity)
    assert groups.tolist() == by_all_pairs(texts, similarity)


@pytest.mark.parametrize("similarity", [0.1, 0.3, 0.5, 0.8])
def test_generated_reviews_give_what_all_pairs_give(similarity):
    texts = [
        "".join(filter(str.isalnum, text))
        for text in make_reviews(200, random_state=0)[0]
    ]
    texts += [text[len(text) // 4 :] for text in texts[1:]]
    groups = find_duplicates(texts, similarity=similarity)
    assert groups.tolist() == by_all_pairs(texts, similarity)
    assert 1 < len(set(groups)) < len(texts)


def test_groups_found_on_the_way_change_nothing():
    """Sorted anew many times: each text is near to the next one, and to no other."""
    rng = random.Random(0)
    line = "".join(map(chr, range(0x4E00, 0x4E00 + 3000)))
    windows = [line[i : i + 40] for i in range(0, 2900, 17)]  # 18 of 35 runs shared
    strangers = ["".join(rng.sample(line, 40)) for _ in range(50)]
    texts = rng.sample(windows + strangers, len(windows) + 50)
    groups = find_duplicates(texts)
    assert groups.tolist() == by_all_pairs(texts, 0.5)
    assert np.bincount(groups).max() == len(windows)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("房间很干净！", "房间 很\u3000干净。"),
        ("ＡＢＣ１２３", "abc123"),
        ("好👍", "好"),
        ("", ""),
        ("", " \t\u3000"),
        ("👍", " 👍\n"),
        ("！！！", "!!!"),
        ("\ud800", "\ud800 "),
    ],
)
def test_equal_documents(first, second):
    assert same(first, second)
    assert same(first, second, similarity=1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("好", "不好"),
        ("", "👍"),
        ("👍", "👎"),
        ("👍", "👍👍"),
        ("!!!!!!!!!!!!!!!!", "!!!!!!!!!!!!!!!!!"),
        ("房间很干净", "房间很干净的"),
        ("\ud800", "\ud801"),
    ],
)
def test_documents_that_are_not_near(first, second):
    assert not same(first, second)


def test_half_of_a_part_is_enough_from_twenty_runs_on():
    """25 characters have 20 runs: ten are shared by 15 characters, nine by 14."""
    assert same(LONG, LONG[:15] + OTHER[:10])
    assert not same(LONG, LONG[:14] + OTHER[:11])
    # 19 runs, all of which stand in the longer one, of 75: less than half.
    assert not same(LONG, LONG[:24])
    assert same(LONG, LONG[:25])
    # 19 runs of 38 are half of the longer, 19 of 39 are not.
    assert same(LONG[:43], LONG[:24])
    assert not same(LONG[:44], LONG[:24])


def test_repeated_runs_count_once():
    assert same("好" * 1000, "好" * 6)
    assert not same("好" * 1000, "好" * 5)


def test_one_is_equality():
    assert same(LONG, LONG[:-1], similarity=0.999)
    assert not same(LONG, LONG[:-1], similarity=1)
    assert not same("ab" * 20, "ab" * 21, similarity=1)  # the same two runs
    assert same(LONG, LONG + "!", similarity=1)


def test_groups_are_closed_and_numbered_by_appearance():
    texts = ["差", LONG[30:], LONG[:30] + OTHER[:20], "差", LONG[27:57], ""]
    assert find_duplicates(texts).tolist() == [0, 1, 2, 0, 1, 3]
    chained = [LONG[:40], LONG[36:], LONG[16:62]]  # the last joins the others
    assert find_duplicates(chained[:2]).tolist() == [0, 1]
    assert find_duplicates(chained).tolist() == [0, 0, 0]


@settings(deadline=None)
@given(related_texts(), st.randoms(use_true_random=False))
def test_order_does_not_matter(texts, rng):
    order = rng.sample(range(len(texts)), len(texts))
    groups = find_duplicates([texts[i] for i in order])
    expected = find_duplicates(texts)[np.array(order, dtype=int)]
    assert groups.tolist() == by_appearance(expected)


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_least_shared_is_the_first_that_reaches_the_similarity(size, part):
    for similarity in (part / 10**6, 0.1, 0.3, 1.0):
        least = _near.least_shared(np.array([size]), similarity)[0]
        assert least / size >= similarity > (least - 1) / size


@pytest.mark.parametrize(
    "texts",
    [
        [f"{i}{LONG[:30]}" for i in range(3000)],
        [f"{i}" for i in range(3000)],
        [LONG + OTHER] * 3000,
    ],
    ids=["all near", "none near", "all equal"],
)
def test_groups_of_many(texts):
    n_groups = len(set(find_duplicates(texts)))
    assert n_groups == (3000 if len(texts[0]) == 1 else 1)


def test_a_sentence_under_all_does_not_cost_all_pairs(monkeypatch):
    """2,000 texts of 100 runs or 60 with 45 runs in common: short ones join all."""
    rng = random.Random(0)
    letters = [chr(0x5000 + i) for i in range(5000)]
    texts = ["".join(rng.sample(letters, n)) + LONG[:50] for n in (15, 60) * 1000]
    compared = count_compared(monkeypatch)
    assert set(find_duplicates(texts)) == {0}
    assert sum(compared) < 200_000
    long = texts[1::2]
    compared.clear()
    assert len(set(find_duplicates(long))) == len(long)
    assert sum(compared) < len(long)


def count_compared(monkeypatch):
    compared, near = [], _near._Search._near

    def counted(self, text, found):
        compared.append(len(found))
        return near(self, text, found)

    monkeypatch.setattr(_near._Search, "_near", counted)
    return compared


@pytest.mark.parametrize("container", [list, tuple, iter, pd.Series, np.array])
def test_containers(container):
    texts = ["好", "差", "好。"]
    assert find_duplicates(container(texts)).tolist() == [0, 1, 0]
    assert texts == ["好", "差", "好。"]


def test_no_documents_have_no_groups():
    groups = find_duplicates([])
    assert (groups.shape, groups.dtype) == ((0,), np.int64)
    assert _near.group_near([], 0.5).shape == (0,)


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ("好", r"find_duplicates expects documents .*; got a single str. Wrap it"),
        ({"好"}, "find_duplicates expects documents .*; got a set"),
        (["好", None], "row 1 is NoneType. Drop or fill missing documents first"),
        ([["好"]], "row 0 is list. It is segmented already"),
    ],
)
def test_what_is_no_document_is_refused(documents, message):
    with pytest.raises(TypeError, match=message):
        find_duplicates(documents)


@pytest.mark.parametrize("similarity", [0, -0.5, 1.01, float("nan"), "half", None])
def test_similarity_is_a_share(similarity):
    with pytest.raises(ValueError, match=r"'similarity' parameter of find_duplicates"):
        find_duplicates(["好"], similarity=similarity)


def test_numpy_scalars_are_numbers():
    assert same(LONG, LONG[5:], similarity=np.float32(0.5))


@pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not there")
def test_development_rows_that_stand_in_the_training_split():
    """351 share half of their runs with a training text; short parts join four more."""
    splits = {}
    for name in ("train", "dev"):
        path = DATA / f"chnsenticorp_{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            splits[name] = [row["review"] for row in csv.DictReader(file)]
    texts = splits["train"] + splits["dev"]
    for similarity, n_found in ((1, 342), (0.5, 355)):
        groups = find_duplicates(texts, similarity=similarity)
        training, dev = np.split(groups, [len(splits["train"])])
        assert np.isin(dev, training).sum() == n_found
