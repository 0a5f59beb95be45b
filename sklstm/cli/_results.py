"""What ``sklstm compare`` prints and writes."""

from functools import partial

from sklstm.cli._outputs import write_csv

_TABLES = {
    "comparison.csv": lambda comparison: comparison.rows(),
    "folds.csv": lambda comparison: comparison.fold_rows(),
    "significance.csv": lambda comparison: comparison.pairs(),
    "classes.csv": lambda comparison: comparison.class_rows(),
    "predictions.csv": lambda comparison: comparison.prediction_rows(),
    "duplicates.csv": lambda comparison: comparison.duplicate_rows(),
    "robustness.csv": lambda comparison: _robustness(comparison, "rows"),
    "expectations.csv": lambda comparison: _robustness(comparison, "expectation_rows"),
}
_OFTEN_EMPTY = ("duplicates.csv", "robustness.csv", "expectations.csv")
_PICTURE, _REPORT = "comparison.png", "report.html"


def file_names():
    """List all files that may be written.

    Returns
    -------
    list of str
    """
    return [*_TABLES, _PICTURE, _REPORT]


def can_draw():
    """Tell whether there is what pictures need.

    Returns
    -------
    bool
    """
    from sklstm.display._optional import require

    try:
        require("matplotlib.figure")
    except ImportError:
        return False
    return True


def print_comparison(comparison, say):
    """Print the answer, the scores, what is to be noted, and the verdicts.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    say : Words
        Of one language.
    """
    from sklstm.comparison._reasons import reasons_lines
    from sklstm.comparison._robustness.report import robustness_lines
    from sklstm.comparison._text_report import shared_lines, summary, verdict_table

    print(f"\n{summary(comparison, say)}\n")
    for line in shared_lines(comparison, say):
        print(line)
    if comparison.robustness_ is not None:
        print()
        for line in robustness_lines(comparison.robustness_, say):
            print(line)
    if len(comparison.classifiers) > 1:
        print(f"\n{verdict_table(comparison, say)}")
    reasons = reasons_lines(comparison, say)
    if reasons:
        print("", *reasons, sep="\n")
    for name, folds in comparison.errors_.items():
        for fold, error in folds.items():
            error = " ".join(error.split())
            print(say("failed fold", name=name, fold=fold + 1, error=error))


def write_files(comparison, folder, ending, say):
    """Write each file in its own guard, and name those that were written.

    Parameters
    ----------
    comparison : Comparison
        What was found.

    folder : Path
        Where to; made if it is absent.

    ending : Ending
        Of the command.

    say : Words
        Of one language.
    """
    written = []
    for name, step in _steps(comparison, folder, say).items():
        with ending.guard(str(folder / name)):
            folder.mkdir(parents=True, exist_ok=True)
            if step():
                written.append(name)
    with ending.guard("a line on the terminal"):
        print(f"\n{say('written', folder=folder.absolute())}")
        print(f"  {', '.join(sorted(written))}")


def _robustness(comparison, rows):
    found = comparison.robustness_
    return [] if found is None else getattr(found, rows)()


def _steps(comparison, folder, say):
    steps = {
        name: partial(_write_table, comparison, name, folder / name) for name in _TABLES
    }
    if can_draw():
        steps[_PICTURE] = partial(_write_picture, comparison, folder / _PICTURE, say)
    steps[_REPORT] = partial(_write_report, comparison, folder / _REPORT, say)
    return steps


def _write_table(comparison, name, path):
    """Write a table; of those that are often empty, none where it is."""
    rows = _TABLES[name](comparison)
    if not rows and name in _OFTEN_EMPTY:
        path.unlink(missing_ok=True)  # of an earlier run, it would be taken for true
        return False
    write_csv(path, rows)
    return True


def _write_picture(comparison, path, say):
    from sklstm.comparison import _plots

    path.write_bytes(_plots.png(comparison.plot(language=say.language)))
    return True


def _write_report(comparison, path, say):
    comparison.to_html(path, language=say.language)
    return True
