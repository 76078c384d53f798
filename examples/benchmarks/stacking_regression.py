"""How far slips are off that a network reads from images of bilayer ReS2, beside the fitter's.

    python examples/benchmarks/stacking_regression.py --data PATH --json stacking_regression.json

The folder holds the public sample data of Huang et al. (2025): clean/, realistic/ and
structures/ReS2.cif. The network learns from simulations with defects alone. Both are asked about
other simulations, without and with defects, and about the sample. Writes the JSON and, beside it,
the tables of the documentation (.inc).
"""

import argparse
import json
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Structure
from surroundings import surroundings
from tables import list_table

from xrdmatch.stacking import (
    Stack,
    StackFitter,
    StackingRegressor,
    StackSimulator,
    defect_mixture,
)

PIXEL_SIZE = 0.136  # [Å] of simulations
SAMPLE_PIXEL_SIZE = 0.03409  # [Å] of clean/ and realistic/
WITHIN = 1.515  # standard deviations along an axis within which 68.3 % of a plane's errors are
COLUMNS = {
    "images": "Images",
    "reader": "read by",
    "against": "against",
    "n": "n",
    "median_pm": "median [pm]",
    "percentile_90_pm": "90 % [pm]",
    "worst_pm": "worst [pm]",
    "within_std": "within slip_std",
    "seconds_an_image": "s an image",
}


def main():
    options = arguments()
    report = surroundings() | measured(options)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(included(report))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the sample data")
    parser.add_argument("--json", type=Path, default=Path("stacking_regression.json"))
    parser.add_argument("--n", type=int, default=200, help="simulations of each kind, asked about")
    parser.add_argument("--images", type=int, default=5000, help="simulations to learn from")
    parser.add_argument("--epochs", type=int, default=24, help="how often they are learned from")
    parser.add_argument("--sample", type=int, default=36, help="images of each sample folder")
    return parser.parse_args()


def measured(options):
    layer = Structure.from_file(options.data / "structures" / "ReS2.cif")
    network, training = trained(layer, options)
    readers = {"network": network, "fitter": StackFitter(n_layers=2).fit([layer])}
    rows = on_simulations(readers, layer, options.n)
    rows += on_sample(readers, layer, options)
    settings = {name: getattr(options, name) for name in ("n", "images", "epochs", "sample")}
    return {"settings": settings, "training": training, "rows": rows}


def trained(layer, options):
    """Train on simulations with defects; seconds are of the processor."""
    network = StackingRegressor(
        n_images=options.images, max_epochs=options.epochs, random_state=0, verbose=1
    )
    start = time.process_time()
    network.fit([layer, layer])
    return network, {
        "seconds": round(time.process_time() - start, 1),
        "parameters": sum(p.numel() for p in network.net_.module_.parameters()),
        "validation_loss": float(network.net_.history[-1]["valid_loss"]),
    }


def on_simulations(readers, layer, n):
    """One row for each kind of simulations and reader."""
    slips = np.random.default_rng(1).random((n, 2))
    stacks = [Stack([layer, layer], slip) for slip in slips]
    simulators = {
        "without defects": StackSimulator(pixel_size=PIXEL_SIZE, random_state=2),
        "with defects": defect_mixture(random_state=3, pixel_size=PIXEL_SIZE),
    }
    rows = []
    for name, simulator in simulators.items():
        images = simulator.transform(stacks)
        for reader in readers:
            row = {"images": name, "reader": reader, "against": "what was simulated"}
            rows.append(row | answer(readers[reader], images, PIXEL_SIZE, stacks))
    return rows


def on_sample(readers, layer, options):
    """One row for each folder and reader against the names, and for the readers' agreement."""
    rows = []
    for folder in ("clean", "realistic"):
        images, named = labelled(options.data / folder, layer, options.sample)
        for reader in readers:
            row = {"images": f"{folder}/", "reader": reader, "against": "file names"}
            rows.append(row | answer(readers[reader], images, SAMPLE_PIXEL_SIZE, named))
        read = readers["fitter"].predict(images, SAMPLE_PIXEL_SIZE)
        row = {"images": f"{folder}/", "reader": "network", "against": "fitter"}
        rows.append(row | answer(readers["network"], images, SAMPLE_PIXEL_SIZE, read))
    return rows


def labelled(folder, layer, n):
    """Images and the stacks in their names: x to the right, y down [Å]."""
    lattice = Stack([layer, layer], (0.0, 0.0)).lattice
    paths = sorted(folder.glob("*.png"))[:n]
    # The images show the layer's mirror image, whose own y axis points down.
    slips = [[float(part[1:]) for part in path.stem.split("_")] for path in paths]
    return [grey(path) for path in paths], [
        Stack([layer, layer], slip @ np.linalg.inv(lattice)) for slip in slips
    ]


def grey(path):
    image = plt.imread(path)
    return image if image.ndim == 2 else image[..., :3].mean(axis=-1)


def answer(reader, images, pixel_size, stacks):
    """Distances of what is read [pm], and whether it is as sure as it says."""
    start = time.process_time()
    read = reader.read_images if hasattr(reader, "read_images") else reader.fit_images
    found = read(images, pixel_size)
    seconds = (time.process_time() - start) / len(images)
    kept = [i for i, stack in enumerate(found.stacks) if stack is not None]
    distances = np.array([stacks[i].distance(found.stacks[i]) for i in kept])
    stds = 100 * np.array([np.sqrt((found.slip_std[i] ** 2).mean()) for i in kept])
    median, percentile, worst = np.percentile(distances, [50, 90, 100])
    return {
        "n": len(kept),
        "failed": len(images) - len(kept),
        "median_pm": round(float(median), 2),
        "percentile_90_pm": round(float(percentile), 2),
        "worst_pm": round(float(worst), 2),
        "within_std": round(float((distances < WITHIN * stds).mean()), 2),
        "seconds_an_image": round(seconds, 3),
    }


def included(report):
    rows = [[row[name] for name in COLUMNS] for row in report["rows"]]
    return list_table("Slips read by a network", [list(COLUMNS.values()), *rows]) + "\n"


if __name__ == "__main__":
    main()
