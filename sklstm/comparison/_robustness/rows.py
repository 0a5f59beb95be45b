"""Rows of the tables of a test of robustness, from what models said."""

from functools import partial

import numpy as np
from scipy.stats import binomtest
from scipy.stats import t as student_t

from sklstm.comparison._robustness.jackknife import (
    document_groups,
    jackknife_error,
    make_jackknife,
)
from sklstm.comparison._robustness.probes import OTHER


def score_rows(answers, probes, y, classes, scorers, random_state=0):
    """Score the models on each probe, paired with the untouched documents.

    Parameters
    ----------
    answers : dict of str to Answers
        Of each model.

    probes : list of Probe
        What they are about. Those that expect another label are left out.

    y : ndarray of shape (n_samples,)
        Labels of the documents.

    classes : ndarray of shape (n_classes,)
        Every label, sorted.

    scorers : dict of str to Scorer
        What to score by.

    random_state : int, default=0
        Decides which documents form a group of the jackknife.

    Returns
    -------
    list of dict
        One for each model and probe. A score that fails is NaN, its error is there.
    """
    groups = document_groups(len(y), random_state)
    rows = []
    for model, one in answers.items():
        jackknives = {
            name: make_jackknife(name, scorer, y[one.rows], groups[one.rows], classes)
            for name, scorer in scorers.items()
        }
        score = partial(_scores_or_error, jackknives, scorers)
        untouched = {name: score(name, one.untouched) for name in scorers}
        rows += [
            {
                "model": model,
                **_describe(probe),
                **_shares(one, probe, said, _codes(y[one.rows], classes)),
                **_paired_scores(
                    untouched, {name: score(name, said) for name in scorers}
                ),
            }
            for probe, said in zip(probes, one.probed, strict=True)
            if probe.expects != OTHER
        ]
    return rows


def score_errors(rows, scoring):
    """Say which scores could not be computed, and why.

    Parameters
    ----------
    rows : list of dict
        From `score_rows`.

    scoring : list of str
        Names of the scores.

    Returns
    -------
    dict of str to dict of str to str
        By model and score; the first error of each.
    """
    errors = {}
    for row in rows:
        for score in scoring:
            if row[f"{score}_error"]:
                of_model = errors.setdefault(row["model"], {})
                of_model.setdefault(score, row[f"{score}_error"])
    return errors


def add_intervals(rows, scoring, confidence):
    """Complete rows with the confidence intervals of the differences.

    Parameters
    ----------
    rows : list of dict
        From `score_rows`; they stay as they are.

    scoring : list of str
        Names of the scores.

    confidence : float
        Coverage.

    Returns
    -------
    list of dict
    """
    return [_with_intervals(row, scoring, confidence) for row in rows]


def expectation_rows(answers, probes, y, classes):
    """Count how often the models say what a probe makes one expect.

    Parameters
    ----------
    answers : dict of str to Answers
        Of each model.

    probes : list of Probe
        What they are about. Those that expect nothing are left out.

    y : ndarray of shape (n_samples,)
        Labels of the documents.

    classes : ndarray of shape (n_classes,)
        Every label, sorted.

    Returns
    -------
    list of dict
        One for each model and probe.
    """
    return [
        {
            "model": name,
            **_describe(probe),
            "expectation": probe.expects,
            **_obedience(one, probe, said, _codes(y[one.rows], classes)),
        }
        for name, one in answers.items()
        for probe, said in zip(probes, one.probed, strict=True)
        if probe.expects is not None
    ]


def _describe(probe):
    return {"perturbation": probe.name, "strength": probe.strength}


def _codes(y, classes):
    return np.searchsorted(classes, y)


def _share(counted):
    return float(np.mean(counted)) if len(counted) else np.nan


def _shares(answers, probe, said, true_codes):
    before, after = answers.untouched.codes, said.codes
    was_right, is_right = before == true_codes, after == true_codes
    return {
        "n": len(before),
        "touched": _share(probe.touched[answers.rows]),
        "changed": _share(before != after),
        "right_to_wrong": _share(was_right & ~is_right),
        "wrong_to_right": _share(~was_right & is_right),
    }


def _scores_or_error(jackknives, scorers, name, said):
    """Score by one scorer; one that fails gives NaN and its error."""
    try:
        return jackknives[name].scores(said), ""
    except Exception as exc:
        return np.array([np.nan]), _reason(exc, scorers[name], said)


def _reason(exc, scorer, said):
    response = getattr(scorer.score, "_response_method", None)
    if said.probabilities is None and response not in (None, "predict"):
        return "needs predict_proba, which the model lacks"
    reason = f"{type(exc).__name__}: {exc}"
    if response is None:
        reason += " (a scorer is given predictions, neither documents nor the model)"
    return reason


def _paired_scores(untouched, perturbed):
    figures = {}
    for score in untouched:
        (before, error), (after, other_error) = untouched[score], perturbed[score]
        figures[f"{score}_untouched"] = float(before[0])
        figures[f"{score}_perturbed"] = float(after[0])
        figures[f"{score}_difference"] = float(after[0] - before[0])
        figures[f"{score}_se"] = jackknife_error((after - before)[1:])
        figures[f"{score}_n_groups"] = len(before) - 1
        figures[f"{score}_error"] = error or other_error
    return figures


def _with_intervals(row, scoring, confidence):
    row = dict(row)
    for score in scoring:
        del row[f"{score}_error"]
        n_groups = row.pop(f"{score}_n_groups")
        quantile = student_t.ppf((1 + confidence) / 2, max(n_groups - 1, 1))
        half = float(quantile) * row[f"{score}_se"]
        row[f"{score}_low"] = row[f"{score}_difference"] - half
        row[f"{score}_high"] = row[f"{score}_difference"] + half
    return row


def _obedience(answers, probe, said, true_codes):
    before, after = answers.untouched, said
    counted = probe.touched[answers.rows]
    stays = before.codes == after.codes
    obeys = stays
    if probe.expects == OTHER:
        # Of a document that it took for another class, nothing follows.
        counted = counted & (before.codes == true_codes)
        obeys = ~stays | _is_less_sure(before, after)
    n = int(counted.sum())
    return {
        "n": n,
        "obeys": _share(obeys[counted]),
        "label_changes": _share(~stays[counted]),
        "_n_obeying": int(obeys[counted].sum()),
    }


def _is_less_sure(before, after):
    """Whether the class of before is now less probable; no where nobody knows."""
    if before.probabilities is None or after.probabilities is None:
        return np.zeros(len(before.codes), dtype=bool)
    rows = np.arange(len(before.codes))
    was, is_now = (said.probabilities[rows, before.codes] for said in (before, after))
    return is_now < was


def add_share_intervals(rows, confidence):
    """Complete rows with Wilson's intervals of the shares that obey.

    Parameters
    ----------
    rows : list of dict
        From `expectation_rows`; they stay as they are.

    confidence : float
        Coverage.

    Returns
    -------
    list of dict
        NaN where no document counts.
    """
    completed = []
    for row in map(dict, rows):
        low = high = np.nan
        n_obeying = row.pop("_n_obeying")
        if row["n"]:
            test = binomtest(n_obeying, row["n"])
            low, high = test.proportion_ci(confidence, method="wilson")
        completed.append({**row, "obeys_low": float(low), "obeys_high": float(high)})
    return completed
