"""Imports run downwards only, and foreign libraries stay in the rooms they are for."""

import ast
from graphlib import CycleError, TopologicalSorter
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
    "display": 2,
    "sequences": 2,
    "text": 3,
    "features": 3,
    "series": 3,
    "models": 3,
    "datasets": 3,
    "pipelines": 4,
    "explanation": 4,
    "comparison": 5,
    "cli": 6,
    "__main__": 7,
    "__init__": 1,  # the front door: it names the rooms, and loads none
}

# Part-of-speech features are a function of the tags.
AGREED = {("features/_style/extractor.py", "text")}

# Library -> files and folders that may import it.
FOREIGN = {
    "jieba": ["text/_jieba.py"],
    "rjieba": ["text/_jieba.py"],
    "regex": ["text"],
    "skorch": ["models/_lstm/training.py", "models/_lstm/callbacks.py"],
    "torch": [
        "nn",
        "models/_lstm",
        "models/_hmm",
        "features/_word2vec",
        "explanation/_gradients.py",
    ],
    "matplotlib": ["comparison", "display", "explanation"],
    "openpyxl": ["cli", "datasets/_workbooks.py"],
    "charset_normalizer": ["datasets/_encodings.py"],
    "pypinyin": ["text/perturbations"],
    "opencc": ["text/perturbations", "text/_simplified.py"],
}

FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
MODULES = {
    ".".join(["sklstm", *path.with_suffix("").parts]).removesuffix(".__init__"): path
    for path in FILES
}
MOST_LINES = 500  # of a module, without its docstrings


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


def needs(source):
    """Modules of the package that must be loaded before a source is: its imports."""
    body = ast.parse(source).body
    top = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    for name in imported_modules("\n".join(map(ast.unparse, top))):
        yield name if name in MODULES else name.rpartition(".")[0]


def circle(graph):
    """Modules in a circle of imports; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as exc:
        return exc.args[1]
    return []


def n_lines(source):
    """Lines of a module without the docstrings in it."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    texts = [
        node.body[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, documented) and ast.get_docstring(node) is not None
    ]
    n_documentation = sum(text.end_lineno - text.lineno + 1 for text in texts)
    return len(source.splitlines()) - n_documentation


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_imports_run_downwards(path):
    assert upward_imports(path, (PACKAGE / path).read_text("utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_foreign_libraries_stay_in_their_rooms(path):
    names = imported_modules((PACKAGE / path).read_text("utf-8"))
    strays = [
        library
        for library in {name.partition(".")[0] for name in names} & FOREIGN.keys()
        if not any(path.is_relative_to(place) for place in FOREIGN[library])
    ]
    assert strays == []


@pytest.mark.parametrize(
    "path", [p for p in FILES if p.parts[0] == "nn"], ids=Path.as_posix
)
def test_the_engine_room_is_plain_torch(path):
    names = imported_modules((PACKAGE / path).read_text("utf-8"))
    assert {name.partition(".")[0] for name in names}.isdisjoint({"sklearn", "skorch"})


def test_imports_run_in_no_circle():
    sources = {
        name: (PACKAGE / path).read_text("utf-8") for name, path in MODULES.items()
    }
    graph = {name: MODULES.keys() & set(needs(text)) for name, text in sources.items()}
    assert circle(graph) == []


def test_the_check_sees_circles():
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
    source = (
        '"""Text."""\n\nfrom sklstm.nn import _layers\nfrom sklstm.utils import x\n'
    )
    assert set(needs(source)) == {"sklstm.nn._layers", "sklstm.utils"}


@pytest.mark.parametrize("path", FILES, ids=Path.as_posix)
def test_no_module_is_too_long(path):
    assert n_lines((PACKAGE / path).read_text("utf-8")) <= MOST_LINES


def test_lines_are_counted_without_docstrings():
    assert (
        n_lines('"""One."""\n\n\ndef f():\n    """Two\n    three."""\n    return 1\n')
        == 4
    )


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
        ("features/_style/extractor.py", "from sklstm.text import JiebaPOSTagger", []),
    ],
)
def test_the_check_sees_upward_and_sideways_imports(path, source, found):
    assert upward_imports(Path(path), source) == found
