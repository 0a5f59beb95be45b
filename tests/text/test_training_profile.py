"""What is unlike training: by hand, and in other languages and kinds."""

import pickle
import random
from fractions import Fraction

import pytest

from sklstm.datasets import make_reviews
from sklstm.text._training_profile import TrainingProfile

DOCUMENTS = ["房间很好", "房间很大", "早餐很好", "房间"]


@pytest.fixture(scope="module")
def reviews():
    return make_reviews(1000, random_state=0)[0]


@pytest.fixture(scope="module")
def profile(reviews):
    return TrainingProfile.learn(reviews)


def test_runs_of_two_documents_are_shared():
    # 房间: 3 documents; 间很: 2; 很好: 2; 很大, 早餐, 餐很: 1
    assert TrainingProfile.learn(DOCUMENTS).runs == "很好 房间 间很"


def test_letters_stand_in_runs_of_four():
    documents = ["good房间abc", "Good房间abc"]  # Good, good: 1 document
    shared = TrainingProfile.learn(documents).runs.split(" ")
    assert set(shared) == {"oo", "od", "d房", "房间", "间a", "ab", "bc"}
    documents = ["goods", "good"]
    assert TrainingProfile.learn(documents).runs == "good od"


def test_each_document_is_judged_by_the_others():
    # Two others must have a pair: only 房间 is then known, in three documents.
    # Rare of all pairs: 2 of 3, 2 of 3, 3 of 3, 0 of 1.
    profile = TrainingProfile.learn(DOCUMENTS)
    expected = Fraction(7, 10)
    assert profile.expected == pytest.approx(float(expected))
    rarity = sorted(
        (rare + 5 * expected) / (n + 5) for rare, n in [(2, 3), (2, 3), (3, 3), (0, 1)]
    )
    # 0.99 of the way from the first to the last of four: 0.97 of the last step.
    limit = rarity[2] + Fraction(97, 100) * (rarity[3] - rarity[2])
    assert profile.limit == pytest.approx(float(limit))


def test_rarity_by_hand():
    profile = TrainingProfile("很好 房间", expected=0.2, limit=0.5)
    # (n_rare + 5 * 0.2) / (n_runs + 5): 1/6, 2/6, (4 + 1) / 9, (3 + 1) / 8
    documents = ["很好", "很坏", "甲乙丙丁戊", "甲乙丙丁"]
    assert profile.unlike(documents).tolist() == [False, False, True, False]


def test_width_spaces_and_repetitions_change_nothing():
    again = [*DOCUMENTS, " 房间 很好", "房间\n很大", *DOCUMENTS]
    assert TrainingProfile.learn(again) == TrainingProfile.learn(DOCUMENTS)
    assert TrainingProfile.learn(["ＡＢＣ", "ABX"]).runs == "AB"
    profile = TrainingProfile("AB", expected=0.0, limit=0.0)
    assert profile.unlike(["Ａ Ｂ", "ＡＣ"]).tolist() == [False, True]


@pytest.mark.parametrize("documents", [[], ["", "好"]])
def test_where_there_is_no_run_nothing_is_unlike(documents):
    profile = TrainingProfile.learn(documents)
    assert profile.unlike(["", "好", " "]).tolist() == [False] * 3
    assert profile.unlike([]).tolist() == []


def test_other_languages_and_random_characters_are_unlike(profile):
    rng = random.Random(0)
    noise = ["".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(20))] * 5
    english = ["The room was clean and the staff were very kind.", "Never again!!"]
    poems = ["床前明月光，疑是地上霜。举头望明月，低头思故乡。"]
    assert profile.unlike([*noise, *english, *poems]).all()


def test_documents_of_the_same_kind_are_not(profile, reviews):
    others = [r for r in make_reviews(2000, random_state=1)[0] if r not in set(reviews)]
    assert profile.unlike(reviews).mean() < 0.01
    assert profile.unlike(others).mean() < 0.03


STRAY = [
    "The room was clean, the staff were kind, and breakfast was good. We walked to the "
    "river in ten minutes; taxis wait outside. I would gladly stay here once more.",
    "Dirty carpets, a noisy lift and nobody at the desk. They charged us twice and "
    "never answered my letters. The pictures on their page show quite another house.",
    "An average business hotel near the station. Internet works, the gym is small, "
    "coffee costs extra. Check-out took half an hour because a group came before.",
]
ENGLISH = ["The others stand near the water.", "Another station is here."]


def test_stray_documents_do_not_make_their_language_known(reviews):
    profile = TrainingProfile.learn([*reviews, *STRAY])
    assert profile.unlike([*STRAY[:1], *ENGLISH]).all()


def test_odd_characters_are_characters():
    documents = ["\ud800\0好", "\ud800\0坏", "👍🏽好"]
    profile = pickle.loads(pickle.dumps(TrainingProfile.learn(documents)))
    assert profile.runs == "\ud800\0"
    assert profile == TrainingProfile.learn(documents)
    assert profile.unlike(documents).shape == (3,)
