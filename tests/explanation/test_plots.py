"""Pictures show what the tables say, with any words and labels."""

import numpy as np
import pytest
from matplotlib import colors

from sklstm.explanation import Explanations, _plots
from sklstm.explanation._words import Words

pytestmark = pytest.mark.filterwarnings("ignore:No installed font")


@pytest.fixture
def said(make):
    return make(
        [1.0, -0.5, 0.25, 0.25],
        ["room", "not", "ok", "ok"],
        classes=["bad", "good"],
        static=[[3.0, -3.0]],
        static_names=("tone",),
    )


def test_bars_are_the_strongest_words(said):
    (panel,) = said.plot("good", n_words=3).axes
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["tone", "room", "not", "the other 1"]
    widths = [bar.get_width() for bar in panel.patches]
    assert widths == [-3.0, 1.0, -0.5, 0.5]
    is_for = [
        colors.to_hex(bar.get_facecolor()) == _plots._FOR for bar in panel.patches
    ]
    assert is_for == [False, True, False, True]
    assert panel.get_xlabel() == "contribution to good"
    assert panel.get_title().startswith("Prediction: bad (")
    # The strongest is on top.
    assert panel.get_ylim()[0] > panel.get_ylim()[1]


def test_the_class_is_the_predicted_one(said):
    (panel,) = said.plot().axes
    assert panel.patches[0].get_width() == 3.0


def test_without_a_chinese_font_the_picture_is_in_english(said, monkeypatch):
    monkeypatch.setattr(_plots, "words_with_font", lambda say: Words("en"))
    (panel,) = said.plot("good", language="zh").axes
    assert panel.get_xlabel() == "contribution to good"


def test_errors_are_drawn_where_there_are_any(make):
    errors = np.full((2, 2), 0.25)
    said = make([1.0, -1.0], ["a", "b"], method="shapley", standard_errors=errors)
    (lines,) = said.plot("好").axes[0].collections
    ends = [line[:, 0].tolist() for line in lines.get_segments()]
    assert ends == [[0.75, 1.25], [-1.25, -0.75]]


@pytest.mark.parametrize("tokens", [[], ["$x$\\", "\ud800\0", "\u202e", "𓂀", "房间"]])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.filterwarnings("ignore:Glyph")
def test_any_words_can_be_drawn(make, tokens, language, tmp_path):
    said = make(np.arange(len(tokens)), tokens, classes=["$\\", "\ud800" * 200])
    said.plot(language=language).savefig(tmp_path / "bars.png")


def test_strips_are_the_contributions(make_series):
    values = np.arange(-6.0, 6.0).reshape(6, 2)
    series = np.random.default_rng(0).normal(size=(6, 2))
    figure = make_series(values, series=series).plot(0)
    panels = figure.axes[:2]
    for channel, panel in enumerate(panels):
        (strip,), (line,) = panel.images, panel.lines
        assert strip.get_array().tolist() == [(-values[:, channel]).tolist()]
        # 0 is white, and a colour means the same in every panel.
        assert strip.get_clim() == (-6.0, 6.0)
        assert line.get_ydata().tolist() == series[:, channel].tolist()
        assert strip.get_extent() == [-0.5, 5.5, *panel.get_ylim()]
    assert [panel.get_ylabel() for panel in panels] == ["channel 0", "channel 1"]


def test_strips_without_a_series_and_of_many_channels(make_series, tmp_path):
    values = np.ones((4, 20)) * np.arange(20)
    figure = make_series(values).plot()
    names = [panel.get_ylabel() for panel in figure.axes if panel.images]
    assert names == [f"channel {n}" for n in range(12, 20)]
    figure.savefig(tmp_path / "strips.png")


@pytest.mark.parametrize("shape", [(0, 2), (3, 0), (3, 1)])
def test_strips_of_nothing(make_series, shape, tmp_path):
    said = make_series(np.zeros(shape), series=np.zeros(shape))
    said.plot(language="zh").savefig(tmp_path / "strips.png")


def test_several_samples_stand_one_below_the_other(said, make_series):
    found = Explanations([said, make_series(np.ones((4, 2)))])
    figure = found.plot()
    bars, series = figure.subfigs
    assert len(bars.axes) == 1 and len(series.axes) == 3  # with a bar of colours
    alone = found[0].plot()
    assert figure.get_figheight() > alone.get_figheight()
    (panel,), (expected,) = bars.axes, alone.axes
    assert panel.get_title() == expected.get_title()


@pytest.mark.parametrize("n_samples", [0, 21])
def test_as_many_samples_as_a_picture_has_room_for(said, n_samples):
    with pytest.raises(ValueError, match=f"1 to 20 samples; got {n_samples}"):
        Explanations([said] * n_samples).plot()
