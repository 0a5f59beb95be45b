"""``sklstm predict``: labels, probabilities and notes, for the eye or for a file."""

import re
from collections import Counter
from pathlib import Path

from sklstm.cli._console import add_encoding, add_sheet, tell
from sklstm.cli._outputs import Ending

# What would end a cell or a line, what no terminal shows, and what begins an escape.
_ESCAPED = re.compile("[\\\\\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def add_predict(commands):
    """Describe the command and its arguments."""
    predict = commands.add_parser(
        "predict",
        help="tell label and probabilities of documents",
        description="Print label, probabilities and a note, a line a document, or "
        "write them into a file beside the columns of FILE. A model file runs code "
        "when it is loaded: load only those that you trust.",
    )
    predict.set_defaults(run=_predict)
    add = predict.add_argument
    add("model", metavar="MODEL", type=Path, help="written by compare --save")
    add("file", metavar="FILE", help="a line a document, or a table; - is stdin")
    add("--text", metavar="COLUMN", help="column of the texts, if FILE is a table")
    add_encoding(predict)
    add_sheet(predict)
    add(
        "--out",
        type=Path,
        metavar="TABLE",
        help="write a .csv, .tsv, .jsonl or .xlsx with the columns of FILE, too",
    )


def _predict(options):
    from sklstm.cli._model_files import load
    from sklstm.cli._prediction_files import check_room, check_target
    from sklstm.cli._samples import columns_of, read_samples
    from sklstm.datasets._files import read_documents_and_table

    if options.out:
        check_target(options.out, [options.model, options.file])
    model = load(options.model)
    known, _ = columns_of(model)
    documents, table = read_documents_and_table(
        options.file, options.text, options.encoding, options.sheet, known
    )
    samples = read_samples(model, documents, table)
    tell(table.notes)
    if options.out:
        check_room(options.out, table)
    answers = _answers(model, documents, samples)
    if options.out is None:
        _print(answers)
        return 0
    return _write(options.out, table, answers)


def _answers(model, documents, samples):
    """Give the columns of the answer by name."""
    from sklstm.cli._notes import notes
    from sklstm.utils import plain

    labels = list(map(plain, model.predict(samples)))
    answers = {"label": labels}
    if hasattr(model, "predict_proba"):
        probabilities = model.predict_proba(samples)
        classes = list(map(plain, model.classes_))
        place = {label: column for column, label in enumerate(classes)}
        chosen = zip(probabilities, map(place.get, labels), strict=True)
        answers["probability"] = [_rounded(row[column]) for row, column in chosen]
        for label, column in zip(classes, probabilities.T, strict=True):
            answers[f"p({label})"] = list(map(_rounded, column))
    return answers | {"note": notes(model, documents, samples)}


def _rounded(probability):
    """Leave out the digits that single precision only seems to have."""
    return float(f"{probability:.6g}")


def _print(answers):
    """Print a line a document: whatever is in a label stays in its cell."""
    print(*map(_escape, answers), sep="\t")
    for row in zip(*answers.values(), strict=True):
        print(*map(_shown, row), sep="\t")


def _shown(value):
    return f"{value:.4f}" if isinstance(value, float) else _escape(value)


def _escape(value):
    return _ESCAPED.sub(lambda match: ascii(match[0])[1:-1], str(value))


def _write(path, table, answers):
    from sklstm.cli._prediction_files import write_table

    ending = Ending()
    own, names = _columns(table, answers)
    with ending.guard(str(path)):
        write_table(path, [*own, *names], _rows(table, answers))
        with ending.guard("a line on the terminal"):
            _print_summary(table.name, names, answers)
            print(f"Written to {path.absolute()}")
    return ending.status()


def _columns(table, answers):
    """Name the columns of the file, and those of the answer so that none is another."""
    from sklstm.datasets._table import distinct_names

    own = distinct_names(table.columns)
    names = [f"{name} (predicted)" if name in own else name for name in answers]
    return own, distinct_names([*own, *names])[len(own) :]


def _rows(table, answers):
    """Join the cells of each row and the answer to it."""
    return zip(*table.cells, *answers.values(), strict=True)


def _print_summary(file, names, answers):
    from sklstm.display._text_table import shown_name

    labels = Counter(map(shown_name, answers["label"])).most_common(10)
    listed = ", ".join(f"{label} {n}" for label, n in labels)
    print(f"{len(answers['label'])} documents of {file}: {listed}")
    marked = Counter(note for note in answers["note"] if note).most_common()
    if marked:
        print(f"marked: {', '.join(f'{note} {n}' for note, n in marked)}")
    for name, written in zip(answers, names, strict=True):
        if name != written:
            print(f"{name!r} is a column of {file}: the predicted one is {written!r}")
