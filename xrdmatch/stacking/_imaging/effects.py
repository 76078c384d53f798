"""Imperfections of images: defects of the crystal, of the scan and of the specimen."""

from dataclasses import dataclass, fields, replace

import numpy as np
from pymatgen.core import Element
from scipy.ndimage import gaussian_filter

DIRT_SIZE = 6.0  # [Å] standard deviation of what smooths a film of adsorbed molecules


class ImageEffect:
    """One effect; each hook returns what it was given, unless an effect overrides it.

    Numbers may be pairs (low, high): each image then draws its own between them.
    """

    moves_atoms = False  # whether `columns` does anything

    def drawn(self, rng):
        """Return the effect with a number in place of each pair."""
        numbers = {field.name: draw(getattr(self, field.name), rng) for field in fields(self)}
        return replace(self, **numbers)

    def columns(self, columns, rng):
        """Change the atoms."""
        return columns

    def scan(self, view, rng):
        """Return how far each row is shifted to the right [Å], shape (h,)."""
        return np.zeros(view.shape[0])

    def image(self, image, view, rng):
        """Change the image, whose mean is 1."""
        return image


def draw(value, rng):
    """Draw a number from a pair (low, high); anything else is returned as it is."""
    if isinstance(value, tuple) and len(value) == 2:
        return float(rng.uniform(*value))
    return value


@dataclass(frozen=True)
class Vacancies(ImageEffect):
    """Atoms that are missing.

    Parameters
    ----------
    share : float or (float, float)
        The share of atoms that are missing.
    element : str, optional
        Only atoms of this element; None is all.

    See Also
    --------
    Jitter : Atoms that are not at their places: a normal displacement of each.
    StackSimulator : Simulate annular dark-field images of stacks.

    Examples
    --------
    >>> from xrdmatch.stacking import Vacancies
    >>> Vacancies(0.1)
    Vacancies(share=0.1, element=None)
    """

    share: float = 0.05
    element: str | None = None
    moves_atoms = True

    def columns(self, columns, rng):
        """Leave atoms out."""
        missing = rng.random(len(columns.weights)) < self.share
        if self.element is not None:
            missing &= columns.numbers == Element(self.element).Z
        return replace(columns, weights=np.where(missing, 0.0, columns.weights))


@dataclass(frozen=True)
class Jitter(ImageEffect):
    """Atoms that are not at their places: a normal displacement of each.

    Parameters
    ----------
    sigma : float or (float, float)
        Standard deviation along each axis [Å].

    See Also
    --------
    Vacancies : Atoms that are missing.
    StackSimulator : Simulate annular dark-field images of stacks.

    Examples
    --------
    >>> from xrdmatch.stacking import Jitter
    >>> Jitter((0.0, 0.2))
    Jitter(sigma=(0.0, 0.2))
    """

    sigma: float = 0.1
    moves_atoms = True

    def columns(self, columns, rng):
        """Displace the atoms."""
        shifts = rng.normal(0, self.sigma, columns.positions.shape)
        return replace(columns, positions=columns.positions + shifts)


@dataclass(frozen=True)
class ScanRows(ImageEffect):
    """Rows that are shifted against each other, as vibrations and noise of the scan do.

    Parameters
    ----------
    sigma : float or (float, float)
        Standard deviation of the shift of each row [Å].

    See Also
    --------
    Drift : A specimen that moves steadily to the right while it is scanned row by row.
    StackSimulator : Simulate annular dark-field images of stacks.

    Examples
    --------
    >>> from xrdmatch.stacking import ScanRows
    >>> ScanRows(0.1)
    ScanRows(sigma=0.1)
    """

    sigma: float = 0.05

    def scan(self, view, rng):
        """Shift each row on its own."""
        return rng.normal(0, self.sigma, view.shape[0])


@dataclass(frozen=True)
class Drift(ImageEffect):
    """A specimen that moves steadily to the right while it is scanned row by row.

    Parameters
    ----------
    share : float or (float, float)
        How far it moves, as a share of how far the scan has moved down.

    See Also
    --------
    ScanRows : Rows that are shifted against each other, as vibrations and noise of the scan do.
    StackSimulator : Simulate annular dark-field images of stacks.

    Examples
    --------
    >>> from xrdmatch.stacking import Drift
    >>> Drift((-0.01, 0.01))
    Drift(share=(-0.01, 0.01))
    """

    share: float = 0.01

    def scan(self, view, rng):
        """Shift rows the more the further down they are."""
        return -self.share * view.y


@dataclass(frozen=True)
class Dirt(ImageEffect):
    """A film of adsorbed molecules, of uneven thickness.

    Parameters
    ----------
    amount : float or (float, float)
        Standard deviation of what it adds, in units of the image's own standard deviation.

    See Also
    --------
    ImageRealism
        Make simulated images look like measured ones, of which no stack needs to be known.
    StackSimulator : Simulate annular dark-field images of stacks.

    Examples
    --------
    >>> from xrdmatch.stacking import Dirt
    >>> Dirt(1.0)
    Dirt(amount=1.0)
    """

    amount: float = 0.5

    def image(self, image, view, rng):
        """Add the film."""
        film = gaussian_filter(rng.normal(size=view.shape), DIRT_SIZE / view.pixel_size)
        return image + self.amount * image.std() * (film - film.min()) / film.std()


@dataclass(frozen=True)
class Contrast(ImageEffect):
    """An intensity that changes steadily over the image, in a direction drawn by chance.

    Parameters
    ----------
    slope : float or (float, float)
        By how much, from one side to the other, as a share of the mean.

    See Also
    --------
    ImageRealism
        Make simulated images look like measured ones, of which no stack needs to be known.
    StackSimulator : Simulate annular dark-field images of stacks.

    Examples
    --------
    >>> from xrdmatch.stacking import Contrast
    >>> Contrast(0.2)
    Contrast(slope=0.2)
    """

    slope: float = 0.2

    def image(self, image, view, rng):
        """Multiply by the slope."""
        angle = rng.uniform(0, 2 * np.pi)
        along = np.add.outer(np.sin(angle) * view.y, np.cos(angle) * view.x)
        return image * (1 + self.slope * along / max(np.ptp(view.x), np.ptp(view.y), 1e-9))
