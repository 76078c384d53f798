"""Scans whose crystals are known, and the galleries that they are asked of."""

from dataclasses import dataclass

import numpy as np
from measured_scans import Tables, measured_scans, twin_of, unique_structures
from mixture_scans import measured_mixtures
from sklearn.model_selection import GroupKFold
from sklearn.utils import Bunch

from xrdmatch import UNKNOWN
from xrdmatch.crystallography import Scan
from xrdmatch.retrieval import make_powder_retriever
from xrdmatch.simulation import perturb_patterns, perturb_scans

TABLES = ("mp_le20.parquet", "mp_21_52.parquet", "mp_gt52.parquet")
MAIN = "rruff"  # scans whose names begin so are the main line
SEED = 1  # of test queries; calibrations have 0
FOLDS = 5
HUMP = 1.0, 8.0  # counts of a hump in units of the net counts, and its width [degrees]
PATTERNS = {"powder": perturb_scans, "zone_axis": perturb_patterns}


@dataclass(frozen=True, eq=False)
class Gallery:
    """A retriever, and measured scans whose crystals are in its gallery."""

    retriever: object
    scans: list
    truth: np.ndarray  # labels are positions
    minerals: np.ndarray
    mixtures: list = ()


def measured_gallery(folder, size, *, with_mixtures=False):
    """The scans' own structures among entries of the tables."""
    measured = measured_scans(folder / "measured")
    mixtures = measured_mixtures(folder / "measured") if with_mixtures else []
    own = unique_structures(measured)
    own += list({id(s): s for m in mixtures for s in m.structures}.values())
    structures = [*own, *Tables([folder / t for t in TABLES]).random(size, 0)]
    retriever = make_powder_retriever().set_gallery(structures)
    measured = [m for m in measured if m.name.startswith(MAIN)]
    places = {id(s): at for at, s in enumerate(own)}
    truth = np.array([places[id(m.structure)] for m in measured])
    minerals = np.array([m.twin for m in measured])
    return Gallery(retriever, [m.scan for m in measured], truth, minerals, mixtures)


def computed_gallery(folder, size, cells):
    """Entries of the tables only, twins of the scans' structures among them."""
    measured = [m for m in measured_scans(folder / "measured") if m.name.startswith(MAIN)]
    tables = Tables([folder / t for t in TABLES])
    twins = tables.twins({m.twin for m in measured})
    structures = [*twins, *tables.random(size, 0)]
    names = [twin_of(s) for s in twins]
    measured = [m for m in measured if m.twin in names]
    # what the gallery's cells are is told to the reranker too
    retriever = make_powder_retriever(cells="computed" if cells == "computed" else "measured")
    truth = np.array([names.index(m.twin) for m in measured])
    minerals = np.array([m.twin for m in measured])
    return Gallery(retriever.set_gallery(structures), [m.scan for m in measured], truth, minerals)


def simulated_of(calibrated, n, severity=1.0):
    """Answers to patterns of n entries drawn at random, and the patterns with their labels."""
    rng = np.random.RandomState(SEED)
    simulator, gallery = calibrated.simulator_, calibrated.gallery_
    truth = rng.permutation(len(gallery))[:n]
    perturb = PATTERNS[simulator.geometry]
    patterns = perturb([gallery[i] for i in truth], severity, simulator=simulator, random_state=rng)
    return calibrated.ask_with_and_without(patterns, truth), (patterns, truth)


def in_other_minerals(calibrated, gallery):
    """Answers to measured scans, calibrated on those of other minerals."""
    parts, order = [], []
    folds = GroupKFold(FOLDS).split(gallery.truth, groups=gallery.minerals)
    for train, test in folds:
        calibrated.calibrate([gallery.scans[i] for i in train], gallery.truth[train])
        scans = [gallery.scans[i] for i in test]
        parts.append(calibrated.ask_with_and_without(scans, gallery.truth[test]))
        order.append(test)
    asked = {
        name: np.concatenate([half(part[name], side) for side in (0, 1) for part in parts])
        for name in parts[0]
    }
    asked["query"] = np.tile(np.concatenate(order), 2)
    clusters = gallery.minerals[np.concatenate(order)]
    return {"measured, other minerals": Bunch(**asked, clusters=clusters)}


def half(values, side):
    """Rows of the known queries, or of the unknown ones."""
    return np.split(values, 2)[side]


def mixtures_asked(calibrated, gallery):
    """What is said of scans of several phases, asked as if each was one."""
    scans = [mixture.scan for mixture in gallery.mixtures]
    probabilities, indices = calibrated.probabilities(scans, k=1)
    names = [twin_of(calibrated.gallery_[i]) for i in indices[:, 0]]
    right = [name in m.twins for name, m in zip(names, gallery.mixtures, strict=True)]
    rejected = np.array([label is UNKNOWN for label in calibrated.predict(scans)])
    return {
        "mixtures": Bunch(
            probabilities=probabilities, first_is_a_phase=np.array(right), rejected=rejected
        )
    }


def on_humps(calibrated, n):
    """Answers to simulated scans with as many counts in a broad hump as in the peaks."""
    rng = np.random.RandomState(SEED)
    truth = rng.permutation(len(calibrated.gallery_))[:n]
    crystals = [calibrated.gallery_[i] for i in truth]
    scans = perturb_scans(crystals, simulator=calibrated.simulator_, random_state=rng)
    humped = [with_hump(scan, rng) for scan in scans]
    return calibrated.ask_with_and_without(humped, truth)


def with_hump(scan, rng):
    """The scan with a broad hump, counted."""
    x = scan.two_theta
    net = np.maximum(scan.counts - np.percentile(scan.counts, 20), 0).sum()
    centre, (share, fwhm) = rng.uniform(20, 30), HUMP
    hump = np.exp(-4 * np.log(2) * ((x - centre) / fwhm) ** 2)
    hump *= share * net / max(hump.sum(), 1e-9)
    return Scan(x, scan.counts + rng.poisson(hump), radiation=scan.radiation)
