"""A comparison on a terminal."""

import numpy as np

from sklstm.comparison._findings import answer, findings, title
from sklstm.comparison._summary import pair_rows, score_title
from sklstm.display._text_table import shown_name, text_table

_ROPE, _ALPHA = 0.01, 0.05


def summary(comparison, say):
    """Write the answer, the scores and what is to be noted.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    say : Words
        Of one language.

    Returns
    -------
    str
    """
    parts = [
        "\n".join(answer(comparison, say)),
        score_table(comparison, say),
        "\n".join(f"! {finding}" for finding in findings(comparison, say)),
    ]
    return "\n\n".join(filter(None, parts))


def score_table(comparison, say):
    """Align means, deviations and seconds.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    say : Words
        Of one language.

    Returns
    -------
    str
    """
    titles = [title(score, say) for score in comparison.scoring]
    more = unlabelled_title(comparison, say)
    header = [say("model"), *titles, say("fit"), say("predict"), *more]
    rows = [
        [
            row_name(comparison, row["model"], say),
            *(mean_and_sd(row, score) for score in comparison.scoring),
            _number(row["fit_seconds"], ".2f"),
            _number(row["predict_seconds"], ".2f"),
            *(f"{row['n_unlabelled']:,}" for _ in more),
        ]
        for row in comparison.rows()
    ]
    return text_table(header, rows)


def row_name(comparison, name, say):
    """Name a row of the table: a model by its name, a reference in the language.

    Parameters
    ----------
    comparison : Comparison
        What is shown.

    name : str
        Of the row.

    say : Words
        Of one language.

    Returns
    -------
    str
    """
    if name in comparison.classifiers:
        return shown_name(name)
    references = comparison._references
    key = "majority" if name == references.majority else "together"
    return say(key) if say(key) not in comparison.classifiers else name


def unlabelled_title(comparison, say):
    """Title of the column of samples without a label, where there are any.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    say : Words
        Of one language.

    Returns
    -------
    list of str
        One, or none.
    """
    return [say("unlabelled")] if any(comparison.n_unlabelled_.values()) else []


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


def verdict_rows(comparison, say):
    """Say what the folds allow to say about every pair of models.

    Parameters
    ----------
    comparison : Comparison
        What to judge.

    say : Words
        Of one language.

    Returns
    -------
    list of list of str
        The header, then a row for each score and pair. The last three columns are the
        probabilities of the Bayesian correlated t-test.
    """
    names = ("score", "first", "second", "verdict")
    chances = ("first better", "equal", "second better")
    header = [*map(say, names), "p (Holm)", *map(say, chances)]
    pairs = pair_rows(comparison._results, comparison.scoring, _ROPE, _ALPHA, say)
    rows = [
        [
            title(pair["score"], say),
            shown_name(pair["first"]),
            shown_name(pair["second"]),
            pair["verdict"],
            _number(pair["p_holm"], ".3f"),
            _number(pair["p_first_better"], ".2f"),
            _number(pair["p_equivalent"], ".2f"),
            _number(pair["p_second_better"], ".2f"),
        ]
        for pair in pairs
    ]
    return [header, *rows]


def verdict_table(comparison, say):
    """Align the verdicts.

    Parameters
    ----------
    comparison : Comparison
        What to judge.

    say : Words
        Of one language.

    Returns
    -------
    str
    """
    header, *rows = verdict_rows(comparison, say)
    return text_table(header, rows, left=range(4))


def shared_lines(comparison, say):
    """Say what the shared steps took and saved.

    Parameters
    ----------
    comparison : Comparison
        What to tell about.

    say : Words
        Of one language.

    Returns
    -------
    list of str
        A line for each group of models with shared steps.
    """
    return [
        say(
            "ran once",
            steps=say.list(group["steps"]),
            names=say.list(map(shown_name, group["models"])),
            seconds=group["seconds"],
            saved=group["saved_seconds"],
        )
        for group in comparison.shared_steps
    ]


def _number(value, form):
    return "-" if np.isnan(value) else format(value, form)
