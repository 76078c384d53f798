"""The documentation hangs together: pages are reached, links lead somewhere, snippets are there."""

import re
from doctest import DocTestParser
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
DOCS, EXAMPLES = ROOT / "docs", ROOT / "examples"
# What a build makes, and what it needs.
MADE = {"_build", "_templates", "auto_examples", "generated", "sg_execution_times.rst"}
SUBPACKAGES = sorted(path.parent.name for path in ROOT.glob("xrdmatch/[!_]*/__init__.py"))
WITHOUT_CODE = {"index"}
WAITING = {"benchmarks/paper"}  # left out by conf.py until its numbers are there


def page_names():
    paths = (path.relative_to(DOCS) for path in DOCS.rglob("*.rst"))
    return sorted(str(path.with_suffix("")) for path in paths if MADE.isdisjoint(path.parts))


PAGES = page_names()


def text_of(page):
    return (DOCS / f"{page}.rst").read_text(encoding="utf-8")


def resolved(target, page):
    """Name of the page that a target written on another page means."""
    base = PurePosixPath("/") if target.startswith("/") else PurePosixPath("/", page).parent
    parts = []
    for part in (base / target).parts[1:]:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def entries(page):
    """Pages that the toctrees of a page name, patterns among them."""
    for block in re.findall(r"^\.\. toctree::\n((?:(?:   .*)?\n)+)", text_of(page), re.MULTILINE):
        for line in block.splitlines():
            if line.strip() and not line.strip().startswith(":"):
                yield resolved(re.sub(r".*<(.*)>", r"\1", line.strip()), page)


def is_page(name):
    """Whether there is a page, or an example that becomes one."""
    path = PurePosixPath(name)
    if path.parts[0] == "auto_examples":
        inner = Path(*path.parts[1:])
        return str(inner) == "index" or (EXAMPLES / inner.with_suffix(".py")).is_file()
    return name in PAGES


def test_every_page_is_reached_from_the_index():
    seen, waiting = set(), ["index"]
    while waiting:
        page = waiting.pop()
        if page in seen or page not in PAGES:
            continue
        seen.add(page)
        for name in entries(page):
            found = [p for p in PAGES if PurePosixPath(p).match(name)] if "*" in name else [name]
            waiting += found
    assert seen == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    text = text_of(page)
    targets = re.findall(r":doc:`(?:[^`<]*<)?([^`>]+)>?`", text)
    names = [resolved(target, page) for target in targets]
    names += [name for name in entries(page) if "*" not in name]
    assert [name for name in names if not is_page(name)] == []


@pytest.mark.parametrize("page", PAGES)
def test_references_and_included_files_exist(page):
    text = text_of(page)
    labels = set(re.findall(r"^\.\. _([\w-]+):$", "\n".join(map(text_of, PAGES)), re.MULTILINE))
    wanted = set(re.findall(r":ref:`(?:[^`<]*<)?([\w-]+)>?`", text))
    assert wanted <= labels
    included = re.findall(r"^\.\. (?:include|figure|image):: (\S+)$", text, re.MULTILINE)
    if page not in WAITING:
        assert all((DOCS / page).parent.joinpath(name).is_file() for name in included)


def test_guide_has_a_page_for_every_subpackage():
    guide = {name.removeprefix("guide/") for name in PAGES if name.startswith("guide/")}
    assert guide - {"index"} == set(SUBPACKAGES)
    assert set(entries("guide/index")) >= {f"guide/{subpackage}" for subpackage in SUBPACKAGES}


@pytest.mark.parametrize("page", [p for p in PAGES if p.startswith("guide/")])
def test_guide_shows_code_that_runs(page):
    """Pytest runs every `>>>` of these pages, as `testpaths` and `--doctest-glob` say."""
    n_examples = len(DocTestParser().get_examples(text_of(page)))
    assert (n_examples > 0) == (page.removeprefix("guide/") not in WITHOUT_CODE)
    assert "docs" in (ROOT / "setup.cfg").read_text().split("testpaths =")[1].split("\n")[0].split()


def test_commands_name_files_that_exist():
    text = "\n".join(map(text_of, PAGES))
    scripts = set(re.findall(r"examples/[\w/]+\.py", text))
    assert scripts
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_readme_links_exist():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_example_folders_are_numbered_and_have_headers():
    holders = {path.parent for path in EXAMPLES.rglob("plot_*.py")}
    numbered = set(EXAMPLES.glob("[0-9]_*"))
    assert holders == numbered
    numbers = sorted(int(folder.name[0]) for folder in numbered)
    assert numbers == list(range(1, len(numbers) + 1))
    for folder in (EXAMPLES, *numbered):
        title, rule = (folder / "GALLERY_HEADER.rst").read_text(encoding="utf-8").split("\n")[:2]
        assert len(rule) == len(title)
        assert set(rule) in ({"="}, {"-"})


def test_scripts_stay_out_of_the_gallery():
    for folder in ("benchmarks", "pretraining"):
        assert not (EXAMPLES / folder / "GALLERY_HEADER.rst").exists()
