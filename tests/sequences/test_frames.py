import datetime
import pickle
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from sklstm import Sequences

pd = pytest.importorskip("pandas")

DAY = datetime.datetime(2024, 5, 1)
# Sample "a" has steps at 0 and 5, "b" at 1, 2 and 4.
COLUMNS = {
    "patient": ["b", "a", "b", "a", "b"],
    "hour": [4, 0, 1, 5, 2],
    "pulse": [72.0, 64.0, 70.0, 66.0, None],
    "awake": [True, False, True, False, True],
}
STATIC = {"patient": ["c", "b", "a"], "age": [7, 40, 30], "height": [1.5, None, 1.75]}
EXPECTED = Sequences(
    [2, 3],
    channels=[[64, 0], [66, 0], [70, 1], [np.nan, 1], [72, 1]],
    times=[0, 5, 1, 2, 4],
    channel_names=["pulse", "awake"],
    sample_ids=["a", "b"],
)


def polars_frame(columns, **options):
    return pytest.importorskip("polars").DataFrame(columns, **options)


def nullable_frame(columns):
    return pd.DataFrame(columns).convert_dtypes()


def arrow_frame(columns):
    pytest.importorskip("pyarrow")
    return pd.DataFrame(columns).convert_dtypes(dtype_backend="pyarrow")


def object_frame(columns):
    return pd.DataFrame(columns, dtype=object)


FRAMES = [pd.DataFrame, nullable_frame, arrow_frame, object_frame, polars_frame]


def equal(one, other):
    """Equality in which NaN equals NaN."""
    filled = [
        x._replace(channels=np.nan_to_num(x.channels, nan=-9)) for x in (one, other)
    ]
    return filled[0] == filled[1]


@pytest.mark.parametrize("frame", FRAMES)
def test_long_tables_give_the_same(frame):
    assert equal(Sequences.from_frame(frame(COLUMNS), "patient", "hour"), EXPECTED)


@pytest.mark.parametrize("frame", FRAMES)
def test_static_joins_by_id(frame):
    series = Sequences.from_frame(
        frame(COLUMNS), "patient", "hour", static=frame(STATIC)
    )
    assert series.static_names == ("age", "height")
    assert_array_equal(series.static, np.float32([[30, 1.75], [40, np.nan]]))


def test_static_may_have_the_ids_in_its_index():
    static = pd.DataFrame(STATIC).set_index("patient")
    series = Sequences.from_frame(pd.DataFrame(COLUMNS), "patient", static=static)
    assert_array_equal(series.static[:, 0], [30, 40])


@given(st.permutations(range(5)))
def test_the_order_of_rows_does_not_matter_where_there_are_times(order):
    frame = pd.DataFrame(COLUMNS).iloc[order]
    assert equal(Sequences.from_frame(frame, "patient", "hour"), EXPECTED)


def test_rows_without_times_come_in_their_order():
    series = Sequences.from_frame(pd.DataFrame(COLUMNS), "patient", channels="hour")
    assert series.channels.ravel().tolist() == [0, 5, 4, 1, 2]
    assert series.times is None
    assert series.channel_names == ("hour",)


def test_labels_of_the_frame_align():
    frame = pd.DataFrame(COLUMNS).assign(label=[1, 0, 1, 0, 1])
    series = Sequences.from_frame(frame, "patient", "hour", ["pulse"])
    labels = frame.groupby("patient")["label"].first()
    assert labels.index.tolist() == series.sample_ids.tolist()


@pytest.mark.parametrize(
    "times",
    [
        [DAY + datetime.timedelta(hours=h) for h in COLUMNS["hour"]],
        pd.Timestamp(DAY) + pd.to_timedelta(COLUMNS["hour"], unit="h"),
    ],
)
@pytest.mark.parametrize("frame", [pd.DataFrame, polars_frame])
def test_times_may_be_dates(frame, times):
    columns = COLUMNS | {"hour": list(times)}
    series = Sequences.from_frame(frame(columns), "patient", "hour")
    assert series.times.dtype.kind == "M"
    hours = (series.times - np.datetime64(DAY)) / np.timedelta64(1, "h")
    assert_array_equal(hours, EXPECTED.times)
    assert_array_equal(series.lengths, EXPECTED.lengths)


def test_dates_with_a_zone_become_utc():
    zoned = pd.to_datetime(["2024-05-01 12:00"]).tz_localize("Asia/Shanghai")
    frame = pd.DataFrame({"id": [1], "time": zoned, "x": [1.0]})
    series = Sequences.from_frame(frame, "id", "time")
    assert series.times[0] == np.datetime64("2024-05-01T04:00")


def test_spans_become_seconds():
    spans = pd.to_timedelta([2, 1], unit="min")
    frame = pd.DataFrame({"id": [1, 1], "time": spans, "x": [1.0, 2.0]})
    assert Sequences.from_frame(frame, "id", "time").times.tolist() == [60, 120]


def test_numbers_keep_their_digits_beside_gaps():
    frame = pd.DataFrame({"id": [1, 1, 1], "x": [1.7e9 + 0.25, None, 1.7e9 + 0.5]})
    channel = Sequences.from_frame(frame, "id").channels[:, 0]
    assert channel.dtype == np.float64
    assert channel[[0, 2]].tolist() == [1.7e9 + 0.25, 1.7e9 + 0.5]


def test_decimals_are_numbers():
    frame = pd.DataFrame({"id": [1], "x": [Decimal("1.5")]})
    assert Sequences.from_frame(frame, "id").channels.tolist() == [[1.5]]


def test_an_empty_table_has_no_samples():
    series = Sequences.from_frame(pd.DataFrame(COLUMNS)[:0], "patient", "hour")
    assert len(series) == 0
    assert series.channel_names == ("pulse", "awake")


@pytest.mark.parametrize(
    "times", [EXPECTED.times, None, EXPECTED.times.astype("M8[s]")]
)
def test_a_long_table_and_back(times):
    series = EXPECTED._replace(
        times=times, static=np.float32([[1], [2]]), static_names=("age",)
    )
    again = Sequences.from_frame(
        series.to_frame(sample="id", time="at"),
        "id",
        None if times is None else "at",
        static=series.static_to_frame(sample="id"),
    )
    assert equal(again, series)


def test_a_long_table_of_what_has_no_names():
    series = Sequences([1, 2], [[1, 2, 3]], channels=[[4], [5], [6]], static=[[7], [8]])
    frame = series.to_frame()
    assert list(frame.columns) == ["sample", "code_0", "channel_0"]
    assert frame["sample"].tolist() == [0, 1, 1]
    assert frame["code_0"].tolist() == [1, 2, 3]
    assert series.static_to_frame()["static_0"].tolist() == [7, 8]


def with_(**changes):
    return pd.DataFrame(COLUMNS | changes)


IDS = ("patient", "hour")
BAD_FRAMES = {
    "a dict": (COLUMNS, IDS, TypeError, "got dict. Pass a DataFrame"),
    "an array": (np.ones((2, 2)), IDS, TypeError, "got ndarray"),
    "no sample column": (with_(), ("who", "hour"), ValueError, "column 'who'; .*pulse"),
    "an index": (
        with_().set_index(["patient", "hour"]),
        IDS,
        ValueError,
        r"column 'patient'.*reset_index\(\)",
    ),
    "columns of one name": (
        with_().set_axis(["patient", "hour", "x", "x"], axis=1),
        IDS,
        ValueError,
        "different names",
    ),
    "no channels": (with_()[["patient", "hour"]], IDS, ValueError, r"got \[\]"),
    "the sample as channel": (
        with_(),
        (*IDS, ["patient"]),
        ValueError,
        r"beside \['patient', 'hour'\]; got \['patient'\]",
    ),
    "a missing id": (
        with_(patient=["b", None, "b", "a", "b"]),
        IDS,
        ValueError,
        "row 1 has none in column 'patient'",
    ),
    "ids of two types": (
        with_(patient=["b", "a", 1, "a", "b"]),
        IDS,
        TypeError,
        "row . is (int|str), row . is (int|str). Convert all",
    ),
    "a missing time": (
        with_(hour=[4, 0, None, 5, 2]),
        IDS,
        ValueError,
        "row 2 has none in column 'hour'",
    ),
    "no date": (
        with_(hour=pd.to_datetime(["2024"] * 4 + [None])),
        IDS,
        ValueError,
        "row 4 has none",
    ),
    "a time that is text": (
        with_(hour=list("40152")),
        IDS,
        TypeError,
        "column 'hour' to hold times; row 0 is str",
    ),
    "a tie": (
        with_(hour=[4, 0, 1, 5, 4]),
        IDS,
        ValueError,
        r"sample 'b' has several at hour 4.0. Join.*groupby\(\['patient', 'hour'\]",
    ),
    "text among numbers": (
        with_(pulse=[72.0, "high", 70.0, 66.0, 1.0]),
        IDS,
        TypeError,
        "numbers in column 'pulse'; row 1 is str",
    ),
    "digits": (with_(pulse=list("12345")), IDS, TypeError, "'pulse'; row 0 is str"),
    "dates": (
        with_(pulse=pd.to_datetime(["2024"] * 5)),
        IDS,
        ValueError,
        "'pulse'; got dates. Subtract one date",
    ),
    "complex": (with_(pulse=[1j] * 5), IDS, ValueError, "'pulse'; got complex"),
    "infinity": (
        with_(pulse=[72.0, 64.0, np.inf, 66.0, 1.0]),
        IDS,
        ValueError,
        r"row 1 \(sample 'b'\) contains infinity \(inf\) in channel 'pulse'",
    ),
}


@pytest.mark.parametrize("case", BAD_FRAMES)
def test_bad_long_tables_are_refused(case):
    frame, arguments, error, message = BAD_FRAMES[case]
    with pytest.raises(error, match=f"Sequences.from_frame expects .*{message}"):
        Sequences.from_frame(frame, *arguments)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"patient": ["b", None, "b", "a", "b"]}, "row 1 has none in column 'patient'"),
        ({"patient": [1.0, 2.0, float("nan"), 1.0, 2.0]}, "row 2 has none in column"),
        ({"hour": [4, 0, None, 5, 2]}, "row 2 has none in column 'hour'"),
        ({"hour": [4, 0, 1, 5, 4]}, "sample 'b' has several at hour 4.0"),
    ],
)
def test_bad_long_tables_of_polars_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Sequences.from_frame(polars_frame(COLUMNS | change), *IDS)


def test_a_lazy_frame_is_to_be_collected():
    with pytest.raises(TypeError, match=r"got LazyFrame. Call its method collect\(\)"):
        Sequences.from_frame(polars_frame(COLUMNS).lazy(), *IDS)


BAD_STATIC = {
    "a row too few": ({"patient": ["a"], "age": [1]}, "sample 'b' has none"),
    "a row too many": (
        {"patient": ["a", "b", "a"], "age": [1, 2, 3]},
        "one row of static for a sample; sample 'a' has several",
    ),
    "no ids": ({"who": ["a", "b"], "age": [1, 2]}, "a column 'patient'"),
    "text": (
        {"patient": ["a", "b"], "sex": ["f", "m"]},
        "in column 'sex'; row 0 is str",
    ),
    "infinity": (
        {"patient": ["a", "b"], "age": [1, np.inf]},
        r"row 1 \(sample 'b'\) of static contains infinity \(inf\) in feature 'age'",
    ),
}


@pytest.mark.parametrize("case", BAD_STATIC)
def test_bad_static_tables_are_refused(case):
    columns, message = BAD_STATIC[case]
    with pytest.raises((TypeError, ValueError), match=f"expects .*{message}"):
        Sequences.from_frame(with_(), *IDS, static=pd.DataFrame(columns))


@pytest.mark.parametrize("kind", ["float64", "M8[s]"])
def test_the_frame_is_not_changed(kind):
    frame = with_(hour=np.arange(5).astype(kind), patient=list("aabbb"))
    kept = frame.copy()
    series = Sequences.from_frame(frame, *IDS)
    series.channels[:] = 0
    series.times[:] = series.times[0]
    pd.testing.assert_frame_equal(frame, kept)


def test_sequences_of_a_frame_are_pickled():
    again = pickle.loads(pickle.dumps(EXPECTED))
    assert equal(again, EXPECTED)
    assert again.channel_names == ("pulse", "awake")
