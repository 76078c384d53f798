"""The file of lowest versions says what pyproject.toml allows, and no other number."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOT_TESTED = {"docs"}
NOT_LOWEST = {
    "torch",  # of which one build for a kind of machine is at hand, not each version
    "pytest-xdist",  # 3.6.0 was withdrawn
}


def pins(path):
    rows = re.findall(r"^([\w.-]+)==(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in rows}


OLDEST, USUAL = pins(ROOT / "tests" / "oldest.txt"), pins(ROOT / "constraints.txt")


def requirements():
    extras = PROJECT["optional-dependencies"]
    named = [PROJECT["dependencies"], *(extras[name] for name in extras.keys() - NOT_TESTED)]
    found = [Requirement(text) for texts in named for text in texts]
    return [asked for asked in found if asked.name != PROJECT["name"]]


def lowest(asked):
    (version,) = [each.version for each in asked.specifier if each.operator == ">="]
    return version


def test_what_is_required_is_pinned_at_its_lowest_version():
    for asked in requirements():
        name = canonicalize_name(asked.name)
        if name not in NOT_LOWEST:
            assert f"{OLDEST[name]}.".startswith(f"{lowest(asked)}."), name


def test_every_pin_is_allowed():
    for asked in requirements():
        assert asked.specifier.contains(OLDEST[canonicalize_name(asked.name)]), asked
        assert asked.specifier.contains(USUAL[canonicalize_name(asked.name)]), asked


def test_torch_is_the_usual_one():
    assert OLDEST["torch"] == USUAL["torch"]
