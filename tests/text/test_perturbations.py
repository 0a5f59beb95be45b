"""Perturbations: what each does, and what all of them keep."""

import inspect
import sys
from difflib import SequenceMatcher

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sklstm.text import perturbations
from sklstm.text.perturbations import PERTURBATIONS, _forms, _typing
from sklstm.text.perturbations._units import characters, clauses

REVIEWS = [
    "房间很干净，服务热情。早餐 一般, WiFi 3.5折！",
    "今天天气不错 推荐",
    "性价比高，就是隔音差了些；下次还来…",
    "",
    "Don't worry, it is very good.",
    "👨‍👩‍👧很好👍🏽1️⃣🇨🇳e\u0301",
    "\ud800坏\0\r\n",
    "   ",
    "。。。！？",
]
# Any text there is, and such as have what the perturbations look for.
TEXTS = st.one_of(
    st.text(st.characters()),
    st.text(st.sampled_from("房间很干净不错，。！,. ab1'👍🏽\u200d\u0301\ud800\0\n　")),
)
LIBRARIES = {"replace_homophones": "pypinyin", "to_traditional": "opencc"}
# Those whose result is as long as what they get: how many characters differ is how
# much was touched.
REPLACING = (
    "replace_homophones",
    "replace_look_alikes",
    "swap_characters",
    "widen_characters",
    "to_traditional",
)
all_of_them = pytest.mark.parametrize("name", PERTURBATIONS)


def perturbed(name, documents, strength, random_state=0):
    return PERTURBATIONS[name](documents, strength=strength, random_state=random_state)


@all_of_them
def test_documents_stay_in_their_order_and_unchanged(name):
    documents = list(REVIEWS)
    one_by_one = [perturbed(name, [text], 0.5)[0] for text in documents]
    assert perturbed(name, documents, 0.5) == one_by_one
    assert perturbed(name, documents[::-1], 0.5) == one_by_one[::-1]
    assert documents == REVIEWS


@all_of_them
def test_nothing_changes_at_strength_zero(name):
    assert perturbed(name, REVIEWS, 0) == REVIEWS


@all_of_them
def test_something_changes_at_strength_one(name):
    assert perturbed(name, REVIEWS, 1.0) != REVIEWS


@all_of_them
def test_an_empty_document_stays_empty(name):
    assert perturbed(name, ["", "很好。"], 1.0)[0] == ""
    assert perturbed(name, [], 1.0) == []


@all_of_them
def test_the_seed_decides(name):
    many = [f"{text}{n}" for n in range(20) for text in REVIEWS[:3]]
    assert perturbed(name, many, 0.5, 1) == perturbed(name, many, 0.5, 1)
    assert perturbed(name, many, 0.5, 1) != perturbed(name, many, 0.5, 2)


@all_of_them
def test_an_instance_of_random_state_is_advanced(name):
    random_state = np.random.RandomState(0)
    many = [f"{text}{n}" for n in range(20) for text in REVIEWS[:3]]
    first, second = (perturbed(name, many, 0.5, random_state) for _ in range(2))
    assert first != second
    assert first == perturbed(name, many, 0.5, np.random.RandomState(0))


@all_of_them
@settings(deadline=None, max_examples=60)
@given(text=TEXTS, seed=st.integers(0, 9))
def test_any_text_passes_and_more_strength_changes_no_less(name, text, seed):
    shares = (0, 0.1, 0.35, 0.6, 1.0)
    texts = [perturbed(name, [text], share, seed)[0] for share in shares]
    assert texts[0] == text
    changed = [other != text for other in texts]
    assert changed == sorted(changed)
    if name in REPLACING:
        assert {len(other) for other in texts} == {len(text)}
        touched = [sum(map(str.__ne__, text, other)) for other in texts]
    else:
        touched = [abs(len(text) - len(other)) for other in texts]
    assert name == "reorder_clauses" or touched == sorted(touched)


@pytest.mark.parametrize("name", [n for n in PERTURBATIONS if n != "reorder_clauses"])
def test_strength_is_the_share_that_is_touched(name):
    # Clauses in which every perturbation finds one place or two.
    marks = "，。！；" * 5
    clauses = ["".join(f"这间 房3{mark}" for mark in marks[n:]) for n in range(4)]
    texts = [f"{text}{number}" for number in range(100) for text in clauses]
    whole, half = perturbed(name, texts, 1.0), perturbed(name, texts, 0.5)
    distances = [sum(map(_distance, texts, changed)) for changed in (half, whole)]
    assert distances[0] / distances[1] == pytest.approx(0.5, rel=0.12)


def test_strength_is_the_share_of_clauses_that_move():
    texts = [f"{n},一,二,三,四,五" for n in range(400)]
    changed = perturbed("reorder_clauses", texts, 0.5)
    moved = [
        sum(map(str.__ne__, text.split(","), other.split(",")))
        for text, other in zip(texts, changed, strict=True)
    ]
    assert set(moved) == {2, 4}
    assert np.mean(moved) / 6 == pytest.approx(0.5, rel=0.05)


def _distance(one, other):
    if len(one) != len(other):
        return abs(len(one) - len(other))
    return sum(map(str.__ne__, one, other))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("drop_characters", "不好，没a1", "不，没1"),
        ("double_characters", "不好，没a1", "不好好，没aa1"),
        ("swap_characters", "好吃ok，不", "吃好ko，不"),
        ("insert_spaces", "很好吃ok。好", "很 好 吃ok。好"),
        ("drop_spaces", " 很 好 very good 吃\n", "很好very good吃"),
        ("drop_punctuation", "“很好”，3.5折don't~", "很好3.5折don't"),
        ("widen_characters", "a1!~ 好", "ａ１！～ 好"),
        ("to_traditional", "头发干净，发展乾坤", "頭髮乾淨，發展乾坤"),
        ("reorder_clauses", "房间好，早餐差。", "早餐差，房间好。"),
        ("keep_first_half", "一二三。四五，六", "一二三。"),
        ("keep_second_half", "一二三。四五，六", "四五，六"),
        ("keep_first_half", "一。二三，四五六", "一。二三，"),
        ("keep_first_half", "只有一句。", "只有一句。"),
        ("keep_second_half", "……只有一句。", "……只有一句。"),
    ],
)
def test_by_hand(name, text, expected):
    assert perturbed(name, [text], 1.0) == [expected]


def test_equal_clauses_do_not_change_places():
    for seed in range(20):
        assert perturbed("reorder_clauses", ["好，好，差。"], 1.0, seed) == [
            "好，差，好。"
        ]


def test_homophones_sound_alike_and_are_common():
    from pypinyin import lazy_pinyin

    (changed,) = perturbed("replace_homophones", ["房间很干净服务热情"], 1.0)
    assert lazy_pinyin(list(changed)) == lazy_pinyin(list("房间很干净服务热情"))
    assert all(map(str.__ne__, changed, "房间很干净服务热情"))
    assert len(changed.encode("gb2312")) == 2 * len(changed)


def test_look_alikes_are_in_one_group():
    assert set(_typing._look_alikes()["己"]) == {"已", "巳"}
    assert set("请倩晴睛") <= set(_typing._look_alikes()["情"])
    (changed,) = perturbed("replace_look_alikes", ["己买"], 1.0)
    assert changed[0] in "已巳" and changed[1] in "卖头实"


@pytest.mark.parametrize("table", [_typing._homophones, _typing._look_alikes])
def test_no_error_brings_a_negation_or_takes_one_away(table):
    negators = set("不没无未非别勿莫")
    for char, others in table().items():
        assert char not in others
        assert negators.isdisjoint({char, *others})
        assert len(set(others)) == len(others) > 0


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_emoji_and_accents_are_not_torn_apart(name):
    text = "👨‍👩‍👧很好👍🏽1️⃣🇨🇳e\u0301，不错"
    kept = ("👨‍👩‍👧", "👍🏽", "1️⃣", "🇨🇳")
    if "half" in name:
        return
    for seed in range(5):
        (changed,) = perturbed(name, [text], 0.7, seed)
        assert all(emoji in changed for emoji in kept)
        assert "\u0301" not in changed.replace("e\u0301", "")


def test_characters_are_what_is_seen_as_one():
    family, thumb, keycap, flag = "👨‍👩‍👧", "👍🏽", "1️⃣", "🇨🇳"
    parts = [family, thumb, keycap, flag, flag, "e\u0301", "\r\n", "好", "\ud800"]
    assert characters("".join(parts)) == parts
    assert characters("") == []


@given(text=TEXTS)
def test_characters_and_clauses_are_the_text(text):
    assert "".join(characters(text)) == text
    assert "".join(body + end for body, end in clauses(text)) == text


def test_clauses_end_at_punctuation_but_not_within_numbers():
    assert clauses("好，3.5折。”a.b") == [("好", "，"), ("3.5折", "。”"), ("a.b", "")]


def test_emoji_show_no_feeling_and_follow_clauses():
    (changed,) = perturbed("add_emoji", ["很好，推荐"], 1.0)
    assert changed[:3] == "很好，" and changed[4:6] == "推荐" and len(changed) == 7
    assert {changed[3], changed[6]} <= set(_forms._EMOJI)


@pytest.mark.parametrize("name", ["prepend_neutral", "append_neutral"])
def test_neutral_sentences_stand_by_themselves(name):
    (changed,) = perturbed(name, ["很好"], 1.0)
    added = changed.replace("很好", "", 1)
    assert added.count("。") == (1 if name == "prepend_neutral" else 2)
    assert changed.endswith("很好") or changed.startswith("很好。")


def test_a_word_that_opencc_lengthens_keeps_its_places(monkeypatch):
    class Lengthening:
        def convert(self, text):
            return "體驗" if text == "体" else f"{text}長" if len(text) > 1 else "驗"

    monkeypatch.setattr(_forms, "_converter", Lengthening)
    assert _forms._traditional_forms("验验") == ["驗", "驗"]


@pytest.mark.parametrize(("name", "library"), LIBRARIES.items())
def test_a_missing_library_is_named_with_its_extra(name, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    for made in (_typing._homophones, _forms._converter):
        made.cache_clear()
    try:
        with pytest.raises(ImportError, match=rf"{library}.*sklstm\[robustness\]"):
            perturbed(name, [], 0.5)
    finally:
        monkeypatch.undo()


@pytest.mark.parametrize(
    ("documents", "strength", "error", "message"),
    [
        ("很好", 0.1, TypeError, "{name} expects documents .* got a single str"),
        (["很好", None], 0.1, TypeError, "{name} expects documents .* row 1 is None"),
        (["很好"], 1.5, ValueError, "'strength' parameter of {name}"),
        (["很好"], -0.1, ValueError, "'strength' parameter of {name}"),
    ],
)
@all_of_them
def test_what_is_refused(name, documents, strength, error, message):
    with pytest.raises(error, match=message.format(name=name)):
        perturbed(name, documents, strength)


def test_every_perturbation_has_the_same_parameters():
    for name, function in PERTURBATIONS.items():
        assert function.__name__ == name
        parameters = inspect.signature(function).parameters
        assert list(parameters) == ["documents", "strength", "random_state"]
        assert parameters["strength"].default == 0.1


@pytest.mark.parametrize(
    ("text", "polarity", "expected"),
    [
        ("房间很好。", 1, "房间不好。"),
        ("非常满意，太好吃了！", 1, "不满意，不好吃！"),
        ("值得推荐", 1, "不值得推荐"),
        ("一定会推荐", 1, "一定不会推荐"),
        ("还不错，性价比好", 1, "不怎么样，性价比不好"),
        ("干净整洁，很慢", 1, "不干净不整洁，很慢"),
        ("太贵了，态度差", -1, "不贵，态度不差"),
        ("不好吃，一点都不方便", -1, "很好吃，很方便"),
        ("很好吃，但太慢了", -1, "很好吃，但不慢"),
        ("很好，太慢", 0, "很好，太慢"),
        ("好不好吃", -1, "好不好吃"),
        ("没有不满意", -1, "没有不满意"),
    ],
)
def test_negation_by_hand(text, polarity, expected):
    assert perturbations.negate([text], polarity=[polarity]) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "没有不满意",
        "不是很满意",
        "如果喜欢",
        "比别家好吃",
        "方便面",
        "满意度",
        "好不好吃",
        "祝生活愉快",
        "朋友推荐",
        "你好",
        "很好奇",
        "",
        "。",
    ],
)
def test_what_no_rule_applies_to_stays(text):
    assert perturbations.negate([text], polarity=[1]) == [text]


def test_negation_of_both_sides_turns_each_once():
    assert perturbations.negate(["很好，太慢，不好吃"]) == ["不好，不慢，很好吃"]


@given(text=st.text(st.sampled_from("很好太慢不了的满意喜欢推荐会，非常真一点都又")))
def test_no_negation_is_doubled(text):
    (changed,) = perturbations.negate([text], polarity=[1])
    for before, after in zip(clauses(text), clauses(changed), strict=True):
        if before != after:
            # Nothing but 非常 and the like had a negator in it.
            assert "不" not in before[0].replace("不错", "")


@pytest.mark.parametrize(
    ("text", "polarity", "start"),
    [
        ("房间很好。", 1, "房间很好，但是"),
        ("差~~！ ", -1, "差~~，但是"),
        ("好～", 1, "好～，但是"),
    ],
)
def test_a_contrary_clause_follows(text, polarity, start):
    (changed,) = perturbations.add_opposite_clause([text], [polarity], random_state=0)
    assert changed.startswith(start) and changed.endswith("。")
    assert (
        changed
        == perturbations.add_opposite_clause(
            ["x", text], [1, polarity], random_state=0
        )[1]
    )


@pytest.mark.parametrize(("text", "polarity"), [("", 1), ("。。", -1), ("好", 0)])
def test_what_says_nothing_gets_no_contrary_clause(text, polarity):
    assert perturbations.add_opposite_clause([text], [polarity]) == [text]


def test_contrary_clauses_hold_what_the_other_side_says():
    praise = perturbations.add_opposite_clause(["房间"] * 50, [-1] * 50)
    assert all(text.count("但是") == 1 for text in praise)
    assert not any(word in text for text in praise for word in ("失望", "不满意", "差"))


@pytest.mark.parametrize(
    ("polarity", "message"),
    [
        ([1], "inconsistent numbers of samples"),
        ([1, 2], "polarity as -1, 0 or 1 .* row 1 is 2"),
    ],
)
@pytest.mark.parametrize("name", ["negate", "add_opposite_clause"])
def test_polarity_that_is_refused(name, polarity, message):
    function = getattr(perturbations, name)
    with pytest.raises(ValueError, match=message):
        function(["好", "差"], polarity=polarity)


def test_long_texts_take_linear_time():
    # A hundred times longer would take ten thousand times as long, were it quadratic.
    for text in ("很" * 10**5, "好" * 10**5, "真的很好" * 10**4, "\u0301" * 10**5):
        assert perturbations.negate([text], polarity=[1])[0]


def test_edits_are_few():
    text = "这家店的位置比较难找，但是东西真的很好吃，下次还会带朋友一起来。"
    for name in REPLACING[:3]:
        (changed,) = perturbed(name, [text], 0.1)
        assert SequenceMatcher(None, text, changed).ratio() > 0.75
