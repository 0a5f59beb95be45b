"""What a model says after each beginning of a series."""

import numpy as np
import pandas as pd
import pytest

from sklstm import Sequences, make_naive_bayes_series_pipeline, plot_prefixes
from sklstm.datasets import make_sequences
from sklstm.explanation import _prefix_plot
from sklstm.explanation._prefixes import _ends, beginnings
from sklstm.explanation._words import Words

pytestmark = pytest.mark.filterwarnings("ignore:No installed font")


class Says:
    """Rising, as soon as the sum of the first channel is above 2."""

    classes_ = np.array(["_falling$x$", "上升"])

    def predict_proba(self, X):
        """Ask each series."""
        self.asked = X
        rising = [0.9 if np.nansum(series[:, 0]) > 2 else 0.2 for series in X]
        return np.column_stack([1 - np.array(rising), rising])


SERIES = [1.0, 0.5, np.nan, 1.0, 0.0]


def test_beginnings_are_the_first_steps():
    X, _ = make_sequences(3, n_timesteps=(10, 20), random_state=0)
    X = X._replace(times=np.arange(X.n_steps, dtype=float))
    found = beginnings(X[[1]], np.array([1, 4, X.lengths[1]]))
    assert found.lengths.tolist() == [1, 4, X.lengths[1]]
    for row, end in enumerate(found.lengths):
        np.testing.assert_array_equal(found[row], X[1][:end])
        np.testing.assert_array_equal(found.static[row], X.static[1])
    np.testing.assert_array_equal(found.times[1:5], X[[1]].times[:4])


@pytest.mark.parametrize(
    ("length", "n_most", "expected"),
    [(1, 200, [1]), (4, 200, [1, 2, 3, 4]), (9, 3, [1, 5, 9]), (3, 2, [1, 3])],
)
def test_the_whole_series_is_the_last_beginning(length, n_most, expected):
    assert _ends(length, n_most).tolist() == expected


@pytest.mark.parametrize(
    ("labels", "place"),
    [([1, 1, 1], 0), ([0, 1, 1], 1), ([1, 0, 1], 2), ([0, 0, 1], 2)],
)
def test_decided_is_what_stays_so(labels, place):
    assert _prefix_plot.decided_at(np.eye(2)[labels]) == place


def test_curves_are_what_the_model_says():
    figure = plot_prefixes(Says(), SERIES)
    channel, said = figure.axes
    np.testing.assert_array_equal(channel.get_lines()[0].get_ydata(), SERIES)
    curves = [line.get_ydata().tolist() for line in said.get_lines()[:2]]
    assert curves[0] == [0.2, 0.2, 0.2, 0.9, 0.9]
    np.testing.assert_allclose(np.sum(curves, axis=0), 1)
    names = [text.get_text() for text in said.get_legend().get_texts()]
    assert names == ["上升", "_falling$x$"]
    assert said.get_lines()[2].get_xdata() == [3, 3]
    assert figure.get_suptitle() == (
        "Prediction: 上升 (0.900); decided after step 4 of 5"
    )
    assert said.get_xlabel() == "time step"


def test_times_and_names_are_shown():
    days = pd.date_range("2024-05-01", periods=4)
    table = pd.DataFrame({"id": 1, "t": days, "heat": [1.0, 0.5, 1.0, 0.0]})
    figure = plot_prefixes(Says(), Sequences.from_frame(table, "id", "t"))
    assert figure.axes[0].get_ylabel() == "heat"
    assert figure.axes[1].get_xlabel() == "time"
    figure.canvas.draw()


def test_without_a_chinese_font_it_is_in_english(monkeypatch):
    monkeypatch.setattr(_prefix_plot, "words_with_font", lambda say: Words("en"))
    figure = plot_prefixes(Says(), SERIES, language="zh")
    assert figure.axes[-1].get_ylabel() == "probability"


def test_many_channels_and_classes_are_not_all_drawn():
    rng = np.random.RandomState(0)
    X, y = rng.standard_normal((30, 12, 10)), np.repeat(np.arange(10), 3)
    figure = plot_prefixes(make_naive_bayes_series_pipeline().fit(X, y), X[0])
    assert len(figure.axes) == 8 + 1
    assert len(figure.axes[-1].get_legend().get_texts()) == 6


def test_as_many_are_asked_as_wanted():
    model = Says()
    plot_prefixes(model, np.ones(1000), n_prefixes=np.int64(11))
    assert len(model.asked) == 11 and model.asked.lengths[-1] == 1000


REFUSED = {
    "no probabilities": (object(), SERIES, {}, TypeError, "with predict_proba; got"),
    "several": (Says(), Sequences.from_arrays([[1.0], [2.0]]), {}, ValueError, "one s"),
    "empty": (Says(), [], {}, ValueError, "with a time step"),
    "no number": (Says(), SERIES, {"n_prefixes": 1}, ValueError, "at least 2; got 1"),
    "language": (Says(), SERIES, {"language": "fr"}, ValueError, "language expects"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_series_is_refused(case):
    model, sample, more, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        plot_prefixes(model, sample, **more)
