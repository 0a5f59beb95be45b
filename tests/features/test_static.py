"""Columns of numbers and categories, and what stands beside a text of them."""

import datetime
import pickle
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from sklstm import StaticColumns
from sklstm.features._static.bins import QuantileBins
from sklstm.features._static.encoder import make_static_encoder

COLUMNS = {
    "price": [10, None, 30, 20],
    "open": [True, False, None, True],
    "shop": ["A", "B", None, "A"],
}
NAMES = list(COLUMNS)
FRAMES = {
    "objects": pd.DataFrame(COLUMNS, dtype=object),
    "nullable": pd.DataFrame(COLUMNS).astype(
        {"price": "Int64", "open": "boolean", "shop": "string"}
    ),
    "categorical": pd.DataFrame(COLUMNS, index=[3, 1, 2, 0]).astype(
        {"open": "boolean", "shop": "category"}
    ),
    "arrow": pd.DataFrame(COLUMNS).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame(COLUMNS),
    "polars categorical": pl.DataFrame(COLUMNS).cast({"shop": pl.Categorical}),
    "polars enum": pl.DataFrame(COLUMNS).cast({"shop": pl.Enum(["A", "B"])}),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_any_type_of_column(kind):
    picked = StaticColumns(NAMES).fit(FRAMES[kind])
    assert picked.kinds_ == ["number", "number", "category"]
    table = picked.transform(FRAMES[kind])
    assert_allclose(table[:, 0].astype(float), [10, np.nan, 30, 20])
    assert_allclose(table[:, 1].astype(float), [1, 0, np.nan, 1])
    assert table[:, 2].tolist() == ["A", "B", None, "A"]


@pytest.mark.parametrize("kind", FRAMES)
def test_frames_of_either_library_give_the_same_features(kind):
    expected = make_static_encoder(NAMES).fit_transform(FRAMES["objects"])
    encoder = make_static_encoder(NAMES).fit(FRAMES["nullable"])
    assert_array_equal(encoder.transform(FRAMES[kind]), expected)


def test_features_by_hand():
    """Of 10, 20, 20 (the median, for what is missing) and 30 the deviation is √50."""
    encoder = make_static_encoder(["price", "shop"])
    table = encoder.fit_transform(FRAMES["polars"])
    names = ["price", "missingindicator_price", "shop_A", "shop_B", "shop_None"]
    assert encoder.get_feature_names_out().tolist() == names
    assert_allclose(table[:, 0], [-np.sqrt(2), 0, np.sqrt(2), 0], atol=1e-12)
    # One of four: mean 1/4, deviation √3/4.
    assert_allclose(table[:, 1], np.array([-1, 3, -1, -1]) / np.sqrt(3))
    assert_array_equal(table[:, 2:], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]])


def test_what_fit_has_not_seen():
    encoder = make_static_encoder(["price", "shop"])
    encoder.fit(pd.DataFrame({"price": [1.0, 3.0], "shop": ["A", "B"]}))
    frame = pd.DataFrame({"price": [None, 2.0], "shop": ["C", None]})
    assert_array_equal(encoder.transform(frame), np.zeros((2, 3)))


def test_many_categories_are_grouped():
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(300)] + ["n0", "n1"] * 9})
    encoder = make_static_encoder("name").fit(frame)
    names = encoder.get_feature_names_out().tolist()
    assert len(names) == 100
    assert names[-1] == "name_infrequent_sklearn"
    new = encoder.transform(pd.DataFrame({"name": ["new"]}))
    assert new.sum() == new[0, -1] == 1


def test_a_column_without_anything_in_it():
    frame = pd.DataFrame({"x": [None, None], "price": [1.0, 2.0]})
    encoder = make_static_encoder(["x", "price"]).fit(frame)
    later = pd.DataFrame({"x": ["A", None], "price": [1.0, 2.0]})
    assert_array_equal(encoder.transform(later), encoder.transform(frame))


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_frames_come_out_with_names(container):
    encoder = make_static_encoder(NAMES).set_output(transform=container)
    frame = encoder.fit_transform(FRAMES["categorical"])
    assert list(frame.columns) == encoder.get_feature_names_out().tolist()
    assert "price" in frame.columns and "shop_A" in frame.columns
    if container == "pandas":
        assert frame.index.tolist() == [3, 1, 2, 0]


def test_places_of_an_array():
    array = np.array([["a", 1, "A"], ["b", 2, "B"]], dtype=object)
    picked = StaticColumns([1, -1]).fit(array)
    assert picked.kinds_ == ["number", "category"]
    assert picked.get_feature_names_out().tolist() == ["x1", "x-1"]


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_codes_of_a_categorical_type_are_categories(kind):
    codes = {
        "pandas": pd.DataFrame({"shop": pd.Categorical([7, 3, None])}),
        "polars": pl.DataFrame(
            {"shop": ["7", "3", None]}, schema={"shop": pl.Categorical}
        ),
    }[kind]
    encoder = make_static_encoder("shop").fit(codes)
    names = ["shop_3", "shop_7", "shop_None"]
    assert encoder.get_feature_names_out().tolist() == names


def test_input_stays_as_it_was():
    frame = FRAMES["nullable"].copy()
    make_static_encoder(NAMES).fit_transform(frame)
    pd.testing.assert_frame_equal(frame, FRAMES["nullable"])


def test_cloned_and_pickled():
    encoder = make_static_encoder(NAMES).fit(FRAMES["nullable"])
    expected = encoder.transform(FRAMES["nullable"])
    for other in (
        pickle.loads(pickle.dumps(encoder)),
        clone(encoder).fit(FRAMES["nullable"]),
    ):
        assert_array_equal(other.transform(FRAMES["nullable"]), expected)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([datetime.date(2026, 1, 1)] * 2, "row 0 of 'x' is date. Make a number of it"),
        (
            pd.to_datetime(["2026-01-01", None]),
            "row 0 of 'x' is Timestamp. Make a number",
        ),
        (pd.to_timedelta([1, 2], unit="D"), "is Timedelta. Make a number"),
        (pd.period_range("2026", periods=2, freq="D"), "is Period. Make a number"),
        ([["a"], ["b"]], "row 0 of 'x' is list. Convert it first"),
        ([b"a", b"b"], "row 0 of 'x' is bytes"),
        ([1j, 2j], "row 0 of 'x' is complex"),
    ],
)
def test_neither_number_nor_category(column, message):
    with pytest.raises(TypeError, match=message):
        StaticColumns("x").fit(pd.DataFrame({"x": column}))


def test_messages():
    frame = pd.DataFrame({"Price": [1.0, np.inf], "review": ["a", "b"]})
    with pytest.raises(ValueError, match=r"row 1 of 'Price' is infinite, or too"):
        StaticColumns("Price").fit_transform(frame)
    for large in (10**400, Decimal("-1e400")):
        with pytest.raises(ValueError, match=r"row 0 of 'Price' is infinite, or too"):
            StaticColumns("Price").fit_transform(pd.DataFrame({"Price": [large]}))
    with pytest.raises(ValueError, match=r"the frame has 'Price', 'review'. Did you"):
        StaticColumns("pirce").fit(frame)
    numbers = StaticColumns("Price").fit(frame)
    with pytest.raises(TypeError, match=r"as in fit; row 0 is str. Convert it first"):
        numbers.transform(pd.DataFrame({"Price": ["12 yuan"]}))
    with pytest.raises(TypeError, match=r"a data frame with the column 'Price'; got l"):
        numbers.transform(["a"])
    with pytest.raises(ValueError, match=r"each once; got \['Price', 'Price'\]"):
        StaticColumns(["Price", "Price"]).fit(frame)
    with pytest.raises(TypeError, match=r"names of columns; got 1.5"):
        StaticColumns([1.5]).fit(frame)
    doubled = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(ValueError, match=r"one column 'a'; got 2. Rename"):
        StaticColumns("a").fit(doubled)


def test_bins_by_hand():
    X = np.array([[1.0], [1], [2], [3], [4], [np.nan]])
    bins = QuantileBins(n_bins=3).fit(X)
    # A third of five is 1.67: the second value, two thirds the fourth.
    assert bins.edges_[0].tolist() == [1, 3]
    names = ["x0<=1", "x0<=3", "x0>3", "x0_missing"]
    assert bins.get_feature_names_out().tolist() == names
    places = bins.transform(X).argmax(axis=1)
    assert places.tolist() == [0, 0, 1, 1, 2, 3]
    assert_array_equal(bins.transform(X).sum(axis=1), 1)


def test_bins_of_one_value_and_of_none():
    bins = QuantileBins().fit(np.array([[7.0, np.nan], [7, np.nan]]))
    names = ["a_known", "b_known", "b_missing"]
    assert bins.get_feature_names_out(["a", "b"]).tolist() == names
    assert_array_equal(
        bins.transform([[9, np.nan], [np.nan, 1]]), [[1, 0, 1], [0, 1, 0]]
    )
