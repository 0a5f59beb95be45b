"""The public names, the real imports and the API page say the same."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import sklstm
import sklstm.datasets
from sklstm.text import perturbations

API_PAGE = Path(__file__).parents[1] / "docs" / "api.rst"
PUBLIC_MODULES = (
    "sklstm",
    "sklstm.comparison",
    "sklstm.datasets",
    "sklstm.explanation",
    "sklstm.features",
    "sklstm.models",
    "sklstm.series",
    "sklstm.text",
    "sklstm.text.perturbations",
)


def names_on_the_api_page():
    """Full names in the page's autosummary blocks."""
    module, block, names = None, False, []
    for line in API_PAGE.read_text("utf-8").splitlines():
        if match := re.match(r"\.\. currentmodule:: (\S+)", line):
            module = match[1]
        elif line.startswith(".. autosummary::"):
            block = True
        elif line and not line[0].isspace():
            block = False
        elif block and (match := re.fullmatch(r"\s+([\w.]+)", line)):
            name = match[1]
            is_full = name.startswith("sklstm.") or module is None
            names.append(name if is_full else f"{module}.{name}")
    return names


@pytest.mark.parametrize("module", PUBLIC_MODULES)
def test_every_public_name_is_there(module):
    room = import_module(module)
    assert list(room.__all__) == sorted(room.__all__)
    for name in room.__all__:
        assert getattr(room, name) is not None
        assert name in dir(room)


def test_front_door_hands_out_the_rooms_own_objects():
    for name in sklstm.__all__:
        if name not in ("__version__", "datasets"):
            assert getattr(sklstm, name).__name__ == name


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'LSTMClasifier'"):
        sklstm.LSTMClasifier  # noqa: B018


def test_star_import_gives_all_names():
    names = {}
    exec("from sklstm import *", names)
    assert set(sklstm.__all__) <= names.keys()


def test_import_loads_neither_torch_nor_jieba():
    code = (
        "import sys, sklstm; "
        "print(*sorted({'torch', 'jieba', 'rjieba', 'skorch'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_api_page_lists_every_public_name():
    expected = {f"sklstm.{name}" for name in sklstm.__all__}
    expected |= {f"sklstm.datasets.{name}" for name in sklstm.datasets.__all__}
    room = perturbations.__name__
    expected |= {f"{room}.{name}" for name in perturbations.__all__}
    expected -= {"sklstm.__version__", "sklstm.datasets", f"{room}.PERTURBATIONS"}
    assert expected - set(names_on_the_api_page()) == set()


def test_api_page_lists_nothing_else():
    for name in names_on_the_api_page():
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute), name
