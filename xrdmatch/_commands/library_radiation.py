"""The radiation for which a library of powders is simulated."""

from xrdmatch.crystallography import Radiation

WAVELENGTH = 1.54  # [Å]; scans are compared over q, with their own


def library_radiation(kind):
    """Return what structures are simulated for, so that scans of a kind of radiation are compared.

    Parameters
    ----------
    kind : {"xray", "neutron", "electron"}
        What is diffracted.

    Returns
    -------
    str or Radiation
        As `make_powder_retriever` accepts it.
    """
    return "CuKa" if kind == "xray" else Radiation(kind, ((WAVELENGTH, 1.0),))
