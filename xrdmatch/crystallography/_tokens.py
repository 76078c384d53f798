"""Token arrays: the layout of a crystal as one sequence of numbers.

``start, a, b, c, alpha, beta, gamma, sites ..., end, NaN ...``

Fractional coordinates lie in [0, 1) and atomic numbers from 1 up, so a sequence tells by itself
which of the two site layouts it has.
"""

import numpy as np
from pymatgen.core import Lattice

START, END = -1.0, -2.0  # below every length, angle, coordinate and atomic number
N_HEAD = 7  # start mark and six lattice parameters
N_VALUES = 4  # x, y, z, atomic number
LAYOUTS = {
    "interleaved": "x, y, z, atomic number of one site after the other",
    "elements_last": "all positions, then all atomic numbers",
}


def n_tokens(max_sites):
    """Length of the sequence that holds up to `max_sites` sites.

    See Also
    --------
    is_tokens : Tell whether `X` is an array of tokens.
    sites_to_tokens : Write one crystal as a sequence.
    """
    return N_HEAD + N_VALUES * max_sites + 1


def is_tokens(X):
    """Tell whether `X` is an array of tokens.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    bool
        True for a two-dimensional array whose rows begin with the start mark.

    See Also
    --------
    sites_to_tokens : Write one crystal as a sequence.
    n_tokens : Length of the sequence that holds up to `max_sites` sites.

    Examples
    --------
    >>> from xrdmatch.crystallography import is_tokens
    >>> is_tokens([[1, 2, 3]])
    False
    """
    return isinstance(X, np.ndarray) and X.ndim == 2 and len(X) > 0 and (X[:, 0] == START).all()


def sites_to_tokens(parameters, frac_coords, numbers, max_sites, layout="interleaved"):
    """Write one crystal as a sequence.

    Parameters
    ----------
    parameters : array-like of shape (6,)
        a, b, c [Å], alpha, beta, gamma [degrees].
    frac_coords : array-like of shape (n_sites, 3)
        Fractional coordinates in [0, 1).
    numbers : array-like of shape (n_sites,)
        Atomic numbers.
    max_sites : int
        Number of sites that the sequence has room for.
    layout : {"interleaved", "elements_last"}
        Order of the sites' values.

    Returns
    -------
    ndarray of shape (8 + 4 * max_sites,)
        The sequence, padded with NaN.

    See Also
    --------
    tokens_to_sites : Read cells and sites back from sequences.
    LAYOUTS : Orders of the sites in a sequence.

    Examples
    --------
    >>> from xrdmatch.crystallography import sites_to_tokens
    >>> sites_to_tokens([2.5, 2.5, 20, 90, 90, 120], [[0, 0, 0.5]], [6], max_sites=1)
    array([ -1. ,   2.5,   2.5,  20. ,  90. ,  90. , 120. ,   0. ,   0. ,
             0.5,   6. ,  -2. ])
    """
    columns = np.column_stack([frac_coords, numbers])
    if layout == "elements_last":
        body = np.concatenate([columns[:, :3].ravel(), columns[:, 3]])
    else:
        body = columns.ravel()
    tokens = np.full(n_tokens(max_sites), np.nan)
    tokens[: N_HEAD + len(body) + 1] = [START, *parameters, *body, END]
    return tokens


def tokens_to_sites(tokens):
    """Read cells and sites back from sequences.

    Parameters
    ----------
    tokens : ndarray of shape (n_structures, n_tokens)
        Sequences of either layout.

    Returns
    -------
    lattice : ndarray of shape (n_structures, 3, 3)
        Row vectors a, b, c [Å].
    frac_coords : ndarray of shape (n_structures, n_sites, 3)
        Fractional coordinates, zero where padded.
    numbers : ndarray of shape (n_structures, n_sites)
        Atomic numbers, zero where padded.
    occupancy : ndarray of shape (n_structures, n_sites)
        One for every site: tokens carry no occupancies.

    See Also
    --------
    sites_to_tokens : Write one crystal as a sequence.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import sites_to_tokens, tokens_to_sites
    >>> row = sites_to_tokens([2, 2, 20, 90, 90, 90], [[0, 0, 0.5]], [6], max_sites=2)
    >>> tokens_to_sites(row[None])[2]
    array([[6]])
    """
    body = tokens[:, N_HEAD:]
    n_sites = (np.isfinite(body).sum(1) - 1) // N_VALUES
    values = np.zeros((len(tokens), max(1, n_sites.max(initial=1)), N_VALUES))
    for n in np.unique(n_sites):
        rows = np.flatnonzero(n_sites == n)
        values[rows, :n] = _site_values(body[rows, : N_VALUES * n])
    lattice = np.array([Lattice.from_parameters(*row[1:N_HEAD]).matrix for row in tokens])
    numbers = np.rint(values[..., 3]).astype(int)
    return lattice.reshape(-1, 3, 3), values[..., :3], numbers, (numbers > 0).astype(float)


def _site_values(body):
    """Rows of x, y, z, atomic number, whichever the layout; shape (n, n_sites, 4)."""
    interleaved = body.reshape(len(body), -1, N_VALUES)
    positions, elements = np.split(body, [body.shape[1] // N_VALUES * 3], axis=1)
    last = np.concatenate(
        [positions.reshape(len(body), -1, 3), elements[..., None]], axis=2
    )  # (n, n_sites, 4)
    return np.where(interleaved[:, :1, 3:] >= 1, interleaved, last)
