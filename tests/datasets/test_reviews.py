"""Generated reviews."""

import json
import random
import subprocess
import sys
from collections import Counter
from os import environ

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklstm import JiebaSegmenter, POSFeatureExtractor, TokenCountVectorizer
from sklstm.datasets import NEW_REVIEWS, make_reviews
from sklstm.datasets._reviews import phrases
from sklstm.datasets._reviews.domains import DOMAINS

PRINT_REVIEWS = """
import json
from sklstm.datasets import make_reviews
texts, labels = make_reviews(200, n_classes=3, flip_y=0.1, random_state=5)
print(json.dumps([texts, labels.tolist()]))
"""


@pytest.fixture(scope="module")
def corpora():
    """Texts, tokens and labels of 3,000 reviews, by number of classes."""
    segmenter = JiebaSegmenter()
    made = {}
    for n_classes in (2, 3):
        texts, labels = make_reviews(3000, n_classes=n_classes, random_state=0)
        made[n_classes] = texts, segmenter.fit_transform(texts), labels
    return made


@pytest.mark.parametrize("n_classes", [2, 3])
def test_reviews_differ_are_balanced_and_rich_in_words(corpora, n_classes):
    texts, tokens, labels = corpora[n_classes]
    assert len(set(texts)) == 3000
    assert all(type(text) is str and text == text.strip() for text in texts)
    counts = Counter(labels.tolist())
    assert set(counts.values()) == {3000 // n_classes}
    assert sorted(counts) == ["negative", "neutral", "positive"][:: 4 - n_classes]
    assert len({word for document in tokens for word in document}) >= 600
    assert 20 <= np.mean([len(document) for document in tokens]) <= 40


@pytest.mark.parametrize("n_classes", [2, 3])
def test_counting_words_is_not_enough(corpora, n_classes):
    _, tokens, labels = corpora[n_classes]
    for ngram_range, lowest, highest in (((1, 1), 0.70, 0.82), ((1, 2), 0.75, 0.86)):
        count = TokenCountVectorizer(ngram_range=ngram_range)
        naive_bayes = make_pipeline(count, MultinomialNB())
        accuracy = cross_val_score(naive_bayes, tokens, labels).mean()
        assert lowest < accuracy < highest


def test_negation_contrast_and_hearsay_occur_in_both_classes(corpora):
    texts, _, labels = corpora[2]
    for cue in ("不", "虽然", "本以为", "没想到", "有人说", "除了", "比", "后来"):
        found = [y for text, y in zip(texts, labels, strict=True) if cue in text]
        assert 0.3 < np.mean([y == "positive" for y in found]) < 0.7
        assert len(found) > 30


def test_one_seed_decides_everything_and_the_global_ones_nothing():
    states = random.getstate(), np.random.get_state()[1].copy()
    texts, labels = make_reviews(50, random_state=1)
    again, labels_again = make_reviews(50, random_state=np.random.RandomState(1))
    assert texts == again
    np.testing.assert_array_equal(labels, labels_again)
    assert make_reviews(50, random_state=2)[0] != texts
    assert random.getstate() == states[0]
    np.testing.assert_array_equal(np.random.get_state()[1], states[1])


def test_another_process_with_another_hash_seed_agrees():
    done = subprocess.run(
        [sys.executable, "-c", PRINT_REVIEWS],
        env={**environ, "PYTHONHASHSEED": "1"},
        stdout=subprocess.PIPE,
        check=True,
    )
    texts, labels = make_reviews(200, n_classes=3, flip_y=0.1, random_state=5)
    assert json.loads(done.stdout) == [texts, labels.tolist()]


def test_flip_y_changes_labels_alone():
    texts, labels = make_reviews(1000, n_classes=2, random_state=0)
    same_texts, noisy = make_reviews(1000, n_classes=2, flip_y=0.4, random_state=0)
    assert same_texts == texts
    # A label drawn anew is the old one half of the time; the s.d. is 0.013.
    assert 0.15 < np.mean(labels != noisy) < 0.25


@pytest.mark.parametrize("n_classes", [2, 3])
def test_words_say_nothing_where_the_tone_decides(n_classes):
    texts, labels = make_reviews(900, n_classes=n_classes, tone=1.0, random_state=0)
    assert len(set(texts)) == 900
    assert set(Counter(labels.tolist()).values()) == {900 // n_classes}
    tokens = JiebaSegmenter().fit_transform(texts)
    voice = set(phrases.WARM_PARTICLES)
    words = [
        [token for token in document if token.isalnum() and token not in voice]
        for document in tokens
    ]
    naive_bayes = make_pipeline(TokenCountVectorizer(), MultinomialNB())
    # The s.d. of an accuracy by chance is 0.017.
    by_words = cross_val_score(naive_bayes, words, labels).mean()
    assert by_words == pytest.approx(1 / n_classes, abs=0.06)
    tone = make_pipeline(
        POSFeatureExtractor(features=("tone",)), StandardScaler(), LogisticRegression()
    )
    assert cross_val_score(tone, tokens, labels).mean() > 0.9


def test_the_tone_decides_the_share_that_is_asked_for():
    plain, _ = make_reviews(1000, random_state=0)
    texts, labels = make_reviews(1000, tone=0.3, random_state=0)
    emoji = phrases.WARM_EMOJI
    assert not any(sign in text for text in plain for sign in emoji)
    is_warm = np.array([any(sign in text for sign in emoji) for text in texts])
    # Half of the toned reviews are positive, and some end in particles alone.
    assert 0.08 < is_warm.mean() < 0.15
    assert set(labels[is_warm]) == {"positive"}
    is_agitated = np.array(["？？" in text or "！？" in text for text in texts])
    assert set(labels[is_agitated]) == {"negative"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_samples": 0},
        {"n_classes": 4},
        {"flip_y": 1.5},
        {"tone": -0.1},
        {"n_classes": "2"},
    ],
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))!r} parameter"):
        make_reviews(**wrong)


def test_the_material_is_consistent():
    assert len(DOMAINS) >= 6
    for domain in DOMAINS:
        assert len(domain.aspects) >= 7
        for aspect in domain.aspects:
            assert not set(aspect.good) & set(aspect.bad)
    affirming = phrases.AFFIRMATIONS + phrases.LONG_AFFIRMATIONS
    negating = phrases.NEGATIONS + phrases.LONG_NEGATIONS
    assert not set(affirming) & set(negating)
    shares = [share for share, _ in phrases.PATTERNS.values()]
    assert sum(shares) == pytest.approx(1.0)


def test_new_reviews_are_no_generated_ones(corpora):
    assert len(NEW_REVIEWS) == len(set(NEW_REVIEWS)) == 6
    assert not set(NEW_REVIEWS) & set(corpora[2][0])
