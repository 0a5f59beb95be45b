"""A page that shows a document as it was written, and lets no text become markup."""

import re
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from shutil import which
from subprocess import run

import numpy as np
import pytest

from sklstm.explanation import Explanations
from sklstm.explanation._marked import marked_document, number
from sklstm.explanation._style import STYLE
from sklstm.explanation._words import Words

VOID = {"meta"}
EVIL = '<script>document.title="caught"</script></style><b title="\'x"> &amp; '
CHROMIUM = next(
    filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# As root, without a GPU, and without what a browser asks of its maker by itself.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)
SCHEMES = {"dark": 0, "light": 1}


class Page(HTMLParser):
    """Collects tags, attributes and text, and checks that tags are balanced."""

    def __init__(self, source):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.pieces = []  # of the document: attributes of the mark, text
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.text.append(data)
        if ("document", "auto") in [
            (found.get("class"), found.get("dir")) for _, found in self.open
        ]:
            mark = self.open[-1][1] if self.open[-1][0] == "span" else {}
            self.pieces.append((mark, data))


def marks(explanation, target=None, **options):
    column = explanation.column(target)
    return Page(marked_document(explanation, column, Words(), **options)).pieces


def strength(mark):
    found = re.search(r"--w:([\d.]+)", mark.get("style", ""))
    return float(found[1]) if found else 0.0


@pytest.fixture
def said(make):
    return make(
        [1.0, -0.5, 0.02, 0.0], ["房间", "不", "Ａ", "好"], "房间 \n不，Ａ🏨好\t"
    )


@pytest.fixture
def rich(make):
    """Everything that a page may have, with labels and words that are markup."""
    rng = np.random.default_rng(0)
    words = [EVIL, "房间", "\u202egnirts", "\ud800\0"] * 5
    values = rng.normal(size=(20, 12))
    return make(
        values,
        words,
        " ".join(words),
        classes=[f"{EVIL}{n}" for n in range(12)],
        static=rng.normal(size=(3, 12)),
        static_names=(EVIL, "b", "c"),
        pairs=rng.normal(size=(19, 12)),
        standard_errors=np.ones((20, 12)),
        method="shapley",
    )


def test_the_document_stands_as_it_was_written(said):
    assert "".join(text for _, text in marks(said)) == said.document


def test_words_have_side_strength_and_number(said):
    found = {text: mark for mark, text in marks(said)}
    assert found["房间"]["class"] == "for" and strength(found["房间"]) == 1.0
    assert found["不"]["class"] == "against" and strength(found["不"]) == 0.5
    # Below a twentieth of the strongest no line is drawn.
    assert found["Ａ"]["class"] == "for weak" and strength(found["Ａ"]) == 0.02
    assert [found[word]["title"] for word in ("房间", "不", "Ａ", "好")] == [
        "+1.00",
        "-0.50",
        "+0.02",
        "0.00",
    ]
    assert "class" not in found["好"] and found[" \n"] == {}


def test_the_other_class_sees_it_the_other_way_round(said):
    found = {text: mark for mark, text in marks(said, target="差")}
    assert found["房间"]["class"] == "against" and found["房间"]["title"] == "-1.00"


def test_a_scale_can_be_shared(said):
    assert strength(marks(said, scale=2.0)[0][0]) == 0.5
    assert strength(marks(said, scale=0.5)[0][0]) == 1.0


def test_overlapping_words_add_up_where_they_overlap(make):
    spans = np.array([[0, 4], [0, 2], [2, 4], [3, 3]])
    words = ["清华大学", "清华", "大学", ""]
    said = make([1.0, 0.5, -0.25, 9.0], words, "清华大学！", spans=spans)
    (first, clear), (second, school), (rest, mark) = marks(said)
    assert (clear, school, mark, rest) == ("清华", "大学", "！", {})
    assert first["title"] == "清华大学 +1.00, 清华 +0.50; together +1.50"
    assert second["title"] == "清华大学 +1.00, 大学 -0.25; together +0.75"
    assert (strength(first), strength(second)) == (1.0, 0.5)


def test_words_without_places_stand_with_gaps(make):
    said = make([1.0, 0.0, -1.0], ["房间", "很", "好"])
    assert "".join(text for _, text in marks(said)) == "房间 很 好"
    lost = make([1.0], [","], "，", spans=None)
    html = marked_document(lost, 1, Words())
    assert "as the model reads them" in html and "，" not in html
    assert "as the model reads them" not in marked_document(said, 1, Words())


@pytest.mark.parametrize("whole", ["👨‍👩‍👧", "e\u0301", "🇨🇳", "👍🏽", "\r\n"])
def test_what_is_seen_as_one_character_stays_whole(make, whole):
    text = f"好{whole}好"
    words = list(text)
    found = marks(make(np.ones(len(words)), words, text))
    assert [piece for _, piece in found] == ["好", whole, "好"]
    assert found[1][0]["title"].endswith(f"together +{len(whole)}.00")


@pytest.mark.parametrize(
    ("tokens", "document"), [([], ""), ([], None), ([], " \n"), (["", " "], None)]
)
def test_a_page_about_nothing(make, tokens, document):
    said = make(np.zeros(len(tokens)), tokens, document)
    source = said.to_html()
    Page(source)
    assert "nan" not in source.lower().replace("nance", "")
    assert ("(empty)" in source) == (not tokens and not document)


def test_a_long_document_is_cut_and_said_to_be(make):
    words = [f"词{n % 7}" for n in range(60_000)]
    said = make(np.ones(60_000), words, "".join(words))
    source = said.to_html()
    assert "not drawn: 110,000." in source
    assert len(source) < 1_000_000
    assert "".join(text for _, text in marks(said)) == said.document[:10_000]


def test_no_text_becomes_markup(rich, make_series):
    series = make_series(np.ones((3, 2)), classes=[EVIL, "好"], prediction="好")
    for explanations in ([rich], [rich, rich], [series]):
        for language in ("en", "zh"):
            source = Explanations(explanations).to_html(language=language, title=EVIL)
            page = Page(source)
            found = {tag for tag, _ in page.tags}
            assert found.isdisjoint({"script", "b", "img", "iframe", "link"})
            assert source.count("</style>") == source.count("<style>") == 2
            assert escape("<script>") in source and "<script>" not in source
            assert not set("\ud800\0") & set(source)
            source.encode("utf-8")
    assert "on" not in {key[:2] for _, found in page.tags for key in found}


def test_nothing_is_fetched(rich):
    source = rich.to_html()
    for _, attributes in Page(source).tags:
        assert not {"href", "src", "srcset"} & attributes.keys()
    assert "url(" not in source and "@import" not in source
    assert "default-src 'none'" in source


def test_labels_and_words_turn_no_direction(rich):
    source = rich.to_html()
    for place in re.finditer("\u202e", source):
        before = source[: place.start()]
        inside = {tag for tag, _ in Unclosed(before).open}
        assert inside & {"bdi"} or "document" in Unclosed(before).kinds


class Unclosed(HTMLParser):
    """Elements that are open at the end of a source."""

    def __init__(self, source):
        super().__init__()
        self.open = []
        self.feed(source)
        self.kinds = {kind for _, kind in self.open}

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append((tag, dict(attributes).get("class")))

    def handle_endtag(self, tag):
        self.open.pop()


def test_the_page_says_what_adds_up(make):
    said = make(
        [1.0, 1.0, -0.5],
        ["好", "好", "不"],
        base=0.25,
        static=[[1.0, -1.0]],
        static_names=("length",),
        scores=np.array([-1.5, 1.5]),
    )
    text = "|".join(t for t in Page(said.to_html(target="好")).text if t.strip())
    # 0.25 + 1.5 - 1 = 0.75, and as much again that no part has alone.
    assert re.search(
        r"nothing said\|\+0.25\|\s*words\|\+1.50\|\s*features of the whole\|-1.00\|\s*"
        r"not of single parts\|\+0.75\|\s*score of 好\|\+1.50",
        text,
    )
    assert "好 × 2|+2.00" in text and "length|-1.00" in text
    assert "not of single parts" not in make([1.0], ["好"]).to_html()


def test_all_classes_are_there(make):
    values = np.array([[3.0, -1.0, -2.0], [0.0, -1.0, 1.0]])
    said = make(values, ["热", "冷"], classes=["夏", "春", "冬"], base=0.0)
    source = said.to_html()
    table = source[source.index("All classes") :]
    rows = re.findall(r"<tr.*?</tr>", table[: table.index("</table>")])
    text = ["".join(Page(row).text) for row in rows]
    assert text[1:] == [
        f"夏{said.probabilities[0]:.1%}+3.00热 +3.00",
        f"冬{said.probabilities[2]:.1%}-1.00冷 +1.00热 -2.00",
        f"春{said.probabilities[1]:.1%}-2.00热 -1.00 冷 -1.00",
    ]
    assert 'class="shown"' in rows[1]
    # Two further pictures, on the scale of all classes.
    pictures = Page(source).pieces
    assert [strength(mark) for mark, _ in pictures] == [
        *(1.0, 0.0, 0.0),
        *(0.67, 0.0, 0.33),
        *(0.33, 0.0, 0.33),
    ]


def test_the_title_asks_about_the_class_that_is_shown(said):
    assert "<title>Why 好?</title>" in said.to_html()
    assert "<title>Why 好?</title>" in said.to_html(target="好")
    assert "<title>What speaks for 差, and" in said.to_html(target="差")
    assert "<title>Why so? 2 predictions</title>" in Explanations([said] * 2).to_html()
    assert "<title>&lt;b&gt;</title>" in said.to_html(title="<b>")


def test_two_classes_need_no_table(said):
    assert "All classes" not in said.to_html()


def test_many_classes_are_cut_and_said_to_be(make):
    values = np.zeros((1, 30))
    said = make(values, ["好"], classes=[f"c{n}" for n in range(30)])
    source = said.to_html()
    assert "Less probable classes, not shown: 10." in source
    assert source.count('class="document"') == 7


@pytest.mark.parametrize("method", ["exact", "gradients", "occlusion", "shapley"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_method_is_told(said, method, language):
    say = Words(language)
    told = replace(said, method=method).to_html(language=language)
    assert escape(say(f"method {method}")) in told
    assert escape(say("unit two", label="好")) in told
    decided = replace(said, probabilities=None).to_html(language=language)
    assert escape(say("unit decision")) in decided
    assert "%" not in decided[decided.index('<p class="answer">') :]


def test_chinese_page_has_no_english(said):
    page = Page(said.to_html(language="zh"))
    assert ("html", {"lang": "zh"}) in page.tags
    text = " ".join(
        text for text in page.text if "sklstm" not in text and "{" not in text
    )
    assert not re.search("[A-Za-z]{2,}", text)


def test_a_notebook_shows_the_same(said):
    fragment = said._repr_html_()
    Page(fragment)
    assert "<html" not in fragment
    body = fragment[fragment.index('<p class="answer">') :]
    assert body in said.to_html()


def test_strips_of_a_series(make_series):
    values = np.zeros((450, 2))
    values[3:6, 0], values[449, 0] = 1.0, -2.0
    said = make_series(values, series=np.arange(900.0).reshape(450, 2))
    source = said.to_html(target=1)
    page = Page(source)
    bars = [found for tag, found in page.tags if tag == "rect"]
    # Three steps to a bar: 200 bars at most.
    assert [(bar["class"], bar["x"], bar["width"]) for bar in bars] == [
        ("for", "3", "3"),
        ("against", "447", "3"),
    ]
    assert [(bar["y"], bar["height"]) for bar in bars] == [
        ("0.00", "10.00"),
        ("10.00", "6.67"),
    ]
    assert "steps 3 to 5: +3.00" in page.text
    (first, *_) = [found for tag, found in page.tags if tag == "polyline"]
    assert len(first["points"].split()) == 150
    assert "The line is the series" in source
    bare = replace(said, series=None).to_html()
    assert "<polyline" not in bare and "The line is" not in bare


def test_strips_of_many_channels_and_of_nothing(make_series):
    values = np.ones((2, 20)) * np.arange(20)
    source = make_series(values).to_html()
    assert source.count("<svg") == 12 and "not drawn: 8." in source
    assert ">channel 19<" in source and ">channel 7<" not in source
    empty = make_series(np.zeros((0, 2)), series=np.zeros((0, 2))).to_html()
    assert "(empty)" in empty and "nan" not in empty


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.234, "+1.23"), (-0.001, "0.00"), (0.004, "0.00"), (-2, "-2.00")],
)
def test_numbers_of_nothing_have_no_sign(value, shown):
    assert number(value) == shown


# Colours


def palettes():
    """Variables of the light and of the dark style, by name."""
    blocks = re.findall(r"--paper:[^}]*?--edge-against:[^;]*;", STYLE)
    for name, block in zip(("light", "dark"), blocks, strict=False):
        found = dict(re.findall(r"--([\w-]+): ([^;]+);", block))
        yield pytest.param(
            {key: colour(value) for key, value in found.items()}, id=name
        )


def colour(text):
    if not text.startswith("#"):
        return np.array([int(part) for part in text.split()]) / 255
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    return np.array([int(digits[place : place + 2], 16) for place in (0, 2, 4)]) / 255


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """Of WCAG 2."""
    lights = sorted(linear(rgb) @ [0.2126, 0.7152, 0.0722] for rgb in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(rgb):
    to_xyz = [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
    xyz = np.array(to_xyz) @ linear(rgb) / [0.9505, 1.0, 1.089]
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


# Machado, Oliveira & Fernandes (2009), severity 1, for linear RGB.
VISIONS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(rgb, vision):
    dim = np.clip(np.array(VISIONS[vision]) @ linear(rgb), 0, 1)
    return np.where(dim <= 0.0031308, 12.92 * dim, 1.055 * dim ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("palette", list(palettes()))
@pytest.mark.parametrize("side", ["for", "against"])
def test_text_can_be_read_on_every_mark(palette, side):
    for weight in np.linspace(0, 1, 21):
        mark = weight * palette[side] + (1 - weight) * palette["paper"]
        assert contrast(palette["ink"], mark) >= 4.5
        # So can the lines that tell the signs without colour.
        assert contrast(palette[f"edge-{side}"], mark) >= 3


@pytest.mark.parametrize("palette", list(palettes()))
@pytest.mark.parametrize("vision", VISIONS)
def test_the_sides_differ_for_every_vision(palette, vision):
    sides = [lab(seen(palette[side], vision)) for side in ("for", "against")]
    assert np.linalg.norm(sides[0] - sides[1]) > 30


def test_the_style_is_of_explanations_alone():
    rules = re.sub(r"@media[^{]*\{|:is\([^)]*\) |/\*.*?\*/", "", STYLE)
    selectors = re.findall(r"([^{}]+)\{", rules)
    for selector in ",".join(selectors).split(","):
        assert selector.strip(" \n}").startswith(".sklstm-explanation")


# In a browser


def rendered(source, folder, scheme, width=390):
    """Show a page in a frame of some width, and say what came of it."""
    (folder / "frame.html").write_text(
        f'<iframe style="border:0" width="{width}" height="700" '
        f'srcdoc="{escape(source)}"></iframe>'
        "<script>onload = () => {"
        "const inner = document.querySelector('iframe').contentDocument;"
        "const root = inner.documentElement;"
        "document.body.textContent = ['result', inner.title, root.scrollWidth,"
        "getComputedStyle(inner.body).backgroundColor].join('|') + '|';"
        "}</script>",
        encoding="utf-8",
    )
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder / scheme}"]
    command.append(f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}")
    command += ["--dump-dom", (folder / "frame.html").as_uri()]
    done = run(command, capture_output=True, text=True, check=True, timeout=60)
    _, title, scrolled, paper, _ = done.stdout.split("|")
    complaints = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return title, int(scrolled), paper, complaints


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
@pytest.mark.parametrize(
    ("scheme", "paper"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(22, 25, 29)")]
)
def test_renders_in_chromium(rich, make_series, scheme, paper, tmp_path):
    series = make_series(np.random.default_rng(0).normal(size=(300, 3)))
    source = Explanations([rich, series]).to_html(title="page")
    assert rendered(source, tmp_path, scheme) == ("page", 390, paper, [])


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
def test_the_frame_sees_what_is_wrong(said, tmp_path):
    wide = '<p style="width:900px">wide</p><script>document.title = 1</script></body>'
    source = said.to_html(title="page").replace("</body>", wide)
    title, scrolled, _, complaints = rendered(source, tmp_path, "light")
    assert (title, scrolled) == ("page", 900)
    assert any("Content Security Policy" in line for line in complaints)
