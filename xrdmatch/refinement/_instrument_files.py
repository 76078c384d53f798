"""Instrument parameters in the formats of other refinement programs."""

import numpy as np

from xrdmatch.crystallography import ANODES

VARIANCE = 8 * np.log(2)  # square of a full width at half maximum over the variance
CENTI = 100.0  # centidegrees a degree
SAME_LINE = 1e-3  # [Å]
AXIAL_DIVERGENCE = 0.002  # SH/L of GSAS-II, which does not like none


def gsas_text(instrument):
    """Instrument parameter file of GSAS-II for constant wavelengths, as text.

    Parameters
    ----------
    instrument : InstrumentProfile
        The instrument.

    Returns
    -------
    str
        Lines of ``name:value``.
    """
    u, v, w = (CENTI**2 * value / VARIANCE for value in instrument.caglioti)
    x, y = (CENTI * value for value in instrument.lorentzian)
    kind = "PNC" if instrument.radiation.kind == "neutron" else "PXC"
    values = {
        "Bank": 1.0,
        **_gsas_lines(instrument.radiation),
        "Zero": instrument.zero_shift,
        "Polariz.": 1 / (1 + np.cos(np.radians(instrument.monochromator)) ** 2),
        "Azimuth": 0.0,
        **{"U": u, "V": v, "W": w, "X": x, "Y": y, "Z": 0.0},
        "SH/L": AXIAL_DIVERGENCE,
    }
    lines = [f"{name}:{value:.7g}" for name, value in values.items()]
    title = "#GSAS-II instrument parameter file; do not add/delete items!"
    source = _gsas_source(instrument.radiation)
    return "\n".join([title, f"Type:{kind}", *lines, *source]) + "\n"


def _gsas_lines(radiation):
    """Wavelengths; GSAS-II knows one line or a doublet."""
    (first, weight), *others = sorted(radiation.lines, key=lambda line: -line[1])
    if not others:
        return {"Lam": first}
    second, other = others[0]
    return {"Lam1": first, "Lam2": second, "I(L2)/I(L1)": other / weight}


def _gsas_source(radiation):
    """Line with the tube's name, where the wavelength is one's; else none."""
    first = max(radiation.lines, key=lambda line: line[1])[0]
    names = [anode for anode, lines in ANODES.items() if abs(lines[0] - first) < SAME_LINE]
    return [f"Source:{names[0]}Ka"] if names else []


def fullprof_text(instrument):
    """Instrumental resolution file of FullProf (Res = 1), as text.

    Parameters
    ----------
    instrument : InstrumentProfile
        The instrument.

    Returns
    -------
    str
        A title and two lines of U, V, W, X, Y, Z.
    """
    (first, weight), *others = sorted(instrument.radiation.lines, key=lambda line: -line[1])
    second, other = others[0] if others else (first, 0.0)
    x, y = instrument.lorentzian
    numbers = " ".join(f"{value:.8f}" for value in (*instrument.caglioti, y, x, 0.0))
    cthm = np.cos(np.radians(instrument.monochromator)) ** 2
    title = (
        f"{instrument.name or 'xrdmatch'}: Res=1 Lambda1={first:.6f} Lambda2={second:.6f} "
        f"Ratio={other / weight:.4f} Cthm={cthm:.4f} Zero={instrument.zero_shift:.5f}"
    )
    return f"{title}\n{numbers}\n{numbers}\n"
