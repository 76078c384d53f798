"""matplotlib, which only drawing needs."""


def import_pyplot():
    """Import matplotlib, which only plotting needs.

    Returns
    -------
    module
        `matplotlib.pyplot`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "Drawing needs matplotlib, which is not installed; pip install xrdmatch[plot]."
        ) from error
    return plt


def detached_figure(size):
    """Make a figure that no window shows.

    Parameters
    ----------
    size : tuple of two floats
        Width and height [inches].

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    import_pyplot()  # for what it says where there is none
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained")
