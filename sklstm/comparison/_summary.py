"""Rows of the tables of a comparison, in plain Python."""

from itertools import combinations

import numpy as np

from sklstm.comparison._statistics import (
    corrected_interval,
    corrected_t_test,
    holm,
    practical_difference,
)
from sklstm.comparison._words import Words

NO_DIFFERENCE = Words()("no difference")
_TITLES = {
    "average_precision_macro": "average precision",
    "f1_macro": "macro-F1",
    "neg_log_loss": "log-loss",
}


def score_title(score):
    """How a score is shown to people.

    Parameters
    ----------
    score : str
        scikit-learn's name; a ``neg_`` one is a loss with its sign turned.

    Returns
    -------
    title : str
    sign : float
        Factor that makes it the figure that people know.
    """
    sign = -1.0 if score.startswith("neg_") else 1.0
    title = score.removeprefix("neg_").replace("_", " ")
    return _TITLES.get(score, title), sign


def model_rows(results, scoring, confidence, bounds):
    """One row for each model: means over its finished folds.

    Parameters
    ----------
    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    scoring : list of str
        Names of the scores.

    confidence : float
        Coverage of the intervals.

    bounds : dict of str to (float, float)
        What each score can be at least and at most.

    Returns
    -------
    list of dict
    """
    return [
        _model_row(name, folds, scoring, confidence, bounds)
        for name, folds in results.items()
    ]


def fold_rows(results, scoring):
    """One row for each model and fold.

    Parameters
    ----------
    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    scoring : list of str
        Names of the scores.

    Returns
    -------
    list of dict
    """
    return [
        {
            "model": name,
            "fold": result.fold,
            "n_train": result.n_train,
            "n_test": result.n_test,
            "n_unlabelled": result.n_unlabelled,
            **{score: result.scores.get(score, np.nan) for score in scoring},
            "calibration_error": result.calibration_error,
            "fit_seconds": result.fit_seconds,
            "predict_seconds": result.predict_seconds,
            "model_bytes": result.model_bytes,
            "error": result.message,
        }
        for name, folds in results.items()
        for result in folds
    ]


def pair_rows(results, scoring, rope, alpha, say=None):
    """One row for each score and pair of models.

    Parameters
    ----------
    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    scoring : list of str
        Names of the scores.

    rope : float or dict of str to float
        Half the width of the region of practical equivalence, for each score.

    alpha : float
        Level of the test, after Holm's correction.

    say : Words, default=None
        Language of the verdicts; None is English.

    Returns
    -------
    list of dict
        Holm's correction counts the pairs of one score.
    """
    say, rows = say or Words(), []
    for score in scoring:
        width = rope[score] if isinstance(rope, dict) else rope
        pairs = [
            _pair_row(first, second, results, score, width)
            for first, second in combinations(results, 2)
        ]
        adjusted = holm([pair["p_value"] for pair in pairs])
        for pair, p_holm in zip(pairs, adjusted, strict=True):
            pair["p_holm"] = float(p_holm)
            pair["verdict"] = _verdict(pair, alpha, say)
        rows += pairs
    return rows


def _model_row(name, folds, scoring, confidence, bounds):
    finished = [fold for fold in folds if fold.finished]
    row = {"model": name}
    for score in scoring:
        values, ratio = _scores(finished, score)
        low, high = corrected_interval(values, ratio, confidence, bounds[score])
        row[f"{score}_mean"] = _mean(values)
        row[f"{score}_sd"] = (
            float(np.std(values, ddof=1)) if len(values) > 1 else np.nan
        )
        row[f"{score}_low"], row[f"{score}_high"] = low, high
    for cost in ("calibration_error", "fit_seconds", "predict_seconds", "model_bytes"):
        row[cost] = _mean([getattr(fold, cost) for fold in finished])
    row["n_unlabelled"] = folds[0].n_unlabelled
    row["n_folds"] = len(finished)
    row["n_failed"] = len(folds) - len(finished)
    return row


def _scores(folds, score):
    """Finite scores of folds, and their mean ratio of test to training samples."""
    kept = [fold for fold in folds if np.isfinite(fold.scores.get(score, np.nan))]
    return np.array([fold.scores[score] for fold in kept]), _test_ratio(kept)


def _test_ratio(folds):
    return _mean([fold.n_test / fold.n_train for fold in folds])


def _mean(values):
    return float(np.mean(values)) if len(values) else np.nan


def _pair_row(first, second, results, score, rope):
    common = [
        (one, other)
        for one, other in zip(results[first], results[second], strict=True)
        if np.isfinite(one.scores.get(score, np.nan))
        and np.isfinite(other.scores.get(score, np.nan))
    ]
    differences = np.array([a.scores[score] - b.scores[score] for a, b in common])
    ratio = _test_ratio([one for one, _ in common])
    statistic, p_value = corrected_t_test(differences, ratio)
    better, equivalent, worse = practical_difference(differences, ratio, rope)
    return {
        "score": score,
        "first": first,
        "second": second,
        "n_folds": len(common),
        "difference": _mean(differences),
        "t": statistic,
        "p_value": p_value,
        "p_first_better": better,
        "p_equivalent": equivalent,
        "p_second_better": worse,
    }


def _verdict(pair, alpha, say):
    if pair["n_folds"] < 2:
        return say("one fold")
    if np.isnan(pair["p_value"]):
        return say("same difference")
    if pair["p_holm"] >= alpha:
        return say("no difference")
    better = pair["first" if pair["difference"] > 0 else "second"]
    return say("is better", name=better)
