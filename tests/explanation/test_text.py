"""What a terminal shows: no wider than it is, and nothing that it would obey."""

import numpy as np
import pytest

from sklstm.display._text_table import text_width
from sklstm.explanation._text import percent
from sklstm.explanation._words import Words

HAN = "[一-鿿]"


def test_lines(make):
    said = make(
        [1.0, -0.5, 0.25, 0.25], ["房间", "不", "好", "好"], "房间，不好好", base=0.5
    )
    # 0.5 where nothing is said, and 1.0 of the words: odds of exp(1.5).
    assert said.to_text(width=40, n_words=2).splitlines() == [
        f"Prediction: 好 ({1 / (1 + np.exp(-1.5)):.1%})",
        "房间，不好好",
        "+ speaks for 好, - against it (exact)",
        "  房间         +1.00  ++++++++++++++++++",
        "  不           -0.50  ---------",
        "  the other 1  +0.50",
        "",
        "  start: nothing said  +0.50",
        "  words                +1.00",
        "  score of 好          +1.50",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_too_wide(make, language, width):
    words = [f"很长的词{i}" * 9 for i in range(20)]
    said = make(
        np.linspace(-2, 2, 20),
        words,
        "，".join(words),
        classes=["差评" * 40, "好评" * 40],
        static=[[-1.0, 1.0]],
        static_names=("名" * 80,),
        pairs=np.ones((19, 2)),
    )
    lines = said.to_text(width=width, language=language).splitlines()
    assert len(lines) > 15
    # Words and numbers need their room, however narrow the terminal is.
    assert max(map(text_width, lines)) <= max(width, 60)


def test_static_features_are_among_the_strongest(make):
    said = make([0.1], ["好"], static=[[3.0, -3.0]], static_names=("tone__sum",))
    lines = said.to_text(target="好").splitlines()
    assert lines[3].split()[:2] == ["tone__sum", "-3.00"]
    assert "  features of the whole  -3.00" in lines


def test_what_does_not_add_up_is_said(make):
    said = make([1.0], ["好"], base=0.0, scores=np.array([-1.7, 1.7]))
    assert "not of single parts  +0.70" in said.to_text()
    said = make([1.0], ["好"], base=0.0, scores=np.array([-1.002, 1.002]))
    assert "single parts" not in said.to_text()


def test_pairs_are_named(make):
    said = make([0.0, 1.0], ["不", "好"], pairs=np.array([[2.0, -2.0]]))
    assert "不 + 好  -2.00" in said.to_text(target="好")
    nothing = make([0.0, 1.0], ["不", "好"], pairs=np.zeros((1, 2)))
    assert "Neighbours" not in nothing.to_text()


def test_errors_stand_behind_their_numbers(make):
    said = make([1.0], ["好"], method="shapley", standard_errors=np.full((1, 2), 0.25))
    assert "+1.00 ± 0.25" in said.to_text()


@pytest.mark.parametrize(
    ("tokens", "document"), [([], ""), ([], None), ([], " \n"), (["\n"], "\n")]
)
def test_nothing_is_said_of_nothing(make, tokens, document):
    text = make([0.0] * len(tokens), tokens, document).to_text()
    assert "nan" not in text and "score of 好" in text
    assert ("(empty)" in text) == (not document)


def test_no_bar_stands_beside_nothing(make):
    said = make([0.004, -0.004], ["好", "差"], "好差", base=0.5)
    assert [line for line in said.to_text().splitlines() if "0.00" in line] == [
        "  好  0.00",
        "  差  0.00",
        "  words                 0.00",
    ]
    bars = said.to_html().partition('class="bars"')[2].partition("</table>")[0]
    assert "0.00" in bars and "--w" not in bars


@pytest.mark.parametrize("way", ["to_text", "plot"])
@pytest.mark.parametrize("n_words", [0, -3, 2.5, "3", True])
def test_numbers_of_words_that_are_none_are_refused(make, way, n_words):
    said = make([1.0], ["好"])
    with pytest.raises(ValueError, match=f"{way} expects n_words to be an int from 1"):
        getattr(said, way)(n_words=n_words)


def test_a_terminal_obeys_nothing(make):
    evil = "\x1b[2J\x07\u202eabc\ud800\0"
    said = make([1.0], [evil], evil, classes=["差", evil])
    for language in ("en", "zh"):
        text = said.to_text(language=language)
        assert not set("\x1b\x07\u202e\ud800\0") & set(text)
        assert "\\x1b[2J" in text
        text.encode("utf-8")
    assert not set("\x1b\x07\u202e\ud800\0") & set(repr(said))


def test_a_series_names_steps_and_channels(make_series):
    said = make_series([[0.0, 0.5], [-2.0, 0.0]])
    text = said.to_text(target=1, n_words=1)
    assert "step 1, channel 0  -2.00" in text and "the other 3" in text
    assert "时间步 1，通道 0" in said.to_text(target=1, language="zh")


def test_without_probabilities_there_is_none(make):
    said = make([1.0], ["好"], probabilities=None)
    assert said.to_text().startswith("Prediction: 好\n")
    # The one class that was explained is not the predicted one.
    other = make([[1.0, -1.0]], ["好"], prediction="中")
    assert other.to_text(target="差").startswith("Prediction: 中\n")


@pytest.mark.parametrize(
    ("share", "shown"),
    [(1.0, "> 99.9%"), (0.9994, "99.9%"), (0.5, "50.0%"), (0.0, "< 0.1%")],
)
def test_no_probability_looks_certain(share, shown):
    assert percent(share) == shown


def test_words_of_both_languages():
    assert Words("zh")("times", word="好", n=2) == "好 × 2"
