"""``sklstm compare``: the models on the same folds, tables, pictures and a report."""

import argparse
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

from sklstm.cli._console import add_encoding, at_least, complain
from sklstm.cli._outputs import Ending, check_file, check_folder, write_csv

_MODELS = ("naive-bayes", "hmm", "lstm")
# Two minutes on two cores, and enough for the LSTM to learn what naive Bayes cannot.
_N_GENERATED = 3000
_TABLES = {
    "comparison.csv": lambda comparison: comparison.rows(),
    "folds.csv": lambda comparison: comparison.fold_rows(),
    "significance.csv": lambda comparison: comparison.pairs(),
}
_PICTURE, _REPORT = "comparison.png", "report.html"


def add_compare(commands):
    """Describe the command and its arguments."""
    compare = commands.add_parser(
        "compare",
        help="cross-validate the models on the same folds",
        description="Cross-validate naive Bayes, HMM and LSTM on the same folds; print "
        "a table, write it with pictures and a report, and show what the best model "
        "says. Without REVIEWS, on generated ones.",
    )
    compare.set_defaults(run=_compare)
    add = compare.add_argument
    add(
        "reviews",
        nargs="?",
        metavar="REVIEWS",
        help="CSV, TSV or JSON lines; - is stdin",
    )
    add("--text", metavar="COLUMN", help="column of the texts")
    add("--label", metavar="COLUMN", help="column of the labels")
    add_encoding(compare)
    add(
        "--unlabelled",
        action="append",
        default=[],
        metavar="FILE",
        help="documents without labels for the training folds of the models that learn "
        "from them (lstm): a line each, or a table with the column of the texts; - is "
        "stdin; may be given several times",
    )
    add("--folds", type=at_least(2), default=5, metavar="N", help="default: 5")
    add(
        "--models",
        type=_model_names,
        default=_MODELS,
        metavar="A,B",
        help=f"any of {','.join(_MODELS)}; default: all",
    )
    add(
        "--n-jobs",
        type=_n_jobs,
        default=-1,
        metavar="N",
        help="folds that run side by side; default: -1, as many as processors",
    )
    add("--seed", type=at_least(0), default=0, metavar="N", help="default: 0")
    add("--out", type=Path, default=Path("sklstm-results"), metavar="FOLDER")
    add(
        "--save",
        type=Path,
        metavar="MODEL",
        help="write the best model, fitted on everything",
    )
    add(
        "--checkpoint",
        type=Path,
        metavar="FOLDER",
        help="keep finished folds there and continue from it",
    )


def _compare(options):
    from sklstm.comparison import compare_classifiers

    _check_outputs(options)
    for said_here in ("The least populated class", ".* labels that look alike"):
        warnings.filterwarnings("ignore", said_here, UserWarning)
    _check_unlabelled(options)
    texts, labels = _read(options)
    _print_labels(labels)
    unlabelled = _read_unlabelled(options)
    comparison = compare_classifiers(
        {name: _make(name, options.seed) for name in options.models},
        texts,
        labels,
        unlabelled=unlabelled or None,
        cv=options.folds,
        random_state=options.seed,
        n_jobs=options.n_jobs,
        checkpoint=options.checkpoint,
        verbose=True,
    )
    ending = Ending()
    with ending.guard("the tables above"):
        _print_comparison(comparison)
    if comparison.best_ is None:
        return complain("no model finished a fold", 1)
    _write(comparison, options.out, ending)
    if options.reviews is not None:
        with ending.guard("the documents that divide the models"):
            _print_disagreements(comparison)
    if options.reviews is None or options.save:
        with ending.guard(f"the model {options.save or 'of all reviews'}"):
            _finish(comparison, (texts, labels, unlabelled), options, ending)
    return ending.status()


def _finish(comparison, reviews, options, ending):
    """Fit the best model on everything, keep it, and show what it says."""
    from sklstm.cli._model_files import save

    name = comparison.best_
    with ending.guard("a line on the terminal"):
        print(f"\nFitting {name} on everything ...", flush=True)
    best = _fit_on_everything(comparison, name, *reviews)
    if options.save:
        texts, _, unlabelled = reviews
        learned = unlabelled if comparison.n_unlabelled_[name] else []
        save(best, options.save, [*texts, *learned])
    if options.reviews is None:
        with ending.guard("what the model says of new sentences"):
            _print_new_reviews(best, name)
    if options.save:
        with ending.guard("a line on the terminal"):
            print(f"\nModel: {options.save.absolute()}")


def _fit_on_everything(comparison, name, texts, labels, unlabelled):
    from sklstm.comparison._unlabelled import fit_with_unlabelled

    model = comparison.classifiers[name]
    if comparison.n_unlabelled_[name]:
        return fit_with_unlabelled(model, texts, labels, unlabelled)
    return model.fit(texts, labels)


def _check_unlabelled(options):
    """Refuse files of documents without labels where nothing can be made of them."""
    if options.unlabelled and options.reviews is None:
        raise ValueError(
            "--unlabelled adds documents to those of REVIEWS; no file was named."
        )
    if [options.reviews, *options.unlabelled].count("-") > 1:
        raise ValueError(
            "standard input can be read once; REVIEWS and --unlabelled name it twice."
        )


def _read_unlabelled(options):
    """Documents of all files without labels; those that are blank have no use."""
    documents = []
    for file in options.unlabelled:
        found = _read_documents(file, options)
        kept = [text for text in found if text.strip()]
        blank = f", {len(found) - len(kept)} blank left out" * (len(found) > len(kept))
        source = "standard input" if file == "-" else file
        print(f"{len(kept)} documents without labels of {source}{blank}")
        documents += kept
    if options.unlabelled and not documents:
        raise ValueError("--unlabelled expects documents; all of them are blank.")
    return documents


def _read_documents(file, options):
    """Read a file as ``predict`` does; --text names a column, and lines have none."""
    from sklstm.datasets import read_documents
    from sklstm.datasets._tables import TABLE_SUFFIXES

    is_table = Path(file).suffix.lower() in TABLE_SUFFIXES
    text = options.text if is_table else None
    return read_documents(file, text=text, encoding=options.encoding)


def _read(options):
    """Texts and labels: of the file, or generated."""
    if options.reviews is None and (options.text or options.label or options.encoding):
        raise ValueError(
            "--text, --label and --encoding tell of a file; no file was named."
        )
    if options.reviews is None:
        from sklstm.datasets import make_reviews

        print(f"{_N_GENERATED} generated reviews, {options.folds} folds")
        return make_reviews(_N_GENERATED, n_classes=3, random_state=options.seed)
    from sklstm.datasets import read_reviews

    reviews = read_reviews(
        options.reviews,
        text=options.text,
        label=options.label,
        encoding=options.encoding,
    )
    source = "standard input" if options.reviews == "-" else options.reviews
    print(f"{len(reviews.texts)} reviews of {source}, {options.folds} folds")
    if reviews.skipped:
        print(f"{len(reviews.skipped)} left out:")
        for reason, rows in _by_reason(reviews.skipped).items():
            print(f"  {reason}: row {_ranges(rows)}")
    _check_labels(reviews.labels, options)
    return reviews.texts, reviews.labels


def _print_labels(labels):
    """List the labels: one that is not meant shows here."""
    from sklstm.utils import describe_look_alikes, look_alikes

    counts = Counter(map(str, labels)).most_common()
    shown = [f"{label[:30]!r} ({count})" for label, count in counts[:10]]
    more = [f"{len(counts) - 10} more"] if len(counts) > 10 else []
    print(f"labels: {', '.join(shown + more)}")
    alike = look_alikes(labels)
    if alike:
        print(f"labels that look alike, each its own: {describe_look_alikes(alike)}")


def _check_labels(labels, options):
    """Refuse a column that holds no labels; name labels that are too rare."""
    counts, n_folds = Counter(labels), options.folds
    most, n_most = counts.most_common(1)[0]
    if n_most < n_folds:
        raise ValueError(
            f"{len(counts)} labels in {len(labels)} reviews, none of them {n_folds} "
            f"times ({most!r}: {n_most}). Is --label the column of the labels?"
        )
    rare = [f"{label!r} ({n})" for label, n in counts.items() if n < n_folds]
    if rare:
        listed = ", ".join(rare[:5]) + (", ..." if len(rare) > 5 else "")
        print(f"fewer reviews than folds, so some folds lack them: {listed}")


def _by_reason(skipped):
    rows = {}
    for row, reason in skipped:
        rows.setdefault(reason, []).append(row)
    return rows


def _ranges(numbers):
    """Write rising numbers, such as "3, 5-9"."""
    ranges = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in ranges)


def _make(name, seed):
    """Build a model that computes on one thread.

    The folds run side by side, the same seed gives the same numbers for any --n-jobs,
    and threads that wait for each other on a busy machine are slower than one.
    """
    from sklstm import pipelines

    if name == "naive-bayes":
        return pipelines.make_naive_bayes_pipeline()
    if name == "hmm":
        return pipelines.make_hmm_pipeline(random_state=seed, n_threads=1)
    return pipelines.make_lstm_pipeline(random_state=seed, n_threads=1)


def _check_outputs(options):
    """Fail now, not after minutes of work; say now what there will not be."""
    check_folder(options.out, "--out", [*_TABLES, _PICTURE, _REPORT])
    if options.checkpoint:
        check_folder(options.checkpoint, "--checkpoint")
    if options.save:
        check_file(options.save, "--save")
    if not _can_draw():
        print(
            f"There will be no pictures and no {_PICTURE}: they need matplotlib "
            "(pip install 'sklstm[plots]')."
        )


def _can_draw():
    from sklstm.comparison._optional import require

    try:
        require("matplotlib.figure")
    except ImportError:
        return False
    return True


def _print_comparison(comparison):
    from sklstm.comparison._text_report import (
        score_table,
        shared_lines,
        verdict_table,
    )

    print(f"\n{score_table(comparison)}")
    for line in shared_lines(comparison):
        print(line)
    if len(comparison.classifiers) > 1:
        print(f"\n{verdict_table(comparison)}")
    for name, folds in comparison.errors_.items():
        for fold, error in folds.items():
            print(f"{name} failed in fold {fold + 1}: {' '.join(error.split())}")


def _write(comparison, folder, ending):
    """Write each file in its own guard, and name those that were written."""
    steps = {
        name: partial(_write_table, comparison, name, folder / name) for name in _TABLES
    }
    if _can_draw():
        steps[_PICTURE] = partial(_write_picture, comparison, folder / _PICTURE)
    steps[_REPORT] = partial(comparison.to_html, folder / _REPORT)
    written = []
    for name, step in steps.items():
        with ending.guard(str(folder / name)):
            folder.mkdir(parents=True, exist_ok=True)
            step()
            written.append(name)
    with ending.guard("a line on the terminal"):
        print(f"\nWritten to {folder.absolute()}:\n  {', '.join(sorted(written))}")


def _write_table(comparison, name, path):
    write_csv(path, _TABLES[name](comparison))


def _write_picture(comparison, path):
    from sklstm.comparison import _plots

    path.write_bytes(_plots.png(comparison.plot()))


def _print_new_reviews(model, name):
    from sklstm.comparison._text_table import shown_name, text_table
    from sklstm.datasets import NEW_REVIEWS

    classes = [shown_name(label) for label in model.classes_]
    rows = [
        [text, shown_name(label), *(f"{p:.3f}" for p in probabilities)]
        for text, label, probabilities in zip(
            NEW_REVIEWS,
            model.predict(NEW_REVIEWS),
            model.predict_proba(NEW_REVIEWS),
            strict=True,
        )
    ]
    print(f"What {name} says of six new sentences:")
    print(text_table(["", "label", *classes], rows, left=(0, 1)))


def _print_disagreements(comparison):
    from sklstm.comparison._text_table import shorten, shown_name, text_table

    predictions = comparison.out_of_fold_predictions_
    rows = [
        [
            shorten(comparison.X[row], 50),
            shown_name(comparison.y[row]),
            *("-" if label is None else shown_name(label) for label in said),
        ]
        for row in comparison.disagreements(6)
        for said in [[labels[row] for labels in predictions.values()]]
    ]
    if rows:
        print("\nThe models disagree most on (out of fold):")
        header = ["", "label", *predictions]
        print(text_table(header, rows, left=range(len(header))))


def _n_jobs(text):
    if not text.removeprefix("-").isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(
            f"expects a number of jobs, or -1 for all processors; got {text!r}"
        )
    return int(text)


def _model_names(text):
    names = list(dict.fromkeys(name.strip() for name in text.split(",")))
    unknown = [name for name in names if name not in _MODELS]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"expects any of {', '.join(_MODELS)}; got {unknown[0]!r}"
        )
    return names
