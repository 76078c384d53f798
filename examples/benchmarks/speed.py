"""How long things take, beside other codes and beside what arithmetic alone would take.

    OMP_NUM_THREADS=1 python examples/benchmarks/speed.py --json docs/benchmarks/speed.json

Everything is made of the shipped standards and of generated layers, so that no data are needed.
What is compared takes turns in one process; times are of the processor, so that other work on the
machine counts little: look at the ratios. Writes the JSON and, beside it, the table of the
documentation (.inc). powder_simulation.py compares simulated powders more closely, million.py
times the search in large galleries.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import gemmi
import numpy as np
import torch
from pymatgen.analysis.diffraction.tem import TEMCalculator
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Structure
from pymatgen.io.cif import CifWriter
from simulated_scans import simulated_scans
from skorch.callbacks import Callback
from surroundings import peak_memory, surroundings
from tables import list_table
from threadpoolctl import threadpool_limits
from torch.utils.flop_counter import FlopCounterMode

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
from xrdmatch.datasets import load_standards, make_monolayers
from xrdmatch.io import read_structures
from xrdmatch.refinement import refine_scan
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever

WAVELENGTH = 1.54184  # Å
PEAKS = DiffractionSimulator("powder", wavelength=WAVELENGTH, b_iso=0.0)
SPOTS = DiffractionSimulator()
PRODUCT = 1024  # rows and columns of the matrices whose product is the floor of arithmetic
N_TURNS = 3
COPIES = 5  # of each CIF in the larger library
BATCH = 64  # layers of a training step


def main():
    options = arguments()
    standards = load_standards()[: options.structures]
    report = surroundings() | {"rows": []}
    with threadpool_limits(1), TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pymatgen: elements without electronegativity
        torch.set_num_threads(1)
        files = written(standards, Path(folder) / "cifs")
        parts = (
            lambda: reading(files),
            lambda: indexing(files, Path(folder)),
            lambda: powders(standards),
            lambda: spots(options.layers),
            lambda: refinement(standards, options.scans),
            lambda: training(options.layers),
        )
        for part in parts:
            report["rows"] += part()
            print(report["rows"][-1], flush=True)
    report["memory"] = peak_memory()
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--structures", type=int, default=264, help="standards that are taken")
    parser.add_argument("--layers", type=int, default=512, help="layers that are learned from")
    parser.add_argument("--scans", type=int, default=10, help="that are refined")
    return parser.parse_args()


def written(structures, folder):
    """CIFs: one half with symmetry, the other with every atom."""
    folder.mkdir()
    files = [folder / f"{i:04}.cif" for i in range(len(structures))]
    for i, (structure, file) in enumerate(zip(structures, files, strict=True)):
        CifWriter(structure, symprec=0.01 if i % 2 else None).write_file(file)
    return files


def row(what, unit, ours, peer="", theirs=None):
    """Milliseconds of both, and their ratio."""
    return {"what": what, "unit": unit, "ours": ours, "peer": peer, "theirs": theirs}


def reading(files):
    """Read CIFs with the checks that reading has here, with pymatgen's parser, and gemmi's."""
    ours, pymatgen, bare = in_turns(
        len(files),
        lambda: read_structures(files[0].parent),
        lambda: [Structure.from_file(file) for file in files],
        lambda: [gemmi.read_small_structure(str(file)).get_all_unit_cell_sites() for file in files],
    )
    yield row("reading a CIF", "file", ours, "pymatgen", pymatgen)
    yield row("reading a CIF", "file", ours, "gemmi, without a Structure or checks", bare)


def indexing(files, folder):
    """Make libraries of these CIFs once and several times, by the command, for what one takes."""
    many = folder / "many"
    many.mkdir()
    for i in range(COPIES):
        for file in files:
            (many / f"{i}-{file.name}").write_bytes(file.read_bytes())
    seconds = [indexed(cifs, folder / f"{cifs.name}-library") for cifs in (files[0].parent, many)]
    per_file = (seconds[1] - seconds[0]) / ((COPIES - 1) * len(files))
    yield row("`xrdmatch index` of a CIF more", "file", 1000 * per_file)


def indexed(cifs, library):
    command = [sys.executable, "-m", "xrdmatch", "index", cifs, "-o", library]
    before = children()
    subprocess.run(command, check=True, capture_output=True)
    return children() - before


def children():
    """Processor time of all processes that this one has started and waited for [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def powders(structures):
    """Simulate powder peaks."""
    calculator = XRDCalculator(WAVELENGTH)
    ours, theirs = in_turns(
        len(structures),
        lambda: PEAKS.transform(structures),
        lambda: [calculator.get_pattern(structure) for structure in structures],
    )
    yield row("powder peaks", "structure", ours, "pymatgen", theirs)


def spots(n):
    """Simulate spots along the zone axis of layers."""
    layers, calculator = make_monolayers(min(n, 50), random_state=0), TEMCalculator()
    ours, theirs = in_turns(
        len(layers),
        lambda: SPOTS.transform(layers),
        lambda: [calculator.get_pattern(layer) for layer in layers[:3]],
    )
    theirs *= len(layers) / len(layers[:3])
    yield row("spots along a zone axis", "layer", ours, "pymatgen", theirs)


def refinement(structures, n):
    """Refine the right structure, name one phase among all, and find all phases."""
    scans = simulated_scans(structures[:n], 0)
    pairs = [*zip(scans, structures[:n], strict=True)]
    first = make_powder_retriever().set_gallery(structures)
    fresh = iter([pickle.loads(pickle.dumps(first)) for _ in range(2 * N_TURNS)])  # they remember
    (one,) = in_turns(n, lambda: [refine_scan(*pair) for pair in pairs])
    (named,) = in_turns(n, lambda: next(fresh).predict(scans))
    (phases,) = in_turns(n, lambda: PhaseDecomposition(next(fresh)).decompose(scans))
    yield row("refining a structure that is known", "scan", one)
    yield row("20 candidates named and refined", "scan", named)
    yield row("phases found and refined together", "scan", phases)


def training(n):
    """One step of training, beside its floating-point operations at the rate of a product."""
    layers = make_monolayers(n, random_state=0)
    patterns = SPOTS.transform(layers)
    with FlopCounterMode(display=False) as counted:
        fitted(layers, patterns)
    timer = StepTimer()
    fitted(layers, patterns, timer)
    floor = counted.get_total_flops() / timer.n_steps / product_rate()
    ours = 1000 * timer.seconds / timer.n_steps
    yield row(f"a training step of {BATCH} layers", "step", ours, "arithmetic alone", 1000 * floor)


def fitted(layers, patterns, *callbacks):
    retriever = ContrastiveStructureRetriever(
        max_epochs=1,
        batch_size=BATCH,
        validation_fraction=0,
        random_state=0,
        net_params={"callbacks": [*callbacks]},
    )
    return retriever.fit(layers, patterns)


class StepTimer(Callback):
    """Processor time of an epoch and its steps."""

    def on_epoch_begin(self, net, **kwargs):
        self.start_, self.n_steps = time.process_time(), 0

    def on_batch_end(self, net, training=False, **kwargs):
        self.n_steps += training

    def on_epoch_end(self, net, **kwargs):
        self.seconds = time.process_time() - self.start_


def product_rate():
    """Floating-point operations a second of a product of two matrices."""
    one = torch.rand(PRODUCT, PRODUCT)
    (milliseconds,) = in_turns(1, lambda: one @ one)
    return 2 * PRODUCT**3 / (milliseconds / 1000)


def in_turns(n, *calls):
    """Milliseconds of each call for one of n, the fastest of some turns."""
    seconds = np.array([[processor_time(call) for call in calls] for _ in range(N_TURNS)])
    return (1000 * seconds.min(0) / n).tolist()


def processor_time(call):
    start = time.process_time()
    call()
    return time.process_time() - start


def included(report):
    head = ["what", "a", "xrdmatch, ms", "beside", "ms", "ratio"]
    rows = [cells(one) for one in report["rows"]]
    about = f"{report['machine']}; peak memory {report['memory']['process']:.1f} GB; "
    about += ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    return list_table("Processor time", [head, *rows]) + f"\n\n{about}.\n"


def cells(one):
    first = [one["what"], one["unit"], f"{one['ours']:.3g}"]
    if one["theirs"] is None:
        return [*first, "", "", ""]
    return [*first, one["peer"], f"{one['theirs']:.3g}", f"{one['theirs'] / one['ours']:.2g}"]


if __name__ == "__main__":
    main()
