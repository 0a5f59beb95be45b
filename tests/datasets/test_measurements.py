"""Series that stand in a long table: what is read, left out and refused."""

import numpy as np
import pandas as pd
import pytest

from sklstm.datasets._measurements import load_measurements

COLUMNS = {"sample": "id", "time": "t", "label": "y", "group": None}
TABLE = """id,t,pulse,heat,y
b,2,72,,ill
a,0,64,36.5,well
b,1,70,37,ill
a,5,NA,36.5,
,3,1,1,ill
c,1,60,36,
b,,1,1,ill
a,6,1,1,well,more
"""


@pytest.fixture
def load(tmp_path):
    def load(text, *, channels=None, **columns):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return load_measurements(path, COLUMNS | columns, channels)

    return load


def test_rows_become_series_by_time(load):
    found = load(TABLE)
    series = found.series
    assert series.sample_ids.tolist() == ["a", "b"]
    assert found.labels == ["well", "ill"]
    assert series.channel_names == ("pulse", "heat")
    np.testing.assert_array_equal(series[0], [[64, 36.5], [np.nan, 36.5]])
    np.testing.assert_array_equal(series[1], [[70, 37], [72, np.nan]])
    np.testing.assert_array_equal(series.times, [0, 5, 1, 2])
    assert found.groups is None


def test_what_is_left_out_has_a_reason(load):
    assert load(TABLE).skipped == [
        (5, "no sample"),
        (6, "no label in any row of the sample"),
        (7, "no time"),
        (8, "6 fields, more than the header has"),
    ]


def test_channels_are_chosen_and_rows_keep_their_order(load):
    found = load("id,u,x,z,y\na,9,1,2,k\na,8,3,4,k", channels=["z"], time=None)
    assert found.series.channel_names == ("z",)
    assert found.series.times is None
    assert found.series[0].ravel().tolist() == [2, 4]


def test_a_sample_without_a_group_is_one_of_its_own(load):
    text = "id,x,y,who\na,1,k,me\nb,2,l,\nc,3,k,me\nd,4,l,"
    groups = load(text, time=None, group="who").groups
    assert groups[0] == groups[2] and len(set(groups)) == 3


def test_times_may_be_dates(load):
    text = "id,t,x,y\na,2024-05-01 12:30,2,k\na,2024-05-01,1,k"
    series = load(text).series
    assert series.times.dtype.kind == "M"
    assert series[0].ravel().tolist() == [1, 2]


def test_frames_are_read_too():
    frame = pd.DataFrame({"id": [1, 1, 2], "x": [1.5, None, 3.0], "y": ["k", "k", "l"]})
    found = load_measurements(frame, COLUMNS | {"time": None})
    assert found.labels == ["k", "l"]
    np.testing.assert_array_equal(found.series[0], [[1.5], [np.nan]])


REFUSED = {
    "two labels": ("id,x,y\na,1,k\na,2,l", "row 2: sample 'a' has the label 'l', and"),
    "no number": ("id,x,y\na,1,k\na,warm,k", "row 2: column 'x' holds 'warm'"),
    "no channel": ("id,y\na,k", "is to hold columns of values"),
    "same names": ("id,x,x,y\na,1,2,k", "of different names"),
    "no label": ("id,x,y\na,1,\nb,2,", "no row of a sample with a label: 2 left"),
    "no column": ("who,x,y\na,1,k", "no column 'id'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_of_series_is_refused(load, case):
    text, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        load(text, time=None)


def test_what_is_no_time_is_refused(load):
    with pytest.raises(ValueError, match=r"row 2: times are .* got 'noon'"):
        load("id,t,x,y\na,1,1,k\na,noon,2,k")
    with pytest.raises(ValueError, match=r"row 1: times are .* got '1'"):
        load("id,t,x,y\na,1,1,k\na,2024-05-01,2,k")
