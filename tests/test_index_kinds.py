"""Libraries of spots: layers as they are, zone axes of crystals, and both asked of a pattern."""

import re

import pytest
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator
from xrdmatch._cli import main
from xrdmatch._commands.index_kinds import PowderKind, SpotKind
from xrdmatch.crystallography import zone_layer
from xrdmatch.retrieval import load_library

CELLS = {"Fe": 2.866, "W": 3.165}


@pytest.fixture
def metals(tmp_path):
    folder = tmp_path / "cifs"
    folder.mkdir()
    for element, a in CELLS.items():
        Structure.from_prototype("bcc", [element], a=a).to(filename=str(folder / f"{element}.cif"))
    return folder


def index(metals, *arguments):
    path = metals.parent / "library"
    assert main(["index", str(metals), "-o", str(path), "--quiet", *arguments]) == 0
    return load_library(path)


def test_zone_axes_are_entries_and_their_labels_say_which(metals):
    matcher = index(metals, "--zones", "1")
    zones = ["[1 1 1]", "[1 0 0]", "[1 1 0]"]
    assert matcher.classes_.tolist() == [f"{name} {zone}" for name in CELLS for zone in zones]
    assert matcher.gallery_[1].properties["zone_axis"] == [1, 0, 0]


def test_a_stored_library_of_zones_answers_patterns_of_unknown_orientation(metals):
    matcher = index(metals, "--zones", "1")
    assert matcher.orientation == "unknown"
    assert matcher.simulator_.radiation == "electron"
    iron = zone_layer(Structure.from_prototype("bcc", ["Fe"], a=2.866), [1, 1, 0])
    (pattern,) = DiffractionSimulator(radiation="electron", q_max=1.2).transform([iron])
    assert matcher.predict(pattern).tolist() == ["Fe [1 1 0]"]


def test_layers_are_entries_as_they_are(metals):
    matcher = index(metals, "--spots", "--radiation", "xray")
    assert matcher.classes_.tolist() == [*CELLS]
    assert matcher.simulator_.radiation == "xray"


def test_what_it_is_made_for_is_part_of_the_fingerprint():
    kinds = [PowderKind(), PowderKind("electron"), SpotKind(), SpotKind("xray"), SpotKind(zones=2)]
    facts = [kind.facts for kind in kinds]
    assert all(facts.count(one) == 1 for one in facts)
    assert PowderKind("xray").facts == PowderKind().facts == []


def test_spots_are_not_calibrated(metals, capsys):
    with pytest.raises(SystemExit):
        index(metals, "--zones", "1", "--calibrate")
    assert re.search(
        r"What --calibrate learns is about scans .*; leave it out", capsys.readouterr().err
    )
