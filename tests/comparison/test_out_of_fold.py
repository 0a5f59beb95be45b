"""What models said of samples that they were not trained on."""

import numpy as np

from sklstm.comparison._folds import FoldResult
from sklstm.comparison._out_of_fold import (
    disagreement,
    majority,
    mean_probabilities,
    vote_shares,
)

# Samples 0 and 1 are tested twice, sample 2 once, sample 3 never.
SPLITS = [([2, 3], [0, 1]), ([3], [1, 0, 2])]


def folds(probabilities, error=None):
    return [
        FoldResult(
            "NB",
            fold,
            1,
            1,
            predictions=np.argmax(part, axis=1),
            probabilities=np.array(part),
            error=error,
        )
        for fold, part in enumerate(probabilities)
    ]


FOLDS = folds([[[0.9, 0.1], [0.2, 0.8]], [[0.6, 0.4], [0.8, 0.2], [0.0, 1.0]]])


def test_probabilities_are_means_over_the_folds_that_tested_a_sample():
    means = mean_probabilities(FOLDS, SPLITS, (4, 2))
    by_hand = [[0.85, 0.15], [0.4, 0.6], [0.0, 1.0], [np.nan, np.nan]]
    np.testing.assert_allclose(means, by_hand)


def test_votes_are_shares_of_predictions():
    votes = vote_shares(FOLDS, SPLITS, (4, 2))
    by_hand = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [np.nan, np.nan]]
    np.testing.assert_allclose(votes, by_hand)


def test_majority_breaks_a_draw_by_probability():
    votes = vote_shares(FOLDS, SPLITS, (4, 2))
    means = mean_probabilities(FOLDS, SPLITS, (4, 2))
    assert majority(votes, means).tolist() == [0, 1, 1, -1]
    assert majority(votes, None).tolist() == [0, 0, 1, -1]


def test_fold_without_answer_counts_for_nothing():
    broken = [FoldResult("NB", 0, 1, 1, error="ValueError: x"), FOLDS[1]]
    means = mean_probabilities(broken, SPLITS, (4, 2))
    np.testing.assert_allclose(means[0], [0.8, 0.2])


def test_model_without_probabilities_has_none():
    answers = [FoldResult("SVM", f, 1, 1, predictions=np.zeros(2)) for f in (0, 1)]
    assert mean_probabilities(answers, SPLITS, (4, 2)) is None


def test_disagreement_by_hand():
    one = np.array([[1.0, 0.0], [0.5, 0.5]])
    other = np.array([[0.0, 1.0], [0.5, 0.5]])
    third = np.array([[0.5, 0.5], [0.5, 0.5]])
    # Total variation of the three pairs: 1, 0.5 and 0.5.
    np.testing.assert_allclose(disagreement([one, other, third]), [2 / 3, 0.0])


def test_one_model_agrees_with_itself():
    assert disagreement([np.ones((3, 2))]).tolist() == [0.0, 0.0, 0.0]


def test_model_that_did_not_predict_a_sample_does_not_count_there():
    one = np.array([[1.0, 0.0], [1.0, 0.0]])
    other = np.array([[0.0, 1.0], [np.nan, np.nan]])
    failed = np.full((2, 2), np.nan)
    assert disagreement([one, other, failed]).tolist() == [1.0, 0.0]
