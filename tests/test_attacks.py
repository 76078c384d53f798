"""Input that hurts ends in a result or in one sentence, soon."""

import time
import warnings

import numpy as np
import pytest

from xrdmatch import DiffractionPattern, DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.crystallography import Scan
from xrdmatch.datasets import load_standards
from xrdmatch.io import read_pattern, read_structures
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
from xrdmatch.simulation import PowderProfile

SECONDS = 5
ROW = np.column_stack([np.linspace(0.3, 2, 8), np.zeros(8)])
TWO_THETA = np.arange(10, 90, 0.05)


@pytest.fixture(autouse=True)
def _soon():
    start = time.process_time()
    yield
    assert time.process_time() - start < SECONDS


@pytest.fixture(scope="module", params=["matcher", "reranker"])
def spots(request, layers):
    matcher = PatternMatcher().fit(layers)
    return matcher if request.param == "matcher" else PhysicsReranker(matcher, n_candidates=5)


@pytest.fixture(scope="module")
def powders():
    return make_powder_retriever().fit(load_standards()[:8])


@pytest.fixture(scope="module")
def counts():
    profile = PowderProfile(TWO_THETA, background=0.05)
    simulator = DiffractionSimulator("powder", "CuKa", profile=profile)
    return simulator.transform(load_standards()[:1])[0].counts


def test_a_row_of_spots(spots):
    """All of them on one line: no lattice, but an answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert spots.predict([DiffractionPattern(ROW, np.ones(8))], k=2).shape == (1, 2)


def test_too_many_spots(spots):
    q = np.random.default_rng(0).uniform(-3, 3, (100_000, 2))
    with pytest.raises(ValueError, match="at most 10000 spots, got 100000 in pattern 0; keep"):
        spots.predict([DiffractionPattern(q, np.ones(len(q)))])


def test_spots_without_intensity(spots):
    with pytest.raises(ValueError, match=r"with an intensity above 0, got none in pattern 0; read"):
        spots.predict([DiffractionPattern(ROW, np.zeros(8))])


def test_the_unit_of_intensities_does_not_matter(spots):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        tiny, huge = (
            spots.predict([DiffractionPattern(ROW, np.full(8, x))]) for x in (1e-300, 1e9)
        )
    assert tiny == huge


@pytest.mark.parametrize("far", [1e7, 1e300])
def test_spots_far_out(far):
    with pytest.raises(ValueError, match=r"at most 1e\+06, got .*; drop those spots"):
        DiffractionPattern([[far, 0], [0, 1]], [1, 1])


def test_another_comparison_after_fit(layers):
    matcher = PatternMatcher().fit(layers).set_params(comparison="likelihood")
    with pytest.raises(ValueError, match=r"by the comparison that it was encoded for, got another"):
        matcher.predict(DiffractionSimulator().transform(layers[:1]))


def test_counts_beyond_numbers(counts, powders):
    with pytest.raises(ValueError, match=r"Counts are at most 1e\+15, got .*; rescale the counts"):
        Scan(TWO_THETA, counts / counts.max() * 1e150, radiation="CuKa")
    tiny = Scan(TWO_THETA, counts / counts.max() * 1e-300, radiation="CuKa")
    with pytest.raises(ValueError, match=r"something was counted, got at most 1e-300 counts in"):
        powders.predict([tiny])


@pytest.mark.parametrize("factor", [1e-11, 1e14])
def test_the_unit_of_counts_does_not_matter(counts, powders, factor):
    scan = Scan(TWO_THETA, counts / counts.max() * factor, radiation="CuKa")
    assert powders.predict([scan]) == [0]


def test_one_point_of_a_million_million(counts, powders):
    """It is no phase, and nothing but this point is lost to it."""
    spiked = np.where(np.arange(len(counts)) == 700, 1e12, counts)
    (found,) = PhaseDecomposition(powders).decompose([Scan(TWO_THETA, spiked, radiation="CuKa")])
    assert len(found.labels) <= 1


@pytest.mark.parametrize("sign", [0, -1])
def test_nothing_above_zero(counts, powders, sign):
    scan = Scan(TWO_THETA, sign * counts, radiation="CuKa")
    with pytest.raises(ValueError, match="something was counted, got nothing above zero in"):
        powders.predict([scan])


RIGHT = {
    "01_one_garbled_line.xy": 121,
    "03_every_10th_line_bad.xy": 108,
    "04_thousands_comma.xy": 121,
    "06_wavelength_in_nm.xy": 121,
    "08_blank_lines_100k.xy": 121,
    "24_wavelength_words_10k.xy": 121,
    "20_encoding_unknown.xrdml": "its XML is in an encoding that nobody knows",
    "23_raw_negative_step.raw": "its header is damaged: the range starts at 20 with steps of -0.05",
}


@pytest.fixture
def attacks(shared_data):
    folder = shared_data.parent / "cases" / "attacks"
    if not folder.is_dir():
        pytest.skip("no folder cases/attacks beside the development data")
    return folder


@pytest.mark.parametrize("name", RIGHT)
def test_scans_that_hurt(attacks, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if isinstance(RIGHT[name], str):
            with pytest.raises(ValueError, match=RIGHT[name]):
                read_pattern(attacks / name)
        else:
            assert read_pattern(attacks / name, wavelength="CuKa").n_points == RIGHT[name]


@pytest.mark.parametrize(
    ("name", "formulas"),
    [
        ("09_blank_lines_100k.cif", 1),
        ("10_cell_in_pm_420.cif", 0),
        ("13_surrogate_in_name", 1),
        ("15_poscar_scale", 1),
        ("17_no_symmetry_operations.cif", 1),
        ("18_vacancy_site.cif", 1),
    ],
)
def test_structures_that_hurt(attacks, name, formulas):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if not formulas:
            with pytest.raises(ValueError, match=r"too much for a crystal; check that its lengths"):
                read_structures(attacks / name)
            return
        structures = read_structures(attacks / name)
    assert len(structures) == formulas
    assert all(structure.composition.valid for structure in structures)
