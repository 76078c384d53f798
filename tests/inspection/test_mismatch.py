"""Mismatches counted by hand, and chance by what a retriever that lists everything finds."""

from types import SimpleNamespace

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.pipeline import make_pipeline

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternMatcher
from xrdmatch.cluster import point_group_distances
from xrdmatch.crystallography import POINT_GROUPS, layer_symmetries
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import mismatch_report
from xrdmatch.metrics import clustered_bootstrap

NAMES = ("graphene", "silicene", "h-BN", "MoS2-2H", "WS2-2H", "ZrS2-1T", "MoSSe-2H", "WTe2-1T'")
BY_NAME = {layer.properties["name"]: layer for layer in load_monolayers()}
GALLERY = [BY_NAME[name] for name in NAMES]
EXACT = 1e-12  # sums of a few dozen numbers


class Fixed:
    """Answers what it was told to, whatever it is asked: queries are numbers of rows."""

    def __init__(self, gallery, answers):
        self.gallery_ = gallery
        self.answers = np.array(answers)

    def kneighbors(self, patterns, n_neighbors):
        found = self.answers[patterns, :n_neighbors]
        return np.zeros(found.shape), found


def everything(gallery):
    """A retriever that names the whole gallery for every query."""
    return Fixed(gallery, np.tile(np.arange(len(gallery)), (len(gallery), 1)))


@pytest.fixture(scope="module")
def symmetries():
    return layer_symmetries(GALLERY)


def test_by_hand():
    """Asked for 2H MoS2 (-6m2): 2H WS2 first, then itself, then Janus MoSSe (3m)."""
    answers = [NAMES.index(name) for name in ("WS2-2H", "MoS2-2H", "MoSSe-2H", "graphene")]
    report = mismatch_report(Fixed(GALLERY, [answers]), [BY_NAME["MoS2-2H"]], [0], ks=(1, 2, 3, 4))
    found = report.anywhere["-6m2"]
    assert found.n_mismatches.tolist() == [1, 1, 2, 3]
    assert found.n_structures.tolist() == [1, 1, 1, 1]
    assert found.observed["point_group"].tolist() == [1, 1, 0.5, 1 / 3]
    assert found.observed["anions"].tolist() == [1, 1, 1, 2 / 3]
    assert found.observed["cations"].tolist() == [1, 1, 1, 2 / 3]
    assert found.observed["crystal_system"].tolist() == [1, 1, 0.5, 2 / 3]
    assert found.candidates["3m"].tolist() == [0, 0, 0.5, 1 / 3]
    # of the seven others, h-BN and WS2 are -6m2 as well, and both are hexagonal like graphene
    assert found.chance["point_group"][0] == pytest.approx(2 / 7)
    assert report.within_class["-6m2"].chance["point_group"][0] == pytest.approx(2 / 3)
    assert report.within_class["-6m2"].n_mismatches.tolist() == [1, 1, 1, 2]
    assert found.difference["point_group"][0] == pytest.approx(5 / 7)
    assert found.ratio["point_group"][0] == pytest.approx(7 / 2)
    assert report.mismatched.tolist() == ["-6m2", "3m", "6/mmm"]


@pytest.mark.parametrize("reference", ["anywhere", "within_class"])
def test_naming_everything_is_chance(reference):
    report = mismatch_report(everything(GALLERY), GALLERY, range(8), ks=(8,))
    for summary in report[reference].values():
        if not summary.n_mismatches[0]:
            continue
        for fact in report.facts:
            np.testing.assert_allclose(summary.difference[fact], 0, atol=EXACT)
        for symbol, share in summary.candidates.items():
            np.testing.assert_allclose(summary.expected[symbol], share, atol=EXACT)
        assert sum(values[0] for values in summary.candidates.values()) == pytest.approx(1)


def test_against_a_naive_count(symmetries):
    """Every query and candidate in a loop, with everything written out."""
    rng = np.random.RandomState(0)
    answers = np.array([rng.permutation(8) for _ in GALLERY])
    report = mismatch_report(Fixed(GALLERY, answers), GALLERY, range(8), ks=(3,))

    def facts(i):
        group = POINT_GROUPS[symmetries[i].point_group]
        return symmetries[i].plane_class, group.crystal_system

    rows = []
    for i in range(8):
        pool = [j for j in range(8) if j != i and facts(j) == facts(i)]
        symbols = [symmetries[j].point_group for j in pool]
        apart = point_group_distances([symmetries[i].point_group], symbols)[0] if pool else []
        same = [symmetries[i].point_group == symbol for symbol in symbols]
        for j in answers[i, :3]:
            if j in pool:
                one = pool.index(j)
                rows.append((i, same[one], np.mean(same), apart[one], np.mean(apart)))
    rows = np.array(rows, dtype=float)
    found = report.within_class["all"]
    assert found.n_mismatches[0] == len(rows)
    assert found.observed["point_group"][0] == pytest.approx(rows[:, 1].mean())
    assert found.chance["point_group"][0] == pytest.approx(rows[:, 2].mean())
    assert found.observed["distance"][0] == pytest.approx(rows[:, 3].mean())
    assert found.chance["distance"][0] == pytest.approx(rows[:, 4].mean())
    ends = clustered_bootstrap(rows[:, 1] - rows[:, 2], rows[:, 0])
    np.testing.assert_allclose(found.difference_interval["point_group"][0], ends)


def test_twins_are_no_mismatches():
    twin = BY_NAME["MoS2-2H"].copy().apply_strain([0.02, 0.02, 0])
    gallery = [*GALLERY, twin]
    report = mismatch_report(Fixed(gallery, [[8, 3, 4]]), [BY_NAME["MoS2-2H"]], [0], ks=(1, 2, 3))
    found = report.anywhere["all"]
    assert found.n_mismatches.tolist() == [0, 0, 1]
    assert np.isnan(found.observed["point_group"][:2]).all()
    assert np.isnan(found.difference_interval["point_group"][0]).all()
    assert found.chance["point_group"][2] == pytest.approx(2 / 7)  # nor are they drawn


def test_structures_need_not_be_in_the_gallery():
    """Copies are other objects: the same numbers, and copies asked twice are one structure."""
    answers = np.array([np.roll(np.arange(8), -i) for i in range(8)])
    of_entries = mismatch_report(Fixed(GALLERY, answers), GALLERY, range(8))
    copies = [layer.copy() for layer in GALLERY]
    of_copies = mismatch_report(Fixed(GALLERY, answers), copies * 2, [*range(8)] * 2)
    for fact in of_entries.facts:
        np.testing.assert_allclose(
            of_copies.anywhere["all"].observed[fact], of_entries.anywhere["all"].observed[fact]
        )
    np.testing.assert_array_equal(
        of_copies.anywhere["all"].n_structures, of_entries.anywhere["all"].n_structures
    )


def test_tokens_pipelines_and_workers_tell_the_same():
    patterns = DiffractionSimulator().transform(GALLERY)
    matcher = PatternMatcher().fit(GALLERY)
    expected = mismatch_report(matcher, GALLERY, patterns).anywhere["all"]
    pipeline = make_pipeline(CrystalTokenizer(), PatternMatcher()).fit(GALLERY, patterns)
    found = mismatch_report(pipeline, GALLERY, patterns, n_jobs=2).anywhere["all"]
    for fact in expected.observed:
        np.testing.assert_allclose(found.observed[fact], expected.observed[fact], atol=EXACT)


def test_only_some_point_groups():
    report = mismatch_report(everything(GALLERY), GALLERY, range(8), point_groups=["-6m2", "3m"])
    assert report.point_groups == ("-6m2", "3m")
    assert report.n_queries == {"all": 4, "-6m2": 3, "3m": 1}


def test_missing_candidates_and_unknown_symmetry_are_left_out():
    on_top = Structure(
        Lattice.cubic(30), ["H", "H"], [[0, 0, 0], [0, 0, 1e-5]], validate_proximity=False
    )
    gallery = [*GALLERY, on_top]
    with pytest.warns(UserWarning, match="found for 1 structures of the gallery, .* position 8"):
        report = mismatch_report(Fixed(gallery, [[8, -1, 4]]), [GALLERY[3]], [0], ks=(3,))
    assert report.anywhere["all"].n_mismatches.tolist() == [1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ks": ()}, r"whole numbers of at least 1, got \(\)"),
        ({"ks": (0, 1)}, r"whole numbers of at least 1, got \(0, 1\)"),
        ({"point_groups": "mm2"}, r"a sequence of symbols, got 'mm2'; write \['mm2'\]"),
        ({"point_groups": ["432"]}, r"must have an asked point group, got \['432'\]"),
        ({"patterns": [0]}, "got 8 structures for 1 patterns"),
    ],
)
def test_errors(options, message):
    arguments = {"structures": GALLERY, "patterns": range(8)} | options
    with pytest.raises(ValueError, match=message):
        mismatch_report(SimpleNamespace(gallery_=GALLERY), **arguments)
