"""Slip, twist and kind of stacked layers, read from images by least squares."""

import warnings

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from xrdmatch.crystallography import ObjectInput, as_structures
from xrdmatch.stacking._fits import StackFits
from xrdmatch.stacking._fitting.images import checked_images
from xrdmatch.stacking._fitting.lattices import Task
from xrdmatch.stacking._fitting.one_image import answer
from xrdmatch.stacking._projected_layer import project_layer

N_LAYERS = (1, 2, 3)
TWISTS = ("aligned", "free")
# Fields of the fits, and what they are called in one image's answer; or their shape.
_LISTS = {"stacks": "stack", "slip_std": "slip_std", "second": "second", "models": "model"}
_ARRAYS = {
    "residual": (),
    "rotation": (),
    "pixel_size": (),
    "face": (),
    "origin": (2,),
    "lattice": (2, 2),
    "probe_sigma": (),
    "second_residual": (),
}


class StackFitter(ObjectInput, BaseEstimator):
    """Read stacks of layers from images of their atoms.

    1. The spectrum of an image tells how the layers' lattice is turned, whether it is mirrored
       and, where it is not told, how large a pixel is. The lattice is refined until each of its
       waves has one phase all over the image.
    2. The amplitudes of the lattice's waves are fitted to the image by least squares.
    3. Every set of slips on a grid is compared with them, for every choice of layers; from the
       best ones slips, strengths of the layers and the probe are refined.
    4. Blocks of the image, and what the fit leaves, say how far the slips may be off.

    Slips are read in fractions of the lattice that the image has, so that strain, drift and a
    pixel size that is off by some percent do no harm.

    Parameters
    ----------
    n_layers : {"auto", 1, 2, 3}, default="auto"
        Number of layers. ``"auto"`` takes two, or three where two leave too much unexplained. A
        single layer looks like two without slip.
    twist : {"aligned", "free"}, default="aligned"
        ``"aligned"``: layers share a lattice, parallel or antiparallel. ``"free"``: two layers
        each have a lattice of their own, and the angle between them is read.
    power : float, default=1.7
        Atoms are seen as their atomic number to this power.
    ratio_std : float, default=0.1
        How much the strength of a layer may differ from that of the one below: standard deviation
        of the logarithm.
    n_jobs : int, default=None
        Number of workers; None is one, -1 all processors.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Attributes
    ----------
    structures_ : list of Structure
        The candidate layers, each once.

    See Also
    --------
    StackSimulator : Images of stacks.
    StackingMap : Stacks over a large image.

    References
    ----------
    Huang et al., Nat. Commun. (2025), read stacks by a network; :doc:`/benchmarks/stacking`
    compares.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack, StackFitter, StackSimulator
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> mos2 = by_name["MoS2-2H"]
    >>> stack = Stack([mos2, mos2], slip=(1 / 3, 2 / 3))
    >>> images = StackSimulator(dose=30, rotation=20, random_state=0).transform([stack])
    >>> fits = StackFitter().fit([mos2]).fit_images(images, pixel_size=0.136)
    >>> fits.stacks[0].name(), bool(stack.distance(fits.stacks[0]) < 5)  # [pm]
    ('3R', True)
    """

    def __init__(
        self,
        n_layers="auto",
        twist="aligned",
        *,
        power=1.7,
        ratio_std=0.1,
        n_jobs=None,
        verbose=False,
    ):
        self.n_layers = n_layers
        self.twist = twist
        self.power = power
        self.ratio_std = ratio_std
        self.n_jobs = n_jobs
        self.verbose = verbose

    def fit(self, structures, y=None):
        """Take the layers of which stacks may be made.

        Parameters
        ----------
        structures : list of Structure
            Layers as primitive cells, with vacuum along c. A stack may have any of them, and each
            more than once.
        y : None
            Ignored.

        Returns
        -------
        StackFitter
            The fitter itself.

        Raises
        ------
        ValueError
            If there are no structures, or a parameter is out of its range.
        """
        self._check()
        self.structures_ = _each_once(structures)
        self._task = Task(
            [project_layer(layer) for layer in self.structures_], self.power, self.ratio_std
        )
        return self

    def predict(self, images, pixel_size=None):
        """Read the stacks.

        Parameters
        ----------
        images : ndarray of shape (n_images, h, w), or list of ndarray or Picture
            Images, their first row the highest. A Picture brings its pixel size along.
        pixel_size : float or array-like of shape (n_images,), optional
            [Å]; None looks for it.

        Returns
        -------
        list of Stack or None
            One for each image; None, with a warning that says why, where there is no answer.
        """
        fits = self.fit_images(images, pixel_size)
        for i, sentence in fits.failures.items():
            warnings.warn(f"Image {i} was not read: {sentence}", stacklevel=2)
        return fits.stacks

    def fit_images(self, images, pixel_size=None):
        """Read the stacks, with all that the fits tell.

        Parameters
        ----------
        images : ndarray of shape (n_images, h, w), or list of ndarray or Picture
            Images, their first row the highest. A Picture brings its pixel size along.
        pixel_size : float or array-like of shape (n_images,), optional
            [Å]; None looks for it.

        Returns
        -------
        StackFits
            Stacks, residuals, standard deviations and the second best; what failed, and why.
        """
        check_is_fitted(self, "structures_")
        images, sizes = checked_images(images, pixel_size)
        what = self.n_layers, self.twist
        jobs = (
            delayed(answer)(image, size, self._task, self.structures_, *what)
            for image, size in zip(images, sizes, strict=True)
        )
        found = Parallel(n_jobs=self.n_jobs, return_as="generator")(jobs)
        return _fits(list(tqdm(found, "images", len(images), disable=not self.verbose)))

    def _check(self):
        if self.n_layers != "auto" and self.n_layers not in N_LAYERS:
            raise ValueError(f'n_layers must be "auto", 1, 2 or 3, got {self.n_layers!r}.')
        if self.twist not in TWISTS:
            raise ValueError(f'twist must be "aligned" or "free", got {self.twist!r}.')
        if self.twist == "free" and self.n_layers not in ("auto", 2):
            raise ValueError(
                f"A free twist is read of two layers, got n_layers={self.n_layers!r}; set 2."
            )
        for name in ("power", "ratio_std"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}.")


def _each_once(structures):
    structures = list(as_structures(structures))
    if not structures:
        raise ValueError(
            "A fitter needs the layers of which stacks may be made, got none; give one or more."
        )
    kept = []
    for structure in structures:
        if not any(structure is other or structure == other for other in kept):
            kept.append(structure)
    return kept


def _fits(answers):
    """Put the answers of images together."""
    lists = {name: [getattr(own, single) for own in answers] for name, single in _LISTS.items()}
    arrays = {
        name: np.array([getattr(own, name) for own in answers], dtype=float).reshape(-1, *shape)
        for name, shape in _ARRAYS.items()
    }
    failures = {i: own.failure for i, own in enumerate(answers) if own.failure}
    return StackFits(**lists, **arrays, failures=failures)
