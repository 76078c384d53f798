"""A retriever of powders behaves as every other one does."""

import pickle

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import clone

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import Scan
from xrdmatch.io import SkippedStructureWarning
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.refinement import InstrumentProfile
from xrdmatch.retrieval import make_powder_retriever
from xrdmatch.simulation import PowderProfile

ROCKSALTS = {"NaCl": 5.64, "KCl": 6.29, "MgO": 4.21, "MnO": 4.44, "LiF": 4.03}


def rocksalt(species, a):
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(a), species, [[0, 0, 0], [0.5, 0.5, 0.5]]
    )


@pytest.fixture(scope="module")
def salts():
    species = [["Na", "Cl"], ["K", "Cl"], ["Mg", "O"], ["Mn", "O"], ["Li", "F"]]
    return [rocksalt(pair, a) for pair, a in zip(species, ROCKSALTS.values(), strict=True)]


@pytest.fixture(scope="module")
def scans(salts):
    profile = PowderProfile(np.arange(15, 90, 0.03))
    return DiffractionSimulator("powder", "CuKa", profile=profile).transform(salts)


@pytest.fixture(scope="module")
def names():
    return [*ROCKSALTS]


def test_labels_elements_and_score(salts, scans, names):
    retriever = make_powder_retriever().fit(salts, scans, labels=names)
    assert retriever.predict(scans).tolist() == names
    assert retriever.predict(scans[0], k=3, elements="Mg,Mn,O").tolist()[0][2] is None
    assert set(retriever.predict(scans[0], k=2, elements="Mg,Mn,O")[0]) == {"MgO", "MnO"}
    assert retriever.score(salts[::-1], scans[::-1]) == 1.0
    assert retriever.score(salts[::-1], scans) == pytest.approx(0.2)


def test_a_gallery_that_grows_is_the_whole_one(salts, scans, names):
    whole = make_powder_retriever().fit(salts, labels=names)
    grown = make_powder_retriever().fit(salts[:2], labels=names[:2])
    grown.add_to_gallery(salts[2:], labels=names[2:])
    for ours, theirs in zip(grown.kneighbors(scans, 5), whole.kneighbors(scans, 5), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert grown.classes_.tolist() == names


def test_pickle_and_clone(salts, scans):
    retriever = make_powder_retriever("MoKa", n_jobs=1, score_k=2).fit(salts)
    copied = pickle.loads(pickle.dumps(retriever))
    np.testing.assert_array_equal(copied.kneighbors(scans, 5)[0], retriever.kneighbors(scans, 5)[0])
    assert clone(retriever).get_params()["score_k"] == 2
    assert not hasattr(clone(retriever), "gallery_")


def test_what_cannot_be_simulated_is_named_and_left_out(salts, scans, names):
    flat = salts[0].copy()
    flat.lattice = [[5.64, 0, 0], [0, 5.64, 0], [0, 5.64, 1e-9]]
    retriever = make_powder_retriever()
    with pytest.warns(SkippedStructureWarning, match=r"Left 1 of 6 .*: broken .*has no volume"):
        retriever.set_gallery([flat, *salts], ["broken", *names], on_error="skip")
    assert retriever.predict(scans).tolist() == names


def test_peaks_are_compared_and_scans_refined_too(salts, scans, names):
    retriever = make_powder_retriever().fit(salts, labels=names)
    peaks = DiffractionSimulator("powder", "CuKa").transform(salts)
    assert retriever.predict([*scans, *peaks]).tolist() == 2 * names
    inner = retriever.retriever_.kneighbors(peaks, 5)[1]
    np.testing.assert_array_equal(retriever.kneighbors(peaks, 5)[1], inner)
    assert retriever.predict([(scans[1], peaks[1])]).tolist() == names[1:2]  # of one crystal


def test_peaks_that_are_found_name_a_scan_too(salts, scans, names):
    """As if somebody had listed them; a background and noise do not matter."""
    rng = np.random.default_rng(0)
    noisy = [
        Scan(s.two_theta, rng.poisson(200 + 5000 * s.counts / s.counts.max()), radiation="CuKa")
        for s in scans
    ]
    matcher = PatternMatcher(
        DiffractionSimulator("powder", "CuKa"), pattern_transformer=PeakFinder()
    ).fit(salts, labels=names)
    assert matcher.predict(noisy).tolist() == names
    listed = PeakFinder().transform(noisy)
    np.testing.assert_array_equal(matcher.kneighbors(noisy, 5)[0], matcher.kneighbors(listed, 5)[0])


def test_the_gallery_is_small(salts):
    """60,000 entries stay far below a gigabyte."""
    rows = make_powder_retriever().fit(salts).retriever_.index_.encoded.rows
    assert rows.nbytes / len(rows) * 60_000 < 0.2e9


def test_comparisons_belong_to_geometries(salts):
    powder = DiffractionSimulator("powder", "CuKa")
    assert PatternMatcher(powder, comparison="profile").fit(salts).gallery_ == salts
    for comparison in ("nearest", "likelihood"):
        with pytest.raises(ValueError, match=r"is not for the geometry 'powder', which has 'prof"):
            PatternMatcher(powder, comparison=comparison).fit(salts)
    with pytest.raises(ValueError, match=r"'profile' is not for the geometry 'zone_axis', which h"):
        PatternMatcher(comparison="profile").fit(salts)


def test_a_powder_needs_a_wavelength(salts):
    with pytest.raises(ValueError, match="A powder's angles need a wavelength, got none; set"):
        PatternMatcher(DiffractionSimulator("powder")).fit(salts)


def test_an_instrument_is_handed_on(salts):
    """Its monochromator is the gallery's too."""
    instrument = InstrumentProfile("CuKa", (0, 0, 0.01), zero_shift=0.1, monochromator=26.6)
    retriever = make_powder_retriever(instrument=instrument).fit(salts)
    assert clone(retriever).instrument == instrument
    assert retriever.retriever.simulator.monochromator == 26.6
    profile = PowderProfile(np.arange(20, 90, 0.03), zero_shift=0.1)
    simulator = DiffractionSimulator("powder", "CuKa", monochromator=26.6, profile=profile)
    fits = retriever.refine(simulator.transform(salts), 1)
    assert fits.indices[:, 0].tolist() == list(range(len(salts)))
    np.testing.assert_allclose(fits.zero_shift, 0.1, atol=0.01)
