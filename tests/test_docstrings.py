"""Every public name is documented in full, and every example runs."""

import ast
import doctest
import inspect
import pkgutil
import re
import textwrap
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path

import pytest
from sklearn.base import BaseEstimator

import sklstm
import sklstm.datasets
from sklstm.text import perturbations
from sklstm.utils import estimator_checks

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
DOCS = Path(__file__).parents[1] / "docs"
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(sklstm.__path__, "sklstm.")
    if not module.name.endswith("__main__")
)
PAGES = sorted(
    path.relative_to(DOCS).as_posix()
    for path in DOCS.rglob("*.rst")
    if "generated" not in path.parts and ">>> " in path.read_text("utf-8")
)


def public_objects():
    for room in (sklstm, sklstm.datasets, perturbations, estimator_checks):
        for name in room.__all__:
            thing = getattr(room, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                yield f"{room.__name__}.{name}", thing


def public_callables():
    """Public functions, classes, and the methods that classes of ours define."""
    for name, thing in public_objects():
        yield name, thing
        if inspect.isclass(thing):
            for method_name, method in inspect.getmembers(thing, inspect.isroutine):
                home = getattr(method, "__module__", None) or ""
                if home.startswith("sklstm") and not method_name.startswith("_"):
                    yield f"{name}.{method_name}", method


# Nobody builds them; the function that does has the example.
MADE_BY_ANOTHER = (
    "sklstm.Comparison",
    "sklstm.Counterfactual",
    "sklstm.Explanation",
    "sklstm.Explanations",
    "sklstm.ModelExplanation",
    "sklstm.Robustness",
    "sklstm.datasets.Reviews",
)

OBJECTS = dict(public_objects())
CALLABLES = dict(public_callables())
METHODS_AND_FUNCTIONS = {
    name: thing for name, thing in CALLABLES.items() if not inspect.isclass(thing)
}


def sections_of(thing):
    """Sections of a numpydoc docstring; the summary has the empty title."""
    text = inspect.getdoc(thing) or ""
    parts = re.split(r"^(\w[\w ]*)\n-+$", text, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def documented_names(section):
    """Names of the entries of a section; several may share one description."""
    # A long type goes on after a backslash.
    section = section.replace("\\\n", " ")
    heads = re.findall(r"^(\*{0,2}\w[\w, *]*?)(?: *:.*)?$", section, flags=re.MULTILINE)
    return [name.strip().lstrip("*") for head in heads for name in head.split(",")]


def parameters_of(thing):
    parameters = inspect.signature(thing).parameters
    return [name for name in parameters if name not in ("self", "cls")]


def returns_something(thing):
    """Whether a function of ours returns a value or yields."""
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(thing)))
    function = ast.parse(source).body[0]
    inner = {
        id(child)
        for node in ast.walk(function)
        if isinstance(node, ast.FunctionDef | ast.Lambda) and node is not function
        for child in ast.walk(node)
    }
    return any(
        (isinstance(node, ast.Return) and node.value is not None)
        or isinstance(node, ast.Yield | ast.YieldFrom)
        for node in ast.walk(function)
        if id(node) not in inner
    )


def learns(thing):
    """Whether an estimator sets an attribute that ends in an underscore."""
    is_estimator = inspect.isclass(thing) and issubclass(thing, BaseEstimator)
    source = inspect.getsource(thing) if is_estimator else ""
    return re.search(r"self\.[a-z]\w*[a-z0-9]_\b(, self\S+)* =", source) is not None


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_modules_run(name):
    result = doctest.testmod(import_module(name), optionflags=FLAGS)
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_pages_run(page):
    path = str(DOCS / page)
    result = doctest.testfile(path, False, optionflags=FLAGS, encoding="utf-8")
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    assert inspect.getdoc(import_module(name))


@pytest.mark.parametrize("name", CALLABLES)
def test_summary_is_one_sentence_on_one_line(name):
    summary = sections_of(CALLABLES[name])[""].strip().splitlines()
    assert summary and summary[0].endswith((".", "?"))
    assert len(summary) == 1 or summary[1] == ""


@pytest.mark.parametrize("name", CALLABLES)
def test_every_parameter_is_documented(name):
    expected = parameters_of(CALLABLES[name])
    title = "Attributes" if is_dataclass(CALLABLES[name]) else "Parameters"
    documented = documented_names(sections_of(CALLABLES[name]).get(title, ""))
    assert documented == expected


@pytest.mark.parametrize("name", METHODS_AND_FUNCTIONS)
def test_what_is_returned_is_documented(name):
    thing = METHODS_AND_FUNCTIONS[name]
    if returns_something(thing):
        assert {"Returns", "Yields"} & sections_of(thing).keys()


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in OBJECTS
        if "estimator_checks" not in name and name not in MADE_BY_ANOTHER
    ],
)
def test_every_public_name_has_an_example(name):
    assert ">>> " in inspect.getdoc(OBJECTS[name])


@pytest.mark.parametrize("name", [name for name in OBJECTS if learns(OBJECTS[name])])
def test_estimators_document_what_they_learn(name):
    assert "Attributes" in sections_of(OBJECTS[name])
