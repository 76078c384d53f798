"""What was found in a picture of spots."""

from dataclasses import dataclass, field

import numpy as np

from xrdmatch.crystallography import DiffractionPattern


@dataclass(frozen=True, eq=False, repr=False)
class FoundSpots:
    """Spots that were found in a picture, the strongest first.

    Parameters
    ----------
    pattern : DiffractionPattern
        The spots as a pattern of unknown orientation; q_x points to the right and q_y to row 0.
    pixels : ndarray of shape (n_spots, 2)
        Columns and rows of their centres [pixels].
    intensity : ndarray of shape (n_spots,)
        Sums over the pixels of a spot, above the background, in the unit of the counts.
    sigma : ndarray of shape (n_spots,)
        Standard errors of the intensities.
    width : float
        Typical standard deviation of a spot [pixels].
    centre : ndarray of shape (2,)
        Column and row of q = 0 [pixels].
    centre_error : float
        Its standard error along an axis [pixels].
    lattice : ndarray of shape (2, 2) or None
        Rows: two vectors (columns, rows) that span the lattice of most spots [pixels].
    indices : ndarray of int, shape (n_spots, 2), or None
        Of the lattice point nearest to each spot, counted from the centre.
    is_on_lattice : ndarray of bool, shape (n_spots,), or None
        Whether the spot lies there.
    n_lattices : int, default=0
        How many lattices were found, one crystal each.
    rings : ndarray of shape (n_rings,), optional
        Radii of rings around the centre [pixels].
    remarks : tuple of str
        What could not be decided, and what was left out; sentences.

    See Also
    --------
    SpotFinder : Finds them.
    """

    pattern: DiffractionPattern
    pixels: np.ndarray
    intensity: np.ndarray
    sigma: np.ndarray
    width: float
    centre: np.ndarray
    centre_error: float
    lattice: np.ndarray | None = None
    indices: np.ndarray | None = None
    is_on_lattice: np.ndarray | None = None
    n_lattices: int = 0
    rings: np.ndarray = field(default_factory=lambda: np.empty(0))
    remarks: tuple = ()

    @property
    def scale(self):
        """Pixels for one unit of q: 1 where q is in pixels."""
        q = self.pattern.q
        far = np.linalg.norm(q, axis=1).argmax()
        return float(np.linalg.norm(self.pixels[far] - self.centre) / np.linalg.norm(q[far]))

    def to_pixels(self, q):
        """Say where scattering vectors are in the picture.

        Parameters
        ----------
        q : array-like of shape (n, 2)
            Scattering vectors, in the unit of the pattern.

        Returns
        -------
        ndarray of shape (n, 2)
            Columns and rows [pixels].
        """
        return self.centre + self.scale * np.asarray(q, float) * [1.0, -1.0]

    def __repr__(self):
        column, row = self.centre
        on = "" if self.is_on_lattice is None else f", {int(self.is_on_lattice.sum())} on a lattice"
        return (
            f"FoundSpots({len(self.pixels)} spots{on}, centre at column {column:.1f}, row "
            f"{row:.1f})"
        )
