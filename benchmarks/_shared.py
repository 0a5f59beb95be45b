"""What the benchmarks share: the review corpora and the description of a run."""

import csv
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from sklstm.datasets import find_duplicates

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def add_data_option(parser):
    """Give a parser ``--data``, the folder of the review corpora."""
    parser.add_argument(
        "--data",
        type=Path,
        default=os.environ.get("SKLSTM_DATA", DATA),
        help="folder of the review corpora (default: %(default)s)",
    )


def read_corpus(folder, name):
    """Rows of one corpus as dicts; ends the program where it is absent."""
    path = Path(folder) / name
    if not path.exists():
        print(f"{path} is not there: name the folder of the reviews with --data.")
        sys.exit(2)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_chnsenticorp(folder):
    """Texts and labels of the training and of the development split."""
    names = ("chnsenticorp_train.csv", "chnsenticorp_dev.csv")
    return [read_texts(folder, name) for name in names]


def read_other_reviews(folder, held_out):
    """Texts and labels of the other corpora, but those nearly equal to ones held out.

    888 of them stand in ChnSentiCorp's development split, label and all.
    """
    parts = [
        read_texts(folder, name)
        for name in ("waimai_10k.csv", "online_shopping_10_cats.csv")
    ]
    texts = [text for part, _ in parts for text in part]
    labels = np.concatenate([labels for _, labels in parts])
    rows = np.flatnonzero(is_clean(texts, held_out))
    return [texts[row] for row in rows], labels[rows]


def read_texts(folder, name):
    """Texts and labels of one corpus of reviews."""
    rows = read_corpus(folder, name)
    labels = np.array([int(row["label"]) for row in rows])
    return [row["review"] for row in rows], labels


def is_clean(texts, training_texts):
    """Whether a text is in no group of duplicates with a training text."""
    groups = find_duplicates([*texts, *training_texts])
    return ~np.isin(groups[: len(texts)], groups[len(texts) :])


def make_character_svm():
    """Make the competitor: three lines of scikit-learn."""
    vectorize = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2
    )
    return make_pipeline(vectorize, LinearSVC())


def describe_run(*packages):
    """Print command, machine and versions, which every figure has to stand beside."""
    print(f"command: python {' '.join(sys.argv)}")
    print(f"machine: {_processor()}, {os.cpu_count()} cores, {platform.system()}")
    names = ("sklstm", "numpy", *packages)
    found = {name: _version(name) for name in names}
    versions = ", ".join(f"{name} {v}" for name, v in found.items() if v)
    print(f"versions: Python {platform.python_version()}, {versions}\n")


def _version(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":")[1].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor()
