"""Imperfect scans of ideal crystals: queries of which the truth is known."""

from dataclasses import replace

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from xrdmatch.crystallography import Scan, site_table, strain_basis
from xrdmatch.simulation._perturbation.perturbed_patterns import checked_severity
from xrdmatch.simulation._powder.conditions import SHARE_MEASURED, random_conditions
from xrdmatch.simulation._powder.corrections import march_dollase
from xrdmatch.simulation._powder.diffractometer import library_simulator
from xrdmatch.simulation._powder.drawn_scans import SPURIOUS
from xrdmatch.simulation._powder.patterns import powder_reflections
from xrdmatch.simulation._powder.profile import PowderProfile
from xrdmatch.simulation._powder.scan import powder_scan
from xrdmatch.simulation._powder.settings import check_powder_settings
from xrdmatch.simulation._simulator import DiffractionSimulator

STEP = 0.02  # [degrees] of scans where no profile says which angles are measured
RADIUS = 240.0  # [mm] of the goniometer on which samples are displaced
BEYOND = 1.08  # of a scan's end: how far reflections are computed, so that tails reach in
SLOPE = -0.6, 0.2  # of the background, from one end of the scan to the other
WIDE = 2.0  # foreign peaks, in units of the instrument's width
SAME = 1e-6  # [1/Å] reflections whose lengths differ by less are of one family


def perturb_scans(structures, severity=1.0, *, simulator=None, cells="mixed", random_state=None):
    """Simulate one imperfect scan of each structure.

    At severity 1 conditions are drawn as they are met in laboratories, each scan its own:

    - cells of a third of the scans are off by 0.1 % in every strain that their crystal system
      has, the others, as computed cells are, by 0.8 % around 0.5 % too large; 3 % at the most;
    - Debye-Waller factors -0.5 to 1.5 Å^2 above the simulator's;
    - March and Dollase's texture on 60 % of the scans, ln r spread by 0.35, around one of the
      shortest scattering vectors; intensities off by up to 30 %;
    - a zero shift of 0.04 degrees and a displacement that shifts by 0.06 degrees times cos theta;
    - instrument widths of 0.04 to 0.2 degrees with a Lorentzian share of 0.2 to 0.9, crystals of
      100 to 10,000 Å, microstrain of 0.0001 to 0.005;
    - 100 to 30,000 counts at the highest point, by Poisson's law; a background of 0.3 to 50 % of
      it; one to four peaks of something else, up to 10 %, on 40 % of the scans;
    - half of the scans from 0.06 to 0.93 1/Å or so, half of less.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The ideal crystals.
    severity : float or array-like of shape (n_structures,), default=1.0
        What all deviations are multiplied with; counts are divided by its square. 0 gives clean
        scans without noise and background, with the instrument's lines.
    simulator : DiffractionSimulator, optional
        Of the geometry ``"powder"``; that of Cu K-alpha if None. With a `PowderProfile`, angles
        and the instrument's ``fwhm`` and ``eta`` are the profile's and not drawn.
    cells : {"mixed", "measured", "computed"}, default="mixed"
        Where the ideal structures' cells are from: all deviate as those of measured or of
        computed structures do, or a third and two thirds.
    random_state : int, RandomState or None
        Makes the draw repeatable.

    Returns
    -------
    list of Scan
        One for each structure.

    Raises
    ------
    ValueError
        If a severity is negative or not finite, there is not one for each structure, a structure
        cannot be simulated, or `cells` is none of the three.

    See Also
    --------
    perturb_patterns : The same for spots.
    PowderProfile : Conditions that are known.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.simulation import perturb_scans
    >>> halite = Structure.from_spacegroup(
    ...     "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> perturb_scans([halite], random_state=1)
    [Scan(4379 points, 4.13333 to 91.6933 degrees, 1.54059 + 1.54443 Å)]
    """
    rng = check_random_state(random_state)
    simulator = DiffractionSimulator("powder", "CuKa") if simulator is None else simulator
    settings = check_powder_settings(simulator)
    _, diffractometer = library_simulator(simulator)
    table = site_table(structures)
    severity = checked_severity(severity, len(table))
    drawn = random_conditions(len(table), diffractometer.q_max, rng, _checked_cells(cells))
    rows = [type(drawn)(*values) for values in zip(*drawn, strict=True)]
    return [
        _scan(table, i, (_scaled(row, s), s), (simulator, settings), rng)
        for i, (row, s) in enumerate(zip(rows, severity, strict=True))
    ]


def _checked_cells(cells):
    if cells not in SHARE_MEASURED:
        raise ValueError(
            f"cells must be one of {', '.join(map(repr, SHARE_MEASURED))}, got {cells!r}; take "
            "'mixed' where it is not known."
        )
    return cells


def _scaled(conditions, severity):
    """Conditions of one scan at a severity; the instrument and the range stay."""
    times = ("strain", "b_iso", "zero_shift", "displacement", "microstrain", "background", "noise")
    scaled = {name: severity * getattr(conditions, name) for name in times}
    shown = severity > 0
    return conditions._replace(
        texture=conditions.texture**severity,
        size=conditions.size / severity if shown else np.inf,
        counts=conditions.counts / severity**2 if shown else np.inf,
        n_spurious=conditions.n_spurious if shown else 0,
        **scaled,
    )


def _scan(table, i, drawn, simulation, rng):
    """Draw the scan of structure i of a table."""
    (conditions, severity), (simulator, settings) = drawn, simulation
    profile = _profile(conditions, settings)
    end = np.sin(np.radians(profile.two_theta[-1] / 2))
    longest = max(wavelength for wavelength, _ in settings.radiation.lines)
    q_max = 2 * min(BEYOND * end, 0.999) / longest
    row = _strained(table[[i]], conditions.strain)
    simulator = _with_range(simulator, q_max)
    (crystal,) = powder_reflections(row, simulator, merged=False, first=i)
    strength = _strengths(crystal, row.lattice[0], conditions, rng)
    settings = settings._replace(profile=profile, q_max=q_max)
    ideal = powder_scan(crystal._replace(strength=strength), settings)
    foreign = severity * _foreign(conditions, profile, rng)
    return _counted(ideal, conditions, foreign, rng)


def _with_range(simulator, q_max):
    return clone(simulator).set_params(q_max=q_max, profile=None, n_jobs=None)


def _profile(conditions, settings):
    """Say what the instrument and the sample do to lines."""
    given = settings.profile
    if given is None:
        ends = np.array([conditions.q_low, conditions.q_high])
        sine = np.minimum(ends * settings.radiation.wavelength / 2, 0.99)
        two_theta = np.arange(*2 * np.degrees(np.arcsin(sine)), STEP)
        given = PowderProfile(two_theta, fwhm=conditions.fwhm, eta=conditions.eta)
    return replace(
        given,
        size=conditions.size,
        strain=conditions.microstrain,
        zero_shift=conditions.zero_shift,
        displacement=np.radians(conditions.displacement) * RADIUS / 2,
        goniometer_radius=RADIUS,
        texture=1.0,
        background=0.0,
    )


def _strained(row, coefficients):
    """Table of one structure whose scattering vectors are strained by free strains."""
    basis = strain_basis(row.lattice[0])
    strain = np.tensordot(coefficients[: len(basis)], basis, 1)
    return replace(row, lattice=row.lattice @ np.linalg.inv(np.eye(3) + strain))


def _strengths(crystal, lattice, conditions, rng):
    """Strengths with damping, texture and errors, the same for all of a family."""
    vectors = crystal.hkl @ np.linalg.inv(lattice).T
    axis = vectors[min(int(conditions.axis), len(vectors) - 1)]
    along = (vectors @ axis / np.linalg.norm(axis) / crystal.q) ** 2
    family = np.cumsum(np.diff(crystal.q, prepend=crystal.q[:1]) > SAME)
    errors = np.exp(conditions.noise * rng.normal(size=family[-1] + 1))[family]
    damping = np.exp(-conditions.b_iso * crystal.q**2 / 2)
    texture = march_dollase(np.minimum(along, 1.0), conditions.texture)
    return crystal.strength * damping * texture * errors


def _counted(ideal, conditions, foreign, rng):
    """Add foreign peaks and background, and count."""
    along = np.linspace(-1, 1, ideal.n_points)
    level = conditions.background * (1 + rng.uniform(*SLOPE) * along)
    shape = ideal.counts / max(ideal.counts.max(), 1e-30) + foreign + level
    if np.isinf(conditions.counts):
        return Scan(ideal.two_theta, ideal.counts, radiation=ideal.radiation)
    counts = rng.poisson(np.minimum(conditions.counts * shape, 1e12))
    return Scan(ideal.two_theta, counts, radiation=ideal.radiation)


def _foreign(conditions, profile, rng):
    """Peaks of something else, in units of the highest point."""
    x, n = profile.two_theta, int(conditions.n_spurious)
    centres = rng.uniform(x[0], x[-1], n)
    heights = np.exp(rng.uniform(*np.log(SPURIOUS), n))
    width = WIDE * (profile.fwhm if np.isscalar(profile.fwhm) else conditions.fwhm)
    return heights @ np.exp(-4 * np.log(2) * ((x - centres[:, None]) / width) ** 2)
