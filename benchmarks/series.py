"""Accuracy on public sets of numeric series, whole and with gaps, beside peers.

    python benchmarks/series.py [--sets ArrowHead BasicMotions ...] [--seeds 5]
                                [--gaps 0.1 0.33] [--peer-python PYTHON]

Published splits of the UCR/UEA archive [1]_. All models of a table are run on the same
series, one default pipeline for all sets; those that draw are run with several seeds
(mean and standard deviation). The nearest neighbour goes by dynamic time warping of the
series as they are, all channels warped as one, without a window. With gaps, a share of
all values is taken out of training and of test series. aeon's MiniRocket is run where
it is installed, or by the Python that ``--peer-python`` names: series of unequal length
are brought to that of the longest of training with zeros behind them, or cut.

.. [1] Dau et al. (2019). The UCR time series archive. IEEE/CAA Journal of Automatica
   Sinica.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

SETS = ("ArrowHead", "BasicMotions", "ItalyPowerDemand", "PickupGestureWiimoteZ")
N_PREDICTED = 1000
PEER = "aeon MiniRocket"


def read_split(folder, name, split):
    """Series, each of shape (n_timesteps, n_channels), and labels of a .ts file."""
    path = Path(folder) / f"{name}_{split}.ts"
    if not path.exists():
        print(f"{path} is not there: name the folder of the series with --data.")
        sys.exit(2)
    lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
    start = [line.lower() for line in lines].index("@data") + 1
    rows = [line.split(":") for line in lines[start:] if line]
    series = [_without_padding(_read_channels(row[:-1])) for row in rows]
    return series, np.array([row[-1] for row in rows])


def _read_channels(fields):
    return np.array([np.array(field.split(","), dtype=np.float32) for field in fields])


def _without_padding(channels):
    """Cut off the end of which nothing is a number; time stands first."""
    last = np.flatnonzero(~np.isnan(channels).all(axis=0))[-1]
    return np.ascontiguousarray(channels[:, : last + 1].T)


def take_out(series, share, rng):
    """Put NaN in place of a share of all values."""
    return [
        np.where(rng.uniform(size=each.shape) < share, np.nan, each).astype(each.dtype)
        for each in series
    ]


def pad(series, length=None):
    """Bring series to one length: an array (n_samples, n_timesteps, n_channels)."""
    length = length or max(map(len, series))
    padded = np.zeros((len(series), length, series[0].shape[1]))
    for row, each in enumerate(series):
        padded[row, : len(each)] = each[:length]
    return padded


def warped_distances(left, right):
    """Squared distances under dynamic time warping, of shape (n_left, n_right).

    Cell by cell, for all pairs at once; a pair is done where both series end.
    """
    a, b = pad(left), pad(right)
    ends_a, ends_b = (np.array(list(map(len, side))) - 1 for side in (left, right))
    found = np.empty((len(a), len(b)))
    above = np.full((b.shape[1] + 1, *found.shape), np.inf)
    above[0] = 0.0
    for i in range(a.shape[1]):
        row = np.full_like(above, np.inf)
        for j in range(b.shape[1]):
            steps = a[:, i, np.newaxis] - b[np.newaxis, :, j]
            least = np.minimum(np.minimum(above[j], above[j + 1]), row[j])
            row[j + 1] = (steps**2).sum(axis=2) + least
        rows = np.flatnonzero(ends_a == i)
        found[rows] = row[ends_b + 1, :, np.arange(len(b))].T[rows]
        above = row
    return found


class NearestNeighbour:
    """Label of the nearest training series; gaps are filled by lines."""

    def fit(self, X, y):
        """Keep the training series."""
        from sklstm import SeriesImputer

        self.imputer_ = SeriesImputer(strategy="linear").fit(X)
        self.series_, self.labels_ = list(self.imputer_.transform(X)), y
        return self

    def predict(self, X):
        """Give labels."""
        distances = warped_distances(list(self.imputer_.transform(X)), self.series_)
        return self.labels_[distances.argmin(axis=1)]


def make_models(seed):
    """Models by title; those that draw take the seed."""
    from sklstm import (
        make_hmm_series_pipeline,
        make_naive_bayes_series_pipeline,
        make_series_pipeline,
    )

    return {
        "1-NN, dynamic time warping": NearestNeighbour(),
        "make_series_pipeline()": make_series_pipeline(random_state=seed),
        "the same, statistics=False": make_series_pipeline(
            statistics=False, random_state=seed
        ),
        "make_hmm_series_pipeline()": make_hmm_series_pipeline(random_state=seed),
        "make_naive_bayes_series_pipeline()": make_naive_bayes_series_pipeline(),
    }


def make_models_for_gaps(seed):
    """Models by title, of series with gaps."""
    models = make_models(seed)
    filled = make_models(seed)["make_series_pipeline()"]
    filled.set_params(
        features__series__impute__strategy="mean",
        features__statistics__impute__strategy="mean",
        features__statistics__impute__add_indicator=False,
    )
    chosen = {title: models[title] for title in list(models)[:2]}
    return chosen | {"the same, mean-filled, no indicators": filled}


def run(make, train, test, n_seeds):
    """Figures of the runs by model: accuracy, seconds of fit and of predictions."""
    figures = {}
    for seed in range(n_seeds):
        for title, model in make(seed).items():
            if seed == 0 or "random_state" in str(list(model_parameters(model))):
                figures.setdefault(title, []).append(_measure(model, train, test))
    return figures


def model_parameters(model):
    """Names of the parameters of a model; the nearest neighbour has none."""
    return model.get_params() if hasattr(model, "get_params") else ()


def _measure(model, train, test):
    start = time.perf_counter()
    model.fit(*train)
    fitted = time.perf_counter()
    accuracy = np.mean(model.predict(test[0]) == test[1])
    many = [test[0][row % len(test[0])] for row in range(N_PREDICTED)]
    if isinstance(model, NearestNeighbour):
        return accuracy, fitted - start, np.nan
    start_again = time.perf_counter()
    model.predict(many)
    return accuracy, fitted - start, time.perf_counter() - start_again


def run_peer(python, train, test, n_seeds):
    """Figures of aeon's MiniRocket, in a process of the Python that has it."""
    length = max(map(len, train[0]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "set.npz")
        np.savez(
            path,
            train=pad(train[0], length).transpose(0, 2, 1),
            test=pad(test[0], length).transpose(0, 2, 1),
            y_train=train[1],
            y_test=test[1],
        )
        command = [python, __file__, "--child", str(path), "--seeds", str(n_seeds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [tuple(map(float, line.split())) for line in done.stdout.splitlines()]


def measure_peer(path, n_seeds):
    """Print accuracy and seconds of MiniRocket for each seed."""
    from aeon.classification.convolution_based import MiniRocketClassifier

    data = np.load(path)
    rows = np.arange(N_PREDICTED) % len(data["y_test"])
    for seed in range(n_seeds):
        model = MiniRocketClassifier(random_state=seed)
        start = time.perf_counter()
        model.fit(data["train"], data["y_train"])
        fitted = time.perf_counter()
        accuracy = np.mean(model.predict(data["test"]) == data["y_test"])
        start_again = time.perf_counter()
        model.predict(data["test"][rows])
        print(accuracy, fitted - start, time.perf_counter() - start_again)


def print_table(names, tables):
    """Accuracies: a row a model, a column a set, and their mean."""
    print(f"{'':40}" + "".join(f"{name[:15]:>17}" for name in names) + f"{'mean':>8}")
    for title in tables[0]:
        runs = [np.array(table[title]) for table in tables]
        means = [100 * each[:, 0].mean() for each in runs]
        cells = [
            f"{mean:10.1f}"
            + (f" ± {100 * each[:, 0].std():4.1f}" if len(each) > 1 else "       ")
            for mean, each in zip(means, runs, strict=True)
        ]
        print(f"{title:40}" + "".join(cells) + f"{np.mean(means):8.1f}")
    print()


def print_seconds(names, tables):
    """Medians of seconds of fit and of 1,000 predictions."""
    print("Seconds of fit / of 1,000 predictions")
    for title in tables[0]:
        cells = [
            "{:9.1f} /{:6.2f}".format(*np.median(np.array(table[title])[:, 1:], axis=0))
            for table in tables
        ]
        print(f"{title:40}" + "".join(cells))
    print()


def compare_whole(sets, arguments):
    """Run all models on the series as they are."""
    tables = []
    for train, test in sets.values():
        table = run(make_models, train, test, arguments.seeds)
        python = arguments.peer_python
        if python:
            table[PEER] = run_peer(python, train, test, arguments.seeds)
        tables.append(table)
    print_table(sets, tables)
    print_seconds(sets, tables)


def compare_with_gaps(sets, share, n_seeds):
    """Run the models that know what to do with gaps."""
    tables = []
    for train, test in sets.values():
        rng = np.random.default_rng(0)
        holed = [(take_out(X, share, rng), y) for X, y in (train, test)]
        tables.append(run(make_models_for_gaps, *holed, n_seeds))
    print(f"{share:.0%} of all values taken out")
    print_table(sets, tables)


def main():
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--data", help="folder of the sets (default: shared/data/series)")
    add("--sets", nargs="+", default=SETS)
    add("--seeds", type=int, default=5)
    add("--gaps", type=float, nargs="*", default=(0.1, 0.33))
    own = sys.executable if find_spec("aeon") else None
    add("--peer-python", default=own, help="a Python that has aeon")
    add("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        measure_peer(arguments.child, arguments.seeds)
        return
    # Not for the child, whose Python need not have what this package needs.
    from _shared import DATA, describe_run

    describe_run("torch", "scikit-learn")
    folder = arguments.data or os.environ.get("SKLSTM_SERIES", DATA / "series")
    sets = {
        name: [read_split(folder, name, split) for split in ("TRAIN", "TEST")]
        for name in arguments.sets
    }
    compare_whole(sets, arguments)
    for share in arguments.gaps:
        compare_with_gaps(sets, share, arguments.seeds)


if __name__ == "__main__":
    main()
