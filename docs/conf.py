"""Configuration of the documentation: ``sphinx-build docs docs/_build``."""

from pathlib import Path

import xrdmatch

project = "xrdmatch"
author = "The xrdmatch developers"
copyright = f"2026, {author}"
release = version = xrdmatch.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "numpydoc",
]
exclude_patterns = ["_build"]
html_theme = "alabaster"
default_role = "code"

autosummary_generate = True
numpydoc_show_class_members = False

examples = Path(__file__).parents[1] / "examples"
if examples.is_dir():
    extensions.append("sphinx_gallery.gen_gallery")
    sphinx_gallery_conf = {"examples_dirs": str(examples), "gallery_dirs": "auto_examples"}
