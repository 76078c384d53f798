"""Queries of powders: what must not change the answer, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionPattern, DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import Scan, as_radiation
from xrdmatch.datasets import load_monolayers
from xrdmatch.preprocessing import KAlpha2Stripper, PeakFinder
from xrdmatch.retrieval._comparison.profile_grid import GRID
from xrdmatch.retrieval._comparison.profile_library import ProfileLibrary
from xrdmatch.retrieval._comparison.profile_queries import SCALE_COST, _stretched, normalised
from xrdmatch.simulation import PowderProfile

ANGLES = np.arange(10, 90, 0.02)
POWDER = DiffractionSimulator("powder", "CuKa")
SAME = 0.05  # distance of a simulated scan from its own structure: widths, doublet, background


def rocksalt(species, a):
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(a), species, [[0, 0, 0], [0.5, 0.5, 0.5]]
    )


def scans_of(structures, radiation="CuKa", angles=ANGLES, **profile):
    profile = PowderProfile(angles, **profile)
    return DiffractionSimulator("powder", radiation, profile=profile).transform(structures)


@pytest.fixture(scope="module")
def crystals():
    """Rocksalts and others of neighbouring cells: hard to tell, but for their peaks."""
    rocksalts = [("Na", "Cl", 5.64), ("K", "Cl", 6.29), ("Mg", "O", 4.21), ("Mn", "O", 4.44)]
    crystals = [rocksalt([a, b], x) for a, b, x in rocksalts]
    crystals += [
        Structure.from_prototype("cscl", ["Cs", "Cl"], a=4.12),
        Structure.from_prototype("fluorite", ["Ca", "F"], a=5.46),
        Structure.from_prototype("bcc", ["Fe"], a=2.87),
    ]
    for a, c in ((4.59, 2.96), (4.74, 3.19), (4.40, 2.87)):
        lattice = Lattice.tetragonal(a, c)
        sites = [[0, 0, 0], [0.305, 0.305, 0]]
        crystals.append(Structure.from_spacegroup("P4_2/mnm", lattice, ["Ti", "O"], sites))
    return crystals


@pytest.fixture(scope="module")
def matcher(crystals):
    return PatternMatcher(POWDER).fit(crystals)


@pytest.fixture(scope="module")
def scans(crystals):
    return scans_of(crystals)


def nearest(matcher, queries):
    distances, indices = matcher.kneighbors(queries, len(matcher.gallery_))
    return distances, indices


def check_own(matcher, queries, largest=SAME):
    distances, indices = nearest(matcher, queries)
    np.testing.assert_array_equal(indices[:, 0], np.arange(len(queries)))
    assert (distances[:, 0] >= 0).all()
    assert distances[:, 0].max() < largest
    assert (distances[:, 1] - distances[:, 0]).min() > SAME


def test_a_scan_finds_its_structure(matcher, scans):
    check_own(matcher, scans)


@pytest.mark.parametrize(
    ("radiation", "angles"),
    [
        ("MoKa", np.arange(4, 45, 0.01)),
        ("CoKa", np.arange(10, 110, 0.02)),
        (0.4, np.arange(2, 25, 0.005)),
        ("CuKa1", ANGLES),
    ],
)
def test_any_wavelength(matcher, crystals, radiation, angles):
    """Peaks are sharp enough here to be alike over q."""
    check_own(matcher, scans_of(crystals, radiation, angles))


def test_the_lorentz_polarisation_factor_is_exchanged(matcher, crystals):
    """Peaks of silver radiation are those of copper radiation once their factor is."""
    library = matcher.index_.encoded.diffractometer
    for structure in crystals[:3]:
        rows = []
        for radiation in ("AgKa", "CuKa"):
            simulator = DiffractionSimulator("powder", radiation, q_max=0.9)
            (pattern,) = simulator.transform([structure])
            rows.append(_stretched(pattern, 0.0, library, 0)[0])
        np.testing.assert_allclose(rows[0], rows[1], rtol=1e-9)
        wrong = DiffractionPattern(pattern.q, pattern.intensity, radiation="AgKa")
        seen = rows[1] > 0
        ratio = _stretched(wrong, 0.0, library, 0)[0][seen] / rows[1][seen]
        assert np.ptp(ratio) > 0.1 * ratio.mean()


def test_the_scale_of_counts_does_not_matter(matcher, scans):
    expected, _ = nearest(matcher, scans[:3])
    for factor in (1e-3, 1e5):
        louder = [Scan(s.two_theta, factor * s.counts, radiation=s.radiation) for s in scans[:3]]
        np.testing.assert_allclose(nearest(matcher, louder)[0], expected, atol=1e-4)


def test_a_smooth_background_does_not_matter(matcher, crystals):
    check_own(matcher, scans_of(crystals, background=(0.5, -0.3, 0.1)))


def test_noise_is_survived(matcher, scans):
    rng = np.random.default_rng(0)
    noisy = []
    for scan in scans:
        counts = rng.poisson(30 + 200 * scan.counts / scan.counts.max())
        noisy.append(Scan(scan.two_theta, counts, radiation=scan.radiation))
    np.testing.assert_array_equal(matcher.predict(noisy), np.arange(len(scans)))


@pytest.mark.parametrize("change", [0.99, 1.01, 1.02])
def test_cells_that_are_off(matcher, crystals, change):
    """What the sizes that are tried are for; 1 % costs what it should."""
    scaled = [s.copy() for s in crystals[:4]]
    for structure in scaled:
        structure.scale_lattice(structure.volume * change**3)
    distances, indices = matcher.kneighbors(scans_of(scaled), 1)
    np.testing.assert_array_equal(indices[:, 0], np.arange(4))
    assert distances.max() < SAME + SCALE_COST * abs(change - 1)
    assert distances.min() > 0.9 * SCALE_COST * abs(change - 1)


def test_what_lies_outside_the_measured_range_does_not_matter(matcher, crystals):
    """Of query and gallery alike: what counts is what was measured."""
    check_own(matcher, scans_of(crystals, angles=np.arange(10, 70, 0.02)))
    library = matcher.index_.encoded
    rows = library.rows[None, :3].astype(float)  # one version of three queries
    below = np.tile(GRID < 0.5, (1, 3, 1))
    changed = np.where(below, rows, np.random.default_rng(0).normal(size=rows.shape))
    expected = library.cosines(normalised(rows, below))
    np.testing.assert_array_equal(library.cosines(normalised(changed, below)), expected)
    other = np.where(below[0, 0], library.rows, np.float16(0.3) * (1 - library.rows))
    beyond = replace(library, rows=other.astype(np.float16))
    np.testing.assert_allclose(beyond.cosines(normalised(rows, below)), expected, atol=1e-6)
    above = normalised(rows, ~below)
    assert np.abs(beyond.cosines(above) - library.cosines(above)).max() > 0.1


def test_peaks_as_queries(matcher, crystals, scans):
    check_own(matcher, POWDER.transform(crystals))
    noisy = [
        Scan(s.two_theta, 1 + 1e3 * s.counts / s.counts.max(), radiation="CuKa") for s in scans
    ]
    check_own(matcher, PeakFinder().transform(noisy))
    bare = [DiffractionPattern(p.q, p.intensity) for p in POWDER.transform(crystals)]
    check_own(matcher, bare)


def test_scans_and_peaks_in_one_list_and_several_of_one_crystal(matcher, crystals, scans):
    peaks = POWDER.transform(crystals)
    assert matcher.predict([scans[0], peaks[1], (scans[2], peaks[2])]).tolist() == [0, 1, 2]
    assert matcher.predict(scans[3], k=2).shape == (1, 2)


def test_another_transformer_of_scans(matcher, crystals, scans):
    stripped = PatternMatcher(POWDER, pattern_transformer=KAlpha2Stripper()).fit(crystals)
    check_own(stripped, scans)
    changed = np.abs(stripped.kneighbors(scans, 3)[0] - matcher.kneighbors(scans, 3)[0])
    assert 1e-4 < changed.max() < 0.05


# refused -----------------------------------------------------------------------------------------


def test_spots_asked_of_powders(matcher):
    spots = DiffractionSimulator().transform(load_monolayers()[:1])
    with pytest.raises(ValueError, match=r"compares scans, or powder peaks .* got spots with 2 co"):
        matcher.predict(spots)


def test_powders_asked_of_spots(scans, crystals):
    spots = PatternMatcher().fit(load_monolayers()[:3])
    with pytest.raises(ValueError, match=r"powder"):
        spots.predict(POWDER.transform(crystals[:1]))
    with pytest.raises(TypeError, match="got Scan"):
        spots.predict(scans[:1])


def test_what_is_no_pattern(matcher, crystals):
    with pytest.raises(TypeError, match="compares scans and powder peaks, got Structure as patt"):
        matcher.predict(crystals[:1])


def test_an_unknown_wavelength(matcher, scans):
    bare = Scan(scans[0].two_theta, scans[0].counts)
    with pytest.raises(ValueError, match=r"once its wavelength is known, got pattern 1 without; g"):
        matcher.predict([scans[0], bare])


def test_another_kind_of_radiation(matcher, scans):
    neutrons = as_radiation("neutron", wavelength=1.54)
    scan = Scan(scans[0].two_theta, scans[0].counts, radiation=neutrons)
    with pytest.raises(ValueError, match=r"of one radiation, got neutron as pattern 0 for a galle"):
        matcher.predict(scan)


def test_a_range_that_the_gallery_does_not_know(crystals, scans):
    matcher = PatternMatcher(DiffractionSimulator("powder", "CuKa", q_max=0.4)).fit(crystals)
    beyond = scans[0].two_theta > 60
    scan = Scan(scans[0].two_theta[beyond], scans[0].counts[beyond], radiation="CuKa")
    with pytest.raises(
        ValueError, match=r"something of 0\.03 to 0\.4 1/Å, .* got 0\.649 to 0\.917"
    ):
        matcher.predict(scan)


def test_many_queries_are_asked_in_pieces(matcher, scans, monkeypatch):
    expected = nearest(matcher, scans)[0]
    monkeypatch.setattr(ProfileLibrary, "n_queries", 3)
    np.testing.assert_allclose(nearest(matcher, scans)[0], expected, atol=1e-6)
    bare = Scan(scans[0].two_theta, scans[0].counts)
    with pytest.raises(ValueError, match="got pattern 4 without"):
        matcher.predict([*scans[:4], bare])
