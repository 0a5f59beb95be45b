"""Which model to take, and what decided it."""

from dataclasses import dataclass, replace

import numpy as np

from sklstm.comparison._summary import pair_rows

_LOSS = "neg_log_loss"
_CALIBRATION, _SECONDS = "calibration", "seconds"


@dataclass(frozen=True)
class Choice:
    """The model to take.

    Attributes
    ----------
    best : str or None
        Its name; None where no model has a score.

    score : str
        By which score.

    top : str or None
        Model with the best mean of that score.

    tied : tuple of str
        `top` and the models that are as good: within one standard error, and not worse
        than always guessing the majority if `top` is not.

    decided_by : {"score", "calibration", "seconds"}
        What made the choice among those.
    """

    best: str | None
    score: str
    top: str | None
    tied: tuple = ()
    decided_by: str = "score"


def choose(results, scoring, best_by, guess=None):
    """Choose by a score; among those as good, by calibration, then by cost.

    As good is what lies within one standard error of the difference to the best, over
    the same folds and corrected for overlapping training sets: the one-standard-error
    rule [1]_. That no test shows a difference would not do, since with a few folds that
    differ much no test shows any.

    Parameters
    ----------
    results : dict of str to list of FoldResult
        By model, in the order of the folds.

    scoring : list of str
        Names of the scores.

    best_by : str or None
        Name of the deciding one. None takes the log-loss where every model that
        finished has it, or else the first.

    guess : list of FoldResult, default=None
        Of always guessing the majority.

    Returns
    -------
    Choice

    References
    ----------
    .. [1] Breiman, L., Friedman, J. H., Olshen, R. A. & Stone, C. J. (1984).
       Classification and regression trees. Section 3.4.3.
    """
    results = _most_finished(results)
    score = best_by or _default_score(results, scoring)
    front = _front(results, score, guess) or list(results)
    if not front:
        return Choice(None, score, None)
    top, tied, decided_by = front[0], tuple(front), "score"
    front = _unbeaten(front, results, score)
    if len(front) > 1:
        among = {name: _with_calibration(results[name]) for name in front}
        calibrated = _front(among, _CALIBRATION)
        if calibrated:
            front, decided_by = calibrated, _CALIBRATION
    if len(front) > 1:
        front = sorted(front, key=lambda name: _seconds(results[name]))
        decided_by = _SECONDS
    return Choice(front[0], score, top, tied, decided_by)


def _most_finished(results):
    """Leave out models that failed in more folds than others."""
    n_finished = {name: sum(f.finished for f in fs) for name, fs in results.items()}
    most = max(n_finished.values(), default=0)
    return {name: fs for name, fs in results.items() if most == n_finished[name] > 0}


def _default_score(results, scoring):
    has_loss = _LOSS in scoring and all(
        np.isfinite(_mean(folds, _LOSS)) for folds in results.values()
    )
    return _LOSS if has_loss else scoring[0]


def _front(results, score, guess=None):
    """List the best model by a score, then those that are as good.

    One that is worse than a guess is no equal of one that is better.
    """
    means = {name: _mean(folds, score) for name, folds in results.items()}
    names = [name for name, mean in means.items() if np.isfinite(mean)]
    if not names:
        return []
    top = max(names, key=means.get)
    least = -np.inf if guess is None else _mean(guess, score)
    if not least < means[top]:
        least = -np.inf
    others = [
        name
        for name in names
        if name != top
        and means[name] >= least
        and _is_as_good(results[top], results[name], score)
    ]
    return [top, *others]


def _is_as_good(best, other, score):
    (pair,) = pair_rows({"best": best, "other": other}, [score], rope=0.0, alpha=0.05)
    return pair["difference"] == 0 or abs(pair["t"]) <= 1


def _unbeaten(front, results, score):
    """Leave out models than which one of the others is shown to be better."""
    beaten, among = set(), {name: results[name] for name in front}
    for pair in pair_rows(among, [score], rope=0.0, alpha=0.05):
        if pair["p_value"] < 0.05:
            is_first_worse = pair["difference"] < 0
            beaten.add(pair["first" if is_first_worse else "second"])
    return [name for name in front if name not in beaten]


def _mean(folds, score):
    scores = [fold.scores.get(score, np.nan) for fold in folds if fold.finished]
    scores = [one for one in scores if np.isfinite(one)]
    return np.mean(scores) if scores else np.nan


def _with_calibration(folds):
    """Folds whose only score is the calibration error, its sign turned."""
    return [
        replace(fold, scores={_CALIBRATION: -fold.calibration_error}) for fold in folds
    ]


def _seconds(folds):
    return np.nanmean([fold.fit_seconds + fold.predict_seconds for fold in folds])
