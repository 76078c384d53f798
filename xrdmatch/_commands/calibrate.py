"""The command `calibrate`: instrumental line widths and zero shift from a standard's scan."""

import warnings
from functools import partial
from pathlib import Path

import numpy as np

from xrdmatch._commands.scan_files import read_scan
from xrdmatch.io import read_structures
from xrdmatch.refinement import fit_instrument

SHOWN = 5  # angles whose widths are printed
EXPORTS = {".instprm": "to_gsas", ".irf": "to_fullprof"}

say = partial(print, flush=True)


def calibrate(path, standard, output, *, monochromator=0.0, **options):
    """Measure an instrument on a standard and write it into a file.

    Parameters
    ----------
    path : Path
        The standard's scan.
    standard : Path
        The standard's structure, with its certified cell.
    output : Path
        Where the instrument goes: ``.json`` for xrdmatch, ``.instprm`` for GSAS-II, ``.irf`` for
        FullProf.
    monochromator : float, default=0.0
        Its diffraction angle [degrees].
    **options
        Of `read_pattern`: ``wavelength``, ``radiation``, ``scan`` and ``axis``.

    Raises
    ------
    ValueError
        If scan or structure cannot be read, or the scan is not one of the standard.
    """
    measured = read_scan(path, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # rounded coordinates
        structures = list(read_structures(standard))
        if len(structures) != 1:
            raise ValueError(
                f"A standard is one structure, got {len(structures)} in {standard}; name a file "
                "with one."
            )
        instrument = fit_instrument(measured, structures[0], monochromator=monochromator)
    _write(instrument, output)
    _print_instrument(measured, instrument)
    say(f"\nInstrument: {Path(output).absolute()}")


def _write(instrument, output):
    getattr(instrument, EXPORTS.get(output.suffix.lower(), "to_json"))(output)


def _print_instrument(scan, instrument):
    zero = f"{instrument.zero_shift:.4f} +- {instrument.zero_shift_sigma:.4f}"
    say(f"{scan}: R_wp {100 * instrument.r_wp:.1f} %, zero shift {zero} degrees\n")
    say(f"{'2 theta [degrees]':>18}{'FWHM [degrees]':>16}{'Lorentzian':>12}")
    angles = np.linspace(*instrument.two_theta, SHOWN)
    for row in zip(angles, *instrument.shape(angles), strict=True):
        say("{:18.2f}{:16.4f}{:12.2f}".format(*row))
