"""A pattern as a picture."""

import numpy as np

from xrdmatch.crystallography import log_picture

SPOT_WIDTH = 1.0  # [pixels] standard deviation of a spot


def to_image(pattern, shape=(201, 201), scale=40.0, log=True):
    """Draw the spots of a pattern on a pixel grid.

    Parameters
    ----------
    pattern : DiffractionPattern
        Spots of the zero layer.
    shape : (int, int), default=(201, 201)
        Rows and columns [pixels]; q = 0 stands in the middle, q_y points to row 0.
    scale : float, default=40.0
        Pixels for 1/Å [pixel Å]: 40 puts 2.5 1/Å at the edge of 201 pixels.
    log : bool, default=True
        Whether the value is 4 + log10(I / I_max), clipped at zero, rather than I.

    Returns
    -------
    ndarray of shape `shape`
        The picture. Spots are Gaussians of one pixel's standard deviation, whose sum over
        pixels is the intensity.

    Raises
    ------
    ValueError
        If the pattern is not two-dimensional, or no spot with intensity lies in the picture.

    See Also
    --------
    DiffractionSimulator : Simulate diffraction patterns of crystal structures.
    xrdmatch.preprocessing.find_spots
        Find the spots of a picture that `xrdmatch.simulation.to_image` drew.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.simulation import to_image
    >>> to_image(DiffractionPattern([[0.5, 0.0]], [1.0])).argmax() % 201  # 100 + 0.5 * 40
    np.int64(120)
    """
    if pattern.n_dimensions != 2:
        raise ValueError(
            "A picture needs spots with two components of q, got a pattern with "
            f"{pattern.n_dimensions}; use the zone-axis geometry."
        )
    rows, columns = _pixel_positions(pattern.q, shape, scale)
    _check_inside(rows, columns, pattern.intensity, shape)
    image = np.einsum(
        "nr,nc,n->rc",
        _profile(rows, shape[0]),
        _profile(columns, shape[1]),
        pattern.intensity,
    )
    return log_picture(image) if log else image


def _pixel_positions(q, shape, scale):
    """Fractional (row, column) of each scattering vector."""
    middle = (np.array(shape) - 1) / 2
    return middle[0] - scale * q[:, 1], middle[1] + scale * q[:, 0]


def _profile(centres, n_pixels):
    """One-dimensional Gaussians of unit sum, shape (n_spots, n_pixels)."""
    offset = np.arange(n_pixels) - centres[:, None]
    return np.exp(-(offset**2) / (2 * SPOT_WIDTH**2)) / (SPOT_WIDTH * np.sqrt(2 * np.pi))


def _check_inside(rows, columns, intensity, shape):
    middle = (np.array(shape)[:, None] - 1) / 2
    offset = np.abs(np.stack([rows, columns]) - middle)
    inside = (offset <= middle + 0.5).all(axis=0)  # pixels reach half a pixel beyond their centre
    if not intensity[inside].any():
        raise ValueError(
            "A picture needs at least one spot with intensity inside it, got none; lower the scale "
            "or enlarge the shape."
        )
