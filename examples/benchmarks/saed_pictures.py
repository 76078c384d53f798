"""A measured picture of spots: what is found in it, and what it is named."""

import csv
import time

import numpy as np
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import zone_layers
from xrdmatch.io import read_image
from xrdmatch.preprocessing import SpotFinder

PER_PIXEL = 0.0104  # [1/Å] as the picture's authors state it
NEAR = 2.0  # [pixels] spots at most this far apart are one
Q_MAX = 1.6  # [1/Å]


def pictures_part(layers, options):
    """Spots of MoO3 down [100], and its name among layers and the zone axes of its crystal."""
    folder = options.data / "electron"
    picture = read_image(folder / "moo3_20cm.tif", scale=1 / PER_PIXEL, space="reciprocal")
    start = time.process_time()
    found = SpotFinder(radiation="electron").find(picture)
    seconds = time.process_time() - start
    zones = zone_layers(Structure.from_file(folder / "MoO3_62.cif"), 2)
    return {
        **found_spots(found, _listed(folder / "moo3_spots.csv")),
        "seconds to find them": round(seconds, 2),
        **names_of(found.pattern, layers, zones),
    }


def found_spots(found, listed):
    """How many of the spots in a list are found, how many others, and how far the centre is."""
    gaps = np.linalg.norm((found.pixels - found.centre)[:, None] - listed, axis=2)
    near = gaps.argmin(0)[gaps.min(0) < NEAR]
    at = listed[gaps.min(0) < NEAR]
    off = np.linalg.norm(np.median(found.pixels[near] - at, axis=0) - found.centre)
    return {
        "spots of the list": len(listed),
        "of these found": len(at),
        "found besides": int((gaps.min(1) >= NEAR).sum()),
        "centre off [pixels]": round(float(off), 2),
    }


def _listed(path):
    """Positions of spots relative to the centre [pixels]."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(row["x_px"]), float(row["y_px"])] for row in rows])


def names_of(pattern, layers, zones):
    """Rank of the zone [1 0 0] among layers and zone axes, nothing told and Mo and O told."""
    simulator = DiffractionSimulator(radiation="electron", q_max=Q_MAX)
    retriever = PatternMatcher(simulator, orientation="unknown").set_gallery([*layers, *zones])
    (truth,) = (i for i, zone in enumerate(zones) if zone.properties["zone_axis"] == (1, 0, 0))
    ranks = {"gallery": len(retriever.gallery_), "of these zone axes": len(zones)}
    for told, elements in (("nothing told", None), ("Mo and O told", "Mo,O")):
        _, indices = retriever.kneighbors(pattern, 20, elements)
        place = np.flatnonzero(indices[0] == len(layers) + truth)
        ranks[f"rank of [1 0 0], {told}"] = int(place[0]) + 1 if len(place) else "beyond 20"
    return ranks
