"""``sklstm explain``: the words that a model decides by, of texts or as a whole."""

import os
from pathlib import Path

from sklstm.cli._console import (
    add_encoding,
    add_language,
    add_sheet,
    at_least,
    tell,
)
from sklstm.cli._outputs import Ending

_METHODS = ("auto", "exact", "gradients", "occlusion", "shapley")
_WIDTH = 80
_PAGES = (".html",)
_MANY = 20  # documents: of more, progress is shown


def add_explain(commands):
    """Describe the command and its arguments."""
    explain = commands.add_parser(
        "explain",
        help="tell which words a model decides by",
        description="Print which words of texts speak for the predicted label and "
        "which against it, or by which words the model goes as a whole. A model file "
        "runs code when it is loaded: load only those that you trust.",
    )
    explain.set_defaults(run=_explain)
    _add_input(explain)
    _add_question(explain)
    add = explain.add_argument
    add(
        "--out",
        type=Path,
        metavar="FILE",
        help="write a page (.html) or a table of all words (.csv, .tsv, .jsonl, .xlsx)",
    )
    add_language(explain)


def _add_input(explain):
    add = explain.add_argument
    add("model", metavar="MODEL", type=Path, help="written by compare --save")
    add("texts", metavar="TEXT", nargs="*", help="to explain; or name a --file")
    add("--file", metavar="FILE", help="a line a document, or a table; - is stdin")
    add("--text", metavar="COLUMN", help="column of the texts, if FILE is a table")
    add(
        "--label",
        metavar="COLUMN",
        help="column of the labels, for --whole-model: features of whole texts are "
        "weighed by them",
    )
    add_encoding(explain)
    add_sheet(explain)


def _add_question(explain):
    add = explain.add_argument
    add("--method", choices=_METHODS, default="auto", help="default: auto")
    add("--target", metavar="LABEL", help="label to explain; default: the predicted")
    add(
        "--top",
        type=at_least(1),
        default=10,
        metavar="N",
        help="strongest words that are printed; default: 10",
    )
    add(
        "--flip",
        action="store_true",
        help="find the fewest words without which the label is another (--target, if "
        "given and not predicted)",
    )
    add(
        "--interactions",
        action="store_true",
        help="tell what neighbouring words say together, such as 不 + 好",
    )
    add(
        "--whole-model",
        action="store_true",
        help="average over all texts: by which words the model goes",
    )
    add("--seed", type=at_least(0), default=0, metavar="N", help="default: 0")


def _explain(options):
    from sklstm.cli._model_files import load

    _check_question(options)
    if options.out:
        _check_out(options)
    model = load(options.model)
    _check_reads_texts(model)
    texts, labels = _read(options)
    target = _find_label(model, options.target)
    if options.whole_model:
        return _explain_model(model, texts, labels, target, options)
    return _explain_texts(model, texts, target, options)


def _check_question(options):
    if bool(options.texts) == (options.file is not None):
        raise ValueError(
            "explain expects texts or a --file; "
            + ("got both." if options.texts else "got neither.")
        )
    for text in options.texts:
        _check_is_text(text)
    of_file = options.text, options.label, options.encoding, options.sheet
    if options.file is None and any(of_file):
        raise ValueError(
            "--text, --label, --encoding and --sheet tell of a --file; got none."
        )
    if options.label and not options.whole_model:
        raise ValueError("--label goes with --whole-model; single texts need none.")
    if options.whole_model and (options.flip or options.interactions):
        raise ValueError("--flip and --interactions are of single texts.")


def _check_reads_texts(model):
    from sklstm.cli._samples import columns_of

    text, static = columns_of(model)
    if text is not None:
        listed = ", ".join(map(repr, [text, *static]))
        raise ValueError(
            f"explain reads texts alone; the model reads the columns {listed}. Explain "
            "it in Python: sklstm.explain(model, frame)."
        )


def _check_is_text(text):
    if text == "-" or os.path.isfile(text):
        what = "stdin" if text == "-" else "a file"
        raise ValueError(
            f"explain expects texts; {text!r} is {what}. Put --file before it."
        )


def _check_out(options):
    from sklstm.cli._prediction_files import check_target

    sources = [options.model, *([options.file] if options.file else [])]
    check_target(options.out, sources, more=_PAGES)


def _read(options):
    """Read the texts, and their labels where a column of them is named."""
    if options.file is None:
        return options.texts, None
    from sklstm.datasets._files import load_reviews, read_documents_and_table

    where = options.encoding, options.sheet
    if not options.label:
        documents, table = read_documents_and_table(options.file, options.text, *where)
        tell(table.notes)
        return documents, None
    columns = {"text": options.text, "label": options.label, "group": None}
    reviews, notes = load_reviews(options.file, columns, *where)
    tell(notes)
    return reviews.texts, reviews.labels


def _find_label(model, name):
    """Find the label that a user has written as a text."""
    from sklstm.utils import plain, shown

    if name is None:
        return None
    labels = {str(plain(label)): label for label in getattr(model, "classes_", ())}
    if name not in labels:
        raise ValueError(
            f"--target expects a label of the model, {shown(list(labels))}; got "
            f"{name!r}."
        )
    return labels[name]


def _explain_texts(model, texts, target, options):
    from sklstm.explanation import explain
    from sklstm.explanation._words import Words

    explanations = explain(
        model,
        texts,
        method=options.method,
        target=target,
        interactions=options.interactions,
        random_state=options.seed,
        verbose=len(texts) > _MANY,
    )
    flips = _flips(model, explanations, texts, target) if options.flip else None
    say, ending = Words(options.language), Ending()
    with ending.guard("the lines above"):
        _print_texts(explanations, flips, target, options, say)
    if options.out:
        with ending.guard(str(options.out)):
            _write_texts(explanations, flips, target, options, say)
            _print_written(options, ending)
    return ending.status()


def _flips(model, explanations, texts, target):
    """Ask for the label that is wanted, where that is not the predicted one."""
    from sklstm.explanation import flip

    return [
        flip(model, text, target=None if each.prediction == target else target)
        for each, text in zip(explanations, texts, strict=True)
    ]


def _print_texts(explanations, flips, target, options, say):
    from sklstm.explanation._text import explanation_lines

    for number, each in enumerate(explanations):
        if len(explanations) > 1:
            print(f"{'' if number == 0 else chr(10)}{number + 1}.")
        column = each.column(target)
        lines = explanation_lines(each, say, _WIDTH, column=column, n_words=options.top)
        print(*lines, sep="\n")
        if flips:
            print(f"\n{flips[number].to_text(_WIDTH, language=options.language)}")


def _write_texts(explanations, flips, target, options, say):
    from sklstm.cli._outputs import in_one_step
    from sklstm.explanation._model_words import ModelWords
    from sklstm.explanation._report import page

    if options.out.suffix.lower() not in _PAGES:
        _write_rows(options.out, _text_rows(explanations, flips, target))
        return
    changes = ModelWords(options.language)
    more = [each.parts(changes) for each in flips] if flips else None
    written = page(list(explanations), target, say, more=more, first=1)
    with in_one_step(options.out) as part:
        Path(part).write_text(written, encoding="utf-8")


def _text_rows(explanations, flips, target):
    """Give a row for each word and feature; of words that leave, it says so."""
    from sklstm.utils import plain

    for number, each in enumerate(explanations):
        shown = plain(each.classes[each.column(target)])
        for place, row in enumerate(each.rows(target)):
            facts = {"document": number + 1, "label": plain(each.prediction)}
            row = facts | {"class": shown} | row
            if flips:
                removed = flips[number].removed
                row["leaves"] = bool(place < len(removed) and removed[place])
            yield row


def _explain_model(model, texts, labels, target, options):
    from sklstm.explanation import explain_model

    found = explain_model(
        model,
        texts,
        labels,
        method=options.method,
        target=target,
        n_words=options.top,
        random_state=options.seed,
        verbose=len(texts) > _MANY,
    )
    ending = Ending()
    with ending.guard("the lines above"):
        print(found.to_text(_WIDTH, language=options.language))
    if options.out:
        with ending.guard(str(options.out)):
            _write_model(found, options)
            _print_written(options, ending)
    return ending.status()


def _write_model(found, options):
    from sklstm.cli._outputs import in_one_step

    if options.out.suffix.lower() not in _PAGES:
        _write_rows(options.out, found.rows())
        return
    with in_one_step(options.out) as part:
        found.to_html(part, language=options.language)


def _write_rows(path, rows):
    """Write a table, in the form that its suffix names."""
    from sklstm.cli._prediction_files import check_room, write_table
    from sklstm.datasets._table import ABSENT, Table
    from sklstm.utils import plain

    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[plain(row.get(name, ABSENT)) for row in rows] for name in columns]
    check_room(path, Table(str(path), columns, cells, notes=[]))
    write_table(path, columns, zip(*cells, strict=True))


def _print_written(options, ending):
    from sklstm.cli._words import CommandWords

    say = CommandWords(options.language)
    with ending.guard("a line on the terminal"):
        print(f"\n{say('written to', path=options.out.absolute())}")
