"""The conda recipe is YAML, and says what pyproject.toml says."""

import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import xrdmatch

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
CONDA_NAMES = {"torch": "pytorch"}  # where conda-forge has another


@pytest.fixture(scope="module")
def recipe():
    return yaml.safe_load((ROOT / "docs" / "conda" / "recipe.yaml").read_text(encoding="utf-8"))


def pairs(texts):
    """Name and range of each requirement, as both kinds of files write them."""
    asked = [Requirement(text) for text in texts]
    return {CONDA_NAMES.get(one.name, one.name): one.specifier for one in asked}


def test_it_needs_what_the_package_needs(recipe):
    python = f"python{PROJECT['requires-python']}"
    assert pairs(recipe["requirements"]["run"]) == pairs([python, *PROJECT["dependencies"]])


def test_it_is_built_with_what_the_package_is_built_with(recipe):
    python = f"python{PROJECT['requires-python']}"
    built_with = [python, "pip", *SETTINGS["build-system"]["requires"]]
    assert pairs(recipe["requirements"]["host"]) == pairs(built_with)


def test_it_is_of_this_version(recipe):
    assert recipe["context"]["version"] == xrdmatch.__version__
    assert recipe["package"] == {"name": PROJECT["name"], "version": "${{ version }}"}


def test_it_has_the_command_and_the_licence(recipe):
    (name, entry), *others = PROJECT["scripts"].items()
    assert not others
    assert recipe["build"]["python"]["entry_points"] == [f"{name} = {entry}"]
    assert recipe["about"]["license"] == PROJECT["license"]
    assert recipe["about"]["summary"] == PROJECT["description"]
    recipe_folder = ROOT / "docs" / "conda"
    assert (recipe_folder / recipe["source"]["path"] / recipe["about"]["license_file"]).is_file()
