"""Documents out of the text columns of data frames."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sklstm import TextColumns

COLUMNS = {"title": ["好", None, ""], "body": ["很干净", "太吵", None]}
FRAMES = {
    "pandas": pd.DataFrame(COLUMNS, index=[2, 0, 1]),
    "string": pd.DataFrame(COLUMNS).astype("string"),
    "categorical": pd.DataFrame(COLUMNS).astype("category"),
    "arrow": pd.DataFrame(COLUMNS).convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame(COLUMNS),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_one_column_and_several(kind):
    assert TextColumns("title").transform(FRAMES[kind]) == ["好", "", ""]
    both = TextColumns(["title", "body"])
    assert both.transform(FRAMES[kind]) == ["好\n很干净", "太吵", ""]
    both.set_params(separator=" ")
    assert both.fit_transform(FRAMES[kind])[0] == "好 很干净"
    assert both.get_feature_names_out().tolist() == ["title+body"]


def test_places():
    array = np.array([["a", 1], ["b", 2]], dtype=object)
    assert TextColumns(0).transform(array) == ["a", "b"]
    assert TextColumns(-1).transform(FRAMES["polars"])[0] == "很干净"


def test_no_rows():
    assert TextColumns("title").transform(FRAMES["pandas"].iloc[:0]) == []


def test_messages():
    frame = pd.DataFrame({"review": ["a", 3.5], "n": [1, 2]})
    with pytest.raises(ValueError, match=r"has 'review', 'n'. Did you mean 'review'"):
        TextColumns("reviews").transform(frame)
    with pytest.raises(TypeError, match=r"row 1 is float. Convert it with str"):
        TextColumns("review").fit(frame)
    with pytest.raises(TypeError, match=r"column 'review'; got list. Pass the frame"):
        TextColumns("review").transform(["a"])
    with pytest.raises(
        TypeError, match=r"got LazyFrame. Pass what its .collect\(\) ret"
    ):
        TextColumns("review").transform(pl.LazyFrame({"review": ["a"]}))
    with pytest.raises(TypeError, match=r"got Table. Pass what its .to_pandas\(\) ret"):
        TextColumns("review").transform(pa.table({"review": ["a"]}))
    with pytest.raises(ValueError, match=r"got ndarray of shape \(1, 1\)"):
        TextColumns("review").transform(np.array([["a"]]))
