"""Symbols of point groups as they are printed."""

import re


def symbol_text(symbol):
    r"""Write a Hermann-Mauguin symbol with overbars.

    Parameters
    ----------
    symbol : str
        Such as ``"-6m2"``.

    Returns
    -------
    str
        Mathematical text, such as ``r"$\bar{6}m2$"``.

    Examples
    --------
    >>> from xrdmatch.inspection._plot.hermann_mauguin import symbol_text
    >>> symbol_text("m-3m")
    '$m\\bar{3}m$'
    """
    return "$" + re.sub(r"-(\d)", r"\\bar{\1}", symbol) + "$"
