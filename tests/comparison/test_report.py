"""One page that fetches nothing and lets no text become markup."""

import re
from html import escape
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from shutil import which
from subprocess import run
from threading import Thread

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm import compare_classifiers
from sklstm.comparison import _report
from sklstm.comparison._words import Words
from sklstm.display._text_table import shown_name

VOID = {"meta", "img"}
CHARACTERS = make_pipeline(CountVectorizer(analyzer="char"), MultinomialNB())
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
)


class Page(HTMLParser):
    """Collects tags, attributes and text, and checks that tags are balanced."""

    def __init__(self, source):
        super().__init__()
        self.open, self.tags, self.text = [], [], []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def listener():
    """A server on loopback that remembers what was fetched from it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.fetched.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.fetched = []
        server.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def evil(listener):
    return f'<script>document.title="caught"</script><img src={listener.url}/a> & "\''


@pytest.fixture(scope="module")
def comparison(evil):
    texts = [f"{evil}{'好差'[i % 2]}{'很不真太'[i % 4]}{i % 5}" for i in range(40)]
    texts[7] = texts[7].replace("差", "好")
    classifiers = {
        f"NB {evil}": MultinomialNB(),
        "LR": LogisticRegression(C=0.1),
    }
    classifiers = {
        name: make_pipeline(CountVectorizer(analyzer="char"), model)
        for name, model in classifiers.items()
    }
    labels = [f"{evil}1", f"{evil}2"] * 20
    # To find_duplicates they are all alike.
    return compare_classifiers(classifiers, texts, labels, cv=4, duplicates="ignore")


@pytest.fixture(scope="module")
def source(comparison, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    comparison.to_html(path)
    return path.read_text("utf-8")


def test_no_text_becomes_markup(source, evil):
    page = Page(source)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "iframe", "link"})
    assert evil in "".join(page.text)
    shown = [text for text in page.text if text.startswith(evil)]
    assert len(shown) > 8


def test_nothing_is_fetched(source):
    for _, attributes in Page(source).tags:
        assert not {"href", "onerror", "onload", "srcset"} & attributes.keys()
        assert attributes.get("src", "data:").startswith("data:image/png;base64,") or (
            "src" not in attributes
        )
    assert "url(" not in source and "@import" not in source
    assert "default-src 'none'" in source


def test_page_holds_everything(source, comparison):
    page = Page(source)
    text = "\n".join(page.text)
    for expected in ("accuracy", "macro-F1", "log-loss", "Verdicts", "What was run"):
        assert expected in text
    for fact in ("scikit-learn", "sklstm", "random state", "machine", "python"):
        assert fact in text
    assert len([tag for tag, _ in page.tags if tag == "img"]) == 4
    assert "Where the models disagree most" in text
    assert len(comparison.disagreements(10))


def test_figures_are_those_of_the_table(source, comparison):
    row = comparison.rows()[1]
    cell = (
        f"{row['accuracy_mean']:.3f} ± {row['accuracy_sd']:.3f}"
        f"<small>[{row['accuracy_low']:.3f}, {row['accuracy_high']:.3f}]</small>"
    )
    assert cell in source
    # A loss is shown with its own sign, the interval in rising order.
    loss = [-row[f"neg_log_loss_{end}"] for end in ("mean", "high", "low")]
    pattern = rf"{loss[0]:.3f} ± [\d.]+<small>\[{loss[1]:.3f}, {loss[2]:.3f}\]"
    assert re.search(pattern, source)


def first_screen(source):
    return source[: source.index("<h3>Classes</h3>")]


def test_the_answer_comes_first(source, comparison):
    best = next(r for r in comparison.rows() if r["model"] == comparison.best_)
    text = "".join(Page(f"{first_screen(source)}</div></body></html>").text)
    verdict = comparison.pairs()[-1]["verdict"]
    assert (
        f"{shown_name(comparison.best_)}: accuracy {best['accuracy_mean']:.3f}" in text
    )
    assert ("the folds show it better" in text) == verdict.endswith("is better")
    assert ("as good as" in text or "No difference" in text) == (
        verdict == "no difference shown"
    )
    places = [
        source.index(part) for part in ('"answer"', '"first"', "<img", '"notice"')
    ]
    assert places == sorted(places) and places[-1] < source.index("<h3>Classes</h3>")


def test_first_table_marks_the_best_and_sets_references_apart(source, comparison):
    table = source[source.index("<table>") : source.index("</table>")]
    models, references = table.split('<tbody class="references">')
    (best,) = re.findall(r'<tr class="best">.*</tr>', models)
    assert f"<th>{escape(shown_name(comparison.best_))}<mark>best</mark>" in best
    assert re.findall(r"<th>(\w+)", references) == ["together", "majority"]
    row = next(r for r in comparison.rows() if r["model"] == comparison.best_)
    figures = [row["accuracy_mean"], row["f1_macro_mean"], -row["neg_log_loss_mean"]]
    shown = re.findall(r"[\d.]+(?=</td>)", best)
    assert shown == [f"{figure:.3f}" for figure in figures]
    # It says by which score, and which way that one goes.
    assert "log-loss<small>decides, less is better</small>" in models


def test_first_table_has_the_deciding_score():
    X, y = [[i % 2, i % 3] for i in range(30)], [i % 2 for i in range(30)]
    scoring = ["roc_auc", "accuracy", "f1_macro", "recall_macro", "precision_macro"]
    comparison = compare_classifiers(
        {"NB": MultinomialNB()}, X, y, scoring=scoring, best_by="precision_macro"
    )
    html = comparison._repr_html_()
    head = html[html.index("<thead>") : html.index("</thead>")]
    titles = re.findall(r'<th class="figure">([\w -]+)', head)
    assert titles == ["accuracy", "macro-F1", "precision macro", "time"]


def test_few_notices_are_shown_and_many_are_folded():
    labels = [f"class {i}" for i in range(8)] * 3
    constants = {
        f"always {i}": DummyClassifier(strategy="constant", constant=f"class {i}")
        for i in range(4)
    }
    comparison = compare_classifiers(constants, labels, labels, cv=3)
    html = comparison._repr_html_()
    shown, folded = html[html.index('"notice"') :].split("<details>", 1)
    n_more = len(comparison.findings_) - 4
    assert shown.count("<li>") == 4 and n_more > 1
    assert f"<summary>{n_more} more</summary>" in folded
    assert folded[: folded.index("</details>")].count("<li>") == n_more


def test_what_is_folded_is_printed(source):
    assert "<details>" in source and "details::details-content" in source


def test_counts_stand_behind_their_labels():
    labels = [3] * 10 + [7] * 1010
    X = [[label, i % 3] for i, label in enumerate(labels)]
    html = compare_classifiers({"NB": MultinomialNB()}, X, labels)._repr_html_()
    assert "1,020 (3: 10; 7: 1,010)" in html


def test_a_wrong_label_is_marked_as_such():
    texts = [f"{'好差'[i % 2]}{i}" for i in range(20)]
    labels = [i % 2 for i in range(20)]
    constant = DummyClassifier(strategy="constant", constant=1)
    html = compare_classifiers({"always 1": constant}, texts, labels)._repr_html_()
    wrong = re.findall(r'<td>(\d)</td><td class="wrong">(\d) \(1.00\)</td>', html)
    assert wrong == [("0", "1")] * 10


def test_errors_are_said_once_for_all_folds():
    X, y = [[0], [1]] * 6, [0, 1] * 6
    models = {"A": MultinomialNB(alpha="no"), "NB": MultinomialNB()}
    html = compare_classifiers(models, X, y, cv=3)._repr_html_()
    assert '<th>A</th><td>1, 2, 3</td><td class="text">InvalidParameterError' in html


@pytest.mark.parametrize(("seconds", "shown"), [(0.01, "< 0.1 s"), (7.26, "7.3 s")])
def test_times_are_rounded(seconds, shown):
    assert _report._time(seconds, Words()) == shown
    assert _report._time(600 + seconds, Words()) == "10 min"
    assert _report._time(float("nan"), Words()) == "-"


def test_answer_where_models_fail():
    class Failing(MultinomialNB):
        def fit(self, X, y):
            raise ValueError("no")

    X, y = [[0], [1]] * 6, [0, 1] * 6
    html = compare_classifiers({"A": Failing()}, X, y)._repr_html_()
    assert "No fold of any model finished." in html and "<mark>" not in html
    classifiers = {"A": Failing(), "NB": MultinomialNB()}
    html = compare_classifiers(classifiers, X, y)._repr_html_()
    assert "The folds allow no verdict about A." in html
    assert "No difference is shown" not in html


@pytest.mark.filterwarnings("ignore:No installed font")
def test_chinese_page_has_no_english_sentence(comparison, tmp_path):
    comparison.to_html(tmp_path / "report.html", language="zh")
    source = (tmp_path / "report.html").read_text("utf-8")
    page = Page(source)
    assert ("html", {"lang": "zh"}) in page.tags
    ours = [t for t in page.text if not re.search("[一-鿿]", t) and t.strip()]
    left = " ".join(t for t in ours if "sklstm" not in t and "caught" not in t)
    known = "LR F1 accuracy"
    words = set(re.findall("[A-Za-z]{4,}", left)) - set(known.split())
    facts = comparison.settings | {"Holm": 0}
    assert not {w for w in words if w not in str(facts) + str(comparison.classifiers)}


def test_figures_stay_on_one_line_and_texts_do_not(source, evil):
    assert re.search(r'<td class="figure">[\d.]+ ± [\d.]+<small>\[', source)
    assert f'<td class="text">{escape(evil)}' in source


def test_notebook_shows_the_same_without_the_frame(source, comparison):
    fragment = comparison._repr_html_()
    Page(fragment)
    assert "<html" not in fragment
    assert fragment in source


@pytest.mark.parametrize("as_column", [pd.DataFrame, lambda X: np.array(X)[:, None]])
def test_a_document_of_a_column_is_shown_as_text(as_column):
    texts = [f"房间{word}" for word in "好坏" * 4]
    classifiers = {
        label: DummyClassifier(strategy="constant", constant=label) for label in "ab"
    }
    comparison = compare_classifiers(
        classifiers, as_column(texts), ["a", "b"] * 4, cv=2
    )
    assert '<td class="text">房间好</td>' in comparison._repr_html_()


def test_numbers_are_shown_as_numbers():
    X = [[i % 2, i % 3] for i in range(30)]
    y = [int(i % 2 and i % 7 != 0) for i in range(30)]
    classifiers = {"NB": MultinomialNB(), "LR": LogisticRegression()}
    html = compare_classifiers(classifiers, X, y, cv=3)._repr_html_()
    assert re.search(r'<td class="text">\[[01], [012]\]</td>', html)


def test_a_page_about_many_classes_is_small(tmp_path):
    labels = [f"class {i:02}" for i in range(20)] * 6
    X = [[i % 20, i % 7] for i in range(120)]
    models = {f"model {i}": MultinomialNB(alpha=1 + i) for i in range(3)}
    compare_classifiers(models, X, labels, cv=2).to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size < 1_000_000


def test_without_matplotlib_the_page_says_so(comparison, monkeypatch):
    def missing(*_):
        raise ImportError("This needs matplotlib: pip install 'sklstm[plots]'.")

    monkeypatch.setattr("sklstm.comparison._report.require", missing)
    html = comparison._repr_html_()
    assert "No pictures. This needs matplotlib" in html and "<img" not in html


def rendered(path, profile):
    """Document that headless Chromium makes of a page."""
    command = [CHROMIUM, *FLAGS, "--dump-dom", f"--user-data-dir={profile}"]
    command.append(path.as_uri())
    done = run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH")
def test_renders_in_chromium_and_fetches_nothing(source, evil, listener, tmp_path):
    page, naive = tmp_path / "report.html", tmp_path / "naive.html"
    page.write_text(source, encoding="utf-8")
    dom = rendered(page, tmp_path / "profile")
    assert "What was run" in dom and "<title>caught</title>" not in dom
    assert listener.fetched == []
    # The trap works: without escaping it would have been seen.
    naive.write_text(f"<title>page</title>{evil}", encoding="utf-8")
    assert "<title>caught</title>" in rendered(naive, tmp_path / "profile")
    assert listener.fetched == ["/a"]
