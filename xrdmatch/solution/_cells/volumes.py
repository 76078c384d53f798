"""Prior of the primitive cell's volume, given the composition."""

import numpy as np
from pymatgen.core import Composition

# Volumes of atoms [Å^3] in compounds with at least 30 % of the anions below, and in others, by
# robust regression of the cell volumes of 60,000 computed crystals of the Materials Project (CC BY
# 4.0) with at most 20 atoms. Gases and what is rare there have the default.
# fmt: off
_ATOMIC_VOLUMES = {
    "H": (6.7, 4.1), "Li": (7.4, 14.2), "Be": (5.2, 8.1), "B": (7.2, 6.1), "C": (14.7, 6.0),
    "N": (9.1, 7.4), "O": (9.1, 7.5), "F": (12.6, 12.7), "Na": (19.0, 26.7), "Mg": (12.4, 22.8),
    "Al": (11.0, 16.1), "Si": (15.4, 14.5), "P": (21.5, 14.8), "S": (23.1, 20.0),
    "Cl": (31.1, 30.0), "K": (32.2, 41.5), "Ca": (21.4, 31.3), "Sc": (16.7, 20.9),
    "Ti": (13.4, 15.8), "V": (15.0, 12.7), "Cr": (11.6, 11.4), "Mn": (13.6, 11.5),
    "Fe": (13.2, 10.8), "Co": (10.7, 9.6), "Ni": (9.2, 9.4), "Cu": (12.0, 11.4),
    "Zn": (15.7, 15.0), "Ga": (14.8, 16.5), "Ge": (18.7, 17.4), "As": (20.7, 19.4),
    "Se": (28.5, 25.8), "Br": (38.2, 35.4), "Rb": (38.0, 43.2), "Sr": (24.7, 38.0),
    "Y": (22.9, 28.9), "Zr": (18.1, 21.6), "Nb": (16.9, 17.6), "Mo": (17.2, 15.2),
    "Tc": (13.5, 13.9), "Ru": (11.8, 12.5), "Rh": (11.9, 12.4), "Pd": (14.1, 14.1),
    "Ag": (20.3, 17.8), "Cd": (22.3, 22.1), "In": (24.5, 24.5), "Sn": (24.9, 25.5),
    "Sb": (26.5, 27.5), "Te": (36.0, 32.9), "I": (49.8, 43.1), "Xe": (15.2, 15.2),
    "Cs": (44.5, 43.0), "Ba": (33.1, 45.7), "La": (25.0, 35.7), "Ce": (24.9, 31.0),
    "Pr": (26.0, 34.1), "Nd": (25.2, 33.0), "Pm": (27.0, 31.5), "Sm": (23.9, 31.2),
    "Eu": (23.4, 34.1), "Gd": (22.5, 29.0), "Tb": (22.9, 28.7), "Dy": (22.3, 28.1),
    "Ho": (22.1, 27.6), "Er": (21.9, 26.9), "Tm": (20.5, 26.0), "Yb": (20.3, 25.7),
    "Lu": (19.9, 25.1), "Hf": (16.7, 20.3), "Ta": (15.3, 17.3), "W": (20.2, 15.3),
    "Re": (14.0, 14.6), "Os": (13.0, 13.5), "Ir": (13.1, 13.6), "Pt": (15.0, 14.9),
    "Au": (20.2, 17.7), "Hg": (27.2, 23.6), "Tl": (31.2, 27.6), "Pb": (29.5, 30.0),
    "Bi": (29.4, 32.3), "Ac": (21.4, 27.0), "Th": (26.7, 32.1), "Pa": (21.3, 24.7),
    "U": (21.5, 24.5), "Np": (20.3, 23.0), "Pu": (22.5, 25.4),
}
# fmt: on
_ANIONS = {"N", "O", "F", "S", "Cl", "Se", "Br", "Te", "I"}
_FEWEST_ANIONS = 0.3
_DEFAULT = (20.0, 20.0)
# Decay of the probability of ln(volume / sum of atomic volumes): few are packed more densely.
_BELOW, _ABOVE = 0.065, 0.15
_LEAST = -0.5  # of the same logarithm
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
        Its volume [Å^3], right within 10 % for two solids in three.
    """
    amounts = Composition(composition).get_el_amt_dict()
    anions = sum(n for symbol, n in amounts.items() if symbol in _ANIONS)
    column = 0 if anions >= _FEWEST_ANIONS * sum(amounts.values()) else 1
    whole = all(float(n).is_integer() for n in amounts.values())
    units = np.gcd.reduce([int(n) for n in amounts.values()]) if whole else 1
    volumes = {symbol: _ATOMIC_VOLUMES.get(symbol, _DEFAULT)[column] for symbol in amounts}
    return sum(n * volumes[symbol] for symbol, n in amounts.items()) / units


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
        off = np.log(volumes[:, None] / (units * self.unit))
        weights = np.array([_UNITS.get(n, _RARE) for n in units.tolist()])
        return np.log((weights * np.exp(np.minimum(off / _BELOW, -off / _ABOVE))).sum(1))
