"""A test of robustness in words and tables, for terminals and pages."""

import numpy as np

from sklstm.comparison._findings import title
from sklstm.comparison._robustness.probes import MAY_CHANGE_THE_LABEL, OTHER, SAME
from sklstm.comparison._summary import score_title
from sklstm.display._text_table import showable, shown_name


def robustness_lines(found, say):
    """Say for each model what harms it most, what was left out and what went wrong.

    Parameters
    ----------
    found : Robustness
        What was found.

    say : Words
        Of one language.

    Returns
    -------
    list of str
    """
    if not found.rows():
        return list(_errors(found, say))
    score = found.scoring[0]
    rows = [
        row for row in found.rows() if row["perturbation"] not in MAY_CHANGE_THE_LABEL
    ]
    lines = [
        *_obedience(found, SAME, "keeps", say),
        *_obedience(found, OTHER, "turns", say),
        *_worst_of_each(found, rows, score, say),
        *_errors(found, say),
    ]
    return [*lines, *([say("sides unknown")] if found.note_ else [])]


def _asked(found):
    """Name the models that have answered at all."""
    answered = {row["model"] for row in found.rows()}
    return [name for name in found.models if name in answered]


def _errors(found, say):
    asked = _asked(found)
    for name, error in found.errors_.items():
        error = " ".join(showable(error).split())
        key = "asked in part" if name in asked else "not asked"
        yield say(key, name=shown_name(name), error=error)


def _obedience(found, expectation, key, say):
    """Say how often the models do as one must expect, the best first."""
    shares = {}
    for row in found.expectation_rows():
        if row["expectation"] == expectation and row["n"]:
            shares.setdefault(row["model"], []).append((row["n"], row["obeys"]))
    if not shares:
        return
    means = {
        name: np.average([obeys for _, obeys in some], weights=[n for n, _ in some])
        for name, some in shares.items()
    }
    names = [
        say("figure of", name=shown_name(name), figure=f"{100 * means[name]:.0f}")
        for name in sorted(means, key=means.get, reverse=True)
    ]
    yield say(key, names=say.list(names))


def _worst_of_each(found, rows, score, say):
    """Say what harms each model most; of one without that score, errors tell."""
    key = f"{score}_difference"
    for name in _asked(found):
        own = [row for row in rows if row["model"] == name]
        scored = [row for row in own if not np.isnan(row[key])]
        if scored or not own:
            yield _worst(name, scored, score, say)


def _worst(name, rows, score, say):
    worst = min(rows, key=lambda row: row[f"{score}_difference"], default=None)
    if worst is None or not worst[f"{score}_difference"] < 0:
        return say("unharmed", name=shown_name(name))
    _, sign = score_title(score)
    return say(
        "harms most",
        name=shown_name(name),
        perturbation=perturbation_title(worst["perturbation"], worst["strength"], say),
        score=title(score, say),
        before=f"{sign * worst[f'{score}_untouched']:.3f}",
        after=f"{sign * worst[f'{score}_perturbed']:.3f}",
    )


def perturbation_title(name, strength, say):
    """Give a perturbation the name that people know.

    Parameters
    ----------
    name : str
        Of the function.

    strength : float
        Share that is touched; NaN and 1 go without saying.

    say : Words
        Of one language.

    Returns
    -------
    str
    """
    shown = say(name) if name in say else shown_name(name).replace("_", " ")
    if strength == 1 or np.isnan(strength):
        return shown
    return say("figure of", name=shown, figure=f"{strength:.0%}")


def score_cells(found, say):
    """Lay out how far each perturbation takes the first score down.

    Parameters
    ----------
    found : Robustness
        What was found.

    say : Words
        Of one language.

    Returns
    -------
    list of list of str
        The header, the untouched documents, and a line for each perturbation and
        strength; a column for each model.
    """
    score = found.scoring[0]
    by_line = _by_line(found.rows(), found.models)
    _, sign = score_title(score)
    first = next(iter(by_line.values()), {})
    before = [
        first[name][f"{score}_untouched"] if name in first else np.nan
        for name in found.models
    ]
    untouched = ["-" if np.isnan(one) else f"{sign * one:.3f}" for one in before]
    return [
        [say("perturbation"), *map(shown_name, found.models)],
        [say("untouched"), *untouched],
        *(
            [
                perturbation_title(*line, say),
                *(_difference(cells.get(name), score, sign) for name in found.models),
            ]
            for line, cells in by_line.items()
        ),
    ]


def _difference(row, score, sign):
    if row is None or np.isnan(row[f"{score}_difference"]):
        return "-"
    low, high = row[f"{score}_low"], row[f"{score}_high"]
    is_shown = low > 0 or high < 0
    return f"{sign * row[f'{score}_difference']:+.3f}" + "*" * is_shown


def expectation_cells(found, say):
    """Lay out how often the models do as one must expect.

    Parameters
    ----------
    found : Robustness
        What was found.

    say : Words
        Of one language.

    Returns
    -------
    list of list of str
        The header and a line for each perturbation and strength; a column for each
        model. Empty where nothing is expected.
    """
    rows = [row for row in found.expectation_rows() if row["n"]]
    expected = {(row["perturbation"], row["strength"]): row for row in rows}
    by_line = _by_line(rows, found.models)
    if not by_line:
        return []
    return [
        [say("perturbation"), say("expectation"), *map(shown_name, found.models)],
        *(
            [
                perturbation_title(*line, say),
                say(expected[line]["expectation"]),
                *(_share(cells.get(name)) for name in found.models),
            ]
            for line, cells in by_line.items()
        ),
    ]


def _share(row):
    return "-" if row is None or np.isnan(row["obeys"]) else f"{row['obeys']:.3f}"


def _by_line(rows, models):
    """Gather rows by perturbation and strength, then by model."""
    lines = {}
    for row in rows:
        line = (row["perturbation"], row["strength"])
        lines.setdefault(line, {})[row["model"]] = row
    return lines
