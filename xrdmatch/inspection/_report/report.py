"""`IdentificationReport`: results for one or several scans as one page."""

from pathlib import Path

from xrdmatch.inspection._phase_sentences import describe_phases
from xrdmatch.inspection._report.overview import overview, points_of_curves
from xrdmatch.inspection._report.page import filled_page
from xrdmatch.inspection._report.picture_data import phase_colours
from xrdmatch.inspection._report.reported_scan import ReportedScan
from xrdmatch.inspection._report.section import n_curves, section
from xrdmatch.inspection._report.versions import citation, versions

OF_PHASES = (
    "A phase is accepted where its log odds, the gain, reach 12 unless another limit was set.",
    "Cells, line widths, texture, damping and one zero shift are refined, near what the library "
    "and the laboratory make plausible; atoms stay where the library has them.",
    "Weight fractions are shares of what is crystalline and was found. Their standard "
    "uncertainties do not hold microabsorption and wrong occupancies.",
)
OF_CANDIDATES = (
    "Candidates are rivals for one phase: each is refined as if it were alone.",
    "The score is the log of how probable the scan is, up to a constant; only differences within "
    "one table mean something.",
)
OF_PROBABILITIES = (
    "Probabilities take for granted that, before anything was seen, the crystal was as probably "
    "in the library as not."
)


class IdentificationReport:
    """One page with what is in scans: answers, doubts, pictures, and what they rest on.

    The page is one file that needs no network: pictures can be zoomed and shown on a scale of
    square roots, in the light or dark colours that the browser asks for.

    Parameters
    ----------
    scans : list of ReportedScan
        The scans in their order.
    asked : dict of str to str, default=None
        What was asked, by name.
    library : dict of str to str, default=None
        What is known of the library, by name.
    assumed : sequence of str, default=()
        What was assumed beside what holds for every answer, in sentences.
    series : bool, default=False
        Whether the scans are of one sample in their order; then fractions are drawn over them.

    See Also
    --------
    PhaseDisplay : The picture of one scan's phases, for notebooks.
    PhaseSeriesDisplay : That of a series.
    xrdmatch.retrieval.PhaseDecomposition : Finds the phases.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.inspection import IdentificationReport
    >>> from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
    >>> from xrdmatch.simulation import DiffractionSimulator, PowderProfile
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.866)
    >>> angles = PowderProfile(np.arange(30, 120, 0.05), background=0.1)
    >>> scans = DiffractionSimulator("powder", "CuKa", profile=angles).transform([iron])
    >>> found = PhaseDecomposition(make_powder_retriever().fit([iron])).decompose(scans)
    >>> page = IdentificationReport.from_decompositions(found).to_html()
    >>> "One phase explains the scan" in page, len(page) < 3_000_000
    (True, True)
    """

    def __init__(self, scans, *, asked=None, library=None, assumed=(), series=False):
        self.scans = scans
        self.asked = asked
        self.library = library
        self.assumed = assumed
        self.series = series

    @classmethod
    def from_decompositions(cls, found, *, series=False):
        """Make a report of what `PhaseDecomposition.decompose` returned.

        Parameters
        ----------
        found : list of n_scans DecomposedScan or None
            The phases of each; None where a scan could not be taken apart.
        series : bool, default=False
            Whether the scans are of one sample in their order.

        Returns
        -------
        IdentificationReport
            The report.
        """
        return cls([_reported(one, i) for i, one in enumerate(found, 1)], series=series)

    def to_html(self):
        """Write the page.

        Returns
        -------
        str
            HTML, with styles and scripts inside.

        Raises
        ------
        ValueError
            If there is no scan.
        ImportError
            If jinja2 or bokeh is not installed.
        """
        if not self.scans:
            raise ValueError("A report is about at least one scan, got none; hand in some.")
        n_points, n_pictures = points_of_curves([n_curves(one) for one in self.scans])
        colours = phase_colours([one.found for one in self.scans])
        sections = [
            section(one, n_points if i < n_pictures else 0, colours)
            for i, one in enumerate(self.scans)
        ]
        return filled_page(
            title=self.scans[0].name if len(sections) == 1 else f"{len(sections)} scans",
            sections=sections,
            overview=overview(self.scans, series=self.series) if len(sections) > 1 else None,
            n_without_picture=len(sections) - n_pictures,
            asked=self.asked or {},
            library=self.library or {},
            assumed=[*self._assumptions(), *self.assumed],
            versions=versions(),
            citation=citation(),
        )

    def save(self, path):
        """Write the page into a file.

        Parameters
        ----------
        path : path
            Where; what is there is replaced.

        Returns
        -------
        IdentificationReport
            The report itself.

        Raises
        ------
        ValueError
            If there is no scan.
        ImportError
            If jinja2 or bokeh is not installed.
        """
        Path(path).write_text(self.to_html(), encoding="utf-8")
        return self

    def _assumptions(self):
        """Say what holds for every answer of these kinds."""
        said = OF_PHASES if any(one.found is not None for one in self.scans) else ()
        if any(one.candidates for one in self.scans):
            said += OF_CANDIDATES
        if any(c.probability for one in self.scans for c in one.candidates):
            said += (OF_PROBABILITIES,)
        return said


def _reported(found, number):
    """Say what is known of one scan that was taken apart."""
    if found is None:
        return ReportedScan(f"scan {number}", error="It could not be taken apart.")
    return ReportedScan(
        found.name or f"scan {number}", found=found, sentences=tuple(describe_phases(found))
    )
