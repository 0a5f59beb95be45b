"""Pipelines over data frames: text beside numbers and categories."""

import re
from collections import Counter

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklstm import (
    JiebaSegmenter,
    LSTMClassifier,
    Sequences,
    TokenCountVectorizer,
    compare_classifiers,
    explain,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)
from sklstm.features._static.encoder import make_static_encoder
from sklstm.text._segmenter import load_cutter

THINGS = ("房间", "服务", "早餐", "位置", "前台", "价格", "环境", "味道")
GOOD = ("很好", "不错", "让人满意", "真不差")
BAD = ("很差", "不好", "让人失望", "真糟糕")
STATIC = ["price", "shop"]
SIZES = {"vector_size": 16, "hidden_size": 16, "language_model": False}


def make_frame(n_samples, seed=0):
    """Reviews that are good by what they say, by a low price, and by the shop."""
    rng = np.random.RandomState(seed)
    is_good = rng.randint(0, 2, n_samples)
    words = [GOOD if good else BAD for good in is_good]
    reviews = [
        "，".join(
            rng.choice(THINGS) + rng.choice(how) for _ in range(rng.randint(1, 4))
        )
        for how in words
    ]
    level, shop = rng.normal(size=n_samples), rng.choice(list("ABC"), n_samples)
    by_shop = np.select([shop == "A", shop == "B"], [1.5, -1.5], 0)
    score = 1.5 * (2 * is_good - 1) - 1.2 * level + by_shop
    frame = pd.DataFrame(
        {"review": reviews, "price": np.exp(4 + level / 2), "shop": shop},
        index=rng.permutation(n_samples),
    )
    return frame, np.where(score > 0, "good", "bad")


FRAME, LABELS = make_frame(80)
MAKERS = {
    "lstm": lambda **params: make_lstm_pipeline(
        vector_size=4,
        hidden_size=4,
        max_epochs=2,
        language_model=False,
        random_state=0,
        **params,
    ),
    "hmm": lambda **params: make_hmm_pipeline(
        n_states=2, n_iter=2, random_state=0, **params
    ),
    "naive_bayes": make_naive_bayes_pipeline,
    "linear": make_linear_pipeline,
}
GRIDS = {
    "lstm": "features__text__features__embed__vector_size",
    "hmm": "classify__text__classify__n_states",
    "naive_bayes": "features__text__count__min_df",
    "linear": "features__text__features__words__min_df",
}


@pytest.fixture(params=MAKERS)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def fitted():
    return {
        name: make(text="review", static=STATIC).fit(FRAME, LABELS)
        for name, make in MAKERS.items()
    }


@pytest.mark.parametrize(
    "make",
    [
        make_linear_pipeline,
        lambda **p: make_lstm_pipeline(**SIZES, random_state=0, **p),
    ],
    ids=["linear", "lstm"],
)
def test_text_price_and_shop_together_tell_more_than_each_alone(make):
    frame, labels = make_frame(1400)
    train, test = slice(0, 400), slice(400, None)

    def score(model):
        return model.fit(frame[train], labels[train]).score(frame[test], labels[test])

    joint = score(make(text="review", static=STATIC))
    alone = [score(make(text="review"))]
    alone += [
        score(make_pipeline(make_static_encoder(column), LogisticRegression()))
        for column in STATIC
    ]
    pairs = [score(make(text="review", static=column)) for column in STATIC]
    assert joint > 0.88
    assert joint > max(pairs) + 0.05
    assert joint > max(alone) + 0.07


def test_naive_bayes_counts_columns_as_often_as_words():
    """Once alone, in two pairs and in three triples; and so they tell something."""
    frame, labels = make_frame(1400)
    train, test = slice(0, 400), slice(400, None)
    scores = []
    for columns in ({"text": "review"}, {"text": "review", "static": STATIC}):
        model = make_naive_bayes_pipeline(**columns).fit(frame[train], labels[train])
        scores.append(model.score(frame[test], labels[test]))
    assert model.get_params()["features__transformer_weights"] == {"static": 6}
    assert scores[1] > scores[0] + 0.03
    words = make_naive_bayes_pipeline(**columns, ngram_range=(1, 1))
    assert words.get_params()["features__transformer_weights"] == {"static": 1}


def test_without_columns_the_pipelines_are_as_they_were(name):
    pipeline = MAKERS[name]()
    assert "segment" in pipeline.named_steps
    assert pipeline.get_params().get("classify__static_dropout") is None


def test_text_alone_says_what_documents_say(name):
    documents = FRAME["review"].tolist()
    expected = MAKERS[name]().fit(documents, LABELS).predict_proba(documents)
    pipeline = MAKERS[name](text="review").fit(FRAME, LABELS)
    assert_array_equal(pipeline.predict_proba(FRAME), expected)


def test_frames_of_any_kind_say_the_same(fitted, name):
    expected = fitted[name].predict_proba(FRAME)
    nullable = FRAME.astype(
        {"review": "string", "price": "Float64", "shop": "category"}
    )
    frames = {
        "nullable": nullable,
        "polars": pl.from_pandas(FRAME),
        "arrow": FRAME.convert_dtypes(dtype_backend="pyarrow"),
        "other columns": FRAME.assign(more=1)[["shop", "more", "price", "review"]],
    }
    for kind, frame in frames.items():
        assert_allclose(fitted[name].predict_proba(frame), expected, err_msg=kind)
    again = clone(fitted[name]).fit(nullable, LABELS)
    assert_allclose(again.predict_proba(FRAME), expected, rtol=1e-5)


def test_each_row_is_judged_by_itself(fitted, name):
    """In any company and order: also one row alone, and none."""
    expected = fitted[name].predict_proba(FRAME)
    order = np.random.RandomState(0).permutation(len(FRAME))
    shuffled = fitted[name].predict_proba(FRAME.iloc[order])
    assert_allclose(shuffled, expected[order], rtol=1e-5)
    alone = fitted[name].predict_proba(FRAME.iloc[[3]])
    assert_allclose(alone, expected[[3]], rtol=1e-5)


def test_what_is_missing_or_new_has_an_answer(fitted, name):
    frame = pd.DataFrame(
        {"review": [None, "ζ"], "price": [np.nan, 1e9], "shop": [None, "Z"]}
    )
    probabilities = fitted[name].predict_proba(frame)
    assert np.isfinite(probabilities).all()
    assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_several_columns_of_text(name):
    frame = FRAME.assign(title="好", place=np.arange(len(FRAME)) % 5)
    joined = "好\n" + FRAME["review"]
    both = MAKERS[name](text=["title", "review"], static="place").fit(frame, LABELS)
    one = MAKERS[name](text="review", static="place")
    one.fit(frame.assign(review=joined), LABELS)
    assert_array_equal(
        both.predict_proba(frame), one.predict_proba(frame.assign(review=joined))
    )


def test_scikit_learn_around_a_frame(name):
    pipeline = MAKERS[name](text="review", static=STATIC)
    scores = cross_validate(pipeline, FRAME, LABELS, cv=2, error_score="raise")
    assert np.isfinite(scores["test_score"]).all()
    search = GridSearchCV(pipeline, {GRIDS[name]: [1, 2]}, cv=2, error_score="raise")
    assert search.fit(FRAME, LABELS).best_params_[GRIDS[name]] in (1, 2)


def test_dumped_and_loaded(fitted, name, tmp_path):
    joblib.dump(fitted[name], tmp_path / "model")
    loaded = joblib.load(tmp_path / "model")
    expected = fitted[name].predict_proba(FRAME)
    assert_array_equal(loaded.predict_proba(FRAME), expected)


def test_a_column_that_is_gone_is_named(fitted, name):
    frame = FRAME.rename(columns={"price": "Price"})
    with pytest.raises(ValueError, match=r"column 'price'; .*Did you mean 'Price'"):
        fitted[name].predict(frame)
    with pytest.raises(TypeError, match=r"'review'; got list. Pass the frame itself"):
        fitted[name].predict(["很好"])


def test_static_wants_a_text(name):
    with pytest.raises(ValueError, match=f"make_{name}_pipeline takes static beside"):
        MAKERS[name](static=STATIC)


def test_a_text_is_no_category(name):
    for text, static in [
        ("review", "review"),
        (["title", "review"], ["shop", "title"]),
    ]:
        with pytest.raises(ValueError, match=f"make_{name}_pipeline .* is in both"):
            MAKERS[name](text=text, static=static)


@pytest.mark.parametrize("name", ["lstm", "naive_bayes", "linear"])
def test_names_of_features(fitted, name):
    names = fitted[name][:-1].get_feature_names_out().tolist()
    assert any(each.startswith("text__") for each in names)
    assert {"static__shop_A", "static__shop_B", "static__shop_C"} < set(names)
    price = [each for each in names if each.startswith("static__price")]
    assert len(price) == (5 if name == "naive_bayes" else 1)


def test_names_without_columns():
    documents = FRAME["review"].tolist()
    for make in (make_naive_bayes_pipeline, make_linear_pipeline):
        fitted = make().fit(documents, LABELS)
        n_features = fitted[:-1].transform(documents).shape[1]
        assert len(fitted[:-1].get_feature_names_out()) == n_features


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_a_process_that_asks_for_frames(fitted, name, container):
    with config_context(transform_output=container):
        pipeline = clone(fitted[name]).fit(FRAME, LABELS)
        said = pipeline.predict_proba(FRAME)
    assert_allclose(said, fitted[name].predict_proba(FRAME), rtol=1e-5)


def test_a_text_column_inside_a_column_transformer():
    words = make_pipeline(JiebaSegmenter(), TokenCountVectorizer())
    columns = ColumnTransformer(
        [("words", words, "review"), ("rest", "passthrough", ["price"])]
    )
    table = columns.fit_transform(FRAME)
    expected = words.fit_transform(FRAME["review"]).toarray()
    assert_array_equal(table.toarray()[:, :-1], expected)
    names = columns.get_feature_names_out().tolist()
    assert "words__房间" in names and names[-1] == "rest__price"


def test_weights_are_routed():
    """A weight of 2 is a row that comes twice; a row of weight 0 is not there."""
    weight = np.resize([0, 1, 2], len(FRAME))
    rows = np.repeat(np.arange(len(FRAME)), weight)
    with config_context(enable_metadata_routing=True):
        model = make_linear_pipeline(text="review", static=STATIC)
        features = model[:-1].fit(FRAME)
        model[-1].set_fit_request(sample_weight=True)
        model[-1].set_score_request(sample_weight=True)
        weighted = clone(model).fit(FRAME, LABELS, sample_weight=weight)
        search = GridSearchCV(model, {"classify__C": [1.0]}, cv=2)
        search.fit(FRAME, LABELS, sample_weight=weight)
    expected = clone(model[-1]).fit(features.transform(FRAME.iloc[rows]), LABELS[rows])
    said = weighted[-1].coef_
    assert_allclose(said, expected.coef_, atol=1e-3)
    assert not np.allclose(said, model.fit(FRAME, LABELS)[-1].coef_, atol=0.01)


def test_held_out_frames_pass_the_steps_before_the_lstm():
    train, held_out = FRAME.iloc[:60], FRAME.iloc[60:]
    with config_context(enable_metadata_routing=True):
        pipeline = MAKERS["lstm"](text="review", static=STATIC)
        pipeline.fit(train, LABELS[:60], X_val=held_out, y_val=LABELS[60:])
        by_hand = clone(pipeline[-1]).fit(
            pipeline[:-1].transform(train),
            LABELS[:60],
            X_val=pipeline[:-1].transform(held_out),
            y_val=LABELS[60:],
        )
    losses = [epoch["valid_loss"] for epoch in pipeline[-1].history_]
    assert losses == [epoch["valid_loss"] for epoch in by_hand.history_]


def make_labels(frame, labels):
    """Two labels of each review: one of all columns, one of its words alone."""
    is_clean = [any(how in text for how in GOOD) for text in frame["review"]]
    return np.stack([labels == "good", is_clean], axis=1).astype(int)


@pytest.fixture
def cuts(monkeypatch):
    """How often jieba cuts each text."""
    counts = Counter()

    def load_counting_cutter(*settings):
        cut = load_cutter(*settings)

        def count_and_cut(text):
            counts[text] += 1
            return cut(text)

        return count_and_cut

    monkeypatch.setattr("sklstm.text._segmenter.load_cutter", load_counting_cutter)
    return counts


def in_place_of_the_last(pipeline, wrapper):
    """A pipeline whose classifier is wrapped: the steps before run once."""
    name, classifier = pipeline.steps[-1]
    return pipeline.set_params(**{name: wrapper(classifier)})


@pytest.mark.parametrize("name", ["lstm", "naive_bayes", "linear"])
@pytest.mark.parametrize("wrapper", [MultiOutputClassifier, OneVsRestClassifier])
def test_several_labels_with_each_text_cut_once(name, wrapper, cuts):
    frame = FRAME.drop_duplicates("review")
    Y = make_labels(FRAME, LABELS)[~FRAME["review"].duplicated()]
    model = in_place_of_the_last(MAKERS[name](text="review", static=STATIC), wrapper)
    model.fit(frame, Y)
    assert set(cuts.values()) == {1}
    assert model.predict(frame).shape == Y.shape
    single = MAKERS[name](text="review", static=STATIC).fit(frame, Y[:, 1])
    assert_array_equal(model.predict(frame)[:, 1], single.predict(frame))


@pytest.mark.parametrize("wrapper", [MultiOutputClassifier, OneVsRestClassifier])
def test_several_labels_of_documents(name, wrapper, cuts):
    documents = FRAME["review"].unique().tolist()
    Y = make_labels(FRAME, LABELS)[~FRAME["review"].duplicated()]
    model = in_place_of_the_last(MAKERS[name](), wrapper).fit(documents, Y)
    assert set(cuts.values()) == {1}
    single = MAKERS[name]().fit(documents, Y[:, 0])
    assert_array_equal(model.predict(documents)[:, 0], single.predict(documents))


@pytest.mark.parametrize("wrapper", [MultiOutputClassifier, OneVsRestClassifier])
def test_several_labels_around_the_whole_pipeline(name, wrapper):
    Y = make_labels(FRAME, LABELS)
    model = wrapper(MAKERS[name](text="review", static=STATIC)).fit(FRAME, Y)
    single = MAKERS[name](text="review", static=STATIC).fit(FRAME, Y[:, 1])
    assert_array_equal(model.predict(FRAME)[:, 1], single.predict(FRAME))


@pytest.mark.parametrize("name", ["naive_bayes", "linear"])
def test_a_chain_of_labels_reads_those_before(name, cuts):
    frame = FRAME.drop_duplicates("review")
    Y = make_labels(FRAME, LABELS)[~FRAME["review"].duplicated()]
    model = in_place_of_the_last(
        MAKERS[name](text="review", static=STATIC), ClassifierChain
    ).fit(frame, Y)
    assert set(cuts.values()) == {1}
    assert model.predict(frame).shape == Y.shape
    first, second = model[-1].estimators_
    assert second.n_features_in_ == first.n_features_in_ + 1


def test_a_chain_of_labels_over_sequences(cuts):
    """The second label is the first: the LSTM that knows the first finds it at once."""
    documents = FRAME["review"].unique().tolist()
    rng = np.random.RandomState(0)
    first = rng.randint(0, 2, len(documents))  # nothing tells it
    Y = np.stack([first, first], axis=1)
    sequences = MAKERS["lstm"]()[:-1].fit_transform(documents)

    def take(rows):
        chosen = sequences[rows[:, 0].astype(int)]
        before = rows[:, 1:] * 10 if rows.shape[1] > 1 else None
        return Sequences(chosen.lengths, chosen.codes, chosen.vectors, static=before)

    lstm = LSTMClassifier(hidden_size=4, random_state=0, static_dropout=0.0)
    chain = ClassifierChain(make_pipeline(FunctionTransformer(take), lstm))
    rows = np.arange(len(documents))[:, np.newaxis]
    train = rows[:50]
    chain.fit(train, Y[:50])
    assert set(cuts.values()) == {1}
    said = chain.predict(rows)
    assert_array_equal(said[:, 0], said[:, 1])


def test_a_comparison_of_frames(tmp_path):
    """Equal texts stay together whatever their price; the report shows whole rows."""
    frame = pd.concat([FRAME, FRAME.iloc[:10].assign(price=7.0)])
    labels = [*LABELS, *LABELS[:10]]
    classifiers = {
        "price alone": make_pipeline(
            make_static_encoder("price"), LogisticRegression()
        ),
        "NB": make_naive_bayes_pipeline(text="review", static=STATIC),
        "linear": make_linear_pipeline(text="review", static=STATIC),
    }
    comparison = compare_classifiers(classifiers, frame, labels, cv=3)
    assert comparison.errors_ == {}
    folds = np.empty(len(frame), dtype=int)
    for fold, (_, test) in enumerate(comparison.splits_):
        folds[test] = fold
    assert (folds[:10] == folds[80:]).all()
    texts = {row["text"] for row in comparison.duplicate_rows()}
    assert texts >= set(frame["review"][frame["review"].duplicated(keep=False)])
    comparison.to_html(tmp_path / "report.html")
    report = (tmp_path / "report.html").read_text("utf-8")
    assert re.search(r"price=\d+\.\d+ · shop=[ABC] · \w+", report)
    best = comparison.fit_best()
    assert_array_equal(best.predict(pl.from_pandas(frame)), best.predict(frame))


def test_words_and_columns_are_explained(fitted, name):
    """A word that is left out is cut out of the text, a column is missing."""
    frame = FRAME.iloc[:2]
    for method in ("occlusion", "shapley"):
        whys = explain(
            fitted[name], frame, method=method, n_permutations=4, target="good"
        )
        why = whys[0]
        assert why.static_names == ("price", "shop")
        assert why.document == frame["review"].iloc[0]
        assert list(why.tokens) == JiebaSegmenter().transform([why.document])[0]
        assert why.static.shape == (2, 1)
        if method == "shapley":
            total = why.base + why.contributions.sum(axis=0) + why.static.sum(axis=0)
            assert_allclose(total, why.scores, atol=1e-4)
    (one,) = explain(fitted[name], frame.iloc[:1], method="occlusion", target="good")
    gone = fitted[name].predict_proba(frame.iloc[:1].assign(price=[None]))[0, 1]
    whole = fitted[name].predict_proba(frame.iloc[:1])[0, 1]
    lost = np.log(whole / (1 - whole)) - np.log(gone / (1 - gone))
    assert_allclose(one.static[0, 0], lost, atol=1e-3)
    assert "price" in one.to_text()


def test_columns_by_place_are_explained_as_by_name():
    by_name = make_linear_pipeline(text="review", static=["price", "shop"])
    by_place = make_linear_pipeline(text=0, static=[1, -1])
    (said,) = explain(by_name.fit(FRAME, LABELS), FRAME[:1])
    (placed,) = explain(by_place.fit(FRAME, LABELS), FRAME[:1])
    assert placed.static_names == ("1", "-1")
    assert_allclose(placed.static, said.static)


def test_frames_of_polars_and_several_texts_are_explained():
    frame = pl.from_pandas(FRAME).with_columns(title=pl.lit("很好"))
    model = make_naive_bayes_pipeline(
        text=["title", "review"], static=STATIC, binary=False
    )
    model.fit(frame, LABELS)
    (why,) = explain(model, frame[:1], method="occlusion")
    assert why.document == "很好\n" + FRAME["review"].iloc[0]
    joined = "很好\n" + FRAME["review"]
    single = make_naive_bayes_pipeline(text="review", static=STATIC, binary=False)
    single.fit(FRAME.assign(review=joined), LABELS)
    row = FRAME.assign(review=joined).iloc[:1]
    (expected,) = explain(single, row, method="occlusion")
    assert_allclose(why.contributions, expected.contributions)
    assert_allclose(why.static, expected.static)


def test_text_columns_alone_are_explained_as_documents_are(name):
    documents = FRAME["review"].tolist()
    model = MAKERS[name](text="review").fit(FRAME, LABELS)
    (why,) = explain(model, FRAME.iloc[:1])
    (expected,) = explain(MAKERS[name]().fit(documents, LABELS), documents[:1])
    assert why.method == expected.method
    assert_array_equal(why.contributions, expected.contributions)
