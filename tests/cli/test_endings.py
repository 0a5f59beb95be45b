"""Hours of work are not lost at the end: what is asked before, what fails alone."""

import json
import os
import subprocess
import sys

import joblib
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from sklstm.cli import _compare, _main
from sklstm.comparison import Comparison, _plots

TABLES = [
    "classes.csv",
    "comparison.csv",
    "duplicates.csv",
    "folds.csv",
    "predictions.csv",
    "significance.csv",
]
FILES = sorted([*TABLES, "comparison.png", "report.html"])
# Each label stands for a kind that breaks careless code.
LABELS = ["$x{", "\ud800_\n\t_"]
ROWS = [("房间很好", 0), ("房间很吵", 1), ("早餐好吃", 0), ("早餐难吃 \ud800", 1)] * 3


@pytest.fixture(autouse=True)
def quick_models(monkeypatch):
    monkeypatch.setattr(
        _compare,
        "_make",
        lambda name, options: make_pipeline(
            CountVectorizer(analyzer="char"), MultinomialNB(alpha=len(name))
        ),
    )


@pytest.fixture(autouse=True)
def reviews(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps({"text": text, "label": LABELS[n]}) for text, n in ROWS]
    (tmp_path / "reviews.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "a file").write_text("", encoding="utf-8")
    (tmp_path / "taken" / "report.html").mkdir(parents=True)


@pytest.fixture
def run(capsys):
    def run(*more):
        arguments = ("compare", "reviews.jsonl", "--folds", "2", *more)
        status = _main.main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return run


LONG = "n" * 300
REFUSED = {
    "--out below a file": (["--out", "a file/results"], "a file' is a file"),
    "--out is a file": (["--out", "a file"], "--out expects a folder"),
    "--out in a system folder": (["--out", "/proc/results"], "can be written"),
    "--out with a name too long": (["--out", LONG], "File name too long"),
    "--out with a file taken": (["--out", "taken"], "'report.html' may be written"),
    "--save below a file": (["--save", "a file/model"], "no folder 'a file'"),
    "--save in no folder": (["--save", "no/model"], "no folder 'no'"),
    "--save is a folder": (["--save", "taken"], "is a folder"),
    "--save to a full device": (["--save", "/dev/full"], "is a device"),
    "--save in a system folder": (["--save", "/proc/model"], "can be written"),
    "--save with a name too long": (["--save", LONG], "File name too long"),
    "--checkpoint is a file": (["--checkpoint", "a file"], "--checkpoint expects"),
    "--checkpoint below": (["--checkpoint", "a file/kept"], "--checkpoint expects"),
    "--checkpoint in a system folder": (["--checkpoint", "/proc/kept"], "can be"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_written_is_refused_before_the_work(
    run, case, monkeypatch, tmp_path
):
    def work(*_, **__):
        raise AssertionError("a fold is run")

    monkeypatch.setattr("sklstm.comparison.compare_classifiers", work, raising=False)
    before = sorted(tmp_path.rglob("*"))
    arguments, message = REFUSED[case]
    status, _, err = run(*arguments)
    assert status == 2 and message in err and err.count("\n") == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_everything_is_written_whatever_the_labels_are(run, tmp_path):
    status, out, err = run("--save", "model", "--out", "a/b")
    assert (status, "not done" in err) == (0, False)
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == FILES
    assert f"Written to {tmp_path / 'a' / 'b'}" in out and ", ".join(FILES) in out
    assert "$x{" in out and "\\ud800_" in out
    assert set(joblib.load(tmp_path / "model").classes_) == set(LABELS)
    assert not list(tmp_path.glob(".*"))


def test_a_label_stays_in_its_column(run, capsys, tmp_path):
    run("--save", "model")
    (tmp_path / "new.txt").write_text("房间很好\n难吃\n", encoding="utf-8")
    assert _main.main(["predict", "model", "new.txt"]) == 0
    header, *rows = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert header[2:4] == ["p($x{)", "p(\\ud800_\\n\\t_)"]
    assert [row[0] for row in rows] == ["$x{", "\\ud800_\\n\\t_"]
    assert [len(row) for row in rows] == [5, 5]


def broken(*_, **__):
    raise MemoryError("no room")


BREAK = {
    "comparison.png": (_plots, "png"),
    "report.html": (Comparison, "to_html"),
    "folds.csv": (Comparison, "fold_rows"),
    "the tables above": (_compare, "print_comparison"),
    "the documents that divide": (_compare, "_print_disagreements"),
    "the model model": (joblib, "dump"),
}


@pytest.mark.parametrize("what", BREAK)
@pytest.mark.filterwarnings("ignore:No picture")
def test_what_fails_at_the_end_fails_alone_and_is_named(
    run, what, monkeypatch, tmp_path
):
    monkeypatch.setattr(*BREAK[what], broken)
    status, _, err = run("--save", "model")
    assert status == 1
    last = err.splitlines()[-1]
    assert f"{what} (" in last or what in last
    assert "MemoryError: no room" in last
    written = {path.name for path in (tmp_path / "sklstm-results").iterdir()}
    assert written == set(FILES) - {what}
    assert (tmp_path / "model").exists() == (what != "the model model")


def test_a_model_that_cannot_be_written_leaves_the_one_before(run, monkeypatch):
    def half(model, path):
        with open(path, "wb") as file:
            file.write(b"half")
        raise OSError("no space left")

    with open("model", "wb") as file:
        file.write(b"before")
    monkeypatch.setattr(joblib, "dump", half)
    status, _, err = run("--save", "model")
    assert status == 1 and "the model model (OSError: no space left)" in err
    with open("model", "rb") as file:
        assert file.read() == b"before"
    assert not [name for name in os.listdir() if name.endswith(".part")]


_BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {modules}:
            raise ModuleNotFoundError("No module named " + name, name=name)

sys.meta_path.insert(0, Blocked())
from sklstm.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


def in_a_process(code="-m", *shell, **environment):
    command = [sys.executable, *(["-m", "sklstm"] if code == "-m" else ["-c", code])]
    command += ["compare", "reviews.jsonl", "--folds", "2", "--models", "naive-bayes"]
    command += ["--n-jobs", "1", "--save", "model"]
    if shell:
        command = ["sh", "-c", f'"$@" {shell[0]}', "sh", *command]
    usual = {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": ""}
    environment = os.environ | usual | environment
    return subprocess.run(command, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("modules", [["pandas"], ["matplotlib", "pandas"]])
def test_without_an_extra_everything_else_is_written(modules, tmp_path):
    done = in_a_process(_BLOCKED.format(modules=modules))
    assert done.returncode == 0, done.stderr
    out = done.stdout.decode("utf-8", "replace")
    pictures = {"comparison.png"} if "matplotlib" in modules else set()
    written = {path.name for path in (tmp_path / "sklstm-results").iterdir()}
    assert written == set(FILES) - pictures
    assert (tmp_path / "model").exists()
    if pictures:  # said first
        first, *_ = out.splitlines()
        assert "no pictures" in first and "pip install 'sklstm[plots]'" in first


POOR = {
    "ASCII": (
        [],
        {
            "PYTHONIOENCODING": "ascii:strict",
            "COLUMNS": "20",
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
        },
        0,
    ),
    "no streams": ([">&- 2>&-"], {}, 0),
    "a full disk": ([">/dev/full"], {}, 1),
}


@pytest.mark.parametrize("case", POOR)
def test_a_poor_terminal_costs_no_file(case, tmp_path):
    shell, environment, status = POOR[case]
    done = in_a_process("-m", *shell, **environment)
    assert done.returncode == status, done.stderr
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "model").exists()
    written = sorted(path.name for path in (tmp_path / "sklstm-results").iterdir())
    assert written == FILES
