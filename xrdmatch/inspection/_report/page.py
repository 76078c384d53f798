"""Self-contained HTML page from templates, styles and scripts."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
CHARTS = ("bokeh", "bokeh-api")  # parts of BokehJS that the pictures need


def filled_page(**content):
    """Fill the template of the page.

    Parameters
    ----------
    **content
        What the template names; all text is escaped.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ImportError
        If jinja2 or bokeh is not installed.
    """
    environment = _environment()
    scripts = [*_chart_scripts(), _source("pictures.js")]
    style = _source("style.css")
    return environment.get_template("page.html").render(style=style, scripts=scripts, **content)


def _environment():
    """Make what reads the templates; every value that they show is escaped."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise ImportError(_needed("jinja2")) from error
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _chart_scripts():
    """Read the drawing library that bokeh brings for pages; bokeh itself is not imported."""
    try:
        files = distribution("bokeh")
    except PackageNotFoundError as error:
        raise ImportError(_needed("bokeh")) from error
    folder = Path(files.locate_file("bokeh/server/static/js"))
    return [(folder / f"{name}.min.js").read_text(encoding="utf-8") for name in CHARTS]


def _needed(package):
    return (
        f"Writing a report needs {package}, which is not installed; pip install xrdmatch[report]."
    )


def _source(name):
    return (TEMPLATES / name).read_text(encoding="utf-8")
