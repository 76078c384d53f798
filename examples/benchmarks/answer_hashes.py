"""Print a hash of every retriever's distances, to see whether a change altered an answer.

    python examples/benchmarks/answer_hashes.py [--libraries FOLDER]

Run it before and after a change that must not alter any answer, on the same machine with one
thread, and compare the lines. Queries are simulated and seeded; towers are the shipped ones and
small ones that are trained here. With ``--libraries``, libraries are saved in the folder or, where
it holds them already, loaded from it, which shows that files written before still answer.
"""

import argparse
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch import (
    ContrastiveStructureRetriever,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
)
from xrdmatch.datasets import load_monolayers
from xrdmatch.retrieval import (
    load_library,
    load_pretrained,
    make_powder_retriever,
    save_library,
)
from xrdmatch.simulation import PowderProfile, perturb_patterns

SIZE = {"n_layers": 1, "n_heads": 2, "embedding_dim": 32, "max_epochs": 2, "batch_size": 64}
SALTS = [("Li", 5.13), ("Na", 5.64), ("K", 6.29), ("Rb", 6.58), ("Ag", 5.55)]
ANIONS = [("F", 0.85), ("Cl", 1.0), ("Br", 1.06), ("I", 1.14)]


def rock_salts():
    """Twenty cubic crystals, and the same compounds in the caesium chloride structure."""
    crystals = []
    for metal, a in SALTS:
        for anion, factor in ANIONS:
            sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
            cubic = Lattice.cubic(a * factor)
            crystals.append(Structure.from_spacegroup("Fm-3m", cubic, [metal, anion], sites))
            small = Lattice.cubic(0.6 * a * factor)
            crystals.append(Structure.from_spacegroup("Pm-3m", small, [metal, anion], sites))
    return crystals


def scans_of(crystals):
    """Simulated scans with counting noise."""
    profile = PowderProfile(np.arange(15, 90, 0.02), background=0.05)
    rng = np.random.default_rng(0)
    scans = DiffractionSimulator("powder", "CuKa", profile=profile).transform(crystals)
    rises = [3000 / scan.counts.max() for scan in scans]  # counts at the highest point
    return [
        replace(scan, counts=rng.poisson(scan.counts * rise).astype(float))
        for scan, rise in zip(scans, rises, strict=True)
    ]


def spot_retrievers(layers):
    """Each with its name; not fitted, or with weights that are shipped."""
    yield "spots, nearest", PatternMatcher()
    yield "spots, electrons", PatternMatcher(DiffractionSimulator(radiation="electron"))
    yield "spots, likelihood", PatternMatcher(comparison="likelihood")
    yield "spots, nearest re-ranked", PhysicsReranker(PatternMatcher(), n_candidates=20)
    yield "spots, shipped towers", load_pretrained("monolayers")
    yield "spots, shipped sequence towers", load_pretrained("monolayers-sequence")
    trained = ContrastiveStructureRetriever(random_state=0, **SIZE)
    yield "spots, small towers", trained.fit(layers)
    yield "spots, small towers re-ranked", PhysicsReranker(trained, n_candidates=20)


def powder_retrievers(crystals):
    """Each with its name; not fitted, or trained here."""
    simulator = DiffractionSimulator("powder", "CuKa")
    yield "powders, profile", PatternMatcher(simulator)
    yield "powders, refined", make_powder_retriever()
    trained = ContrastiveStructureRetriever(simulator=simulator, random_state=0, **SIZE)
    yield "powders, small towers", trained.fit(crystals)
    yield "powders, small towers refined", PhysicsReranker(trained, n_candidates=5)


def digest(*arrays):
    """First characters of a hash of the arrays' bytes."""
    summed = hashlib.sha256()
    for array in arrays:
        summed.update(np.ascontiguousarray(array).tobytes())
    return summed.hexdigest()[:16]


def stored(retriever, gallery, path):
    """The retriever with its gallery; through files of an earlier run where there are some."""
    if path is None:
        return retriever.set_gallery(gallery)
    if not path.exists():
        save_library(retriever.set_gallery(gallery), path)
    return load_library(path)


def main():
    """Print one line for each retriever."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--libraries", type=Path, help="folder of libraries to write, or to read")
    folder = parser.parse_args().libraries
    layers, crystals = load_monolayers()[:80], rock_salts()
    spots = perturb_patterns(layers[::4], random_state=0)
    sides = [
        (spot_retrievers(layers), layers, spots),
        (powder_retrievers(crystals), crystals, scans_of(crystals[::5])),
    ]
    for retrievers, gallery, queries in sides:
        for name, retriever in retrievers:
            path = folder and folder / name.replace(",", "").replace(" ", "_")
            asked = stored(retriever, gallery, path)
            answers = asked.kneighbors(queries, n_neighbors=10)
            print(f"{name:32} {digest(*answers)}  first {answers[0][:, 0].mean():.9g}", flush=True)


if __name__ == "__main__":
    main()
