"""``sklstm compare``: the models on the same folds, tables, pictures and a report."""

import argparse
import sys
import warnings
from pathlib import Path

from sklstm.cli._console import (
    add_encoding,
    add_language,
    add_sheet,
    at_least,
    complain,
)
from sklstm.cli._outputs import Ending, check_file, check_folder
from sklstm.cli._results import can_draw, file_names, print_comparison, write_files
from sklstm.cli._reviews import check_unlabelled, read, read_unlabelled
from sklstm.cli._series import add_series, check_series, make_for_series, read_series

_MAJORITY = "majority"  # is in every comparison
_MODELS = ("naive-bayes", "hmm", "linear", "lstm")
_OF_TEXTS_ALONE = "linear"
# Two minutes on two cores, and enough for the LSTM to learn what naive Bayes cannot.
_N_GENERATED = 2500
_N_PERTURBED = 500
_N_EXPLAINED = 10


def add_compare(commands):
    """Describe the command and its arguments."""
    compare = commands.add_parser(
        "compare",
        help="cross-validate the models on the same folds",
        description="Cross-validate naive Bayes, HMM, a linear model and LSTM on the "
        "same folds, beside always guessing the majority; say which one to take, write "
        "tables, pictures and a report, and show what the best model says. Without "
        "REVIEWS, on generated ones. With --sample, of series in a long table.",
    )
    compare.set_defaults(run=_compare)
    _add_input(compare)
    _add_comparison(compare)
    _add_output(compare)


def _add_input(compare):
    add = compare.add_argument
    add(
        "reviews",
        nargs="?",
        metavar="REVIEWS",
        help="CSV, TSV, Excel, JSON or Parquet; - is stdin",
    )
    add("--text", metavar="COLUMN", help="column of the texts")
    add("--label", metavar="COLUMN", help="column of the labels")
    add(
        "--group",
        metavar="COLUMN",
        help="column of what is to stay in one fold, such as the author",
    )
    add(
        "--static",
        type=_names,
        metavar="A,B",
        help="columns of numbers and categories that the models read beside the text",
    )
    add_series(compare)
    add_encoding(compare)
    add_sheet(compare)
    add(
        "--unlabelled",
        action="append",
        default=[],
        metavar="FILE",
        help="documents without labels for the training folds of the models that learn "
        "from them (lstm): a line each, or a table with the column of the texts; - is "
        "stdin; may be given several times",
    )


def _add_comparison(compare):
    add = compare.add_argument
    add("--folds", type=at_least(2), default=5, metavar="N", help="default: 5")
    add(
        "--models",
        type=_model_names,
        metavar="A,B",
        help=f"any of {','.join(_MODELS)}; default: all, of series all but "
        f"{_OF_TEXTS_ALONE}. {_MAJORITY}, always guessing the most frequent label, is "
        "beside them in any case",
    )
    add(
        "--tokenizer",
        choices=("jieba", "characters", "words"),
        default="jieba",
        help="how texts become words: jieba for Chinese (the default), words for "
        "languages with spaces, characters for any",
    )
    add(
        "--duplicates",
        choices=("group", "ignore"),
        default="group",
        help="equal and nearly equal texts: keep them in one fold (group, the default) "
        "or let them stand on both sides",
    )
    add(
        "--scoring",
        type=_names,
        metavar="A,B",
        help="scikit-learn's scores, such as accuracy,f1_macro,neg_log_loss",
    )
    add(
        "--best-by",
        metavar="SCORE",
        help="score that chooses the best model; default: neg_log_loss",
    )
    add(
        "--class-weight",
        choices=("balanced",),
        help="weigh classes so that a rare one counts as much as a frequent one",
    )
    add(
        "--robustness",
        action="store_true",
        help=f"test the models on {_N_PERTURBED} texts with typing errors, lost and "
        "added parts, negations",
    )
    add(
        "--explain",
        nargs="?",
        const=_N_EXPLAINED,
        default=0,
        type=at_least(0),
        metavar="N",
        help="tell which words decide on the N documents on which the models disagree "
        f"most; N: {_N_EXPLAINED} unless given",
    )
    add(
        "--n-jobs",
        type=_n_jobs,
        default=-1,
        metavar="N",
        help="folds that run side by side; default: -1, as many as processors",
    )
    add("--seed", type=at_least(0), default=0, metavar="N", help="default: 0")


def _add_output(compare):
    add = compare.add_argument
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
    add_language(compare)


def _compare(options):
    from sklstm.cli._words import CommandWords

    for said_here in ("The least populated class", ".* labels that look alike"):
        warnings.filterwarnings("ignore", said_here, UserWarning)
    say = CommandWords(options.language)
    _check_outputs(options, say)
    check_unlabelled(options)
    check_series(options)
    names = _chosen_models(options)
    if options.sample is None:
        reviews = read(options, _N_GENERATED, say)
    else:
        reviews = read_series(options, say)
    unlabelled = read_unlabelled(options, say)
    comparison = _run(options, names, reviews, unlabelled, say)
    ending = Ending()
    with ending.guard("the tables above"):
        print_comparison(comparison, say)
    if comparison.best_ is None:
        return complain("no model finished a fold", 1)
    write_files(comparison, options.out, ending, say)
    if options.reviews is not None:
        with ending.guard("the documents that divide the models"):
            _print_disagreements(comparison, options, say)
    if options.reviews is None or options.save:
        with ending.guard(f"the model {options.save or 'of all reviews'}"):
            documents = None
            if options.sample is None:
                documents = [*reviews.texts]
                if comparison.n_unlabelled_[comparison.best_]:
                    documents += unlabelled
            _finish(comparison, documents, options, ending, say)
    return ending.status()


def _run(options, names, reviews, unlabelled, say):
    """Compare; what is warned of is said in the end and not between the bar's steps."""
    from sklstm.comparison import compare_classifiers

    scoring = {"scoring": options.scoring} if options.scoring else {}
    text = [] if reviews.frame is None else [reviews.text_column]
    make = _make if options.sample is None else make_for_series
    with warnings.catch_warnings(record=True) as caught:
        comparison = compare_classifiers(
            {name: make(name, options, *text) for name in names},
            reviews.samples,
            reviews.labels,
            groups=reviews.groups,
            unlabelled=unlabelled or None,
            duplicates=options.duplicates,
            best_by=options.best_by,
            robustness=_N_PERTURBED if options.robustness else None,
            explain=options.explain,
            cv=options.folds,
            random_state=options.seed,
            n_jobs=options.n_jobs,
            checkpoint=options.checkpoint,
            verbose=say("folds"),
            **scoring,
        )
    comparison.row_names_ = reviews.rows
    _print_warnings(caught, comparison)
    return comparison


def _print_warnings(caught, comparison):
    """Print what the findings do not say, which name the warnings of models."""
    said = tuple(warned["message"] for warned in comparison.warnings_)
    for message in dict.fromkeys(str(one.message) for one in caught):
        if not message.startswith(said):
            print(f"sklstm: {' '.join(message.split())}", file=sys.stderr)


def _finish(comparison, documents, options, ending, say):
    """Fit the best model on everything, keep it, and show what it says."""
    from sklstm.cli._model_files import save

    name = comparison.best_
    with ending.guard("a line on the terminal"):
        print(f"\n{say('fitting', name=name)}", flush=True)
    best = comparison.fit_best()
    if options.save:
        save(best, options.save, documents)
    if options.reviews is None:
        with ending.guard("what the model says of new sentences"):
            _print_new_reviews(best, name, say)
    if options.save:
        with ending.guard("a line on the terminal"):
            print(f"\n{say('model file', path=options.save.absolute())}")


def _make(name, options, text=None):
    """Build a model as the package's function makes it, but on one thread.

    The folds run side by side, the same seed gives the same numbers for any --n-jobs,
    and threads that wait for each other on a busy machine are slower than one.
    """
    from sklstm import pipelines

    common = {"tokenizer": options.tokenizer, "class_weight": options.class_weight}
    if text is not None:
        common |= {"text": text, "static": options.static}
    drawn = {"random_state": options.seed, "n_threads": 1}
    if name == "naive-bayes":
        return pipelines.make_naive_bayes_pipeline(**common)
    if name == "hmm":
        return pipelines.make_hmm_pipeline(**common, **drawn)
    if name == "linear":
        return pipelines.make_linear_pipeline(**common)
    return pipelines.make_lstm_pipeline(**common, **drawn)


def _check_outputs(options, say):
    """Fail now, not after minutes of work; say now what there will not be."""
    check_folder(options.out, "--out", file_names())
    if options.checkpoint:
        check_folder(options.checkpoint, "--checkpoint")
    if options.save:
        check_file(options.save, "--save")
    if not can_draw():
        print(say("no matplotlib", picture="comparison.png"))


def _print_new_reviews(model, name, say):
    from sklstm.datasets import NEW_REVIEWS
    from sklstm.display._text_table import shown_name, text_table

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
    print(say("says", name=name))
    print(text_table(["", say("label"), *classes], rows, left=(0, 1)))


def _print_disagreements(comparison, options, say):
    from sklstm.display._text_table import shorten, shown_name, text_table

    is_text = options.sample is None
    samples = comparison._samples.documents if is_text else comparison.row_names_
    predictions = comparison.out_of_fold_predictions_
    rows = [
        [
            shorten(samples[row], 50),
            shown_name(comparison.y[row]),
            *("-" if label is None else shown_name(label) for label in said),
        ]
        for row in comparison.disagreements(6)
        for said in [[labels[row] for labels in predictions.values()]]
    ]
    if rows:
        print(f"\n{say('disagree')}")
        header = ["", say("label"), *predictions]
        print(text_table(header, rows, left=range(len(header))))


def _n_jobs(text):
    if not text.removeprefix("-").isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(
            f"expects a number of jobs, or -1 for all processors; got {text!r}"
        )
    return int(text)


def _chosen_models(options):
    """Names of the models; those that read no series are not asked for series."""
    names = options.models or _MODELS
    if options.sample is None:
        return names
    if options.models and _OF_TEXTS_ALONE in names:
        raise ValueError(f"{_OF_TEXTS_ALONE} reads texts alone. Leave it out.")
    return [name for name in names if name != _OF_TEXTS_ALONE]


def _names(text):
    return list(dict.fromkeys(name.strip() for name in text.split(",")))


def _model_names(text):
    names = _names(text)
    unknown = [name for name in names if name not in (*_MODELS, _MAJORITY)]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"expects any of {', '.join(_MODELS)}; got {unknown[0]!r}"
        )
    if names == [_MAJORITY]:
        raise argparse.ArgumentTypeError(
            f"expects a model to compare {_MAJORITY} with: any of {', '.join(_MODELS)}"
        )
    return [name for name in names if name != _MAJORITY]
