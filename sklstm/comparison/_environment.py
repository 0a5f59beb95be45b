"""On what a comparison ran."""

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import joblib

from sklstm._version import __version__

_LIBRARIES = ("scikit-learn", "numpy", "scipy", "torch", "skorch", "jieba", "rjieba")


def describe_environment():
    """Tell date, machine and versions.

    Returns
    -------
    dict of str to str
        Libraries that are not installed are left out.
    """
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{_processor()}, {joblib.cpu_count()} CPUs",
        "system": platform.platform(),
        "python": platform.python_version(),
        "sklstm": __version__,
        **_library_versions(),
    }


def _library_versions():
    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2] for line in lines if line.startswith("model name")]
    return models[0].strip() if models else platform.processor() or platform.machine()
