"""Write the inputs that README names: a folder my-cifs, scans of one phase and of two, an image."""

from pathlib import Path

import numpy as np
from PIL import Image
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.datasets import load_monolayers
from xrdmatch.simulation import PowderProfile
from xrdmatch.stacking import Stack, StackSimulator

ANGLES = np.arange(15, 90, 0.02)
CRYSTALS = {
    "MnO": ("Fm-3m", Lattice.cubic(4.445), ["Mn", "O"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "Li2O": ("Fm-3m", Lattice.cubic(4.61), ["O", "Li"], [[0, 0, 0], [0.25, 0.25, 0.25]]),
    "TiO2": ("P4_2/mnm", Lattice.tetragonal(4.59, 2.96), ["Ti", "O"], [[0] * 3, [0.305, 0.305, 0]]),
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

crystals = {name: Structure.from_spacegroup(*facts) for name, facts in CRYSTALS.items()}
Path("my-cifs").mkdir()
for name, crystal in crystals.items():
    crystal.to(filename=f"my-cifs/{name}.cif")
profile = PowderProfile(ANGLES, background=0.05)
simulator = DiffractionSimulator("powder", "CuKa", profile=profile)
oxide, rutile = simulator.transform([crystals["MnO"], crystals["TiO2"]])
mixed = oxide.counts / oxide.counts.max() + 0.5 * rutile.counts / rutile.counts.max()
for name, shape in (("scan", oxide.counts), ("mixture", mixed)):
    counts = np.random.default_rng(0).poisson(3000 * shape / shape.max())
    text = XRDML.format(first=ANGLES[0], last=ANGLES[-1], counts=" ".join(map(str, counts)))
    Path(f"{name}.xrdml").write_text(text, encoding="utf-8")
(mos2,) = [layer for layer in load_monolayers() if layer.properties["name"] == "MoS2-2H"]
stack = Stack([mos2, mos2], slip=(1 / 3, 2 / 3))
(image,) = StackSimulator(dose=30, rotation=10, random_state=0).transform([stack])
Image.fromarray(image.clip(0, 255).astype(np.uint8)).save("bilayer.png")
