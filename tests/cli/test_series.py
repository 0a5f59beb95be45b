"""``sklstm compare --sample``: the same job for series in a long table."""

import re

import joblib
import numpy as np
import pandas as pd
import pytest

from sklstm import (
    make_hmm_series_pipeline,
    make_naive_bayes_series_pipeline,
    make_series_pipeline,
)
from sklstm.cli import _compare, _main, _series

COLUMNS = ("--sample", "id", "--time", "t", "--label", "y")
MAKE = _series.make_for_series
NAMES = ["naive-bayes", "hmm", "lstm"]


@pytest.fixture(autouse=True)
def quick_models(monkeypatch):
    monkeypatch.setattr(
        _compare,
        "make_for_series",
        lambda name, options: make_naive_bayes_series_pipeline(),
    )
    monkeypatch.setattr("sklstm.comparison._plots.png", lambda figure: b"")


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.RandomState(0)
    rows = [
        (f"s{sample:02}", step, (-1) ** sample * step + rng.normal(), sample % 2)
        for sample in range(12)
        for step in range(5 + sample)
    ]
    frame = pd.DataFrame(rows, columns=["id", "t", "x", "y"])
    frame.loc[3, "x"] = np.nan
    frame["y"] = frame["y"].map({0: "up", 1: "down"})
    frame.sample(frac=1, random_state=0).to_csv(tmp_path / "table.csv", index=False)


@pytest.fixture
def run(capsys):
    def run(*more):
        try:
            status = _main.main(["compare", "table.csv", "--folds", "2", *more])
        except SystemExit as exc:
            status = exc.code
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_series_are_compared(run, tmp_path):
    status, out, err = run(*COLUMNS, "--save", "model")
    assert (status, "not done" in err) == (0, False)
    assert "12 series of table.csv, 126 time steps, 2 folds\nchannels: 'x'\n" in out
    assert "labels: 'down' (6), 'up' (6)\n" in out or "labels: 'up' (6)" in out
    scores = pd.read_csv(tmp_path / "sklstm-results" / "comparison.csv")
    assert scores["model"].tolist() == [*NAMES, "together", "majority"]
    predictions = pd.read_csv(tmp_path / "sklstm-results" / "predictions.csv")
    assert set(predictions["row"]) == {f"s{sample:02}" for sample in range(12)}
    model = joblib.load(tmp_path / "model")
    assert model.predict([[0.0, 1, 2, 3, 4, 5]]).tolist() == ["up"]
    assert not hasattr(model, "training_profile_")


def test_models_that_disagree_are_shown_by_sample(run, monkeypatch):
    def make(name, options):
        made = make_naive_bayes_series_pipeline()
        return made if name == "hmm" else made.set_params(features__features=["length"])

    monkeypatch.setattr(_compare, "make_for_series", make)
    status, out, _ = run(*COLUMNS)
    assert status == 0
    said = out.partition("The models disagree most on")[2].splitlines()
    assert re.match(r"s\d\d  ", said[3])


def test_models_are_those_of_the_functions(run):
    from argparse import Namespace

    makers = {
        "naive-bayes": make_naive_bayes_series_pipeline,
        "hmm": make_hmm_series_pipeline,
        "lstm": make_series_pipeline,
    }
    options = Namespace(seed=3, class_weight=None)
    for name, make in makers.items():
        ours, theirs = MAKE(name, options).get_params(), make().get_params()
        for key, value in theirs.items():
            is_set = key.endswith(("random_state", "n_threads"))
            if not is_set and "n_threads=1" not in repr(ours[key]):
                assert repr(ours[key]) == repr(value), key
        if name != "naive-bayes":
            assert ours["classify__random_state"] == 3
            assert ours["classify__n_threads"] == 1


REFUSED = {
    "linear": (["--models", "linear,lstm"], "linear reads texts alone"),
    "text": (["--text", "x"], "--text is for texts; --sample tells of series"),
    "unlabelled": (["--unlabelled", "table.csv"], "--unlabelled is for texts"),
    "robustness": (["--robustness"], "--robustness is for texts"),
    "channel": (["--channels", "no"], "no column 'no'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_options_of_texts_are_refused(run, case):
    more, message = REFUSED[case]
    status, _, err = run(*COLUMNS, *more)
    assert status == 2 and message in err and err.count("\n") == 1


def test_options_of_series_are_refused_without_samples(run):
    status, _, err = run("--time", "t")
    assert status == 2 and "name their samples by --sample" in err


def test_without_a_file_there_are_no_series(capsys):
    assert _main.main(["compare", "--sample", "id"]) == 2
    assert "no file was named" in capsys.readouterr().err


def test_too_few_series_are_named(run):
    status, _, err = run("--sample", "t", "--label", "id", "--channels", "x")
    assert status == 2 and "has the label" in err
