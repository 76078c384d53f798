"""Every public name exists, is explained and is listed; importing the package is quick."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SUBPACKAGES = [
    f"xrdmatch.{path.parent.name}" for path in sorted(ROOT.glob("xrdmatch/[!_]*/__init__.py"))
]
LONGEST_IMPORT = 0.3  # seconds; a command line that only prints its help should feel immediate
HEAVY = {"torch", "skorch", "sklearn", "pymatgen", "scipy", "matplotlib"}


def api_page():
    return (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")


def blocks(module):
    """Parts of docs/api.rst below each `currentmodule` of a module, up to the next one."""
    parts = re.split(r"^\.\. currentmodule:: ", api_page(), flags=re.MULTILINE)[1:]
    return [part for part in parts if part.split("\n", 1)[0].strip() == module]


def listed(module):
    """Names in the tables of docs/api.rst that belong to a module."""
    return re.findall(r"^ {3}(\w+)$", "\n".join(blocks(module)), flags=re.MULTILINE)


def said(block):
    """Names that the bullets of a block explain."""
    return re.findall(r"^\* `(\w+)`: \S.*\w", block, flags=re.MULTILINE)


def in_fresh_python(*arguments):
    """What a new interpreter prints, which must end well and without complaint."""
    answer = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.parametrize("module", ["xrdmatch", *SUBPACKAGES])
def test_public_names_are_explained(module):
    subpackage = import_module(module)
    for name in subpackage.__all__:
        value = getattr(subpackage, name)
        if callable(value):
            written = value.__doc__ or ""
            assert not written.startswith(f"{name}("), f"{name} has only a generated docstring"
            assert written.strip(), f"{module}.{name} has no docstring"


@pytest.mark.parametrize("module", ["xrdmatch", *SUBPACKAGES])
def test_api_page_lists_what_is_public(module):
    assert sorted(listed(module)) == sorted(import_module(module).__all__)


@pytest.mark.parametrize("module", SUBPACKAGES)
def test_api_page_says_what_each_name_is_for(module):
    for block in blocks(module):
        assert f"From ``{module}``:" in block
        assert said(block) == re.findall(r"^ {3}(\w+)$", block, flags=re.MULTILINE)
    explained = [name for block in blocks(module) for name in said(block)]
    assert sorted(explained) == sorted(import_module(module).__all__)


def in_stub(module):
    """Names that the stub of a subpackage imports, and those that it says are public."""
    path = ROOT.joinpath(*module.split("."), "__init__.pyi")
    body = ast.parse(path.read_text(encoding="utf-8")).body
    imports = [node for node in body if isinstance(node, ast.ImportFrom)]
    (public,) = [node.value for node in body if isinstance(node, ast.Assign)]
    return [alias.name for node in imports for alias in node.names], ast.literal_eval(public)


@pytest.mark.parametrize("module", ["xrdmatch", *SUBPACKAGES])
def test_stubs_name_what_is_public(module):
    imported, public = in_stub(module)
    assert sorted(imported) == sorted(public) == sorted(import_module(module).__all__)


def test_stubs_are_shipped():
    """An installed subpackage without its stub could not be imported."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "*.pyi" in settings["tool"]["setuptools"]["package-data"]["*"]


@pytest.mark.parametrize("module", ["xrdmatch", *SUBPACKAGES])
def test_public_names_are_listed_for_completion(module):
    assert set(import_module(module).__all__) <= set(dir(import_module(module)))


@pytest.mark.parametrize("module", ["xrdmatch", *SUBPACKAGES])
def test_import_of_all_names(module):
    names = {}
    exec(f"from {module} import *", names)
    assert names.keys() - {"__builtins__"} == set(import_module(module).__all__)


@pytest.mark.parametrize("module", ["xrdmatch", *SUBPACKAGES])
def test_unknown_name(module):
    with pytest.raises(AttributeError, match=f"^No {module} attribute PatternMather$"):
        import_module(module).PatternMather  # noqa: B018


def test_import_is_quick_and_light():
    out = in_fresh_python(
        "-c",
        "import sys, time; start = time.perf_counter(); import xrdmatch;"
        "print(time.perf_counter() - start, *{name.split('.')[0] for name in sys.modules})",
    )
    seconds, *modules = out.split()
    assert HEAVY.isdisjoint(modules)
    assert float(seconds) < LONGEST_IMPORT


def test_subpackages_import_what_is_asked_of_them_only():
    subpackages = f"import sys, {', '.join(SUBPACKAGES)}; "
    assert HEAVY.isdisjoint(in_fresh_python("-c", f"{subpackages}print(*sys.modules)").split())
    names = (
        "from xrdmatch.inspection import PatternDisplay, ProfileDisplay, deciding_measurements;"
        "from xrdmatch.io import read_pattern, read_structures;"
        "from xrdmatch.preprocessing import CrystalTokenizer, PeakFinder, check_domain;"
        "from xrdmatch.simulation import DiffractionSimulator; "
    )
    loaded = in_fresh_python("-c", f"{subpackages}{names}print(*sys.modules)").split()
    assert "sklearn" in loaded
    assert {"torch", "matplotlib"}.isdisjoint(loaded)


def test_command_line_explains_itself():
    assert "usage: xrdmatch" in in_fresh_python("-m", "xrdmatch", "--help")


def test_example_in_the_readme_runs(capsys):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})
    out = capsys.readouterr().out
    promised = re.findall(r"^print\(.*  # (\[.*\])$", example, flags=re.MULTILINE)
    assert promised
    for answer in promised:
        assert answer in out
