"""Expected line shapes of a scan, and the sampling they need."""

from typing import NamedTuple

import numpy as np

from xrdmatch.preprocessing import line_width

WIDE = 0.05  # [degrees] full width of lines from which on a scan counts as a laboratory's
FINE = 0.075  # [degrees] for narrower ones, the width to which a laboratory's lengths belong
LABORATORY = 1.5418  # [Å] the wavelength that laboratory scans are mostly taken with
BLUR = 0.6  # [degrees] by which a laboratory's scan is widened at first
NARROWEST = 0.03  # [degrees] that lines of a laboratory may have
INSTRUMENT_SHARE = 0.8  # of the instrument's own width: lines cannot be much narrower
SAME_WAVELENGTH = 0.01  # relative: K-alpha 1 is 0.1 % off the doublet's mean
DISPLACED = 0.03  # [degrees] by which a sample off the axis shifts lines, the zero being known


class ExpectedLines(NamedTuple):
    """Widths, shape and shift that the lines of one scan are expected to have.

    Parameters
    ----------
    fwhm : tuple of two floats
        Typical full widths at half maximum at both ends of the scan [degrees].
    narrowest : tuple of two floats
        Smallest widths that are believed there [degrees].
    eta : float
        Typical Lorentzian share.
    zero : tuple of two floats
        Typical shift of all angles and its spread [degrees].
    fineness : float
        1 for lines of a laboratory, less for narrower ones: the refinement's grid and all other
        lengths along the angle scale with it.
    reach : float
        The same for how far a wrong cell moves lines, which scales with the wavelength.
    """

    fwhm: tuple
    narrowest: tuple
    eta: float
    zero: tuple
    fineness: float = 1.0
    reach: float = 1.0

    @property
    def blurs(self):
        """Full widths by which the scan is widened, one after the other, the last 0 [degrees]."""
        first, second = BLUR * self.reach, BLUR * self.fineness
        return (first, second, 0.0) if second < first else (first, 0.0)


def expected_lines(scan, ends, model, instrument=None):
    """Say what a scan's lines are expected to look like.

    Lines of a laboratory have a typical width and spread. Where those that stand out of the scan
    are narrower than 0.05 degrees, as at a synchrotron, they say themselves what is typical; an
    instrument that is known says it best.

    Parameters
    ----------
    scan : Scan
        The scan.
    ends : array-like of two floats
        Between which angles it is refined [degrees].
    model : ScanModel
        Priors.
    instrument : InstrumentProfile, default=None
        What it was taken with, where that is known.

    Returns
    -------
    ExpectedLines
        The expectations.
    """
    found = line_width(scan)
    if instrument is not None:
        return _of_instrument(instrument, np.asarray(ends), found, scan)
    typical = model.width[0]
    if found is None or found >= WIDE:
        return ExpectedLines((typical,) * 2, (NARROWEST,) * 2, model.eta[0], (0.0, model.zero))
    fineness, reach = _scales(found, scan)
    narrowest = NARROWEST * fineness
    zero = 0.0, model.zero * reach
    return ExpectedLines((found,) * 2, (narrowest,) * 2, model.eta[0], zero, fineness, reach)


def _of_instrument(instrument, ends, found, scan):
    _check_wavelength(instrument, scan)
    fwhm, eta = instrument.shape(ends)
    fineness, reach = _scales(max(fwhm.mean(), found or 0.0), scan)
    zero = instrument.zero_shift, np.hypot(instrument.zero_shift_sigma, DISPLACED * reach)
    narrowest = tuple((INSTRUMENT_SHARE * fwhm).tolist())
    shift = tuple(map(float, zero))
    return ExpectedLines(tuple(fwhm.tolist()), narrowest, float(eta.mean()), shift, fineness, reach)


def _check_wavelength(instrument, scan):
    own, measured = instrument.radiation.wavelength, scan.radiation.wavelength
    if abs(measured / own - 1) > SAME_WAVELENGTH:
        raise ValueError(
            f"An instrument is the one that a scan was taken with, got one of {own:.5g} Å for a "
            f"scan of {measured:.5g} Å; measure it on a standard at that wavelength, or leave it "
            "out."
        )


def _scales(width, scan):
    """Fineness and reach of lines of this width."""
    if width >= WIDE:
        return 1.0, 1.0
    fineness = width / FINE
    return fineness, max(min(1.0, scan.radiation.wavelength / LABORATORY), fineness)
