"""What ``sklstm compare`` reads, and what it says of it."""

from collections import Counter
from dataclasses import dataclass

from sklstm.cli._console import tell


@dataclass(frozen=True)
class LabelledTexts:
    """Reviews, or series, to compare models on, and the rows where they stand.

    Series have the names of the samples in place of rows.
    """

    texts: object
    labels: list
    rows: list
    groups: list | None = None
    frame: object = None

    @property
    def samples(self):
        """What models read: texts, or a data frame."""
        return self.texts if self.frame is None else self.frame

    @property
    def text_column(self):
        """Name of the column of the texts; None where there is no data frame."""
        return None if self.frame is None else self.frame.columns[0]


def read(options, n_generated, say):
    """Read the file, or generate reviews, and say what there is.

    Parameters
    ----------
    options : Namespace
        Of the command.

    n_generated : int
        Reviews, where no file is named.

    say : Words
        Of one language.

    Returns
    -------
    LabelledTexts
    """
    if options.reviews is None:
        reviews = _generate(options, n_generated, say)
    else:
        reviews = _read_file(options, say)
        check_labels(reviews.labels, options, say)
    print_labels(reviews.labels, say)
    return reviews


def _generate(options, n_generated, say):
    from sklstm.datasets import make_reviews

    told = ("text", "label", "group", "static", "encoding", "sheet")
    if any(getattr(options, name) for name in told):
        raise ValueError(
            "--text, --label, --group, --static, --encoding and --sheet tell of a "
            "file; no file was named."
        )
    print(say("generated", n=n_generated, folds=options.folds))
    made = make_reviews(n_generated, n_classes=3, random_state=options.seed)
    texts, labels = map(list, made)
    return LabelledTexts(texts, labels, list(range(1, n_generated + 1)))


def _read_file(options, say):
    from sklstm.datasets._files import load_reviews

    roles = ("text", "label", "group", "static")
    columns = {name: getattr(options, name, None) for name in roles}
    reviews, notes = load_reviews(
        options.reviews, columns, options.encoding, options.sheet
    )
    tell(notes)
    source = source_name(options.reviews, say)
    print(say("reviews", n=len(reviews.texts), source=source, folds=options.folds))
    if reviews.groups is not None:
        n_groups = len(set(reviews.groups))
        print(say("groups", n=n_groups, column=options.group))
    print_skipped(reviews.skipped, say)
    frame = None
    if reviews.columns is not None:
        import pandas

        frame = pandas.DataFrame(reviews.columns)
    return LabelledTexts(
        reviews.texts, reviews.labels, reviews.rows, reviews.groups, frame
    )


def print_skipped(skipped, say):
    """List the rows that were left out, by reason."""
    if skipped:
        print(say("left out", n=len(skipped)))
        for reason, rows in _by_reason(skipped).items():
            print(say("reason", reason=reason, rows=_ranges(rows)))


def source_name(file, say):
    """Name a file, or standard input."""
    return say("standard input") if file == "-" else file


def print_labels(labels, say):
    """List the labels: one that is not meant shows here."""
    from sklstm.utils import describe_look_alikes, look_alikes

    counts = Counter(map(str, labels)).most_common()
    shown = [f"{label[:30]!r} ({count})" for label, count in counts[:10]]
    more = [say("more", n=len(counts) - 10)] if len(counts) > 10 else []
    print(say("labels", labels=say.list(shown + more)))
    alike = look_alikes(labels)
    if alike:
        print(say("alike", labels=describe_look_alikes(alike)))


def check_labels(labels, options, say, unit="reviews"):
    """Refuse a column that holds no labels; name labels that are too rare."""
    counts, n_folds = Counter(labels), options.folds
    most, n_most = counts.most_common(1)[0]
    if n_most < n_folds:
        raise ValueError(
            f"{len(counts)} labels in {len(labels)} {unit}, none of them {n_folds} "
            f"times ({most!r}: {n_most}). Is --label the column of the labels?"
        )
    rare = [f"{label!r} ({n})" for label, n in counts.items() if n < n_folds]
    if rare:
        more = ["..."] if len(rare) > 5 else []
        print(say(f"fewer {unit} than folds", labels=say.list(rare[:5] + more)))


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


def check_unlabelled(options):
    """Refuse files of documents without labels where nothing can be made of them.

    Parameters
    ----------
    options : Namespace
        Of the command.

    Raises
    ------
    ValueError
    """
    if options.unlabelled and options.static:
        raise ValueError("--unlabelled holds texts alone: leave --static out.")
    if options.robustness and options.static:
        raise ValueError("--robustness changes texts alone: leave --static out.")
    if options.unlabelled and options.reviews is None:
        raise ValueError(
            "--unlabelled adds documents to those of REVIEWS; no file was named."
        )
    if [options.reviews, *options.unlabelled].count("-") > 1:
        raise ValueError(
            "standard input can be read once; REVIEWS and --unlabelled name it twice."
        )


def read_unlabelled(options, say):
    """Read documents of all files without labels; those that are blank have no use.

    Parameters
    ----------
    options : Namespace
        Of the command.

    say : Words
        Of one language.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        If files are named and hold none.
    """
    documents = []
    for file in options.unlabelled:
        found = _read_documents(file, options)
        kept = [text for text in found if text.strip()]
        n_blank = len(found) - len(kept)
        blank = say("blank", n=n_blank) if n_blank else ""
        source = source_name(file, say)
        print(say("without labels", n=len(kept), source=source) + blank)
        documents += kept
    if options.unlabelled and not documents:
        raise ValueError("--unlabelled expects documents; all of them are blank.")
    return documents


def _read_documents(file, options):
    """Read a file as ``predict`` does; --text names a column, and lines have none."""
    from sklstm.datasets._files import read_documents_and_table
    from sklstm.datasets._sources import is_table_name

    text = options.text if is_table_name(file) else None
    documents, table = read_documents_and_table(file, text, options.encoding)
    tell(table.notes)
    return documents
