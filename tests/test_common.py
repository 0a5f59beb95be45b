"""Every estimator of the package through scikit-learn's checks and through ours."""

from inspect import isclass

import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import SkipTestWarning
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

import sklstm
from sklstm.utils.estimator_checks import parametrize_with_text_checks

SMALL_LSTM = {"hidden_size": 4, "max_epochs": 2, "batch_size": 8}


def _transformers_of_documents():
    return [
        sklstm.FunctionSegmenter(str.split),
        sklstm.JiebaSegmenter(),
        sklstm.RegexSegmenter(),
        sklstm.RegexSegmenter("characters", normalize=None),
        sklstm.TextCleaner(),
        sklstm.TextCleaner(simplify=True),
    ]


def _transformers_of_tokens():
    return [
        sklstm.JiebaPOSTagger(),
        sklstm.POSFeatureExtractor(),
        sklstm.TokenCountVectorizer(ngram_range=(1, 2)),
        sklstm.TokenCountVectorizer(tfidf=True),
        sklstm.TokenEncoder(),
        sklstm.Word2VecEmbedder(vector_size=4, n_epochs=1),
        sklstm.Word2VecEmbedder(algorithm="cbow", vector_size=4, pooling="mean"),
        _union(),
    ]


def _union():
    style = make_pipeline(sklstm.POSFeatureExtractor(), StandardScaler())
    tags = make_pipeline(sklstm.JiebaPOSTagger(), sklstm.TokenEncoder())
    words = sklstm.TokenEncoder()
    return sklstm.SequenceUnion([("words", words), ("tags", tags), ("style", style)])


def _pipelines():
    lstm = sklstm.make_lstm_pipeline(vector_size=4).set_params(
        features__embed__n_epochs=1,
        **{f"classify__{name}": value for name, value in SMALL_LSTM.items()},
    )
    hmm = sklstm.make_hmm_pipeline(n_states=2, n_iter=2)
    naive_bayes = [
        sklstm.make_naive_bayes_pipeline(class_weight=class_weight)
        for class_weight in (None, "balanced")
    ]
    linear = [
        sklstm.make_linear_pipeline(),
        sklstm.make_linear_pipeline(tokenizer="words"),
    ]
    return [lstm, hmm, *naive_bayes, *linear]


# The LSTM first: joblib starts a worker anew that has grown, as it does when it imports
# torch after its first task.
TAKE_DOCUMENTS = [*_pipelines(), *_transformers_of_documents()]
TAKE_TOKENS = [
    *_transformers_of_tokens(),
    sklstm.HMMClassifier(n_states=2, n_iter=2),
    make_pipeline(sklstm.TokenEncoder(), sklstm.LSTMClassifier(**SMALL_LSTM)),
    make_pipeline(
        sklstm.TokenEncoder(),
        sklstm.LSTMLanguageModel(**SMALL_LSTM, embedding_size=4, n_candidates=8),
    ),
]

# A matrix is a series of one channel in each row.
TAKE_SERIES = [
    sklstm.SeriesScaler(),
    sklstm.SeriesScaler(method="robust", per="sample", keep_statistics=True),
    sklstm.SeriesImputer(add_indicator=True, add_elapsed=True),
    sklstm.SeriesImputer(strategy="linear"),
    sklstm.SeriesPatcher(size=2),
    sklstm.SeriesDifferencer(keep_values=True),
    sklstm.SeriesResampler(length=3),
    sklstm.SeriesFeatureExtractor(),
]


def _name(estimator):
    return type(estimator).__name__


def _expected_failed_checks(estimator):
    ours = sklstm.LSTMClassifier | sklstm.HMMClassifier
    if isinstance(estimator, Pipeline) and not isinstance(estimator[-1], ours):
        return {"check_no_samples": "scikit-learn's classifiers refuse no samples"}
    return {}


@parametrize_with_text_checks(
    TAKE_DOCUMENTS, expected_failed_checks=_expected_failed_checks
)
def test_estimators_of_documents(estimator, check):
    check(estimator)


@parametrize_with_text_checks(TAKE_TOKENS, input="tokens")
def test_estimators_of_tokens(estimator, check):
    check(estimator)


@parametrize_with_checks(TAKE_SERIES)
def test_estimators_of_series(estimator, check):
    check(estimator)


# LSTMClassifier and HMMClassifier take numbers too: scikit-learn's checks of them stand
# beside their other tests. Of these it tests one thing, and warns that it stops there.
@pytest.mark.parametrize(
    "estimator", [*_transformers_of_documents(), *_transformers_of_tokens()], ids=_name
)
def test_scikit_learn_checks_of_text_estimators(estimator):
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        check_estimator(estimator)


# Data frames with the columns that they name: their own tests ask them these questions.
TAKE_COLUMNS = {"TextColumns", "StaticColumns"}


def test_no_estimator_is_forgotten():
    public = {
        name
        for name in sklstm.__all__
        if isclass(cls := getattr(sklstm, name)) and issubclass(cls, BaseEstimator)
    }
    tried = set()
    for estimator in TAKE_DOCUMENTS + TAKE_TOKENS + TAKE_SERIES:
        parts = [estimator, *estimator.get_params().values()]
        tried |= {type(part).__name__ for part in parts}
    assert public - TAKE_COLUMNS <= tried


@pytest.mark.parametrize(
    "estimator", [*_transformers_of_documents(), *_transformers_of_tokens()], ids=_name
)
def test_tags_say_that_text_is_wanted(estimator):
    tags = get_tags(estimator).input_tags
    assert tags.string
    assert not tags.two_d_array
