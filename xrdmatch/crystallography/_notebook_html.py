"""What notebooks show of an object: a drawing with a table of facts."""

from html import escape

_ROW = '<tr><th style="text-align:left">{}</th><td style="text-align:left">{}</td></tr>'


def drawing_and_facts(title, drawing, facts):
    """Put a drawing above a table.

    Parameters
    ----------
    title : str
        Text.
    drawing : str
        HTML, an SVG for example.
    facts : dict of str to str
        Texts of the table's two columns.

    Returns
    -------
    str
        HTML without scripts.
    """
    rows = "".join(_ROW.format(escape(name), escape(fact)) for name, fact in facts.items())
    return f"<div><b>{escape(title)}</b><br>{drawing}<table>{rows}</table></div>"
