"""`demo --files`: the files that README and the documentation name, to try commands with."""

from pathlib import Path

import numpy as np

from xrdmatch.datasets import load_monolayers, load_standards
from xrdmatch.simulation import DiffractionSimulator, PowderProfile
from xrdmatch.stacking import Stack, StackSimulator

ANGLES = np.arange(15, 90, 0.02)  # degrees
COUNTS = 3000  # of the strongest peak
STRUCTURES = {
    "my-cifs": (
        "periclase MgO, lithium oxide Li2O, rutile TiO2, corundum Al2O3, spinel MgAl2O4, "
        "calcite CaCO3, aragonite CaCO3"
    ),
    "new-cifs": "fluorite CaF2, lithium fluoride LiF, zincite ZnO",
    "battery-cifs": (
        "triphylite LiFePO4, lithium oxide Li2O, lithium nickel oxide LiNiO2, "
        "lithium titanate layered Li2TiO3, lithium peroxide Li2O2, lithium phosphate Li3PO4"
    ),
}
SCANS = {  # shares of the strongest peaks
    "scan.xy": {"corundum Al2O3": 1},
    "scan.xrdml": {"periclase MgO": 1},
    "mixture.xy": {"corundum Al2O3": 1, "rutile TiO2": 0.6, "calcite CaCO3": 0.4},
    "mixture.xrdml": {"periclase MgO": 1, "rutile TiO2": 0.5},
    "aragonite.xy": {"aragonite CaCO3": 1},
    "gahnite.xy": {"gahnite ZnAl2O4": 1},
    "lab6.xy": {"lanthanum hexaboride LaB6": 1},
    "scans/first.xy": {"rutile TiO2": 1},
    "scans/second.xy": {"calcite CaCO3": 1},
    "run/run_1.xy": {"corundum Al2O3": 1, "rutile TiO2": 0.2},
    "run/run_2.xy": {"corundum Al2O3": 0.6, "rutile TiO2": 0.6},
    "run/run_3.xy": {"corundum Al2O3": 0.2, "rutile TiO2": 1},
}
XRDML = """<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed">
<xrdMeasurement measurementType="Scan"><usedWavelength intended="K-Alpha">
<kAlpha1 unit="Angstrom">1.540598</kAlpha1><kAlpha2 unit="Angstrom">1.544426</kAlpha2>
<ratioKAlpha2KAlpha1>0.5</ratioKAlpha2KAlpha1></usedWavelength>
<scan scanAxis="Gonio"><dataPoints><positions axis="2Theta" unit="deg">
<startPosition>{first}</startPosition><endPosition>{last}</endPosition></positions>
<commonCountingTime unit="seconds">1.0</commonCountingTime>
<intensities unit="counts">{counts}</intensities></dataPoints></scan></xrdMeasurement>
</xrdMeasurements>
"""


def write_files(folder):
    """Write structures, simulated scans with noise, and an image of a bilayer.

    Parameters
    ----------
    folder : Path
        Where to; it is made, and must not be there yet.

    Raises
    ------
    FileExistsError
        If it is.
    """
    folder = Path(folder)
    if folder.exists():
        raise FileExistsError(f"Files go into a new folder, got {str(folder)!r}; name another.")
    crystals = _crystals()
    for place, names in STRUCTURES.items():
        for name in names.split(", "):
            _write_cif(crystals[name], folder / place / f"{name.split()[-1]}.cif", name)
    lab6 = "lanthanum hexaboride LaB6"
    _write_cif(crystals[lab6], folder / "lab6.cif", lab6)
    _write_scans(crystals, folder)
    _write_bilayer(folder / "bilayer.png")
    print(f"Structures, simulated scans and an image to try commands with: {folder}")


def _crystals():
    """Name the standards, and gahnite, which is not among them: zinc's spinel."""
    crystals = {crystal.properties["name"]: crystal for crystal in load_standards()}
    gahnite = crystals["spinel MgAl2O4"].copy()
    gahnite.replace_species({"Mg": "Zn"})
    return {**crystals, "gahnite ZnAl2O4": gahnite}


def _write_cif(crystal, path, name):
    if name.startswith("aragonite"):  # calcite has the formula, too
        path = path.with_stem("aragonite")
    path.parent.mkdir(parents=True, exist_ok=True)
    crystal.to(filename=str(path))


def _write_scans(crystals, folder):
    simulator = DiffractionSimulator("powder", "CuKa", profile=PowderProfile(ANGLES, background=0))
    names = sorted({name for shares in SCANS.values() for name in shares})
    scans = simulator.transform([crystals[name] for name in names])
    shapes = {n: scan.counts / scan.counts.max() for n, scan in zip(names, scans, strict=True)}
    rng = np.random.default_rng(0)
    for place, shares in SCANS.items():
        shape = sum(share * shapes[name] for name, share in shares.items())
        counts = rng.poisson(COUNTS * (shape / shape.max() + 0.02))
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(_text(counts, place), encoding="utf-8")


def _text(counts, place):
    if place.endswith(".xrdml"):
        numbers = " ".join(map(str, counts))
        return XRDML.format(first=ANGLES[0], last=ANGLES[-1], counts=numbers)
    return "".join(f"{x:.2f} {n}\n" for x, n in zip(ANGLES, counts, strict=True))


def _write_bilayer(path):
    from PIL import Image  # comes with the extra plot

    (mos2,) = [layer for layer in load_monolayers() if layer.properties["name"] == "MoS2-2H"]
    stack = Stack([mos2, mos2], slip=(1 / 3, 2 / 3))
    (image,) = StackSimulator(dose=30, rotation=10, random_state=0).transform([stack])
    Image.fromarray(image.clip(0, 255).astype(np.uint8)).save(path)
