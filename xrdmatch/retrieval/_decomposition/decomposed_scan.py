"""What is in one scan, and how much of it."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.refinement import MixtureProfile


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
    """

    share: float
    two_theta: np.ndarray
    height: np.ndarray


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
    look_alikes : list of n_phases ndarrays
        Labels of entries that could stand in the place of each.
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
    profiles : MixtureProfile
        Observed and calculated counts: total, each phase, background.
    notes : tuple of str
        What else has to be said of this scan.
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
    profiles: MixtureProfile
    notes: tuple = ()

    @property
    def n_phases(self):
        """How many phases were found."""
        return len(self.indices)

    def __repr__(self):
        phases = ", ".join(
            f"{formula} {group} {100 * share:.1f} %"
            for formula, group, share in zip(
                self.formulas, self.space_groups, self.weight_fraction, strict=True
            )
        )
        name = f"{self.name!r}: " if self.name else ""
        return f"DecomposedScan({name}{phases or 'no phase'}; R_wp {100 * self.r_wp:.1f} %)"
