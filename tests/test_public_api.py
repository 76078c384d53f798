"""Every public name exists, is explained and is listed; importing the package is quick."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import xrdmatch

ROOT = Path(__file__).parents[1]
ROOMS = [f"xrdmatch.{path.parent.name}" for path in sorted(ROOT.glob("xrdmatch/*/__init__.py"))]
LONGEST_IMPORT = 0.3  # seconds; a command line that only prints its help should feel immediate
HEAVY = {"torch", "skorch", "sklearn", "pymatgen", "scipy", "matplotlib"}


def api_page():
    return (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")


def listed(module):
    """Names that docs/api.rst lists below a module's `currentmodule`."""
    text = api_page()
    sections = re.split(r"^\.\. currentmodule:: ", text, flags=re.MULTILINE)[1:]
    (section,) = [s for s in sections if s.split("\n", 1)[0].strip() == module] or [""]
    return re.findall(r"^ {3}(\w+)$", section, flags=re.MULTILINE)


def in_fresh_python(*arguments):
    """What a new interpreter prints, which must end well and without complaint."""
    answer = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.mark.parametrize("module", ["xrdmatch", *ROOMS])
def test_public_names_are_explained(module):
    room = import_module(module)
    for name in room.__all__:
        value = getattr(room, name)
        if callable(value):
            written = value.__doc__ or ""
            assert not written.startswith(f"{name}("), f"{name} has only a generated docstring"
            assert written.strip(), f"{module}.{name} has no docstring"


@pytest.mark.parametrize("module", ["xrdmatch", *ROOMS])
def test_api_page_lists_what_is_public(module):
    assert sorted(listed(module)) == sorted(import_module(module).__all__)


@pytest.mark.parametrize("module", ROOMS)
def test_api_page_says_what_each_name_is_for(module):
    _, _, section = api_page().partition(f"\n{module}\n---")
    bullets = section.partition(".. currentmodule::")[0]
    said = re.findall(r"^\* `(\w+)`: \w.*\w", bullets, flags=re.MULTILINE)
    assert sorted(said) == sorted(import_module(module).__all__)


def test_headline_names_are_listed_for_completion():
    assert {*xrdmatch.__all__, "__version__"} <= set(dir(xrdmatch))


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'PatternMather'"):
        xrdmatch.PatternMather  # noqa: B018


def test_import_is_quick_and_light():
    out = in_fresh_python(
        "-c",
        "import sys, time; start = time.perf_counter(); import xrdmatch;"
        "print(time.perf_counter() - start, *{name.split('.')[0] for name in sys.modules})",
    )
    seconds, *modules = out.split()
    assert HEAVY.isdisjoint(modules)
    assert float(seconds) < LONGEST_IMPORT


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
