"""What every model is measured against: always one answer, and all together."""

from dataclasses import dataclass

import numpy as np
from scipy.special import softmax
from sklearn.dummy import DummyClassifier

from sklstm.comparison._folds import (
    FittedClassifier,
    FoldData,
    FoldResult,
    FoldTask,
    collected_warnings,
    run_fold,
    score_fold,
)


@dataclass(frozen=True)
class ReferenceRows:
    """The rows beside the models.

    Attributes
    ----------
    majority, together : str
        Names of the rows; no model has one of them.

    folds : dict of str to list of FoldResult
        By name, in the order of the folds. Without `together` where no fold has
        probabilities of two models.
    """

    majority: str
    together: str
    folds: dict

    def beside(self, results):
        """Put them behind the models, a dict of the same form."""
        return {**results, **self.folds}


def make_references(results, splits, samples, scorers):
    """Score the guess that never changes, and all models together.

    Parameters
    ----------
    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    splits : list of (train, test)
        Rows of each fold.

    samples : LabelledSamples
        All samples.

    scorers : dict of str to Scorer
        What to score by.

    Returns
    -------
    ReferenceRows
    """
    y, weight = samples.y, samples.sample_weight
    weight = None if weight is None else weight[: len(y)]
    data = FoldData(samples.X, y, np.unique(y), weight, len(y))
    majority, together = (free_name(n, results) for n in ("majority", "together"))
    folds = {
        together: together_folds(together, results, splits, data, scorers),
        majority: majority_folds(majority, splits, data, scorers),
    }
    return ReferenceRows(majority, together, {n: fs for n, fs in folds.items() if fs})


def free_name(name, taken):
    """Give a reference a name that no model has.

    Parameters
    ----------
    name : str
        Wanted.

    taken : container of str
        Names of the models.

    Returns
    -------
    str
    """
    while name in taken:
        name = f"({name})"
    return name


def majority_folds(name, splits, data, scorers):
    """Score the guess that never changes on each fold.

    Parameters
    ----------
    name : str
        How it is called.

    splits : list of (train, test)
        Rows of each fold.

    data : FoldData
        All samples that have a label.

    scorers : dict of str to Scorer
        What to score by.

    Returns
    -------
    list of FoldResult
        Its probabilities are the shares of the classes in the training fold.
    """
    guess = DummyClassifier(strategy="prior")
    return [
        run_fold(FoldTask(name, fold, *split, guess), data, scorers)
        for fold, split in enumerate(splits)
    ]


def together_folds(name, results, splits, data, scorers):
    """Score the mean log-odds of all models on each fold.

    Parameters
    ----------
    name : str
        How that is called.

    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    splits : list of (train, test)
        Rows of each fold.

    data : FoldData
        All samples that have a label.

    scorers : dict of str to Scorer
        What to score by.

    Returns
    -------
    list of FoldResult
        Empty where no fold has probabilities of two models.
    """
    by_fold = zip(*results.values(), strict=True)
    with collected_warnings():
        folds = [
            _together(name, members, test, data, scorers)
            for members, (_, test) in zip(by_fold, splits, strict=True)
        ]
    return folds if any(fold.finished for fold in folds) else []


def _together(name, results, test, data, scorers):
    """Take the mean of what the models say of one fold; their costs add up."""
    first = results[0]
    result = FoldResult(name, first.fold, first.n_train, first.n_test)
    members = [one for one in results if one.probabilities is not None]
    if len(members) < 2:
        result.error = "fewer than two models have probabilities in this fold"
        return result
    for cost in ("fit_seconds", "predict_seconds", "model_bytes"):
        setattr(result, cost, sum(getattr(one, cost) for one in members))
    result.probabilities = mean_log_odds(
        [one.probabilities for one in members], result.n_train
    )
    result.predictions = result.probabilities.argmax(axis=1)
    labels = data.classes[result.predictions]
    answers = _Pool(DummyClassifier(), data.classes, labels, result.probabilities)
    rows = np.arange(len(data.y))[test]
    score_fold(answers, None, rows, data, scorers, result)
    return result


class _Pool(FittedClassifier):
    """Several models; the one that it holds has the tags for which scorers ask."""

    @property
    def whole(self):
        return self


def mean_log_odds(probabilities, n_train):
    """Pool probabilities by the mean of their logarithms (a logarithmic pool).

    Parameters
    ----------
    probabilities : list of ndarray of shape (n_samples, n_classes)
        One for each model.

    n_train : int
        Samples that they learned from. No model may be surer than one in so many: the
        unfounded certainty of one would outweigh all others.

    Returns
    -------
    ndarray of shape (n_samples, n_classes)

    References
    ----------
    .. [1] Genest, C. & Zidek, J. V. (1986). Combining probability distributions: a
       critique and an annotated bibliography. Statistical Science 1(1), 114-135.
    """
    logs = [np.log(np.clip(p, 1 / (n_train + 1), 1.0)) for p in probabilities]
    return softmax(np.mean(logs, axis=0), axis=1)
