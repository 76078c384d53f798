"""Versions and citation in a report."""

import platform
from importlib.metadata import version

from xrdmatch import __version__

PACKAGES = ("numpy", "scipy", "scikit-learn", "pymatgen", "gemmi")
CITATION = """@software{{xrdmatch,
  title = {{xrdmatch: which crystal structures a diffraction pattern may have come from}},
  author = {{{{The xrdmatch developers}}}},
  version = {{{version}}},
  license = {{BSD-3-Clause}}
}}"""


def versions():
    """Return the versions of what the answer was worked out with, by name."""
    return {
        "xrdmatch": __version__,
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def citation():
    """Return a BibTeX entry of this version."""
    return CITATION.format(version=__version__)
