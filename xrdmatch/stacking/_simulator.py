"""Images of stacks as a scanning transmission electron microscope makes them."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state
from tqdm import tqdm

from xrdmatch.crystallography import ObjectInput
from xrdmatch.stacking._imaging.columns import column_image, columns_in
from xrdmatch.stacking._imaging.effects import draw
from xrdmatch.stacking._imaging.harmonics import wave_image
from xrdmatch.stacking._imaging.view import View
from xrdmatch.stacking._poses import poses_of, rotation
from xrdmatch.stacking._stack import Stack

ROW_MARGIN = 16  # pixels added on both sides while rows are shifted


class StackSimulator(ObjectInput, TransformerMixin, BaseEstimator):
    """Simulate annular dark-field images of stacks.

    1. Every atom weighs Z to a power: annular dark-field contrast is incoherent.
    2. A perfect stack is a sum of its lattices' waves, one with defects a sum of its atoms.
    3. A Gaussian probe blurs it; rows are shifted as the scan has it.
    4. What adds intensity comes on top, then the counting noise of the dose.

    A number may also be a pair (low, high): each image then draws its own between them.

    Parameters
    ----------
    pixel_size : float or (float, float), default=0.136
        [Å].
    probe_sigma : float or (float, float), default=0.4
        Standard deviation of the probe, with source size [Å].
    power : float or (float, float), default=1.7
        Power of the atomic number with which atoms are seen.
    shape : (int, int), default=(256, 256)
        Rows and columns of the images.
    dose : float or (float, float), default=None
        Mean number of counts a pixel, with counting noise; None leaves the mean at 1, without.
    layer_ratio : float or (float, float), default=1.0
        How strongly each layer is seen, relative to the one below.
    rotation : float or (float, float), default=0.0
        How far the stack is turned in the image, counter-clockwise [degrees].
    origin : "random" or (float, float), default="random"
        Where the first layer's origin is, from the middle of the image [Å]; at random within the
        first layer's cell.
    strain : float, default=0.0
        Standard deviation of the components of a random deformation.
    effects : list of ImageEffect, default=()
        Defects of crystal, scan and specimen.
    random_state : int, RandomState instance or None, default=None
        Makes the images repeatable.
    verbose : bool, default=False
        Whether a bar shows the progress.

    See Also
    --------
    defect_mixture : A simulator with a mixture of all effects.
    StackFitter : Reads stacks from images.

    References
    ----------
    Krivanek et al., Nature 464, 571 (2010): annular dark-field intensities of single atoms follow
    Z^1.64 to Z^1.7.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack, StackSimulator
    >>> graphene = load_monolayers()[0]
    >>> stack = Stack([graphene, graphene], slip=(1 / 3, 2 / 3))
    >>> images = StackSimulator(shape=(64, 48), dose=10, random_state=0).transform([stack])
    >>> images.shape, float(images.mean().round())
    ((1, 64, 48), 10.0)
    """

    _requires_fit = False

    def __init__(
        self,
        pixel_size=0.136,
        probe_sigma=0.4,
        power=1.7,
        *,
        shape=(256, 256),
        dose=None,
        layer_ratio=1.0,
        rotation=0.0,
        origin="random",
        strain=0.0,
        effects=(),
        random_state=None,
        verbose=False,
    ):
        self.pixel_size = pixel_size
        self.probe_sigma = probe_sigma
        self.power = power
        self.shape = shape
        self.dose = dose
        self.layer_ratio = layer_ratio
        self.rotation = rotation
        self.origin = origin
        self.strain = strain
        self.effects = effects
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, stacks=None, y=None):
        """Do nothing: there is nothing to learn."""
        return self

    def __sklearn_is_fitted__(self):
        """Tell that the simulator needs no fit."""
        return True

    def transform(self, stacks):
        """Simulate one image of each stack.

        Parameters
        ----------
        stacks : list of Stack
            The stacks.

        Returns
        -------
        ndarray of float32, shape (n_stacks, h, w)
            The images. x points to the right, y up: the first row is the highest.

        Raises
        ------
        ValueError
            If a parameter is out of its range, or an item is no stack.
        """
        self._check()
        rng = check_random_state(self.random_state)
        rng = np.random.default_rng(rng.randint(2**31))
        images = np.empty((len(stacks), *self.shape), dtype=np.float32)
        for i, stack in enumerate(tqdm(stacks, "images", disable=not self.verbose)):
            images[i] = self._image(stack, rng)
        return images

    def _image(self, stack, rng):
        if not isinstance(stack, Stack):
            raise ValueError(
                f"Images are made of Stacks, got {type(stack).__name__}; make a Stack of layers."
            )
        poses, power = poses_of(stack), draw(self.power, rng)
        ratios = draw(self.layer_ratio, rng) ** np.arange(len(stack.layers))
        effects = [effect.drawn(rng) for effect in self.effects]
        view = self._view(poses, rng)
        image = _crystal(poses, ratios, view, power, effects, rng)
        for effect in effects:
            image = effect.image(image, view, rng)
        dose = draw(self.dose, rng)
        return image if dose is None else rng.poisson(np.maximum(image / image.mean(), 0) * dose)

    def _view(self, poses, rng):
        matrix = rotation(draw(self.rotation, rng))
        matrix = matrix @ (np.eye(2) + self.strain * rng.normal(size=(2, 2)))
        origin = self.origin
        if isinstance(origin, str):
            origin = rng.random(2) @ poses.layers[0].lattice @ matrix
        return View(
            tuple(self.shape),
            draw(self.pixel_size, rng),
            draw(self.probe_sigma, rng),
            matrix,
            np.asarray(origin, dtype=float),
        )

    def _check(self):
        for name in ("pixel_size", "probe_sigma", "power", "dose", "layer_ratio"):
            low = np.min(getattr(self, name)) if getattr(self, name) is not None else 1.0
            if not low > 0:
                raise ValueError(f"{name} must be above 0, got {getattr(self, name)!r}.")
        if len(self.shape) != 2 or min(self.shape) < 1:
            raise ValueError(f"shape must be rows and columns, got {self.shape!r}; give two.")
        if isinstance(self.origin, str) and self.origin != "random":
            raise ValueError(f'origin must be "random" or two numbers [Å], got {self.origin!r}.')


def _crystal(poses, ratios, view, power, effects, rng):
    """Make the image of the crystal, its rows shifted, with a mean of 1."""
    image = _atoms(poses, ratios, view, power, effects, rng)
    shifts = sum((effect.scan(view, rng) for effect in effects), np.zeros(view.shape[0]))
    if shifts.any():
        image = _shifted_rows(image, shifts / view.pixel_size)
    return image / image.mean()


def _atoms(poses, ratios, view, power, effects, rng):
    """Make the image of the atoms, one by one only where an effect changes them."""
    if not any(effect.moves_atoms for effect in effects):
        return wave_image(poses, ratios, view, power)
    columns = columns_in(poses, ratios, view, power)
    for effect in effects:
        columns = effect.columns(columns, rng)
    return column_image(columns, view)


def _shifted_rows(image, shifts):
    """Shift each row to the right by a number of pixels; the edges are continued by reflection."""
    wide = np.pad(image, ((0, 0), (ROW_MARGIN, ROW_MARGIN)), mode="reflect")
    phases = np.exp(-2j * np.pi * np.outer(shifts, np.fft.rfftfreq(wide.shape[1])))
    moved = np.fft.irfft(np.fft.rfft(wide, axis=1) * phases, wide.shape[1], axis=1)
    return moved[:, ROW_MARGIN:-ROW_MARGIN]
