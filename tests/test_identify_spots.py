"""The command identify-spots: from pictures and tables of spots to names."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pymatgen.core import Lattice, Structure
from spot_pictures import gaussians
from turned_patterns import SIMULATOR, placed, placement_of

from xrdmatch import PatternMatcher, PhysicsReranker
from xrdmatch._cli import main
from xrdmatch._commands import identify_spots, spot_candidates
from xrdmatch._commands.spot_mapping import tell_map
from xrdmatch.crystallography import zone_layers
from xrdmatch.datasets import load_monolayers
from xrdmatch.retrieval import SpotMap

PER = 60.0  # pixels for 1/Å
TRUTH = 2
CENTRE = np.array([110.3, 108.7])  # column and row


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A library of layers, a picture of one of them, and a table of its spots."""
    folder = tmp_path_factory.mktemp("spots")
    layers = load_monolayers()[:8]
    (folder / "layers").mkdir()
    for i, layer in enumerate(layers):
        layer.to(filename=str(folder / "layers" / f"layer{i}.cif"))
    index = ["index", str(folder / "layers"), "-o", str(folder / "lib")]
    assert main([*index, "--spots", "--quiet"]) == 0
    pattern = placed(SIMULATOR.transform(layers[TRUTH : TRUTH + 1])[0], placement_of(77.0, True))
    table = np.column_stack([pattern.q, 1e4 * pattern.intensity / pattern.intensity.max()])
    np.savetxt(folder / "spots.csv", table, delimiter=",", header="x,y,intensity", comments="")
    table[:, :2] *= PER
    np.savetxt(folder / "pixels.csv", table, delimiter=",", header="x,y,intensity", comments="")
    places = CENTRE + pattern.q * [PER, -PER]
    volume = 3e5 * pattern.intensity / pattern.intensity.max()
    mean = (
        20 + gaussians((220, 220), places, volume, 1.6) + gaussians((220, 220), [CENTRE], [3e5], 2)
    )
    counts = np.random.default_rng(0).poisson(mean).clip(0, 65535).astype(np.uint16)
    Image.fromarray(counts).save(folder / "spots.tif")
    (folder / "bad.tif").write_bytes(b"no picture")
    return folder


@pytest.fixture
def identify(files, capsys):
    """Function of arguments: exit code and what is printed."""

    def run(*arguments, library="lib"):
        code = main(["identify-spots", *map(str, arguments), "--library", str(files / library)])
        return code, capsys.readouterr().out

    return run


def best_label(text):
    return next(line.split()[1] for line in text.splitlines() if line.strip().startswith("1 "))


def test_a_picture_is_named_and_drawn(identify, files, tmp_path):
    code, text = identify(files / "spots.tif", "--scale", PER, "--plot", tmp_path / "drawn.png")
    assert code == 0
    assert best_label(text) == f"layer{TRUTH}"
    assert (tmp_path / "drawn.png").stat().st_size > 1000


@pytest.mark.parametrize("arguments", [("spots.csv",), ("pixels.csv", "--scale", PER)])
def test_tables_of_spots_are_named_too(identify, files, arguments):
    name, *rest = arguments
    assert best_label(identify(files / name, *rest)[1]) == f"layer{TRUTH}"


def test_files_hold_what_the_table_holds(identify, files, tmp_path):
    out, rows = tmp_path / "a.json", tmp_path / "a.csv"
    _, text = identify(files / "spots.csv", "--json", out, "--csv", rows, "-k", 3)
    (answer,) = json.loads(out.read_text("utf-8"))
    with rows.open(encoding="utf-8") as file:
        listed = list(csv.DictReader(file))
    labels = [c["label"] for c in answer["candidates"]]
    assert labels == [row["label"] for row in listed]
    assert labels[0] == best_label(text)
    assert answer["phase"] == f"layer{TRUTH}"


def test_a_bad_file_stops_no_other(identify, files):
    code, text = identify(files / "bad.tif", files / "spots.csv")
    assert code == 1
    assert "not answered" in text
    assert f"layer{TRUTH}" in text
    assert "1 of 2 pictures were not answered" in text


@pytest.mark.parametrize(
    ("name", "message"),
    [("spots.tif", "give the pixels for 1/Å with --scale"), ("bad.tif", "Cannot read")],
)
def test_what_cannot_be_asked_is_one_sentence(identify, files, capsys, name, message):
    with pytest.raises(SystemExit):
        identify(files / name)
    assert message in " ".join(capsys.readouterr().err.split())


def test_elements_that_no_entry_has_are_said(identify, files, capsys):
    with pytest.raises(SystemExit):
        identify(files / "spots.csv", "--elements", "Pu")
    assert "Pu" in capsys.readouterr().err


def test_zone_axes_of_a_crystal_become_entries(files, identify, capsys):
    salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    salt.to(filename=str(files / "salt.cif"))
    library = str(files / "zones")
    assert main(["index", str(files / "salt.cif"), "-o", library, "--zones", "1", "--quiet"]) == 0
    capsys.readouterr()
    pattern = placed(SIMULATOR.transform(zone_layers(salt, 1)[:1])[0], placement_of(40.0))
    table = np.column_stack([pattern.q, pattern.intensity])
    np.savetxt(files / "salt.csv", table, delimiter=",", header="x,y,intensity", comments="")
    _, text = identify(files / "salt.csv", library="zones")
    assert "Undecided" not in text
    assert "salt [" in text
    _, text = identify(files / "spots.csv", library="zones")  # of a layer, of another lattice
    assert text.count("Undecided: no entry of the library has a lattice like that") == 1


def test_powders_are_not_asked_about_pictures(files, identify, capsys):
    library = str(files / "powders")
    assert main(["index", str(files / "layers" / "layer0.cif"), "-o", library, "--quiet"]) == 0
    with pytest.raises(SystemExit):
        identify(files / "spots.csv", library="powders")
    assert "got one of powders" in " ".join(capsys.readouterr().err.split())


def test_a_map_of_one_crystal_says_that_nothing_says_how_sure(layers, capsys):
    matcher = PatternMatcher(SIMULATOR, orientation="unknown")
    several = matcher.fit(layers[:5], labels=list("abcde"))
    patterns = SIMULATOR.transform(layers[3:4]) * 2
    tell_map(SpotMap(several).fit(patterns))
    assert "nothing says how sure" not in capsys.readouterr().out
    tell_map(SpotMap(matcher.set_gallery(layers[3:4], labels=["d"])).fit(patterns))
    said = capsys.readouterr().out
    assert "nothing says how sure" in said
    assert "100.0%" in said


def test_pictures_of_files_of_one_name_are_told_apart(tmp_path):
    paths = [tmp_path / "a" / "scan.tif", tmp_path / "b" / "scan.tif", tmp_path / "other.tif"]
    names = identify_spots._own_names(tmp_path / "drawn.png", paths)
    assert [names[path].name for path in paths] == [
        "drawn-scan.png", "drawn-scan-2.png", "drawn-other.png",
    ]  # fmt: skip
    assert identify_spots._own_names(tmp_path / "drawn.png", paths[:1]) == {
        paths[0]: tmp_path / "drawn.png"
    }


def test_what_is_said_is_of_the_best_crystal_not_of_the_best_entry(files, monkeypatch):
    """Zone axes of one crystal together may be more probable than an entry of another."""
    layers = load_monolayers()[:8]
    names = [f"layer {i}" for i in range(8)]
    matcher = PatternMatcher(SIMULATOR, orientation="unknown").fit(layers, labels=names)
    pattern = placed(SIMULATOR.transform(layers[TRUTH : TRUTH + 1])[0], placement_of(77.0, True))
    ranked = spot_candidates.ranked_phases

    def the_second_first(reranker, fits):
        first, second, *others = ranked(reranker, fits)
        return [replace(second, log_odds=first.log_odds + 1, is_fitted=True), first, *others]

    reranker = PhysicsReranker(matcher)
    before = spot_candidates.find_spot_candidates(reranker, pattern, 1)
    assert before.best == before.candidates[0]
    monkeypatch.setattr(spot_candidates, "ranked_phases", the_second_first)
    answer = spot_candidates.find_spot_candidates(reranker, pattern, 1)
    assert answer.phase == answer.best["phase"] != answer.candidates[0]["phase"]
