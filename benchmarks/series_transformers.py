"""Speed and memory of transformers of series beside those of tslearn and aeon.

    python benchmarks/series_transformers.py [--n-samples 100000] [--n-timesteps 200]
                                             [--n-channels 8] [--repeats 3]

Each transformer runs in processes of its own on the same random series, in float32;
those for the imputers have a tenth of their values missing. Seconds are medians of
``fit_transform``; memory is what the peak adds to that before it, beside the size of
the result. Series are of equal length, so that the peers hold them in one array; they
are run where they are installed (extra ``benchmarks-series``, in an environment of its
own).
"""

import argparse
import ctypes
import json
import re
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
from _shared import describe_run

GAPS = 0.1


def make_ours(name, **options):
    """Give a function that makes a transformer of this package."""

    def make():
        import sklstm

        return getattr(sklstm, name)(**options)

    return make


def make_tslearn_scaler():
    """Make tslearn's scaler: each series by itself."""
    from tslearn.preprocessing import TimeSeriesScalerMeanVariance

    return TimeSeriesScalerMeanVariance()


def make_aeon_scaler():
    """Make aeon's scaler: each series by itself."""
    from aeon.transformations.collection import Normalizer

    return Normalizer()


def make_aeon_imputer():
    """Make aeon's imputer: means of channels."""
    from aeon.transformations.collection import SimpleImputer

    return SimpleImputer(strategy="mean")


# Group -> title -> who makes it, and of which library; the first is the reference.
GROUPS = {
    "Scaling each series by itself": {
        "SeriesScaler(per='sample')": (
            make_ours("SeriesScaler", per="sample"),
            "sklstm",
        ),
        "tslearn TimeSeriesScalerMeanVariance": (make_tslearn_scaler, "tslearn"),
        "aeon Normalizer": (make_aeon_scaler, "aeon"),
    },
    "Filling gaps by means": {
        "SeriesImputer(strategy='mean')": (
            make_ours("SeriesImputer", strategy="mean"),
            "sklstm",
        ),
        "aeon SimpleImputer": (make_aeon_imputer, "aeon"),
    },
    "Without a peer": {
        "SeriesScaler()": (make_ours("SeriesScaler"), "sklstm"),
        "SeriesScaler(method='robust')": (
            make_ours("SeriesScaler", method="robust"),
            "sklstm",
        ),
        "SeriesImputer()": (make_ours("SeriesImputer"), "sklstm"),
        "SeriesImputer(strategy='linear')": (
            make_ours("SeriesImputer", strategy="linear"),
            "sklstm",
        ),
        "SeriesImputer(add_indicator=True, add_elapsed=True)": (
            make_ours("SeriesImputer", add_indicator=True, add_elapsed=True),
            "sklstm",
        ),
        "SeriesPatcher()": (make_ours("SeriesPatcher"), "sklstm"),
        "SeriesDifferencer()": (make_ours("SeriesDifferencer"), "sklstm"),
        "SeriesResampler(length=100)": (
            make_ours("SeriesResampler", length=100),
            "sklstm",
        ),
        "SeriesFeatureExtractor()": (make_ours("SeriesFeatureExtractor"), "sklstm"),
    },
}


def make_series(arguments, library, has_gaps):
    """Random series in the form of a library."""
    shape = (arguments.n_samples, arguments.n_timesteps, arguments.n_channels)
    rng = np.random.default_rng(0)
    cube = rng.standard_normal(shape, dtype=np.float32)
    if has_gaps:
        cube[rng.random(shape, dtype=np.float32) < GAPS] = np.nan
    if library == "aeon":
        return np.ascontiguousarray(cube.transpose(0, 2, 1))
    if library == "tslearn":
        return cube
    from sklstm import Sequences

    lengths = np.full(shape[0], shape[1])
    return Sequences(lengths, channels=cube.reshape(-1, shape[2]))


def measure(arguments):
    """Run one transformer; print seconds, bytes of the peak, and of the result."""
    title = arguments.child
    group = next(group for group in GROUPS.values() if title in group)
    make, library = group[title]
    X = make_series(arguments, library, "Imputer" in title)
    transformer = make()
    transformer.fit_transform(X[:10])  # what is imported or compiled at first
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = memory_of_process("VmRSS")
    start = time.perf_counter()
    result = transformer.fit_transform(X)
    seconds = time.perf_counter() - start
    size = getattr(result, "channels", result).nbytes
    print(json.dumps([seconds, memory_of_process("VmHWM") - before, size]))


def memory_of_process(field):
    """Bytes that Linux says of this process."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.search(rf"{field}:\s+(\d+)", status).group(1))


def run_child(title):
    """Figures of one run in a process of its own."""
    command = [sys.executable, *sys.argv, "--child", title]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def compare(group, arguments):
    """Run a group, interleaved, and print seconds, memory and ratios."""
    titles = [title for title, (_, library) in group.items() if find_spec(library)]
    has_peers = len({library for _, library in group.values()}) > 1
    runs = {title: [] for title in titles}
    for _ in range(arguments.repeats):
        for title in titles:
            runs[title].append(run_child(title))
    print(f"{'':52}{'seconds':>9}{'ratio':>7}{'peak MB':>9}{'result MB':>11}")
    reference = None
    for title, figures in runs.items():
        seconds, peak, size = map(median, zip(*figures, strict=True))
        reference = reference or seconds
        ratio = f"{seconds / reference:7.2f}" if has_peers else f"{'':7}"
        print(f"{title:52}{seconds:9.2f}{ratio}{peak / 1e6:9.0f}{size / 1e6:11.0f}")
    print()


def main():
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n-samples", type=int, default=100_000)
    parser.add_argument("--n-timesteps", type=int, default=200)
    parser.add_argument("--n-channels", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        measure(arguments)
        return
    describe_run("tslearn", "aeon")
    for title, group in GROUPS.items():
        print(title)
        compare(group, arguments)


if __name__ == "__main__":
    main()
