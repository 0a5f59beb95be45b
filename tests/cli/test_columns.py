"""Numbers and categories beside the texts, on the command line."""

import joblib
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from sklstm import make_hmm_pipeline, make_linear_pipeline, make_naive_bayes_pipeline
from sklstm.cli import _main
from sklstm.cli._samples import read_samples
from sklstm.datasets._files import load_reviews, read_columns
from sklstm.datasets._tables import read_frame

TEXTS = ["房间很好", "早餐难吃", "服务真好", "位置不便", "房间很吵", "早餐好吃"] * 3
FRAME = pd.DataFrame(
    {
        "review": [f"{text}{n}" for n, text in enumerate(TEXTS)],
        "price": [100, None, 300.5, 50, 75, 90] * 3,
        "shop": ["A", "7", None] * 6,
        "label": ["good", "bad"] * 9,
    }
)
STATIC = ["price", "shop"]


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    FRAME.to_csv("reviews.csv", index=False)


def run(capsys, *arguments, status=0):
    assert _main.main([*arguments]) == status
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    return err if status else out


def test_columns_are_numbers_or_categories():
    roles = {"text": "review", "label": "label", "group": None, "static": STATIC}
    reviews, _ = load_reviews("reviews.csv", roles)
    assert list(reviews.columns) == ["review", *STATIC]
    assert reviews.columns["price"][:3] == [100, None, 300.5]
    assert reviews.columns["shop"][:3] == ["A", "7", None]


def test_compare_and_predict_read_columns(capsys):
    columns = ["--static", "price,shop", "--models", "naive-bayes", "--folds", "2"]
    run(
        capsys,
        *("compare", "reviews.csv", *columns, "--save", "model", "--n-jobs", "1"),
    )
    model = joblib.load("model")
    assert model.get_params()["features__static__pick"].columns == STATIC
    expected = make_naive_bayes_pipeline(text="review", static=STATIC)
    expected.fit(FRAME, FRAME["label"])
    assert_allclose(model.predict_proba(FRAME), expected.predict_proba(FRAME))
    run(capsys, "predict", "model", "reviews.csv", "--out", "said.csv")
    said = pd.read_csv("said.csv")
    assert said["label (predicted)"].tolist() == expected.predict(FRAME).tolist()
    assert_allclose(said["p(good)"], expected.predict_proba(FRAME)[:, 1], rtol=1e-5)
    message = run(capsys, "explain", "model", "很好", status=2)
    assert "the model reads the columns 'review', 'price', 'shop'" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--static", "pirce"], "Did you mean 'price'? Columns of numbers and"),
        (["--static", "price,label"], "the column 'label' is named more than once"),
        (["--static", "review"], "the column 'review' is named more than once"),
        (["--label", "review"], "the column 'review' is named more than once"),
        (["--static", "price", "--robustness"], "changes texts alone"),
        (["--static", "price", "--unlabelled", "x.txt"], "holds texts alone"),
    ],
)
def test_mistakes(capsys, arguments, message):
    assert message in run(capsys, "compare", "reviews.csv", *arguments, status=2)


@pytest.mark.parametrize("make", [make_linear_pipeline, make_hmm_pipeline])
def test_categories_keep_their_letters_though_all_of_a_file_are_digits(make):
    frame = FRAME.assign(shop=["A", "007", "1.50"] * 6)
    model = make(text="review", static=["price", "shop"]).fit(frame, frame["label"])
    new = frame[frame["shop"] != "A"].assign(price="12")
    read = read_samples(model, list(new["review"]), read_frame(new))
    assert set(read["shop"]) == {"007", "1.50"}
    assert set(read["price"]) == {12}
    with pytest.raises(ValueError, match="row 2: '-' in column 'price' is no number"):
        read_samples(model, ["好"] * 2, read_frame(new[:2].assign(price=["1", "-"])))


def test_the_text_is_found_by_the_name_that_the_model_knows(capsys):
    frame = FRAME.rename(columns={"review": "评价"})
    frame.to_csv("new.csv", index=False)
    model = make_linear_pipeline(text="评价", static="price")
    joblib.dump(model.fit(frame, frame["label"]), "model")
    said = run(capsys, "predict", "model", "new.csv").splitlines()
    assert [line.split("\t")[0] for line in said[1:]] == list(model.predict(frame))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (["1", "-", "3"], ["1", "-", "3"]),  # with a word
        (["1", "9" * 5000, None], [1, float("inf"), None]),  # Python writes no such int
        (["1", "1e3", "+.5"], [1, 1000, 0.5]),
    ],
)
def test_numbers_of_a_column(column, values):
    table = read_frame(pd.DataFrame({"x": column}))
    assert read_columns(table, ["x"])["x"] == values
    told = ["The DataFrame: 2 of 3 values in column 'x' are numbers"]
    assert [note.split(",")[0] for note in table.notes] == told * ("-" in values)


@pytest.mark.parametrize("value", [pd.Timestamp("2024-05-01"), float("inf")])
def test_dates_are_neither_numbers_nor_categories(value):
    table = read_frame(pd.DataFrame({"x": [1, value]}, dtype=object))
    with pytest.raises(ValueError, match="in column 'x' is neither number nor"):
        read_columns(table, ["x"])
