"""Rows as plain arrays by name, in which they can be kept in files."""

from xrdmatch.preprocessing._rows import RaggedArray, Rows


def rows_as_arrays(rows, name):
    """Write rows as arrays.

    Parameters
    ----------
    rows : ndarray, RaggedArray or Rows
        The rows.
    name : str
        What they are called.

    Returns
    -------
    dict of str to ndarray
        ``name``, or ``name.values`` and ``name.starts`` of a `RaggedArray`, or those of the parts
        of `Rows`, called ``name:part``.

    See Also
    --------
    rows_from_arrays : Do the inverse of `rows_as_arrays`.
    """
    if isinstance(rows, RaggedArray):
        return {f"{name}.values": rows.values, f"{name}.starts": rows.starts}
    if not isinstance(rows, Rows):
        return {name: rows}
    arrays = {}
    for part, value in vars(rows).items():
        arrays |= rows_as_arrays(value, f"{name}:{part}")
    return arrays


def rows_from_arrays(arrays, name):
    """Do the inverse of `rows_as_arrays`.

    Parameters
    ----------
    arrays : dict of str to ndarray
        What `rows_as_arrays` returned, others among them.
    name : str
        What the rows are called.

    Returns
    -------
    ndarray, RaggedArray or Rows
        The rows.

    See Also
    --------
    rows_as_arrays : Write rows as arrays.
    """
    if name in arrays:
        return arrays[name]
    if f"{name}.values" in arrays:
        return RaggedArray(arrays[f"{name}.values"], arrays[f"{name}.starts"])
    own = [key for key in arrays if key.startswith(f"{name}:")]
    parts = dict.fromkeys(key[len(name) + 1 :].partition(".")[0] for key in own)
    return Rows(**{part: rows_from_arrays(arrays, f"{name}:{part}") for part in parts})
