"""How well slips, twists and numbers of layers are read from images of stacks.

    python examples/benchmarks/stacking.py PART ... --data PATH --json docs/benchmarks/stacking.json

The folder holds stem/ with public images of ReS2. Each part is written into the JSON as soon as it
is measured, beside the parts that are there; the tables of the documentation (.inc) follow.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from PIL import Image
from pymatgen.core import Structure
from stacking_tables import included
from surroundings import surroundings
from threadpoolctl import threadpool_limits

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import (
    Contrast,
    Dirt,
    Drift,
    Jitter,
    ScanRows,
    Stack,
    StackFitter,
    StackSimulator,
    Vacancies,
    defect_mixture,
)

PIXEL = 0.03409  # [Å] of the public images
VIEW = {"rotation": (0.0, 360.0), "strain": 0.01}
CONDITIONS = {
    "no noise": {},
    "30 counts a pixel": {"dose": 30.0},
    "1 count a pixel": {"dose": 1.0},
    "0.1 counts a pixel": {"dose": 0.1},
    "10 % vacancies": {"effects": [Vacancies(0.1)]},
    "30 % vacancies": {"effects": [Vacancies(0.3)]},
    "displacements of 0.2 Å": {"effects": [Jitter(0.2)]},
    "displacements of 0.4 Å": {"effects": [Jitter(0.4)]},
    "rows shifted by 0.1 Å": {"effects": [ScanRows(0.1)]},
    "drift of 2 %": {"effects": [Drift(0.02)]},
    "dirt as strong as the crystal": {"effects": [Dirt(1.0)]},
    "contrast slope of 50 %": {"effects": [Contrast(0.5)]},
}


def main():
    options = arguments()
    report = json.loads(options.json.read_text("utf-8")) if options.json.exists() else {}
    with threadpool_limits(1):
        for part in options.parts:
            report[part] = PARTS[part](options)
            report["surroundings"] = surroundings()
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(included(report))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what is measured")
    parser.add_argument("--data", type=Path, help="folder of the public images")
    parser.add_argument("--json", type=Path, default=Path("stacking.json"))
    parser.add_argument("--n", type=int, default=1000, help="simulated images of the mixture")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def kinds(data=None):
    """Return layers by name: three that are shipped, and ReS2 of the public data."""
    shipped = {layer.properties["name"]: layer for layer in load_monolayers()}
    mos2, ws2 = shipped["MoS2-2H"], shipped["WS2-2H"]
    pairs = {"MoS2": [mos2] * 2, "MoS2/WS2": [mos2, ws2], "MoTe2": [shipped["MoTe2-1T'"]] * 2}
    if data is not None:
        layer = Structure.from_file(data / "stem" / "structures" / "ReS2.cif")
        pairs = {"ReS2": [layer] * 2} | pairs
    return pairs


def has_half_turn(name):
    """Tell whether a layer is the same after half a turn: then antiparallel is parallel."""
    return name in ("ReS2", "MoTe2")


def random_stacks(layers, n, rng, name, n_layers=2):
    """Return stacks of any slip, with either face, parallel or antiparallel."""
    layers = (layers * n_layers)[:n_layers]
    stacks = []
    for _ in range(n):
        twist = 0.0 if has_half_turn(name) else 180.0 * rng.integers(0, 2, n_layers - 1)
        face = 1 if rng.random() < 0.5 else -1
        stacks.append(Stack(layers, rng.random((n_layers - 1, 2)), twist, face))
    return stacks


def read(stacks, images, pixel_size, **parameters):
    """Return distances [pm], component errors over their standard deviations, fits and seconds."""
    layers = list({id(layer): layer for stack in stacks for layer in stack.layers}.values())
    fitter = StackFitter(**parameters).fit(layers)
    start = time.process_time()
    fits = fitter.fit_images(images, pixel_size)
    seconds = (time.process_time() - start) / len(images)
    errors = [
        None if found is None else stack.difference(found)
        for stack, found in zip(stacks, fits.stacks, strict=True)
    ]
    distances = np.array([np.inf if e is None else 100 * np.hypot(*e.T).max() for e in errors])
    ratios = [
        error / std for error, std in zip(errors, fits.slip_std, strict=True) if error is not None
    ]
    return distances, np.concatenate(ratios), fits, seconds


def summary(distances, ratios, fits, seconds):
    """Numbers of one row."""
    return {
        "n": len(distances),
        "median": round(float(np.median(distances)), 2),
        "tenth": round(float(min(np.quantile(distances, 0.9, method="lower"), 1e6)), 2),
        "worst": round(float(min(distances.max(), 1e6)), 1),
        "lost": int((distances > 50).sum()),
        "within": [round(float(share), 3) for share in (np.abs(ratios) < 1).mean(0)],
        "residual": round(float(np.nanmedian(fits.residual)), 3),
        "seconds": round(seconds, 3),
    }


def public_images(folder):
    """Return images and the slips in their names [Å], y pointing down."""
    paths = sorted(folder.glob("*.png"))
    images = [np.asarray(Image.open(path).convert("L"), dtype=float) for path in paths]
    slips = [[float(part[1:]) for part in path.stem.split("_")] for path in paths]
    return images, np.array(slips)


def named_stacks(options, folder):
    """Return the public images of a folder and the stacks in their names."""
    pair = kinds(options.data)["ReS2"]
    images, slips = public_images(options.data / "stem" / folder)
    cell = Stack(pair, (0, 0)).lattice
    return images, [Stack(pair, slip @ np.linalg.inv(cell)) for slip in slips]


def clean(options):
    """The noise-free public images, with the pixel size told and found."""
    images, stacks = named_stacks(options, "clean")
    told = summary(*read(stacks, images, PIXEL))
    found = summary(*read(stacks[::6], images[::6], None))
    return {"pixel size told": told, "pixel size found": found}


def realistic(options):
    """The authors' generated images: what went in, and how quarters agree."""
    images, stacks = named_stacks(options, "realistic")
    row = summary(*read(stacks, images, PIXEL))
    return {"against the names": row, "quarters": quarters(images, [PIXEL] * len(images), options)}


def pictures(options):
    """Images without truth: how their quarters agree, pixel sizes found."""
    paths = sorted((options.data / "stem" / "images").glob("*.png"))
    images = [np.asarray(Image.open(path).convert("L"), dtype=float) for path in paths]
    fits = StackFitter().fit(kinds(options.data)["ReS2"]).fit_images(images)
    rows = quarters(images, fits.pixel_size, options)
    rows["images"] = [
        {
            "name": path.stem,
            "face": int(fits.face[i]),
            "pixel_size": round(float(fits.pixel_size[i]), 4),
            "residual": round(float(fits.residual[i]), 3),
            "second": round(float(fits.second_residual[i]), 3),
        }
        for i, path in enumerate(paths)
    ]
    return rows


def quarters(images, pixel_sizes, options):
    """Return how far the slips of an image's quarters are from their mean [pm]."""
    fitter = StackFitter(n_layers=2).fit(kinds(options.data)["ReS2"])
    spreads = []
    for image, size in zip(images, pixel_sizes, strict=True):
        h, w = (n // 2 for n in image.shape)
        parts = [image[:h, :w], image[:h, -w:], image[-h:, :w], image[-h:, -w:]]
        found = fitter.fit_images(parts, size).stacks
        steps = np.array([stack.difference(found[0])[0] for stack in found])
        spreads.append(100 * np.sqrt(((steps - steps.mean(0)) ** 2).sum(1).mean()))
    return {"rms": [round(float(spread), 2) for spread in spreads]}


def mixture(options):
    """Simulated images with defects of every kind."""
    rng, rows, ratios = np.random.default_rng(options.seed), {}, []
    every = []
    pairs = kinds(options.data)
    for i, (name, layers) in enumerate(pairs.items()):
        stacks = random_stacks(layers, options.n // len(pairs), rng, name)
        images = defect_mixture(random_state=options.seed + i).transform(stacks)
        found = read(stacks, images, 0.136, n_layers=2)
        rows[name] = summary(*found)
        every.append(found[0])
        ratios.append(found[1])
    distances, ratios = np.concatenate(every), np.concatenate(ratios)
    rows["all"] = {
        "n": len(distances),
        "median": round(float(np.median(distances)), 2),
        "tenth": round(float(np.quantile(distances, 0.9, method="lower")), 2),
        "lost": int((distances > 50).sum()),
        "within": [round(float(share), 3) for share in (np.abs(ratios) < 1).mean(0)],
    }
    return rows


def conditions(options):
    """Each condition alone, ReS2."""
    rows = {}
    layers = kinds(options.data)["ReS2"]
    for name, changed in CONDITIONS.items():
        rng = np.random.default_rng(options.seed)
        stacks = random_stacks(layers, max(options.n // 20, 2), rng, "ReS2")
        simulator = StackSimulator(**(VIEW | changed), random_state=options.seed)
        rows[name] = summary(*read(stacks, simulator.transform(stacks), 0.136))
    return rows


def trilayers(options):
    """Three layers under the mixture, and whether they are counted; two beside them."""
    rows = {}
    for name in ("ReS2", "MoS2"):
        for n_layers in (2, 3):
            rng = np.random.default_rng(options.seed)
            layers = kinds(options.data)[name]
            stacks = random_stacks(layers, max(options.n // 20, 2), rng, name, n_layers)
            images = defect_mixture(random_state=options.seed).transform(stacks)
            found = read(stacks, images, 0.136)
            counted = [
                stack is not None and len(stack.layers) == n_layers for stack in found[2].stacks
            ]
            rows[f"{name}, {n_layers} layers"] = summary(*found) | {"counted": sum(counted)}
    return rows


def antiparallel(options):
    """Parallel and antiparallel MoS2 under the mixture."""
    rng = np.random.default_rng(options.seed)
    stacks = random_stacks(kinds()["MoS2"], max(options.n // 5, 2), rng, "MoS2")
    images = defect_mixture(random_state=options.seed + 7).transform(stacks)
    found = StackFitter().fit(stacks[0].layers[:1]).predict(images, 0.136)
    right = [
        own is not None
        and own.canonical().twist.round(0).tolist() == stack.canonical().twist.round(0).tolist()
        for stack, own in zip(stacks, found, strict=True)
    ]
    return {"n": len(stacks), "right": sum(right)}


def twist(options):
    """Two layers at any angle, in windows of 29 Å: angle, and where the layers lie."""
    rows = {}
    for name in ("ReS2", "MoS2"):
        layers, period = kinds(options.data)[name], 180.0 if has_half_turn(name) else 60.0
        fitter = StackFitter(twist="free").fit(layers[:1])
        for kind, simulator in {
            "30 counts a pixel": StackSimulator(dose=30.0, **VIEW),
            "mixture": defect_mixture(),
        }.items():
            rng = np.random.default_rng(options.seed)
            n = max(options.n // 30, 2)
            angles = np.concatenate([rng.uniform(0.5, 5, n // 2), rng.uniform(5, 30, n - n // 2)])
            stacks = [Stack(layers, rng.random(2), angle) for angle in angles]
            simulator.set_params(shape=(214, 214), random_state=options.seed)
            images = simulator.transform(stacks)
            start = time.process_time()
            fits = fitter.fit_images(images, 0.136)
            seconds = (time.process_time() - start) / n
            apart = np.array(
                [
                    np.inf if own is None else angle_between(own.twist[0], angle, period)
                    for own, angle in zip(fits.stacks, angles, strict=True)
                ]
            )
            rows[f"{name}, {kind}"] = {
                "n": n,
                "median": round(float(np.median(apart)), 4),
                "tenth": round(float(np.sort(apart)[int(0.9 * (n - 1))]), 4),
                "within": int((apart < 0.1).sum()),
                "slip_std": round(
                    float(np.median([np.hypot(*s[0]) for s in fits.slip_std if s is not None])), 4
                ),
                "seconds": round(seconds, 2),
            }
    return rows


def angle_between(found, angle, period):
    """Return how far two angles are apart; of two equal layers either may be the lower one."""
    return min(abs((found - s * angle + period / 2) % period - period / 2) for s in (1, -1))


def speed(options):
    """Images simulated a second: perfect ones, and with all effects."""
    stacks = random_stacks(kinds(options.data)["ReS2"], 40, np.random.default_rng(0), "ReS2")
    rows = {}
    for name, simulator in (("perfect", StackSimulator()), ("mixture", defect_mixture())):
        start = time.process_time()
        simulator.set_params(random_state=0).transform(stacks)
        rows[name] = round(len(stacks) / (time.process_time() - start), 1)
    return rows


PARTS = {
    part.__name__: part
    for part in (
        clean,
        realistic,
        pictures,
        mixture,
        conditions,
        trilayers,
        antiparallel,
        twist,
        speed,
    )
}


if __name__ == "__main__":
    main()
