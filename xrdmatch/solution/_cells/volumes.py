"""Which volumes the primitive cell of a compound may have."""

import numpy as np
from pymatgen.core import Composition

# Volumes of atoms in compounds [Å^3], by robust regression of the cell volumes of 60,000 computed
# crystals of the Materials Project (CC BY 4.0) with at most 20 atoms; gases and what is rare there
# have the default.
_ATOMIC_VOLUMES = {
    "H": 6.4, "Li": 10.6, "Be": 7.9, "B": 6.3, "C": 6.7, "N": 7.7, "O": 8.0, "F": 12.4, "Na": 21.0,
    "Mg": 22.7, "Al": 16.1, "Si": 14.9, "P": 17.0, "S": 21.6, "Cl": 29.9, "K": 35.7, "Ca": 26.5,
    "Sc": 19.8, "Ti": 14.7, "V": 14.1, "Cr": 11.7, "Mn": 13.0, "Fe": 11.5, "Co": 10.1, "Ni": 9.6,
    "Cu": 11.9, "Zn": 16.3, "Ga": 16.8, "Ge": 18.1, "As": 20.0, "Se": 27.4, "Br": 36.8, "Rb": 41.7,
    "Sr": 28.0, "Y": 27.2, "Zr": 20.6, "Nb": 17.1, "Mo": 15.3, "Tc": 14.0, "Ru": 12.8, "Rh": 12.8,
    "Pd": 14.5, "Ag": 19.2, "Cd": 23.1, "In": 25.3, "Sn": 25.9, "Sb": 27.7, "Te": 35.0, "I": 49.1,
    "Xe": 17.3, "Cs": 48.3, "Ba": 35.6, "La": 31.6, "Ce": 29.2, "Pr": 31.9, "Nd": 30.9, "Pm": 31.3,
    "Sm": 29.2, "Eu": 29.6, "Gd": 27.1, "Tb": 27.0, "Dy": 26.6, "Ho": 26.3, "Er": 25.6, "Tm": 24.8,
    "Yb": 24.5, "Lu": 23.9, "Hf": 19.3, "Ta": 16.7, "W": 16.6, "Re": 14.6, "Os": 13.7, "Ir": 14.0,
    "Pt": 15.4, "Au": 18.4, "Hg": 25.3, "Tl": 29.8, "Pb": 31.0, "Bi": 31.6, "Ac": 41.7, "Th": 31.2,
    "Pa": 24.4, "U": 23.2, "Np": 23.0, "Pu": 25.2,
}  # fmt: skip
_DEFAULT = 20.0  # [Å^3]
_SPREAD = 0.13  # of ln(volume / sum of atomic volumes)
_TAILS = 4.0  # degrees of freedom of its distribution
_LEAST = -0.6  # of the same logarithm
_SMALLEST = 8.0  # [Å^3] volume of a cell whose formula is not known
# How often a primitive cell holds so many formula units; what is not listed is rarer still.
_UNITS = {1: 0.5, 2: 0.3, 3: 0.025, 4: 0.12, 5: 0.004, 6: 0.015, 7: 0.001, 8: 0.02}
_RARE = 0.002


def formula_volume(composition):
    """Volume of one formula unit as a sum of volumes of atoms.

    Parameters
    ----------
    composition : Composition or str
        The formula.

    Returns
    -------
    float
        Its volume [Å^3], right within about 15 % for solids.
    """
    amounts = Composition(composition).get_el_amt_dict()
    whole = all(float(n).is_integer() for n in amounts.values())
    units = np.gcd.reduce([int(n) for n in amounts.values()]) if whole else 1
    total = sum(n * _ATOMIC_VOLUMES.get(symbol, _DEFAULT) for symbol, n in amounts.items())
    return total / units


class VolumePrior:
    """How probable volumes of primitive cells are before the lines are seen.

    Parameters
    ----------
    composition : Composition or str, optional
        The formula; all volumes are as good where it is not known.
    """

    def __init__(self, composition=None):
        self.unit = None if composition is None else formula_volume(composition)

    @property
    def least(self):
        """Least volume of a primitive cell [Å^3], that of one formula unit where it is known."""
        return _SMALLEST if self.unit is None else self.unit * np.exp(_LEAST)

    def log_density(self, volumes):
        """Logarithm of the density of ln(volume), up to a constant.

        Parameters
        ----------
        volumes : ndarray of shape (n_cells,)
            Of primitive cells [Å^3].

        Returns
        -------
        ndarray of shape (n_cells,)
            Zeros where the formula is not known.
        """
        if self.unit is None:
            return np.zeros(len(volumes))
        units = np.arange(1, max(int(volumes.max(initial=0) / self.unit * 2), 8) + 1)
        off = np.log(volumes[:, None] / (units * self.unit)) / _SPREAD
        weights = np.array([_UNITS.get(n, _RARE) for n in units.tolist()])
        bell = (1 + off**2 / _TAILS) ** (-(_TAILS + 1) / 2)
        return np.log((weights * bell).sum(1))
