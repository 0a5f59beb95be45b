"""Imports run downwards only, and foreign libraries stay in the rooms they are for."""

import ast
from pathlib import Path

import pytest

import sklstm

PACKAGE = Path(sklstm.__file__).parent

# A room may import rooms of a smaller floor, and itself.
FLOORS = {
    "_version": 0,
    "_lazy": 0,
    "utils": 1,
    "nn": 2,
    "sequences": 2,
    "text": 3,
    "features": 3,
    "classifiers": 3,
    "datasets": 3,
    "pipelines": 4,
    "_comparison": 4,
    "comparison": 5,
    "__main__": 6,
    "__init__": 1,  # the front door: it names the rooms, and loads none
}

# Part-of-speech features are a function of the tags.
AGREED = {("features/_pos_features.py", "text")}

# Library -> files that may import it.
FOREIGN = {
    "jieba": ["text/_jieba.py"],
    "rjieba": ["text/_jieba.py"],
    "skorch": ["classifiers/_lstm*.py"],
    "torch": [
        "nn/*.py",
        "classifiers/_lstm*.py",
        "classifiers/_hmm*.py",
        "features/_word2vec*.py",
    ],
    "matplotlib": ["_comparison/*.py"],
}

FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def imported_modules(source):
    """Full names of all modules that a source imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_of(source):
    """Rooms of the package that a source imports."""
    for name in imported_modules(source):
        package, _, rest = name.partition(".")
        if package == "sklstm":
            yield rest.partition(".")[0] or "__init__"


def room_of(path):
    return path.parts[0] if len(path.parts) > 1 else path.stem


def upward_imports(path, source):
    room = room_of(path)
    return [
        other
        for other in rooms_of(source)
        if other != room
        and (path.as_posix(), other) not in AGREED
        and FLOORS[other] >= FLOORS[room]
    ]


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_imports_run_downwards(path):
    assert upward_imports(path, (PACKAGE / path).read_text("utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_foreign_libraries_stay_in_their_rooms(path):
    names = imported_modules((PACKAGE / path).read_text("utf-8"))
    strays = [
        library
        for library in {name.partition(".")[0] for name in names} & FOREIGN.keys()
        if not any(path.match(pattern) for pattern in FOREIGN[library])
    ]
    assert strays == []


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.parts[0] == "nn"], ids=Path.as_posix
)
def test_the_engine_room_is_plain_torch(path):
    names = imported_modules((PACKAGE / path).read_text("utf-8"))
    assert {name.partition(".")[0] for name in names}.isdisjoint({"sklearn", "skorch"})


def test_every_room_has_a_floor():
    assert {room_of(path) for path in FILES} == FLOORS.keys()


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("utils/_base.py", "from sklstm.nn import _hmm", ["nn"]),
        ("text/_segmenter.py", "import sklstm.features._counts", ["features"]),
        ("features/_union.py", "from sklstm import text", ["text"]),
        ("nn/_hmm.py", "def f():\n    from sklstm.sequences import x", ["sequences"]),
        ("nn/_hmm.py", "from sklstm.utils import x", []),
        ("features/_pos_features.py", "from sklstm.text import JiebaPOSTagger", []),
    ],
)
def test_the_check_sees_upward_and_sideways_imports(path, source, found):
    assert upward_imports(Path(path), source) == found
