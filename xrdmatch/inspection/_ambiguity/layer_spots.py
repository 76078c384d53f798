"""Spots of layers, on the zero layer and off it, with the scatter of their intensities."""

import numpy as np
import torch

from xrdmatch.crystallography import form_factors, layer_frame, site_table
from xrdmatch.encoders import bragg_survival, intensity_moments, plane_waves, spot_sums
from xrdmatch.simulation import check_settings

AT_ONCE = 200_000  # (layer, site, spot) entries at a time: few enough for the cache


class LayerSpots:
    """Layers in their frame, whose intensities can be asked for anywhere.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The layers.
    simulator : DiffractionSimulator
        Debye-Waller factors.
    """

    def __init__(self, structures, simulator):
        settings = check_settings(simulator)
        self.b_iso = settings.b_iso
        self.framed = layer_frame(site_table(structures), sort_lattice=settings.sort_lattice)
        plane = self.framed.lattice[:, :2, :2]
        self.reciprocal = np.linalg.inv(plane).swapaxes(1, 2)  # rows a*, b* [1/Å]

    def __len__(self):
        return len(self.framed)

    def intensities(self, rows, q, measurement):
        """Mean and variance of the intensities of some layers when their atoms move.

        Parameters
        ----------
        rows : ndarray of int, shape (n,)
            The layers.
        q : ndarray of shape (n, n_spots, 3)
            Scattering vectors [1/Å].
        measurement : SpotMeasurement
            Radiation and displacements.

        Returns
        -------
        mean, variance : ndarray of shape (n, n_spots)
            Per atom.
        """
        mean, variance = np.empty((2, *q.shape[:2]))
        for part in self._parts(rows, q.shape[1]):
            mean[part], variance[part] = self._moments(rows[part], q[part], measurement)
        return mean, variance

    def _parts(self, rows, n_spots):
        """Few layers at a time, of like size."""
        sites = self.framed.n_sites[rows]
        order = np.argsort(sites, kind="stable")
        entries = np.cumsum(sites[order] * n_spots)
        return np.split(order, np.flatnonzero(np.diff(entries // AT_ONCE)) + 1)

    def _moments(self, rows, q, measurement):
        table = self.framed[rows]
        length = np.linalg.norm(q, axis=2)
        numbers = table.numbers[..., None]
        factors = form_factors(numbers, length[:, None], measurement.kind, self.b_iso[numbers])
        factors = torch.as_tensor(factors * table.occupancy[..., None])
        waves = plane_waves(torch.as_tensor(table.cart_coords), torch.as_tensor(q))
        sums = spot_sums(factors, waves, torch.as_tensor(table.occupancy.sum(1)))
        survival = bragg_survival(torch.as_tensor(length), measurement.displacement)
        mean, variance = intensity_moments(sums, survival)
        return mean.numpy(), variance.numpy()
