"""Numbers and categories beside the texts, on the command line."""

import joblib
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from sklstm import make_naive_bayes_pipeline
from sklstm.cli import _main
from sklstm.datasets._files import load_reviews

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
        (["--static", "pirce"], "no column 'pirce'"),
        (["--static", "price", "--robustness"], "changes texts alone"),
        (["--static", "price", "--unlabelled", "x.txt"], "holds texts alone"),
    ],
)
def test_mistakes(capsys, arguments, message):
    assert message in run(capsys, "compare", "reviews.csv", *arguments, status=2)
