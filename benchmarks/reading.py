"""Speed of reading tables beside pandas and the csv module, in one run.

    python benchmarks/reading.py [--data FOLDER] [--repeats 5] [--n-rows 100000]
                                 [--n-excel 20000]

Reviews of the corpora, repeated up to the number of rows, are written into a folder
that is removed at the end. Runs are interleaved; the tables show medians of processor
time, and ratios. `csv.DictReader` gives a dict a row and checks nothing;
`pandas.read_csv` reads texts as objects, and as it comes.
"""

import argparse
import csv
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
from _shared import add_data_option, describe_run, read_corpus

from sklstm.datasets import read_reviews


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data_option(parser)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--n-rows", type=int, default=100_000)
    parser.add_argument("--n-excel", type=int, default=20_000)
    return parser.parse_args()


def time_interleaved(runs, repeats):
    """Median seconds of each run, one after the other, `repeats` times."""
    seconds = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            start = time.process_time()
            result = run()
            seconds[name].append(time.process_time() - start)
            del result
    return {name: median(times) for name, times in seconds.items()}


def print_table(title, seconds):
    """Print seconds, and how many times those of `read_reviews` they are."""
    print(f"{title}\n{'':36} {'seconds':>8} {'times':>7}")
    for name, value in seconds.items():
        print(f"{name:36} {value:8.3f} {value / seconds['read_reviews']:7.2f}")
    print()


def read_dicts(path):
    """Read a CSV by Python's own reader."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def compare_csv(path, encoding, repeats):
    """CSV of 100,000 rows."""
    frame = {"encoding": encoding, "keep_default_na": False}
    runs = {
        "read_reviews": lambda: read_reviews(path),
        "pandas.read_csv, dtype=object": lambda: pd.read_csv(
            path, dtype=object, **frame
        ),
        "pandas.read_csv": lambda: pd.read_csv(path, encoding=encoding),
    }
    if encoding == "utf-8":
        runs["csv.DictReader"] = lambda: read_dicts(path)
    print_table(f"CSV, {encoding}", time_interleaved(runs, repeats))


def compare_excel(path, repeats):
    """Read a workbook, for which pandas calls openpyxl, too."""
    runs = {
        "read_reviews": lambda: read_reviews(path),
        "pandas.read_excel": lambda: pd.read_excel(path),
    }
    print_table("Excel", time_interleaved(runs, repeats))


def main():
    """Run the comparison."""
    arguments = parse_arguments()
    describe_run("pandas", "openpyxl", "charset-normalizer")
    rows = read_corpus(arguments.data, "online_shopping_10_cats.csv")
    rows = (rows * (arguments.n_rows // len(rows) + 1))[: arguments.n_rows]
    frame = pd.DataFrame(rows, columns=["label", "review"])
    with TemporaryDirectory() as folder:
        path, book = Path(folder, "reviews.csv"), Path(folder, "reviews.xlsx")
        for encoding in ("utf-8", "gb18030"):
            frame.to_csv(path, index=False, encoding=encoding)
            compare_csv(path, encoding, arguments.repeats)
        frame[: arguments.n_excel].to_excel(book, index=False)
        compare_excel(book, arguments.repeats)


if __name__ == "__main__":
    main()
