"""``sklstm predict``: labels and probabilities, a line a document."""

from pathlib import Path

from sklstm.cli._console import add_encoding


def add_predict(commands):
    """Describe the command and its arguments."""
    predict = commands.add_parser(
        "predict",
        help="print label and probabilities of documents",
        description="Print label and probabilities, a line a document. A model file "
        "runs code when it is loaded: load only those that you trust.",
    )
    predict.set_defaults(run=_predict)
    add = predict.add_argument
    add("model", metavar="MODEL", type=Path, help="written by compare --save")
    add("file", metavar="FILE", help="a line a document, or a table; - is stdin")
    add("--text", metavar="COLUMN", help="column of the texts, if FILE is a table")
    add_encoding(predict)


def _predict(options):
    from sklstm.cli._model_files import load
    from sklstm.comparison._text_table import shown_name
    from sklstm.datasets import read_documents

    model = load(options.model)
    documents = read_documents(
        options.file, text=options.text, encoding=options.encoding
    )
    labels = model.predict(documents)
    columns = [[] for _ in documents]
    if hasattr(model, "predict_proba"):
        probabilities = model.predict_proba(documents)
        classes = list(map(shown_name, model.classes_))
        columns = [
            [f"{c}={p:.4f}" for c, p in zip(classes, row, strict=True)]
            for row in probabilities
        ]
    for label, column in zip(labels, columns, strict=True):
        print(shown_name(label), *column, sep="\t")
    return 0
