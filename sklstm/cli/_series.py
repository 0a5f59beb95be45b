"""What ``sklstm compare --sample`` reads and compares: series in a long table."""

from sklstm.cli._console import tell
from sklstm.cli._reviews import (
    LabelledTexts,
    check_labels,
    print_labels,
    print_skipped,
    source_name,
)


def add_series(compare):
    """Let the user say that each row is a time step, and of what."""
    add = compare.add_argument
    add(
        "--sample",
        metavar="COLUMN",
        help="column of what a row belongs to, in a table of series: a row each time "
        "step, numbers in all other columns",
    )
    add(
        "--time",
        metavar="COLUMN",
        help="column of the times, numbers or dates; default: rows are in order",
    )
    add(
        "--channels",
        type=lambda text: [name.strip() for name in text.split(",")],
        metavar="A,B",
        help="columns of the values of series; default: all others",
    )


def check_series(options):
    """Refuse options of texts with series, and those of series with texts.

    Parameters
    ----------
    options : Namespace
        Of the command.

    Raises
    ------
    ValueError
    """
    if options.sample is None:
        if options.time or options.channels:
            raise ValueError(
                "--time and --channels tell of series; name their samples by --sample."
            )
        return
    if options.reviews is None:
        raise ValueError("--sample tells of a long table; no file was named.")
    texts_alone = {
        "--text": options.text,
        "--unlabelled": options.unlabelled,
        "--robustness": options.robustness,
    }
    wrong = [name for name, value in texts_alone.items() if value]
    if wrong:
        raise ValueError(f"{wrong[0]} is for texts; --sample tells of series.")


def read_series(options, say):
    """Read the long table, and say what there is.

    Parameters
    ----------
    options : Namespace
        Of the command.

    say : Words
        Of one language.

    Returns
    -------
    LabelledTexts
        Of `Sequences`.
    """
    from sklstm.datasets._measurements import load_measurements

    columns = {name: getattr(options, name) for name in ("sample", "time", "label")}
    columns["group"] = options.group
    found = load_measurements(
        options.reviews, columns, options.channels, options.encoding, options.sheet
    )
    tell(found.notes)
    series, source = found.series, source_name(options.reviews, say)
    n, steps = len(series), series.n_steps
    print(say("series", n=n, source=source, steps=steps, folds=options.folds))
    print(say("channels", channels=say.list(map(repr, series.channel_names))))
    if found.groups is not None:
        print(say("groups", n=len(set(found.groups)), column=options.group))
    print_skipped(found.skipped, say)
    check_labels(found.labels, options, say, "series")
    print_labels(found.labels, say)
    ids = series.sample_ids.tolist()
    return LabelledTexts(series, found.labels, ids, found.groups)


def make_for_series(name, options):
    """Build a model of series as the package's function makes it, but on one thread.

    Parameters
    ----------
    name : str
        Of the model.

    options : Namespace
        Of the command.

    Returns
    -------
    Pipeline
    """
    from sklstm import pipelines

    common = {"class_weight": options.class_weight}
    drawn = {"random_state": options.seed, "n_threads": 1}
    if name == "naive-bayes":
        return pipelines.make_naive_bayes_series_pipeline(**common)
    if name == "hmm":
        return pipelines.make_hmm_series_pipeline(**common, **drawn)
    return pipelines.make_series_pipeline(**common, **drawn)
