"""The parameter `tokenizer` of the pipelines."""

import pickle
import re

import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklstm import (
    FunctionSegmenter,
    JiebaSegmenter,
    RegexSegmenter,
    TextCleaner,
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
)

MAKERS = [
    make_hmm_pipeline,
    make_linear_pipeline,
    make_lstm_pipeline,
    make_naive_bayes_pipeline,
]
ENGLISH = ["Good room.", "Good food!", "Bad room.", "Bad food!"] * 3
LABELS = [1, 1, 0, 0] * 3


def split(text):
    return text.split()


def segment_of(make, tokenizer, **parameters):
    return make(tokenizer=tokenizer, **parameters).named_steps["segment"]


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def make(request):
    return request.param


def test_names_choose_a_segmenter(make):
    assert repr(segment_of(make, "jieba")) == repr(make().named_steps["segment"])
    assert isinstance(segment_of(make, "jieba"), JiebaSegmenter)
    words = segment_of(make, "words", stop_words=["a"])
    assert words.transform(["A good Room"]) == [["good", "room"]]
    assert segment_of(make, "characters").transform(["很 A"]) == [["很", "A"]]


def test_functions_and_transformers_do(make):
    segment = segment_of(make, split, stop_words=["a"])
    assert isinstance(segment, FunctionSegmenter)
    assert segment.transform(["A a"]) == [["A"]]
    own = RegexSegmenter(r"\w+")
    assert segment_of(make, own) is own


@pytest.mark.parametrize(
    ("parameters", "error", "message"),
    [
        ({"tokenizer": "word"}, ValueError, "'words', .*; got 'word'. For a regular"),
        ({"tokenizer": None}, TypeError, "expects tokenizer as 'jieba', .*; got None"),
        ({"tokenizer": RegexSegmenter}, TypeError, "got <class '.*RegexSegmenter'>"),
        (
            {"tokenizer": "words", "user_dict": ["a"]},
            ValueError,
            "takes user_dict with tokenizer='jieba' alone; got tokenizer='words'",
        ),
        (
            {"tokenizer": JiebaSegmenter(), "user_dict": ["好吃"]},
            ValueError,
            "or give the words to the tokenizer itself",
        ),
        (
            {"tokenizer": JiebaSegmenter(), "stop_words": ["的"]},
            ValueError,
            "stop_words with a transformer as tokenizer",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(make, parameters, error, message):
    with pytest.raises(error, match=f"{make.__name__} .*{message}"):
        make(**parameters)


def test_tags_are_those_of_chinese_words():
    for tokenizer in ("words", "characters", RegexSegmenter()):
        with pytest.raises(ValueError, match="pos_features=True with Chinese words"):
            make_lstm_pipeline(tokenizer=tokenizer, pos_features=True)
    pipeline = make_lstm_pipeline(tokenizer=split, pos_features=True)
    assert "features__pos__extract" in pipeline.get_params()


@pytest.mark.parametrize(
    ("tokenizer", "separator", "sizes"),
    [
        ("jieba", "", (1, 3)),
        ("characters", "", (1, 3)),
        (make_pipeline(TextCleaner(), JiebaSegmenter()), "", (1, 3)),
        ("words", " ", (1, 5)),
        (split, " ", (1, 5)),
        (make_pipeline(TextCleaner(), RegexSegmenter()), " ", (1, 5)),
    ],
)
def test_characters_of_the_linear_pipeline_know_the_bounds_of_words(
    tokenizer, separator, sizes
):
    characters = dict(make_linear_pipeline(tokenizer=tokenizer)[1].transformer_list)[
        "characters"
    ]
    assert (characters.separator, characters.ngram_range) == (separator, sizes)
    given = make_linear_pipeline(tokenizer=tokenizer, char_ngram_range=(2, 2))
    assert given.get_params()["features__characters__ngram_range"] == (2, 2)


@pytest.mark.parametrize("make", MAKERS[1::2], ids=["linear", "naive_bayes"])
@pytest.mark.parametrize("tokenizer", ["words", "characters", split])
def test_pipelines_learn_english(make, tokenizer):
    pipeline = clone(make(tokenizer=tokenizer)).fit(ENGLISH, LABELS)
    assert list(pipeline.predict(["Bad view", "Good view"])) == [0, 1]
    copy = pickle.loads(pickle.dumps(pipeline))
    assert (copy.predict(ENGLISH) == LABELS).all()


@pytest.mark.parametrize("make", [make_hmm_pipeline, make_lstm_pipeline])
def test_sequence_models_take_any_tokenizer(make):
    pipeline = make(tokenizer=split, random_state=0, n_threads=1)
    if make is make_hmm_pipeline:
        pipeline.set_params(classify__n_states=2, classify__n_iter=2)
    else:
        pipeline.set_params(
            features__embed__vector_size=4,
            features__embed__n_epochs=1,
            classify__init=None,
            classify__hidden_size=4,
            classify__max_epochs=1,
        )
    pipeline.fit(ENGLISH, LABELS)
    assert pipeline.predict_proba(["unseen", ""]).shape == (2, 2)


def test_a_search_chooses_the_segmenter_in_two_processes():
    pipeline = make_naive_bayes_pipeline()
    segmenters = [RegexSegmenter(), FunctionSegmenter(split)]
    search = GridSearchCV(pipeline, {"segment": segmenters}, cv=3, n_jobs=2)
    assert search.fit(ENGLISH, LABELS).best_score_ == 1.0
    search = GridSearchCV(
        make_naive_bayes_pipeline(tokenizer="words"),
        {"segment__lowercase": [True, False]},
        cv=3,
    )
    assert search.fit(ENGLISH, LABELS).best_score_ == 1.0


def test_a_lambda_passes_where_nothing_is_pickled_by_name():
    pipeline = make_naive_bayes_pipeline(tokenizer=lambda text: text.split())
    assert cross_val_score(pipeline, ENGLISH, LABELS, cv=3, n_jobs=2).min() == 1.0
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(pipeline)


def test_any_transformer_to_token_sequences_does():
    tokens = FunctionTransformer(lambda documents: list(map(split, documents)))
    pipeline = make_naive_bayes_pipeline(tokenizer=tokens).fit(ENGLISH, LABELS)
    assert list(pipeline.predict(["Bad view"])) == [0]
    nothing = make_naive_bayes_pipeline(tokenizer=FunctionTransformer())
    with pytest.raises(TypeError, match=re.escape("row 0 is str")):
        nothing.fit(ENGLISH, LABELS)
