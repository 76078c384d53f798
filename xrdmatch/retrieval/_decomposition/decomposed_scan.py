"""`DecomposedScan`: phases of one scan with their weight fractions."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.refinement import MixtureProfile

CELL = ("a", "b", "c", "alpha", "beta", "gamma")
UNITS = dict.fromkeys(CELL[:3], "Å") | dict.fromkeys(CELL[3:], "degrees")
UNITS |= {f"{name}_sigma": unit for name, unit in UNITS.items()}
UNITS |= {"b_iso": "Å^2", "zero_shift": "degrees"}


@dataclass(frozen=True, eq=False)
class Unexplained:
    """What no phase of a mixture explains.

    Parameters
    ----------
    share : float
        Of the counts above the background, as a fraction: observed minus calculated, without
        sign, as far as it exceeds twice the counting error.
    two_theta : ndarray of shape (n_peaks,)
        Angles of peaks that are left, the strongest first [degrees].
    height : ndarray of shape (n_peaks,)
        Their heights in units of the strongest peak of the scan.

    See Also
    --------
    DecomposedScan : Phases of one scan, in the order of their weight.
    BroadPart : Humps too broad for lines: what is amorphous, or not in the gallery.
    """

    share: float
    two_theta: np.ndarray
    height: np.ndarray


@dataclass(frozen=True, eq=False)
class BroadPart:
    """Humps too broad for lines: what is amorphous, or not in the gallery.

    Parameters
    ----------
    share : float
        Of the counts of humps and phases together, as a fraction; at least so much, for the widest
        part of a hump counts as background.
    two_theta, fwhm : ndarray of shape (n_humps,)
        Places and full widths of the Gaussians that they are made of [degrees].

    See Also
    --------
    Unexplained : What no phase of a mixture explains.
    """

    share: float
    two_theta: np.ndarray
    fwhm: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class DecomposedScan:
    """Phases of one scan, in the order of their weight.

    Standard uncertainties are those of the most probable values, priors and errors of the model
    included. They do not hold what the model leaves out: absorption by coarse grains
    (microabsorption) and wrong occupancies make weight fractions wrong by several percent.

    Parameters
    ----------
    name : str or None
        What the scan is called.
    indices : ndarray of int, shape (n_phases,)
        Positions in the gallery.
    labels : ndarray of shape (n_phases,)
        Labels of the gallery.
    formulas, space_groups : ndarray of str, shape (n_phases,)
        Reduced formula and space group.
    weight_fraction, weight_fraction_std : ndarray of shape (n_phases,)
        Share of the weight of all that is crystalline and found, and its standard uncertainty;
        of the whole sample where the amount of an internal standard is known.
    amorphous_fraction : float
        What is not crystalline, or not in the gallery, of the whole sample; NaN where no
        internal standard tells.
    gain : ndarray of shape (n_phases,)
        Log odds of having each phase, given all others.
    look_alikes, look_alike_indices : list of n_phases ndarrays
        Labels of entries that could stand in the place of each, and their positions.
    lattice, lattice_sigma : ndarray of shape (n_phases, 6)
        Refined lengths [Å] and angles [degrees].
    zero_shift, zero_shift_sigma : float
        Shift of all angles, which all phases share [degrees].
    fwhm, fwhm_sigma : ndarray of shape (n_phases, 2)
        Full widths at half maximum of lines at both ends of the scan [degrees].
    eta, b_iso : ndarray of shape (n_phases,)
        Lorentzian share of lines, and the Debye-Waller factor on top of the simulator's [Å^2].
    scale : ndarray of shape (n_phases,)
        Counts for a calculated profile whose strongest reflection has the strength 1.
    r_wp : float
        Weighted residual of the profile, background included, as a fraction.
    unexplained : Unexplained
        What is left.
    broad : BroadPart
        Humps, which count as background.
    profiles : MixtureProfile
        Observed and calculated counts: total, each phase, background.
    notes : tuple of str
        What else has to be said of this scan.

    See Also
    --------
    PhaseDecomposition
        Find the phases of a mixture in a retriever's gallery, and their weight fractions.
    Unexplained : What no phase of a mixture explains.
    """

    name: str | None
    indices: np.ndarray
    labels: np.ndarray
    formulas: np.ndarray
    space_groups: np.ndarray
    weight_fraction: np.ndarray
    weight_fraction_std: np.ndarray
    amorphous_fraction: float
    gain: np.ndarray
    look_alikes: list
    look_alike_indices: list
    lattice: np.ndarray
    lattice_sigma: np.ndarray
    zero_shift: float
    zero_shift_sigma: float
    fwhm: np.ndarray
    fwhm_sigma: np.ndarray
    eta: np.ndarray
    b_iso: np.ndarray
    scale: np.ndarray
    r_wp: float
    unexplained: Unexplained
    broad: BroadPart
    profiles: MixtureProfile
    notes: tuple = ()

    @property
    def n_phases(self):
        """How many phases were found."""
        return len(self.indices)

    def to_frame(self):
        """Put the phases into a table with one row each.

        Returns
        -------
        pandas.DataFrame
            Columns ``scan``, ``label``, ``formula``, ``space_group``, ``weight_fraction`` and its
            ``_std``, ``gain``, ``a`` to ``gamma`` and their ``_sigma`` [Å, degrees], ``b_iso``
            [Å^2], ``zero_shift`` [degrees], ``r_wp``, and the shares ``unexplained`` and ``broad``;
            no row where no phase was found. ``attrs["units"]`` has the units.

        Examples
        --------
        >>> import numpy as np
        >>> import pandas as pd
        >>> from pymatgen.core import Structure
        >>> from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
        >>> from xrdmatch.simulation import DiffractionSimulator, PowderProfile
        >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.866)
        >>> angles = PowderProfile(np.arange(30, 120, 0.05), background=0.1)
        >>> scans = DiffractionSimulator("powder", "CuKa", profile=angles).transform([iron])
        >>> found = PhaseDecomposition(make_powder_retriever().fit([iron])).decompose(scans)
        >>> pd.concat([one.to_frame() for one in found])[["formula", "weight_fraction"]]
          formula  weight_fraction
        0      Fe              1.0
        """
        import pandas as pd  # comes with pymatgen, and takes time that few calls need

        columns = {"label": self.labels, "formula": self.formulas, "space_group": self.space_groups}
        names = ("weight_fraction", "weight_fraction_std", "gain", "b_iso")
        columns |= {name: getattr(self, name) for name in names}
        for suffix, values in (("", self.lattice), ("_sigma", self.lattice_sigma)):
            columns |= {f"{name}{suffix}": values[:, i] for i, name in enumerate(CELL)}
        shared = {"zero_shift": self.zero_shift, "r_wp": self.r_wp}
        shared |= {"unexplained": self.unexplained.share, "broad": self.broad.share}
        frame = pd.DataFrame(columns).assign(**shared)
        frame.insert(0, "scan", self.name)
        frame.attrs["units"] = dict(UNITS)
        return frame

    def __repr__(self):
        phases = ", ".join(
            f"{formula} {group} {100 * share:.1f} %"
            for formula, group, share in zip(
                self.formulas, self.space_groups, self.weight_fraction, strict=True
            )
        )
        name = f"{self.name!r}: " if self.name else ""
        return f"DecomposedScan({name}{phases or 'no phase'}; R_wp {100 * self.r_wp:.1f} %)"
