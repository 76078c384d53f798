"""Phases over a scan: named, undecided, without spots; zone axes of one crystal count together."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from spot_pictures import draw
from turned_patterns import SIMULATOR, placed, placement_of

from xrdmatch import DiffractionPattern, PatternMatcher, PhysicsReranker
from xrdmatch.crystallography import Picture, zone_layers
from xrdmatch.retrieval import NO_SPOTS, UNDECIDED, SpotMap, ranked_phases

NAMES = [f"layer {i}" for i in range(12)]


@pytest.fixture(scope="module")
def gallery(layers):
    return layers[:12]


@pytest.fixture(scope="module")
def matcher(gallery):
    return PatternMatcher(SIMULATOR, orientation="unknown").fit(gallery, labels=NAMES)


@pytest.fixture(scope="module")
def patterns(gallery):
    """Six patterns of layers 3 and 7, each turned differently."""
    clean = SIMULATOR.transform([gallery[i] for i in (3, 3, 7, 7, 3, 7)])
    return [placed(p, placement_of(37.0 * i, i % 2 == 1)) for i, p in enumerate(clean)]


def test_every_place_has_the_phase_that_is_there(matcher, patterns):
    found = SpotMap(matcher).fit(patterns, shape=(2, 3))
    assert found.phase_.tolist() == [[NAMES[3], NAMES[3], NAMES[7]], [NAMES[7], NAMES[3], NAMES[7]]]
    assert found.shares_ == {NAMES[3]: 0.5, NAMES[7]: 0.5}
    assert found.n_spots_.tolist() == [[p.n_peaks for p in patterns[i : i + 3]] for i in (0, 3)]
    assert (found.entry_ == np.array([[3, 3, 7], [7, 3, 7]])).all()


def test_a_place_that_is_not_clear_is_undecided_and_a_bad_one_has_no_spots(matcher, patterns):
    row = DiffractionPattern(np.arange(1, 5)[:, None] * [[0.3, 0.1]], np.ones(4))
    blank = Picture(np.ones((60, 60)), 90.0, "reciprocal")
    found = SpotMap(matcher).fit([patterns[0], row, blank])
    assert found.phase_.tolist() == [[NAMES[3], UNDECIDED, NO_SPOTS]]
    assert list(found.failures_) == [(0, 2)]
    assert np.isnan(found.margin_[0, 1:]).all()
    never = SpotMap(matcher, min_margin=1e9).fit(patterns[:2])
    assert never.phase_.tolist() == [[UNDECIDED, UNDECIDED]]


def test_the_grid_of_pictures_is_the_shape(matcher):
    drawn = draw(seed=1).picture
    picture = Picture(drawn.counts, 90.0, "reciprocal", {"grid": (2, 1)})
    assert SpotMap(matcher).fit([picture, picture]).phase_.shape == (2, 1)


@pytest.mark.parametrize(
    ("pictures", "shape", "message"),
    [
        ([], None, "at least one picture, got none"),
        ([Picture(np.eye(40))], None, "need a scale"),
        (["pattern"] * 3, (2, 2), "got 3 for 2 x 2 places; give shape="),
    ],
)
def test_what_is_no_map_is_refused(matcher, pictures, shape, message):
    with pytest.raises(ValueError, match=message):
        SpotMap(matcher).fit(pictures, shape=shape)


def test_a_retriever_of_known_orientation_is_refused(gallery, patterns):
    known = PatternMatcher(SIMULATOR).fit(gallery)
    with pytest.raises(ValueError, match="needs a retriever of patterns whose orientation is not"):
        SpotMap(known).fit(patterns)


def test_zone_axes_of_a_crystal_count_together(gallery):
    salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    zones = zone_layers(salt, 1)
    labels = [f"salt [{' '.join(map(str, z.properties['zone_axis']))}]" for z in zones]
    matcher = PatternMatcher(SIMULATOR, orientation="unknown")
    matcher.fit([*zones, *gallery], labels=[*labels, *NAMES])
    pattern = placed(SIMULATOR.transform(zones[:1])[0], placement_of(20.0))
    fits = PhysicsReranker(matcher).refine(pattern, n_neighbors=15)
    phases = ranked_phases(matcher, fits)
    assert phases[0].name == "salt"
    assert phases[0].is_fitted
    assert len(phases[0].columns) == len(zones)
    own = -fits.distances[0, list(phases[0].columns)]
    assert phases[0].log_odds == pytest.approx(np.logaddexp.reduce(own))


class Frames(list):
    """Pictures of a file of which one cannot be read."""

    def __getitem__(self, i):
        if i == 3:
            raise OSError("frame 3 is damaged")
        return super().__getitem__(i)


def test_one_bad_place_ends_no_map(matcher, patterns):
    """A picture without a scale, peaks of a powder, a damaged frame: each is named."""
    without_scale = Picture(draw(seed=1).picture.counts)
    powder = DiffractionPattern([[0.3], [0.5]], [1.0, 2.0])
    frames = Frames([patterns[0], without_scale, powder, None, patterns[2]])
    found = SpotMap(matcher).fit(frames)
    assert found.phase_.tolist() == [[NAMES[3], NO_SPOTS, NO_SPOTS, NO_SPOTS, NAMES[7]]]
    assert list(found.failures_) == [(0, 1), (0, 2), (0, 3)]
    assert "scale" in found.failures_[0, 1]
    assert found.failures_[0, 3] == "frame 3 is damaged"


def test_places_are_counted_from_one(matcher, patterns):
    with pytest.raises(ValueError, match=r"got 2 for -1 x -2 places; give shape"):
        SpotMap(matcher).fit(patterns[:2], shape=(-1, -2))


def test_spots_beyond_the_gallery_change_nothing(matcher, patterns):
    far = DiffractionPattern([[1.5, 0.3], [-1.4, 1.1]], [1e9, 1e9])
    both = DiffractionPattern(
        np.vstack([patterns[0].q, far.q]), np.append(patterns[0].intensity, far.intensity)
    )
    found = SpotMap(matcher).fit([patterns[0], both, far])
    assert found.phase_.tolist() == [[NAMES[3], NAMES[3], NO_SPOTS]]
    assert found.margin_[0, 1] == pytest.approx(found.margin_[0, 0])
    assert "check the scale" in found.failures_[0, 2]


def test_a_crystal_that_lacks_most_of_its_spots_is_not_named(matcher, patterns):
    """The weakest spots of a layer, a quarter of them: another crystal's, maybe."""
    weak = patterns[0].intensity.argsort()[: patterns[0].n_peaks // 4]
    few = DiffractionPattern(patterns[0].q[weak], patterns[0].intensity[weak])
    found = SpotMap(matcher, min_margin=-np.inf).fit([patterns[0], few])
    assert found.phase_.tolist() == [[NAMES[3], UNDECIDED]]
    assert "of its own are not seen" in found.cautions_[0, 1][-1]
    assert not any("not seen" in said for said in found.cautions_.get((0, 0), []))
