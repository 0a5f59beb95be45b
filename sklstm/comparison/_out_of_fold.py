"""What each model said of the samples that it was not trained on."""

from itertools import combinations

import numpy as np


def vote_shares(folds, splits, shape):
    """Share of the predictions of each class, over the folds that tested a sample.

    Parameters
    ----------
    folds : list of FoldResult
        Of one model.

    splits : list of (train, test)
        Rows of each fold.

    shape : tuple (n_samples, n_classes)
        Of the result.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)
        NaN rows where no finished fold tested the sample.
    """
    one_hot = np.eye(shape[1])
    return _average(
        [None if f.predictions is None else one_hot[f.predictions] for f in folds],
        splits,
        shape,
    )


def mean_probabilities(folds, splits, shape):
    """Mean probabilities over the folds that tested a sample.

    Parameters
    ----------
    folds : list of FoldResult
        Of one model.

    splits : list of (train, test)
        Rows of each fold.

    shape : tuple (n_samples, n_classes)
        Of the result.

    Returns
    -------
    ndarray of shape (n_samples, n_classes) or None
        NaN rows where no finished fold tested the sample; None where the model has no
        probabilities.
    """
    if all(fold.probabilities is None for fold in folds):
        return None
    return _average([fold.probabilities for fold in folds], splits, shape)


def majority(votes, probabilities):
    """Class most often predicted; a draw between folds goes to the more probable.

    Parameters
    ----------
    votes : ndarray of shape (n_samples, n_classes)
        From `vote_shares`.

    probabilities : ndarray of shape (n_samples, n_classes) or None
        From `mean_probabilities`.

    Returns
    -------
    ndarray of shape (n_samples,), int
        Index of the class, -1 where no finished fold tested the sample.
    """
    tie_break = 0.0 if probabilities is None else np.nan_to_num(probabilities)
    # Two shares differ by 1 / n_repeats at least, far above the tie-break.
    winner = np.argmax(np.nan_to_num(votes) + 1e-6 * tie_break, axis=1)
    return np.where(np.isnan(votes[:, 0]), -1, winner)


def disagreement(beliefs):
    """How far the models are apart on each sample.

    Parameters
    ----------
    beliefs : list of ndarray of shape (n_samples, n_classes)
        Probabilities, or shares of votes, of each model.

    Returns
    -------
    ndarray of shape (n_samples,)
        Mean total variation distance, in [0, 1], over the pairs of models that both
        predicted the sample; 0 where there is no such pair.
    """
    total, count = np.zeros((2, len(beliefs[0])))
    for one, other in combinations(beliefs, 2):
        distance = np.abs(one - other).sum(axis=1) / 2
        total += np.nan_to_num(distance)
        count += np.isfinite(distance)
    return total / np.maximum(count, 1)


def _average(parts, splits, shape):
    total, count = np.zeros(shape), np.zeros(shape[0])
    for part, (_, test) in zip(parts, splits, strict=True):
        if part is not None:
            total[test] += part
            count[test] += 1
    with np.errstate(invalid="ignore"):
        return total / np.where(count, count, np.nan)[:, np.newaxis]
