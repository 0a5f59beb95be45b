"""Every example runs, on less data than it shows."""

import runpy
from pathlib import Path

import pytest

from sklstm import datasets

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("plot_*.py"))
# Where the data are not reduced: what the example reaches in cross-validation.
ACCURACIES = {"plot_digits": 0.97}


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_runs_and_draws(path, monkeypatch, capsys):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    for maker in ("make_reviews", "make_sequences"):
        monkeypatch.setattr(datasets, maker, _reduced(getattr(datasets, maker)))
    monkeypatch.setattr(plt, "show", lambda: plt.gcf().canvas.draw())
    try:
        names = runpy.run_path(str(path))
        assert plt.gcf().axes
    finally:
        plt.close("all")
    assert capsys.readouterr().out
    if path.stem in ACCURACIES:
        assert names["accuracy"] >= ACCURACIES[path.stem]


def _reduced(make):
    """Give a maker of datasets a ceiling on the number of samples."""

    def make_fewer(*, n_samples, **options):
        return make(n_samples=min(n_samples, 150), **options)

    return make_fewer


def test_there_are_examples():
    assert len(EXAMPLES) >= 6
    assert set(ACCURACIES) <= {path.stem for path in EXAMPLES}


def test_every_example_is_shown():
    shown = (EXAMPLES[0].parents[1] / "docs" / "examples.rst").read_text("utf-8")
    assert [p.name for p in EXAMPLES if f"examples/{p.name}" not in shown] == []
