"""Every public class and function says what else to look at, by names that exist."""

import inspect
from functools import reduce
from importlib import import_module
from pathlib import Path

import pytest

docscrape = pytest.importorskip("numpydoc.docscrape", reason="needs xrdmatch[docs]")

ROOT = Path(__file__).parents[1]
SUBPACKAGES = [path.parent.name for path in sorted(ROOT.glob("xrdmatch/[!_]*/__init__.py"))]


def public_objects():
    """Classes and functions by their full names, each once, where it is defined if public there."""
    found = {}
    for part in SUBPACKAGES:
        module = import_module(f"xrdmatch.{part}")
        for name in module.__all__:
            value = inspect.unwrap(getattr(module, name))
            if inspect.isclass(value) or inspect.isfunction(value):
                at_home = value.__module__.startswith(f"xrdmatch.{part}.")
                if at_home or id(value) not in found:
                    found[id(value)] = (f"xrdmatch.{part}.{name}", value)
    return dict(found.values())


OBJECTS = public_objects()


def resolved(name, home):
    """What a See Also names: a full name, or one of the same subpackage."""
    if not name.startswith("xrdmatch."):
        return reduce(getattr, name.split("."), import_module(home))
    _, part, *inner = name.split(".")
    return reduce(getattr, inner, import_module(f"xrdmatch.{part}"))


def see_also(value):
    entries = docscrape.NumpyDocString(inspect.getdoc(value) or "")["See Also"]
    return [name for functions, _ in entries for name, _ in functions]


@pytest.mark.parametrize("full", sorted(OBJECTS))
def test_see_also_names_what_exists(full):
    names = see_also(OBJECTS[full])
    assert names, f"{full} has no See Also section"
    targets = [resolved(name, full.rpartition(".")[0]) for name in names]
    assert OBJECTS[full] not in targets, "it names itself"
    assert len({id(target) for target in targets}) == len(names)


def test_a_wrong_name_is_found():
    with pytest.raises(AttributeError):
        resolved("read_patern", "xrdmatch.io")
    with pytest.raises(AttributeError):
        resolved("xrdmatch.io.read_patern", "xrdmatch.retrieval")
