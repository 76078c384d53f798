"""Sentences that describe the phases of a scan."""

N_PEAKS = 5  # unexplained ones that are named
NONE_FOUND = "No phase of the library explains the scan; --phases 1 lists what comes nearest."


def describe_phases(found):
    """Say in sentences what the phases of a scan explain, and what is left.

    Parameters
    ----------
    found : DecomposedScan
        What `PhaseDecomposition.decompose` returned for one scan.

    Returns
    -------
    list of str
        How many phases there are, with the residual and the share that is unexplained; the notes
        of the decomposition; and, where there are some, the angles of peaks that nothing explains.

    See Also
    --------
    IdentificationReport : The same sentences with tables and pictures, as a page.
    describe_candidates : The candidates for one phase, as data.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.inspection import describe_phases
    >>> from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
    >>> from xrdmatch.simulation import DiffractionSimulator, PowderProfile
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.866)
    >>> angles = PowderProfile(np.arange(30, 120, 0.05), background=0.1)
    >>> scans = DiffractionSimulator("powder", "CuKa", profile=angles).transform([iron])
    >>> (found,) = PhaseDecomposition(make_powder_retriever().fit([iron])).decompose(scans)
    >>> describe_phases(found)[0]
    'One phase explains the scan: R_wp ... % of the net counts unexplained. ...'
    """
    notes = [f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in found.notes]
    return [_explained(found), *notes, *_unexplained(found)]


def _explained(found):
    if not found.n_phases:
        return NONE_FOUND
    number = "One phase explains" if found.n_phases == 1 else f"{found.n_phases} phases explain"
    return (
        f"{number} the scan: R_wp {100 * found.r_wp:.1f} %, "
        f"{100 * found.unexplained.share:.1f} % of the net counts unexplained. Fractions are "
        "shares of what is crystalline and was found."
    )


def _unexplained(found):
    """Name the peaks that are left, the strongest first."""
    if not len(found.unexplained.two_theta):
        return []
    peaks = ", ".join(f"{x:.2f}" for x in found.unexplained.two_theta[:N_PEAKS])
    return [f"Peaks at {peaks} degrees are unexplained: another phase, perhaps not in the library."]
