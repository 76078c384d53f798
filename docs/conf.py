"""Configuration of the documentation: ``python -m sphinx -W docs docs/_build``."""

from importlib import import_module
from inspect import isclass
from pathlib import Path
from types import FunctionType

from docutils import nodes
from docutils.utils import unescape
from sphinx.domains.python import PyXRefRole

import xrdmatch

HERE = Path(__file__).parent

project = "xrdmatch"
author = "The xrdmatch developers"
copyright = f"2026, {author}"
release = version = xrdmatch.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_gallery.gen_gallery",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
exclude_patterns = ["_build"]
for page in (HERE / "benchmarks").glob("*.rst"):  # one whose tables were not measured yet waits
    tables = page.with_suffix(".inc")
    if f".. include:: {tables.name}" in page.read_text(encoding="utf-8") and not tables.exists():
        exclude_patterns.append(f"benchmarks/{page.name}")
templates_path = ["_templates"]

SINGLE_PAGES = ["index", "quickstart", "identify", "identify_spots", "solve", "serve", "how_good"]
SINGLE_PAGES += ["coming_from", "many_machines", "safety", "api"]
html_theme = "pydata_sphinx_theme"
html_title = html_short_title = f"{project} {version}"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": project},
    "header_links_before_dropdown": 4,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {page: [] for page in SINGLE_PAGES}  # pages without a section

# Every link must lead somewhere. Annotations are left out of signatures, since the docstrings say
# more; what is not ours is written as code and not linked, so that a build needs no network.
nitpicky = True
autodoc_typehints = "none"
numpydoc_show_class_members = False  # the template below lists what a class itself brings

here = ["io", "datasets", "crystallography", "simulation", "preprocessing", "encoders"]
here += ["refinement", "learning", "retrieval", "metrics", "cluster", "solution", "stacking"]
here += ["inspection"]
parts = [f"xrdmatch.{part}" for part in here if (HERE.parent / "xrdmatch" / part).is_dir()]
public = {name: f"{part}.{name}" for part in parts for name in import_module(part).__all__}
every = {f"{part}.{name}": name for part in parts for name in import_module(part).__all__}
repeated = {full for full, name in every.items() if public[name] != full}  # described once
links = {**public, **{full: public[name] for full, name in every.items()}}
links |= {f"xrdmatch.{name}": public[name] for name in xrdmatch.__all__}


def _members(cls):
    """Methods and properties that a class has from this package, not from another."""
    own = {}
    for base in reversed([c for c in cls.__mro__ if c.__module__.startswith("xrdmatch.")]):
        own |= {name: value for name, value in vars(base).items() if not name.startswith("_")}
    kinds = {"methods": (FunctionType, classmethod, staticmethod), "properties": (property,)}
    return {what: [n for n, v in own.items() if isinstance(v, k)] for what, k in kinds.items()}


objects = {full: getattr(import_module(full.rpartition(".")[0]), n) for full, n in every.items()}
autosummary_context = {
    "repeated": repeated,
    "headline": set(xrdmatch.__all__),  # which examples import from here
    "own_members": {full: _members(value) for full, value in objects.items() if isclass(value)},
}
del objects

sphinx_gallery_conf = {
    "examples_dirs": str(HERE.parent / "examples"),
    "gallery_dirs": "auto_examples",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "backreferences_dir": "generated/backreferences",  # what "Examples using" is made of
    "doc_module": ("xrdmatch",),
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
}

default_role = "name"


def name_role(role, rawtext, text, lineno, inliner, options=None, content=()):
    """Show a public name as a link to its page in the reference, and all else as code."""
    if text in links:
        return PyXRefRole()("py:obj", rawtext, f"{text} <{links[text]}>", lineno, inliner)
    return [nodes.literal(rawtext, unescape(text))], []


def find_public(app, env, node, contnode):
    """Find what a docstring of another subpackage, or the headline names, refer to."""
    target = links.get(node.get("reftarget"))
    if node.get("refdomain") != "py" or target is None:
        return None
    origin = node.get("refdoc", env.docname)
    return env.domains["py"].resolve_xref(env, origin, app.builder, "obj", target, node, contnode)


def setup(app):
    """Add the role, and what looks up names."""
    app.add_role("name", name_role)
    app.connect("missing-reference", find_public)
