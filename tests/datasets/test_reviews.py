"""Generated reviews."""

import json
import random
import re
import subprocess
import sys
from collections import Counter
from os import environ

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
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


MIXED = {"n_classes": 3, "tone": 0.2, "flip_y": 0.1}


def test_rationales_change_neither_texts_nor_labels():
    texts, labels, _ = make_reviews(
        500, return_rationales=True, random_state=0, **MIXED
    )
    plain = make_reviews(500, random_state=0, **MIXED)
    assert texts == plain[0]
    np.testing.assert_array_equal(labels, plain[1])
    assert not re.search(r"[\[\]]", "".join(texts))


def test_rationales_are_ordered_places_of_the_text_whatever_the_label_became():
    texts, labels, rationales = make_reviews(
        500, return_rationales=True, random_state=0, **MIXED
    )
    for text, places in zip(texts, rationales, strict=True):
        assert places.dtype == np.int64 and places.shape == (len(places), 2)
        assert len(places) and 0 <= places[0, 0] and places[-1, 1] <= len(text)
        assert (places[:, 0] < places[:, 1]).all()
        assert (places[:-1, 1] <= places[1:, 0]).all()
    clean = make_reviews(
        500, return_rationales=True, random_state=0, **(MIXED | {"flip_y": 0})
    )
    assert (clean[1] != labels).any()
    for places, places_before in zip(rationales, clean[2], strict=True):
        np.testing.assert_array_equal(places, places_before)


def test_rationales_mark_the_deciding_clause_its_negation_and_the_turn():
    made = {text: spans_of(text, places) for text, places, _ in with_rationales(25)}
    review = "虽然文字很优美 不过书里的内容谈不上有多深刻 故事确实很拖沓"
    told = ["虽然", "不过", "谈不上有多深刻", "确实很拖沓"]
    assert made[f"断断续续看了一个月 {review}"] == told


@pytest.mark.parametrize("n_classes", [2, 3])
def test_rationales_read_by_the_grammar_say_the_label(n_classes):
    sense = senses()
    for text, places, label in with_rationales(2000, n_classes):
        said = Counter(read(spans_of(text, places), sense))
        if label == "neutral":
            assert said and said["positive"] == said["negative"], text
        else:
            assert set(said) == {label}, text


def test_clauses_mark_all_that_is_said_of_their_subject():
    tables = [
        getattr(phrases, prefix + name + own)
        for prefix in ("", "LONG_")
        for name in ("AFFIRMATIONS", "NEGATIONS")
        for own in ("", "_OF_GOOD", "_OF_BAD")
        if hasattr(phrases, prefix + name + own)
    ]
    templates = [template for table in tables for template in table]
    left = {re.sub(r"\[.*?\]|\{s\}", "", template) for template in templates}
    assert left == {"", "{r}", "论，", "不得不说"}


def test_nothing_tells_the_label_without_the_rationale(monkeypatch):
    texts, labels = make_reviews(3000, random_state=0)
    count = CountVectorizer(analyzer="char", ngram_range=(1, 3))
    reader = make_pipeline(count, MultinomialNB()).fit(texts, labels)
    made = list(with_rationales(1000, random_state=1))
    left = [without(text, places) for text, places, _ in made]
    # What is left are clauses of the opposite sense.
    assert reader.score([text for text, _, _ in made], [y for *_, y in made]) > 0.7
    assert reader.score(left, [y for *_, y in made]) < 0.45
    agreement = {"agreement": (1.0, phrases.PATTERNS["agreement"][1])}
    monkeypatch.setattr(phrases, "PATTERNS", agreement)
    monkeypatch.setattr(phrases, "SHARE_OF_OWN_PATTERNS", 0)
    made = list(with_rationales(2000))
    left = [without(text, places) for text, places, _ in made]
    # The s.d. of an accuracy by chance is 0.011.
    accuracy = cross_val_score(reader, left, [y for *_, y in made]).mean()
    assert accuracy == pytest.approx(0.5, abs=0.04)


def test_where_the_tone_decides_the_ends_are_the_rationale():
    made = list(with_rationales(900, 3, tone=1.0))
    left = [without(text, places) for text, places, _ in made]
    count = CountVectorizer(analyzer="char", ngram_range=(1, 3))
    model = make_pipeline(count, MultinomialNB())
    accuracy = cross_val_score(model, left, [y for *_, y in made]).mean()
    # The s.d. of an accuracy by chance is 0.016.
    assert accuracy == pytest.approx(1 / 3, abs=0.06)
    ends = {"".join(spans_of(text, places)) for text, places, _ in made}
    words = {s for d in DOMAINS for a in d.aspects for s in (*a.good, *a.bad)}
    assert not any(word in end for end in ends for word in words)


def with_rationales(n_samples, n_classes=2, *, random_state=3, **options):
    """Text, places and label of each of some reviews."""
    texts, labels, rationales = make_reviews(
        n_samples,
        n_classes=n_classes,
        return_rationales=True,
        random_state=random_state,
        **options,
    )
    return zip(texts, rationales, labels.tolist(), strict=True)


def spans_of(text, places):
    return [text[start:stop] for start, stop in places]


def without(text, places):
    for start, stop in places[::-1]:
        text = text[:start] + text[stop:]
    return text


def read(spans, sense):
    """What the spans say, by the longest that the grammar knows."""
    said, i, is_denied = [], 0, False
    while i < len(spans):
        n = 2 if tuple(spans[i : i + 2]) in sense else 1
        meaning = sense.get(tuple(spans[i : i + n]))
        if spans[i] == "我可没觉得":
            said.append(OPPOSITE[said.pop()])
        elif meaning:
            said.append(OPPOSITE[meaning] if is_denied else meaning)
        is_denied = spans[i] in {"别信", "幸好没有出现", "盼着"}
        i += n
    return said


OPPOSITE = {"positive": "negative", "negative": "positive"}
OTHERS = {
    "没有一样让人不满": "positive",
    "其他没有不满意的": "positive",
    "没有一样让人满意": "negative",
    "其他没有满意的": "negative",
}


def senses():
    """What each span or pair of spans says, by the tables of the grammar."""
    sense = {}
    for domain in DOMAINS:
        for label, verdicts in phrases.VERDICTS.items():
            for verdict in verdicts:
                enter(sense, label, verdict, a=domain.again)
        for fact in domain.good:
            sense[fact,] = "positive"
        for fact in domain.bad:
            sense[fact,] = "negative"
        for aspect in domain.aspects:
            enter_aspect(sense, aspect, domain)
    for template in phrases.INDIFFERENT:
        enter(sense, "neutral", template)
    return sense | {(said,): label for said, label in OTHERS.items()}


def enter_aspect(sense, aspect, domain):
    kinds = (aspect.good, "GOOD", "positive"), (aspect.bad, "BAD", "negative")
    words = [
        (word, rival, kind, label)
        for predicates, kind, label in kinds
        for word in predicates
        for rival in domain.rivals
    ]
    for word, rival, kind, label in words:
        fill = {"x": word, "r": rival, "e": domain.thing}
        for table, said in (("AFFIRMATIONS", label), ("NEGATIONS", OPPOSITE[label])):
            for name in (table, f"LONG_{table}"):
                own = getattr(phrases, f"{name}_OF_{kind}", ())
                for template in getattr(phrases, name) + own:
                    enter(sense, said, template, **fill)
    for good in aspect.good:
        for bad in aspect.bad:
            for template in phrases.NEITHER:
                enter(sense, "neutral", template, x=good, y=bad)


def enter(sense, meaning, template, **fill):
    spans = re.findall(r"\[(.*?)\]", template.format(**{"s": "", "a": ""} | fill))
    assert sense.setdefault(tuple(spans), meaning) == meaning, spans


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_samples": 0},
        {"n_classes": 4},
        {"flip_y": 1.5},
        {"tone": -0.1},
        {"n_classes": "2"},
        {"return_rationales": "yes"},
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
