"""Under what conditions powders are measured: drawn at random, one set for each scan."""

from typing import NamedTuple

import numpy as np

from xrdmatch.simulation._powder.reflection_table import N_STRAINS

# share of the cells that are those of a measured structure
SHARE_MEASURED = {"measured": 1.0, "computed": 0.0, "mixed": 0.35}
MEASURED_STRAIN = 0.001
COMPUTED_STRAIN, COMPUTED_SIGMA = 0.005, 0.008  # computed cells tend to be larger than real ones
LARGEST_STRAIN = 0.03
SHARE_TEXTURED = 0.6
N_AXES = 8  # shortest scattering vectors, of which one is the axis of the texture
SHARE_WHOLE = 0.5  # of the scans reach from end to end
SHARE_FOREIGN = 0.4  # have peaks of something else


class Conditions(NamedTuple):
    """What n scans were taken under; arrays of shape (n,) unless said otherwise."""

    strain: np.ndarray  # coefficients of the free strains, in reciprocal space, (n, 6)
    b_iso: np.ndarray  # on top of the structure's own [Å^2]
    texture: np.ndarray  # March and Dollase's r
    axis: np.ndarray  # number of the reflection that is the axis of the texture
    zero_shift: np.ndarray  # of all angles [degrees]
    displacement: np.ndarray  # times cos theta, another shift [degrees]
    fwhm: np.ndarray  # of the instrument's peaks [degrees]
    eta: np.ndarray  # Lorentzian share of the peaks
    size: np.ndarray  # of the crystals [Å]
    microstrain: np.ndarray
    counts: np.ndarray  # of the highest point above the background
    background: np.ndarray  # in units of the highest point
    q_low: np.ndarray  # where the scan begins [1/Å]
    q_high: np.ndarray  # and where it ends
    n_spurious: np.ndarray  # peaks of something else
    noise: np.ndarray  # relative error of intensities, on top of counting


def random_conditions(n, q_max, rng, cells="mixed"):
    """Draw the conditions of n scans.

    Parameters
    ----------
    n : int
        How many.
    q_max : float
        Largest length of q that any scan reaches [1/Å].
    rng : RandomState
        Source of chance.
    cells : {"measured", "computed", "mixed"}, default="mixed"
        Where the ideal structures' cells are from, which says how far they are off.

    Returns
    -------
    Conditions
        Of each scan its own.

    See Also
    --------
    drawn_scans : Draw scans without noise and background.
    PowderProfile
        What makes a scan of Bragg peaks: the angles measured, the instrument and the sample.
    """
    whole = rng.uniform(size=n) < SHARE_WHOLE
    return Conditions(
        strain=_strains(n, rng, SHARE_MEASURED[cells]),
        b_iso=rng.uniform(-0.5, 1.5, n),
        texture=np.where(rng.uniform(size=n) < SHARE_TEXTURED, np.exp(rng.normal(0, 0.35, n)), 1.0),
        axis=rng.randint(N_AXES, size=n),
        zero_shift=rng.normal(0, 0.04, n),
        displacement=rng.normal(0, 0.06, n),
        fwhm=_between(rng, 0.04, 0.2, n),
        eta=rng.uniform(0.2, 0.9, n),
        size=_between(rng, 100, 10_000, n),
        microstrain=_between(rng, 1e-4, 5e-3, n),
        counts=_between(rng, 100, 30_000, n),
        background=_between(rng, 0.003, 0.5, n),
        q_low=np.where(whole, rng.uniform(0.045, 0.075, n), rng.uniform(0.045, 0.2, n)),
        q_high=q_max * np.where(whole, rng.uniform(0.95, 1.0, n), rng.uniform(0.55, 1.0, n)),
        n_spurious=np.where(rng.uniform(size=n) < SHARE_FOREIGN, rng.randint(1, 5, n), 0),
        noise=rng.uniform(0, 0.3, n),
    )


def _strains(n, rng, share_measured):
    """Coefficients of the identity and of the other free strains."""
    computed = rng.uniform(size=(n, 1)) >= share_measured
    strains = rng.normal(0, np.where(computed, COMPUTED_SIGMA, MEASURED_STRAIN), (n, N_STRAINS))
    strains[:, :1] += COMPUTED_STRAIN * computed
    return strains.clip(-LARGEST_STRAIN, LARGEST_STRAIN)


def _between(rng, low, high, n):
    """Numbers whose logarithms are uniform."""
    return np.exp(rng.uniform(np.log(low), np.log(high), n))
