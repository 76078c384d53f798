"""Slips from a network's outputs for the windows of an image."""

from dataclasses import dataclass, replace

import numpy as np
from skorch import NeuralNet

from xrdmatch.stacking._regression.average_cells import cells_to_read
from xrdmatch.stacking._regression.slip_targets import SlipTargets
from xrdmatch.stacking._regression.stack_kind import StackKind

WITHIN = 0.683  # share of errors within one standard deviation
USUAL = 0.99  # share of images whose misfit counts as usual
LEAST_STD = 1e-3  # [Å] a spread below this says nothing


@dataclass(frozen=True, eq=False)
class SlipReading:
    """Slips read from one image.

    Parameters
    ----------
    slip : ndarray of shape (n_layers - 1, 2)
        In fractions of the first layer's axes.
    std : ndarray of shape (n_layers - 1, 2)
        Along x and y of its frame [Å].
    misfit : float
        How far the targets are from those of any stack.
    """

    slip: np.ndarray
    std: np.ndarray
    misfit: float


@dataclass(frozen=True, eq=False)
class SlipReader:
    """A trained network with all that reading needs.

    Parameters
    ----------
    kind : StackKind
        What it learned.
    targets : SlipTargets
        What the network gives.
    net : NeuralNet
        The network.
    crop : float
        Side of the windows [Å].
    target_std : float
        Standard deviation of what the targets of all windows of an image are off by.
    misfit_unit : float
        By which misfits are divided.
    """

    kind: StackKind
    targets: SlipTargets
    net: NeuralNet
    crop: float
    target_std: float = 0.0
    misfit_unit: float = 1.0

    def read(self, image, lattice, pixel_size):
        """Read one image.

        1. Windows spread over the image are averaged to cells.
        2. The network's targets are averaged over the windows; the nearest slip is the answer.
        3. What the targets of each window would move it by is the spread.

        Parameters
        ----------
        image : ndarray of shape (h, w)
            The image.
        lattice : ndarray of shape (2, 2)
            Rows a and b in the image [Å].
        pixel_size : float
            [Å].

        Returns
        -------
        SlipReading
            The answer.

        Raises
        ------
        ValueError
            If the image holds too few cells.
        """
        cells, n_apart = cells_to_read(image, lattice, pixel_size, self.crop)
        said = self.net.predict(cells)  # (n_windows, n_targets)
        mean = said.mean(0, keepdims=True)
        slip = self.targets.decode(mean)
        misfit = np.sqrt(((self.targets.encode(slip) - mean) ** 2).mean())
        moved = self.targets.deviations(np.repeat(slip, len(said), axis=0), said)
        spread = _spread(moved @ self.kind.lattice) / np.sqrt(n_apart)
        std = np.hypot(spread, self.target_std * self._unit_std(slip))
        return SlipReading(slip[0], std, float(misfit / self.misfit_unit))

    def calibrated(self, aligned, slips):
        """Return a reader whose standard deviations and misfits fit images it did not learn.

        The spread over windows does not know what the network has wrong everywhere. It is taken
        to be an error of the targets, of one size, so that slips on which these hardly depend are
        less sure; its size is the one that makes the share of errors within right.

        Parameters
        ----------
        aligned : AlignedImages
            The images.
        slips : ndarray of shape (n_images, n_layers - 1, 2)
            What they show.

        Returns
        -------
        SlipReader
            So that 68.3 % of the slips' errors are within a standard deviation, and 99 % of the
            misfits below 1.
        """
        images = zip(aligned.images, aligned.lattices, aligned.pixel_sizes, strict=True)
        readings = [self.read(*image) for image in images]
        errors = [self._error(own.slip, slip) for own, slip in zip(readings, slips, strict=True)]
        units = [self._unit_std(own.slip[None]) for own in readings]
        stds = np.nan_to_num([own.std for own in readings])
        beyond = (np.square(errors) - np.square(stds)) / np.square(units)
        return replace(
            self,
            target_std=float(np.sqrt(max(np.quantile(beyond, WITHIN), 0.0))),
            misfit_unit=float(np.quantile([own.misfit for own in readings], USUAL)),
        )

    def _unit_std(self, slip):
        """Return the slip's standard deviations [Å] for targets that are off by 1."""
        covariance = self.targets.covariances(slip)[0].reshape(*slip.shape[1:], *slip.shape[1:])
        own = np.einsum("iaib->iab", covariance)  # (n_layers - 1, 2, 2)
        lattice = self.kind.lattice
        return np.sqrt(np.einsum("ax,iab,bx->ix", lattice, own, lattice))

    def _error(self, slip, truth):
        """Difference from the nearest description of the truth [Å]."""
        step = self.targets.deviations(slip[None], self.targets.encode(truth[None]))
        return step[0] @ self.kind.lattice


def _spread(shifts):
    """Return the standard deviation over windows; NaN for fewer than two."""
    if len(shifts) < 2:
        return np.full(shifts.shape[1:], np.nan)
    return np.maximum(shifts.std(0, ddof=1), LEAST_STD)
