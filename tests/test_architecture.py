"""Imports go down the layers only: never up, never sideways, never inside a function."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = [
    {"__version__"},  # a string, which any subpackage may read
    {"crystallography", "encoders"},
    {"simulation", "preprocessing", "io", "metrics"},
    {"datasets", "cluster", "refinement", "learning"},
    {"retrieval"},
    {"inspection", "solution", "stacking"},
    {"_cli", "_commands", "__main__"},
]
TOP = LAYERS[-1]
LAYER_OF = {
    subpackage: level for level, subpackages in enumerate(LAYERS) for subpackage in subpackages
}
NAMELESS = {"utils", "util", "common", "base", "helpers", "helper", "misc"}


def imported_by(node, package):
    """Dotted names that an import statement asks for, relative ones resolved."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    start = package[: len(package) - node.level + 1] if node.level else []
    base = ".".join([*start, *filter(None, [node.module])])
    return [f"{base}.{alias.name}" for alias in node.names]


def faults(path, source):
    """Sentences on what is wrong with the imports of one module, `path` from the root."""
    parts = Path(path).with_suffix("").parts
    subpackage = parts[1]
    if (
        subpackage == "__init__"
    ):  # the front imports no subpackage; its stub says what each is asked for
        subpackage = "__main__" if Path(path).suffix == ".pyi" else "__version__"
    found = [f"{path}: {part} says nothing" for part in parts if part.strip("_") in NAMELESS]
    if subpackage not in LAYER_OF:
        return [*found, f"{path}: unknown subpackage {subpackage}"]
    tree = ast.parse(source)
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = {id(n) for f in ast.walk(tree) if isinstance(f, functions) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name in imported_by(node, parts[:-1]):
            target = [*name.split("."), "(the whole package)"]
            if target[0] == "xrdmatch":
                found += judged(path, subpackage, target[1], id(node) in inside)
    return found


def judged(path, subpackage, target, inside):
    """What is wrong with one import of `target` by `subpackage`."""
    if inside:
        yield f"{path}: imports {target} inside a function"
    if target not in LAYER_OF:
        yield f"{path}: imports unknown subpackage {target}"
    elif (
        target != subpackage
        and LAYER_OF[target] >= LAYER_OF[subpackage]
        and not {subpackage, target} <= TOP
    ):
        yield f"{path}: {subpackage} must not import {target}, which is not below it"


# Subpackages import what their stubs say, when it is asked for.
MODULES = [path.relative_to(ROOT) for path in sorted(ROOT.glob("xrdmatch/**/*.py*"))]
MODULES = [path for path in MODULES if path.suffix in (".py", ".pyi")]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_go_down_only(path):
    assert faults(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("xrdmatch/retrieval/_matcher.py", "from xrdmatch.simulation import DiffractionSimulator"),
        ("xrdmatch/retrieval/_matcher.py", "from xrdmatch.retrieval._index import Index"),
        ("xrdmatch/retrieval/_matcher.py", "from . import _index\nfrom .. import metrics"),
        ("xrdmatch/retrieval/_matcher.py", "from xrdmatch import __version__"),
        ("xrdmatch/retrieval/_matcher.py", "def f():\n    import faiss"),
        ("xrdmatch/__main__.py", "from xrdmatch._cli import main"),
        ("xrdmatch/__init__.py", "import lazy_loader"),
        ("xrdmatch/__init__.pyi", "from .retrieval import PatternMatcher"),
        ("xrdmatch/io/__init__.pyi", "from ._scans import read_pattern"),
    ],
)
def test_good_imports_pass(path, source):
    assert faults(path, source) == []


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("xrdmatch/io/_cif.py", "import xrdmatch.retrieval", "io must not import retrieval"),
        ("xrdmatch/io/_cif.py", "from .. import metrics", "io must not import metrics"),
        ("xrdmatch/io/_cif.py", "from ..metrics import r", "io must not import metrics"),
        ("xrdmatch/io/__init__.py", "from ..metrics import r", "io must not import metrics"),
        ("xrdmatch/io/__init__.pyi", "from ..metrics import r", "io must not import metrics"),
        ("xrdmatch/io/_cif.py", "from xrdmatch import _cli", "io must not import _cli"),
        (
            "xrdmatch/io/_cif.py",
            "from xrdmatch import PatternMatcher",
            "unknown subpackage Pattern",
        ),
        ("xrdmatch/io/_cif.py", "import xrdmatch", "unknown subpackage .the whole package."),
        ("xrdmatch/io/_cif.py", "if x:\n    import xrdmatch.datasets", "must not import datasets"),
        ("xrdmatch/io/_cif.py", "def f():\n    import xrdmatch.crystallography", "inside a func"),
        ("xrdmatch/io/_utils.py", "", "_utils says nothing"),
        ("xrdmatch/attic/_old.py", "", "unknown subpackage attic"),
        ("xrdmatch/__init__.py", "from xrdmatch import io", "must not import io"),
        (
            "xrdmatch/encoders/_tower.py",
            "from xrdmatch.crystallography import form_factors",
            "encoders must not import crystallography",
        ),
    ],
)
def test_bad_imports_are_found(path, source, fault):
    assert re.search(fault, "\n".join(faults(path, source)))
