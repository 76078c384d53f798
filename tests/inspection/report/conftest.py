"""Two scans that were taken apart: a mixture, and one with a phase that no entry is."""

import pytest
from mixed_scans import known_structures, mixed_scan

from xrdmatch.inspection import IdentificationReport
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever


@pytest.fixture(scope="session")
def decomposed():
    known = known_structures()
    rutile = known.pop("TiO2")
    parts = [known["NaCl"], known["KCl"]]
    scans = [
        mixed_scan(parts, [0.3, 0.7], name="mixture"),
        mixed_scan([*parts, rutile], [0.3, 0.4, 0.3], seed=1, name="with rutile"),
    ]
    retriever = make_powder_retriever().fit([*known.values()], labels=[*known])
    return PhaseDecomposition(retriever).decompose(scans)


@pytest.fixture(scope="session")
def one_scan(decomposed):
    return IdentificationReport.from_decompositions(decomposed[1:])
