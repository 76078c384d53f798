"""How well maps of large images find boundaries between stackings, and slips in their windows.

    python examples/benchmarks/stacking_maps.py PART ... --json docs/benchmarks/stacking_maps.json

Everything is simulated from shipped monolayers. Each part is written into the JSON as soon as it is
measured, beside the parts that are there; the tables of the documentation (.inc) follow.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from surroundings import surroundings
from tables import list_table
from threadpoolctl import threadpool_limits

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import (
    Jitter,
    Stack,
    StackFitter,
    StackingMap,
    StackSimulator,
    defect_mixture,
)

PIXEL = 0.136  # [Å]
SHAPE = 620, 620
NOISE = {
    "clean": {},
    "20 counts a pixel": {"dose": 20.0},
    "5 counts a pixel, displacements of 0.1 Å": {"dose": 5.0, "effects": [Jitter(0.1)]},
}
FARTHEST = 15.0  # [Å] of a boundary from the middle
LEAST = 0.3  # [Å] that slips on both sides differ
MISSED = 3.0  # [Å] beyond which a boundary is another one


def main():
    options = arguments()
    report = json.loads(options.json.read_text("utf-8")) if options.json.exists() else {}
    with threadpool_limits(1):
        for part in options.parts:
            report[part] = PARTS[part](options)
            report["surroundings"] = surroundings()
            options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    included = "\n\n".join(table(report[part]) for part, table in TABLES.items() if part in report)
    options.json.with_suffix(".inc").write_text(included + "\n", encoding="utf-8")
    print(included)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what is measured")
    parser.add_argument("--json", type=Path, default=Path("stacking_maps.json"))
    parser.add_argument("--n", type=int, default=40, help="images of each condition")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1200, help="pixels of the timed image")
    return parser.parse_args()


def layer():
    return {layer.properties["name"]: layer for layer in load_monolayers()}["MoS2-2H"]


def fitter():
    return StackFitter(n_layers=2).fit([layer()])


def random_pair(rng):
    """Two stackings, parallel or antiparallel, whose slips differ."""
    while True:
        pair = [Stack([layer()] * 2, rng.random(2), 180.0 * rng.integers(2)) for _ in range(2)]
        if pair[0].distance(pair[1]) > 100 * LEAST:
            return pair


def boundaries(options):
    """Straight boundaries in any direction between any two stackings."""
    rows = {}
    for name, noise in NOISE.items():
        rng = np.random.default_rng(options.seed)
        found = [one_boundary(rng, noise) for _ in range(options.n)]
        kept = np.array([off for off in found if off is not None]).reshape(-1, 2)
        rows[name] = {
            "n": options.n,
            "found": len(kept),
            "offset": float(np.median(np.abs(kept[:, 0]))),
            "median": float(np.median(kept[:, 1])),
            "worst": float(kept[:, 1].max()),
            "within": int((kept[:, 1] <= 1.0).sum()),
        }
    return rows


def one_boundary(rng, noise):
    """Mean and largest distance of the found line from the true one [Å]; None if there is none."""
    angle, at = rng.uniform(0, np.pi), rng.uniform(-FARTHEST, FARTHEST)
    seen = {"rotation": rng.uniform(0, 360), "origin": (0, 0), "shape": SHAPE, **noise}
    simulator = StackSimulator(PIXEL, random_state=rng.integers(2**31), **seen)
    first, second = simulator.transform(random_pair(rng))
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    x, y = (columns - (SHAPE[1] - 1) / 2) * PIXEL, ((SHAPE[0] - 1) / 2 - rows) * PIXEL
    normal = np.array([np.cos(angle), np.sin(angle)])
    image = np.where(x * normal[0] + y * normal[1] < at, first, second)
    lines = StackingMap(fitter()).fit(image, PIXEL).boundaries_
    off = [line.points @ normal - at for line in lines]
    near = [own for own in off if abs(own.mean()) < MISSED]
    return (near[0].mean(), np.abs(near[0]).max()) if near else None


def windows(options):
    """Slips of windows of 30 Å in images with defects of every kind."""
    rng = np.random.default_rng(options.seed)
    errors, ratios, lost = [], [], 0
    for _ in range(options.n):
        stack = Stack([layer()] * 2, rng.random(2), 180.0 * rng.integers(2))
        simulator = defect_mixture(rng.integers(2**31), shape=(470, 470))
        found = StackingMap(fitter()).fit(simulator.transform([stack])[0], PIXEL)
        for window, own in np.ndenumerate(found.stacks_):
            off = None if own is None else stack.difference(own)
            if any(i % 3 for i in window):  # neighbours share pixels
                continue
            if off is None:
                lost += 1
                continue
            errors.append(100 * np.linalg.norm(off))
            ratios.append((off / found.slip_std_[window])[0])
    return {
        "n": len(errors) + lost,
        "lost": lost,
        "median": float(np.median(errors)),
        "tenth": float(np.percentile(errors, 90)),
        "worst": float(np.max(errors)),
        "within": (np.abs(ratios) < 1).mean(0).tolist(),
    }


def speed(options):
    """Windows a second of one large image of two stackings, on one core."""
    simulator = StackSimulator(
        PIXEL, shape=(options.size, options.size), dose=20, origin=(0, 0), random_state=options.seed
    )
    pair = [Stack([layer()] * 2, slip) for slip in ((1 / 3, 2 / 3), (2 / 3, 1 / 3))]
    left, right = simulator.transform(pair)
    image = np.where(np.arange(options.size) < options.size // 2, left, right)
    start = time.process_time()
    found = StackingMap(fitter()).fit(image, PIXEL)
    seconds = time.process_time() - start
    return {
        "size": options.size,
        "n": found.motif_.size,
        "seconds": seconds,
        "rate": found.motif_.size / seconds,
    }


def boundary_table(rows):
    head = ["", "images", "found", "median offset [Å]", "farthest point, median [Å]", "worst [Å]"]
    body = [
        [name, row["n"], row["found"], *(f"{row[k]:.2f}" for k in ("offset", "median", "worst"))]
        for name, row in rows.items()
    ]
    return list_table("Boundaries between two stackings", [head, *body])


def window_table(row):
    head = [
        "windows",
        "median [pm]",
        "9 in 10 within [pm]",
        "worst [pm]",
        "lost",
        "within slip_std",
    ]
    shares = ", ".join(f"{100 * share:.0f} %" for share in row["within"])
    numbers = [f"{row['median']:.1f}", f"{row['tenth']:.1f}", f"{row['worst']:.1f}"]
    return list_table("Windows of 30 Å", [head, [row["n"], *numbers, row["lost"], shares]])


def speed_table(row):
    head = ["image [pixels]", "windows", "seconds", "windows a second"]
    size = f"{row['size']} x {row['size']}"
    numbers = [row["n"], f"{row['seconds']:.1f}", f"{row['rate']:.0f}"]
    return list_table("One core", [head, [size, *numbers]])


PARTS = {"boundaries": boundaries, "windows": windows, "speed": speed}
TABLES = {"boundaries": boundary_table, "windows": window_table, "speed": speed_table}

if __name__ == "__main__":
    main()
