"""Stacking over a large image: windows, domains and the lines between them."""

import numpy as np
from sklearn.base import BaseEstimator
from tqdm import tqdm

from xrdmatch.crystallography import ObjectInput
from xrdmatch.stacking._mapping.assembly import assemble
from xrdmatch.stacking._mapping.binning import binned, checked_image
from xrdmatch.stacking._mapping.blocks import levelled, tiling
from xrdmatch.stacking._mapping.boundaries import find_boundaries
from xrdmatch.stacking._mapping.reading import read_windows
from xrdmatch.stacking._mapping.survey import survey

CELLS = 2  # of the lattice, that a window must hold


class StackingMap(ObjectInput, BaseEstimator):
    """Read slip, twist and stacking in windows over a large image.

    1. The estimator reads a few places: which layers, how they are turned, the pixel size.
    2. The image's phases give the lattice everywhere.
    3. The layers' places are fitted to each window, parallel and antiparallel.
    4. Windows that are alike are a motif. Which motif leaves least of the image, at each place,
       makes domains, and boundaries between them that are finer than the windows.

    Parameters
    ----------
    estimator : StackFitter
        Reads stacks; fitted to candidate layers.
    window : float, default=30.0
        Edge of the windows [Å], at least two cells.
    step : float, default=10.0
        From one window to the next [Å].
    verbose : bool, default=False
        Whether a bar shows the progress.

    Attributes
    ----------
    centres_ : ndarray of shape (n_rows, n_columns, 2)
        Centres of the windows [Å], x to the right and y up, from the image's centre.
    slip_ : ndarray of shape (n_rows, n_columns, n_layers - 1, 2)
        Of each layer against the one below, in fractions of the first layer's a and b, within
        half a cell of their mean. Of layers that look alike, the same one is counted as the first
        all over the image. Where layers are twisted it is the slip at the window's centre.
    slip_angstrom_ : ndarray of shape (n_rows, n_columns, n_layers - 1, 2)
        The same in the frame that has the first layer's a along +x [Å].
    slip_std_ : ndarray of shape (n_rows, n_columns, n_layers - 1, 2)
        Standard deviations of these, from how far parts of a window disagree [Å].
    twist_ : ndarray of shape (n_rows, n_columns, n_layers - 1)
        Of each layer against the one below [degrees], from how places change between windows.
    residual_ : ndarray of shape (n_rows, n_columns)
        Root mean square of what the layers leave, as a share of the window's own.
    name_ : ndarray of object, shape (n_rows, n_columns)
        Names of the stackings; None without an answer.
    stacks_ : ndarray of object, shape (n_rows, n_columns)
        Stack of each window; None without an answer.
    motif_ : ndarray of int, shape (n_rows, n_columns)
        Number of each window's motif, 0 the most frequent; -1 where it has none.
    motifs_ : list of Stack
        The motifs.
    boundaries_ : list of StackingBoundary
        Where the motif changes, the longest first. Their names agree where the change is subtle:
        beyond what the slips' standard deviations allow, but with one name.
    domains_ : Domains
        Motifs on a grid finer than the windows.
    failures_ : dict of (int, int) to str
        Why windows have no answer, by row and column; their numbers are NaN.
    pixel_size_ : float
        [Å].
    extent_ : tuple of four floats
        Left, right, bottom and top of the image [Å].

    See Also
    --------
    StackFitter : Reads single images.
    StackingMapDisplay : Draws the map.
    stacking_shares : How much of many images each stacking covers.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack, StackFitter, StackingMap, StackSimulator
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> mos2 = by_name["MoS2-2H"]
    >>> stack = Stack([mos2, mos2], slip=(1 / 3, 2 / 3))
    >>> (image,) = StackSimulator(shape=(400, 400), random_state=0).transform([stack])
    >>> found = StackingMap(StackFitter().fit([mos2])).fit(image, pixel_size=0.136)
    >>> found.name_.tolist()
    [['3R', '3R', '3R'], ['3R', '3R', '3R'], ['3R', '3R', '3R']]
    """

    def __init__(self, estimator, window=30.0, step=10.0, *, verbose=False):
        self.estimator = estimator
        self.window = window
        self.step = step
        self.verbose = verbose

    def fit(self, image, pixel_size=None):
        """Read an image.

        Parameters
        ----------
        image : array-like of shape (height, width), or Picture
            Counts; windows with values that are not finite have no answer. A Picture brings its
            pixel size along.
        pixel_size : float, default=None
            [Å]; found if None.

        Returns
        -------
        StackingMap
            The map itself.

        Raises
        ------
        TypeError
            If the estimator fits no images.
        ValueError
            If the image is none, cannot be read anywhere, or is smaller than a window; or a
            window is smaller than two cells.
        """
        self._check()
        image, known, pixel_size = checked_image(image, pixel_size)
        bases, size = survey(self.estimator, image, pixel_size, self.window)
        self._check_window(bases[0])
        image, known, size = binned(image, known, size)
        tiles = tiling(image.shape, size, self.window, self.step)
        self.extent_ = _extent(image.shape, size)
        image, known = tiles.covered(image), tiles.covered(known)
        longest = max(np.linalg.norm(base.lattices, axis=-1).max() for base in bases)
        image = np.where(known, levelled(image, size, longest), 0.0)
        reading = read_windows(image, bases, tiles, self.estimator.ratio_std, self._bar)
        self.pixel_size_ = size
        for name, value in assemble(image, reading, tiles, known).items():
            setattr(self, f"{name}_", value)
        names = {i: motif.name() for i, motif in enumerate(self.motifs_)}
        self.boundaries_ = find_boundaries(self.domains_, names)
        return self

    def stack(self, row, column):
        """Return the stack of one window, None without an answer."""
        return self.stacks_[row, column]

    def _bar(self, parts):
        return tqdm(parts, "windows", unit=" parts", disable=not self.verbose)

    def _check(self):
        if not hasattr(self.estimator, "fit_images"):
            raise TypeError(
                "A map needs an estimator that fits images, got "
                f"{type(self.estimator).__name__}; take a StackFitter."
            )
        for name in ("window", "step"):
            value = getattr(self, name)
            if not np.isfinite(value) or value <= 0:
                raise ValueError(f"{name} must be a length above 0 [Å], got {value!r}.")

    def _check_window(self, base):
        longest = np.linalg.norm(base.lattices, axis=-1).max()
        if self.window < CELLS * longest:
            raise ValueError(
                f"A window must hold {CELLS} cells of the lattice, got {self.window:g} Å for cells "
                f"of {longest:.1f} Å; take larger windows."
            )


def _extent(shape, pixel_size):
    height, width = np.multiply(shape, pixel_size) / 2
    return -width, width, -height, height
