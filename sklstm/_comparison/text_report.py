"""A comparison on a terminal."""

import numpy as np

from sklstm._comparison.summary import score_title
from sklstm._comparison.text_table import text_table


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
    header = ["model", *titles, "fit s", "predict s"]
    rows = [
        [
            row["model"],
            *(mean_and_sd(row, score) for score in comparison.scoring),
            _seconds(row["fit_seconds"]),
            _seconds(row["predict_seconds"]),
        ]
        for row in comparison.rows()
    ]
    return text_table(header, rows)


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


def verdicts(comparison):
    """Say what the folds allow to say about every pair of models.

    Parameters
    ----------
    comparison : Comparison
        What to judge.

    Returns
    -------
    list of str
        A line for each score and pair.
    """
    return [verdict_line(pair) for pair in comparison.pairs()]


def verdict_line(pair):
    """Say what the folds allow to say about one pair of models.

    Parameters
    ----------
    pair : dict
        Of `Comparison.pairs`.

    Returns
    -------
    str
    """
    title, _ = score_title(pair["score"])
    line = f"{title}, {pair['first']} and {pair['second']}: {pair['verdict']}"
    if np.isnan(pair["p_value"]):
        return line
    return (
        f"{line} (p = {pair['p_holm']:.3f}; probability that {pair['first']} is "
        f"practically better {pair['p_first_better']:.2f}, equivalent "
        f"{pair['p_equivalent']:.2f}, worse {pair['p_second_better']:.2f})"
    )


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
        f"{', '.join(group['steps'])} ran once for {', '.join(group['models'])}: "
        f"{group['seconds']:.1f} s, {group['saved_seconds']:.1f} s saved"
        for group in comparison.shared_steps
    ]


def _seconds(seconds):
    return "-" if np.isnan(seconds) else f"{seconds:.2f}"
