"""A comparison on a terminal."""

import numpy as np

from sklstm.comparison._summary import score_title
from sklstm.comparison._text_table import shown_name, text_table


def score_table(comparison):
    """Align means, deviations and seconds.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    Returns
    -------
    str
    """
    titles = [score_title(score)[0] for score in comparison.scoring]
    header = ["model", *titles, "fit s", "predict s", *unlabelled_title(comparison)]
    rows = [
        [
            shown_name(row["model"]),
            *(mean_and_sd(row, score) for score in comparison.scoring),
            _number(row["fit_seconds"], ".2f"),
            _number(row["predict_seconds"], ".2f"),
            *(f"{row['n_unlabelled']:,}" for _ in unlabelled_title(comparison)),
        ]
        for row in comparison.rows()
    ]
    return text_table(header, rows)


def unlabelled_title(comparison):
    """Title of the column of samples without a label, where there are any.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    Returns
    -------
    list of str
        One, or none.
    """
    return ["unlabelled"] if any(comparison.n_unlabelled_.values()) else []


def mean_and_sd(row, score):
    """Write a score as people know it.

    Parameters
    ----------
    row : dict
        Of `Comparison.rows`.

    score : str
        Its name.

    Returns
    -------
    str
        Such as ``"0.912 ± 0.010"``; a dash where no fold finished.
    """
    _, sign = score_title(score)
    mean, deviation = row[f"{score}_mean"], row[f"{score}_sd"]
    if np.isnan(mean):
        return "-"
    return f"{sign * mean:.3f}" + ("" if np.isnan(deviation) else f" ± {deviation:.3f}")


def verdict_rows(comparison):
    """Say what the folds allow to say about every pair of models.

    Parameters
    ----------
    comparison : Comparison
        What to judge.

    Returns
    -------
    list of list of str
        The header, then a row for each score and pair. The last three columns are the
        probabilities of the Bayesian correlated t-test.
    """
    header = ["score", "first", "second", "verdict", "p (Holm)"]
    rows = [
        [
            score_title(pair["score"])[0],
            shown_name(pair["first"]),
            shown_name(pair["second"]),
            pair["verdict"],
            _number(pair["p_holm"], ".3f"),
            _number(pair["p_first_better"], ".2f"),
            _number(pair["p_equivalent"], ".2f"),
            _number(pair["p_second_better"], ".2f"),
        ]
        for pair in comparison.pairs()
    ]
    return [[*header, "P(first better)", "P(equal)", "P(second better)"], *rows]


def verdict_table(comparison):
    """Align the verdicts.

    Parameters
    ----------
    comparison : Comparison
        What to judge.

    Returns
    -------
    str
    """
    header, *rows = verdict_rows(comparison)
    return text_table(header, rows, left=range(4))


def shared_lines(comparison):
    """Say what the shared steps took and saved.

    Parameters
    ----------
    comparison : Comparison
        What to tell about.

    Returns
    -------
    list of str
        A line for each group of models with shared steps.
    """
    return [
        f"{', '.join(group['steps'])} ran once for "
        f"{', '.join(map(shown_name, group['models']))}: "
        f"{group['seconds']:.1f} s, {group['saved_seconds']:.1f} s saved"
        for group in comparison.shared_steps
    ]


def _number(value, form):
    return "-" if np.isnan(value) else format(value, form)
