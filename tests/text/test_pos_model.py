"""The model behind the tags, against all paths and against posseg."""

from itertools import pairwise, product

import pytest

from sklstm.text._jieba import tag_tables
from sklstm.text._pos_model import Tagger, load_tagger, tag_by_model


def log_probability(words, tags):
    """Sum start, transitions and emissions of posseg's HMM along one path."""
    tables, states, characters = tag_tables(), [], "".join(words)
    for word, tag in zip(words, tags, strict=True):
        inner = "S" if len(word) == 1 else "B" + "M" * (len(word) - 2) + "E"
        states += [(position, tag) for position in inner]
    score = tables.start[states[0]]
    for state, character in zip(states, characters, strict=True):
        score += tables.emission[state].get(character, -1000)
    return score + sum(tables.transition[a].get(b, -1000) for a, b in pairwise(states))


@pytest.mark.parametrize(
    "words",
    [
        ["很"],
        ["送餐"],
        ["很", "吵"],
        ["网购", "快"],
        ["小福", "没", "来"],
        ["来", "去床"],
        ["又", "退慢", "次"],
        ["很次", "次", "吵点"],
    ],
)
def test_tags_are_the_best_of_all_paths(words):
    possible = ["n", "v", "a", "d", "r", "nr", "zg", "m", "q", "y", "vn", "nz", "uj"]
    scores = {
        tags: log_probability(words, tags)
        for tags in product(possible, repeat=len(words))
    }
    best = max(scores, key=scores.get)
    found = tuple(tag_by_model(words))
    assert log_probability(words, found) >= scores[best] - 1e-9
    if set(found) <= set(possible):
        assert found == best


def test_a_character_that_the_model_lacks_has_a_tag():
    assert all(tag_by_model(["鿕鿕", "很"]))


def test_neighbours_decide_the_tag_of_a_lone_character():
    # As posseg: the dictionary's tag where known words stand on both sides, the
    # model's in a run of characters.
    tagger = load_tagger()
    assert tagger.tag(["服务", "很", "周到"])[1] == "zg"
    assert tagger.tag(["服务", "很", "吵"])[1] == "d"


def test_a_run_that_is_a_word_has_the_tags_of_its_characters():
    # posseg cuts 有 点 apart only where the dictionary says so; then it looks them up.
    tagger = load_tagger()
    assert tagger.tag(["有", "点"]) == [*tagger.tag(["有"]), *tagger.tag(["点"])]


def test_runs_are_remembered():
    tagger = Tagger()
    tagger.tag(["很", "吵"])
    tagger.tag(["服务", "很", "吵", "。"])
    assert tagger._run_tags.cache_info().hits == 1
