"""Modules are short, functions shorter; no module waits for itself, and none stands alone."""

import ast
import re
import statistics
from pathlib import Path

import pytest
from test_architecture import MODULES, imported_by

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 250  # lines
LONGEST_MEDIAN = 8  # lines of a function without its docstring
TABLES = {"_monolayer_table", "_point_group_table"}  # data
SOURCES = [path for path in MODULES if path.suffix == ".py"]


def tree_of(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def name_of(path):
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {name_of(path) for path in SOURCES}


def needed(name):
    """The module that a dotted name is found in, or None where it is no module of ours."""
    while name and name not in NAMES:
        name = name.rpartition(".")[0]
    return name or None


def imports_of(path):
    """Modules of ours that one names in its imports."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {needed(name) for name in imported_by(node, path.with_suffix("").parts[:-1])}
    return found - {None, "xrdmatch", name_of(path)}


IMPORTS = {name_of(path): imports_of(path) for path in MODULES if path.suffix == ".py"}
OFFERED = {
    name_of(path.with_suffix(".py")): imports_of(path) for path in MODULES if path.suffix == ".pyi"
}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stem not in TABLES], ids=str)
def test_modules_are_short(path):
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


def lengths():
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                docstring = ast.get_docstring(node, clean=False) or ""
                yield node.end_lineno - node.lineno + 1 - len(docstring.splitlines())


def test_functions_are_shorter():
    assert statistics.median(lengths()) <= LONGEST_MEDIAN


def knots(graph):
    """Modules that are imported by themselves, by way of others."""
    reached = {name: set(targets) for name, targets in graph.items()}
    for middle in graph:
        for targets in reached.values():
            if middle in targets:
                targets |= reached[middle]
    return sorted(name for name, targets in reached.items() if name in targets)


def test_no_module_imports_itself_by_way_of_others():
    """Faces are left out: they import what is behind them when it is asked for."""
    faces = set(OFFERED)
    assert knots({name: targets - faces for name, targets in IMPORTS.items()}) == []


def test_knots_are_found():
    assert knots({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]
    assert knots({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_no_module_is_tied_to_nothing():
    """Each is imported by another or offered by a face."""
    used = set().union(*IMPORTS.values(), *OFFERED.values())
    modules = {name_of(path) for path in SOURCES if path.stem not in ("__init__", "__main__")}
    alone = modules - used
    assert sorted(alone) == []


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_no_module_is_named_in_a_string(path):
    texts = [n.value for n in ast.walk(tree_of(path)) if isinstance(n, ast.Constant)]
    docstrings = re.findall(r'"""(?s:.*?)"""', (ROOT / path).read_text(encoding="utf-8"))
    inside = "".join(docstrings)
    found = [t for t in texts if isinstance(t, str) and re.search(r"xrdmatch\.\w*\.?_\w", t)]
    assert [text for text in found if text not in inside] == []
