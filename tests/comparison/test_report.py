"""One page that fetches nothing and lets no text become markup."""

import re
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

VOID = {"meta", "img"}
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
    return compare_classifiers(classifiers, texts, labels, cv=4)


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
    assert len(shown) > 10


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
    assert len([tag for tag, _ in page.tags if tag == "img"]) == 3
    n_shown = len(comparison.disagreements(10))
    assert f"The {n_shown} samples on which the models disagree most" in text


def test_figures_are_those_of_the_table(source, comparison):
    row = comparison.rows()[1]
    cell = (
        f"{row['accuracy_mean']:.3f} ± {row['accuracy_sd']:.3f} "
        f"[{row['accuracy_low']:.3f}, {row['accuracy_high']:.3f}]"
    )
    assert cell in source
    # A loss is shown with its own sign, the interval in rising order.
    loss = [-row[f"neg_log_loss_{end}"] for end in ("mean", "high", "low")]
    pattern = rf"{loss[0]:.3f} ± [\d.]+ \[{loss[1]:.3f}, {loss[2]:.3f}\]"
    assert re.search(pattern, source)


def test_summary_says_what_is_best_and_how_sure_that_is(source, comparison):
    best = next(r for r in comparison.rows() if r["model"] == comparison.best_)
    verdict = comparison.pairs()[0]["verdict"]
    text = "".join(Page(source).text)
    assert (
        f"Best mean accuracy: {comparison.best_}, {best['accuracy_mean']:.3f}" in text
    )
    assert ("The folds show it better" in text) == verdict.endswith("is better")
    assert ("No difference is shown" in text) == (verdict == "no difference shown")
    assert ("allow no verdict about" in text) == verdict.startswith("no verdict")


def test_summary_where_models_fail():
    class Failing(MultinomialNB):
        def fit(self, X, y):
            raise ValueError("no")

    X, y = [[0], [1]] * 6, [0, 1] * 6
    html = compare_classifiers({"A": Failing()}, X, y)._repr_html_()
    assert "No fold of any model finished." in html
    classifiers = {"A": Failing(), "NB": MultinomialNB()}
    html = compare_classifiers(classifiers, X, y)._repr_html_()
    assert "The folds allow no verdict about A." in html
    assert "No difference is shown" not in html


def test_figures_stay_on_one_line_and_texts_do_not(source):
    assert re.search(r'<td class="figure">[\d.]+ ± [\d.]+ \[', source)
    assert '<td class="figure">&lt;' not in source


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
    assert "<td>房间好</td>" in comparison._repr_html_()


def test_numbers_are_shown_as_numbers():
    X = [[i % 2, i % 3] for i in range(30)]
    y = [int(i % 2 and i % 7 != 0) for i in range(30)]
    classifiers = {"NB": MultinomialNB(), "LR": LogisticRegression()}
    html = compare_classifiers(classifiers, X, y, cv=3)._repr_html_()
    assert re.search(r"<td>\[[01], [012]\]</td>", html)


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
