"""The command `stacking`: tables, pictures, maps, and what goes wrong."""

import re

import numpy as np
import pytest
from boundary_images import MOS2, PIXEL, boundary_image
from PIL import Image
from pymatgen.core import Lattice, Structure

from xrdmatch._cli import main
from xrdmatch._commands.named_layers import named_layers
from xrdmatch.stacking import Stack, StackSimulator

AB = Stack([MOS2, MOS2], (1 / 3, 2 / 3))
ANTIPARALLEL = Stack([MOS2, MOS2], (0, 0), 180.0)
NUMBER = r"(-?\d+\.\d+)"


def written(image, path):
    Image.fromarray(np.clip(image, 0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("images")


@pytest.fixture(scope="module")
def bilayer(folder):
    (image,) = StackSimulator(dose=30, rotation=8, random_state=0).transform([AB])
    return written(image, folder / "bilayer.png")


@pytest.fixture(scope="module")
def noise(folder):
    counts = np.random.default_rng(0).poisson(20, (256, 256))
    return written(counts, folder / "noise.png")


def stacking(*arguments, layers="MoS2,MoS2", pixel_size=PIXEL):
    told = [] if pixel_size is None else ["--pixel-size", pixel_size]
    return main(["stacking", *map(str, [*arguments, "--layers", layers, *told])])


def test_the_table_and_the_picture(bilayer, tmp_path, capsys):
    assert stacking(bilayer, "-o", tmp_path / "fit.png") == 0
    said = capsys.readouterr().out
    assert "MoS2/MoS2, 3R: residual 0.0" in said
    row = re.search(rf"^2 on 1 +{NUMBER}, {NUMBER} +{NUMBER}, {NUMBER}", said, re.MULTILINE)
    a, b, *spreads = map(float, row.groups())
    assert Stack([MOS2, MOS2], (a, b)).distance(AB) < 5  # [pm]
    assert 0 < max(spreads) < 0.02
    assert f"Picture: {tmp_path / 'fit.png'}" in said
    with Image.open(tmp_path / "fit.png") as picture:
        assert picture.width > 800


def test_a_map(folder, tmp_path, capsys):
    image = boundary_image(AB, ANTIPARALLEL, 4.0, 0.0, (460, 620), dose=20)
    path = written(2 * image, folder / "two.png")
    assert stacking(path, "--map", "--step", 12, "-o", tmp_path / "map.png") == 0
    said = capsys.readouterr().out
    assert {"3R", "2H"} <= set(said.split())
    shares = [float(share) for share in re.findall(r"(\d+\.\d) %$", said, re.MULTILINE)]
    assert sum(shares) == pytest.approx(100, abs=0.2)
    (line,) = re.findall(rf"^boundary .* around \({NUMBER}, {NUMBER}\) Å$", said, re.MULTILINE)
    assert float(line[0]) == pytest.approx(4.0, abs=1.0)
    assert (tmp_path / "map.png").stat().st_size > 10000


def test_the_pixel_size_is_found_and_said(bilayer, capsys):
    assert stacking(bilayer, pixel_size=None, layers="MoS2") == 0
    found = re.search(rf"pixel size, found: {NUMBER} Å", capsys.readouterr().out)
    assert float(found.group(1)) == pytest.approx(PIXEL, rel=0.01)


def test_one_bad_image_does_not_sink_the_others(bilayer, noise, tmp_path, capsys):
    assert stacking(noise, bilayer, "-o", tmp_path / "fit.png") == 1
    said = capsys.readouterr().out
    assert "noise.png: not read: " in said
    assert "MoS2/MoS2, 3R" in said
    assert [path.name for path in tmp_path.iterdir()] == ["fit-bilayer.png"]


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ("WTe2,MoS2", "a formula must be of one layer, got WTe2, which is WTe2-2H or WTe2-1T'"),
        ("unobtainium", "a layer is a shipped monolayer or a file .* got 'unobtainium'"),
        (",", "a stack needs layers, got none; give --layers MoS2,MoS2"),
        ("MoS2,MoS2,MoS2,MoS2", "a stack of 2 or 3 layers is read, got 4; name one layer"),
    ],
)
def test_layers_that_cannot_be(bilayer, layers, sentence, capsys):
    with pytest.raises(SystemExit) as stop:
        stacking(bilayer, layers=layers)
    assert stop.value.code == 2
    assert re.search(sentence, capsys.readouterr().err, re.IGNORECASE)


@pytest.mark.parametrize("size", ["0", "-1", "nan", "big"])
def test_pixel_sizes_that_cannot_be(bilayer, size, capsys):
    with pytest.raises(SystemExit):
        stacking(bilayer, pixel_size=size)
    assert f"must be a length above 0 [Å], got '{size}'" in capsys.readouterr().err


def test_no_image_can_be_read(noise, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        stacking(noise, tmp_path / "missing.png")
    assert stop.value.code == 2
    assert "None of 2 images: " in capsys.readouterr().err


def test_a_layer_from_a_file(tmp_path):
    layer = Structure(Lattice.hexagonal(2.5, 20), ["B", "N"], [[1 / 3, 2 / 3, 0.5], [0, 0, 0.5]])
    path = tmp_path / "bn.cif"
    layer.to(filename=str(path))
    first, second = named_layers(f"{path}, MoTe2-1T'")
    assert first.reduced_formula == "BN"
    assert second.properties["name"] == "MoTe2-1T'"
