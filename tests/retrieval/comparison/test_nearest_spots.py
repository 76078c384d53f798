"""Spots of the zero layer, and of no other plane, compared with the nearest of every lattice."""

import pytest

from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.crystallography import zone_layers
from xrdmatch.datasets import load_monolayers
from xrdmatch.io import read_structures

LAYERS = load_monolayers()[:6]


@pytest.mark.parametrize("build", [PatternMatcher, lambda s: PhysicsReranker(PatternMatcher(s))])
def test_a_tilted_gallery_is_refused(build):
    with pytest.raises(ValueError, match=r"on the zero layer, got .* tilt=\(20, 0\); pass one wit"):
        build(DiffractionSimulator(tilt=(20, 0))).fit(LAYERS)


def test_a_gallery_of_thick_crystals():
    simulator = DiffractionSimulator("zone_axis", "electron", wavelength=0.0251, thickness=50)
    matcher = PatternMatcher(simulator).fit(LAYERS)
    assert matcher.predict(simulator.transform(LAYERS)).tolist() == list(range(len(LAYERS)))


def test_zone_axes_stand_among_layers(shared_data):
    (crystal,) = read_structures(shared_data / "electron" / "MoO3_62.cif")
    gallery = [*LAYERS, *zone_layers(crystal, max_index=1)]
    simulator = DiffractionSimulator(radiation="electron", q_max=1.2)
    names = [structure.properties["name"] for structure in gallery]
    matcher = PatternMatcher(simulator).fit(gallery, labels=names)
    assert matcher.predict(simulator.transform(gallery)).tolist() == names
