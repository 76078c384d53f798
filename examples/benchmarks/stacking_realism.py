"""How far realistic images move from their stacks, and what they do to a network trained on them.

    python examples/benchmarks/stacking_realism.py --data PATH --json stacking_realism.json

The folder holds the public sample data of Huang et al. (2025): clean/, realistic/, images/ and
structures/ReS2.cif. Each kind of realism learns from simulations of bilayer ReS2 and from images/
and realistic/, whose stacks it is not told; others of the simulations are made realistic, and the
fitter reads them. Writes the JSON, beside it the tables of the documentation (.inc) and, with
--picture, examples of the images.
"""

import argparse
import json
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from pymatgen.core import Structure
from scipy.ndimage import gaussian_filter, zoom
from surroundings import surroundings
from tables import list_table

from xrdmatch.io import read_image
from xrdmatch.stacking import (
    ImageRealism,
    Stack,
    StackFitter,
    StackingRegressor,
    StackSimulator,
    defect_mixture,
    label_drift,
)

KINDS = ("randomised", "disentangled", "residual")
PIXEL = 0.136  # [Å] of every image that is compared
SAMPLE_PIXEL = 0.03409  # [Å] of clean/ and realistic/
PROBE = (0.35, 0.5)  # [Å]
LEARNED = 128  # pixels of the simulations that the networks learn from


def main():
    options = arguments()
    report = surroundings() | {"settings": settings(options)}
    sample = Sample(options)
    report["images"] = drifts(sample)
    if options.picture:
        draw(sample, options.picture)
    report["regressors"] = regressors(sample, options) if options.regressor_images else []
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    options.json.with_suffix(".inc").write_text(included(report), encoding="utf-8")
    print(included(report))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, type=Path, help="folder of the sample data")
    parser.add_argument("--json", type=Path, default=Path("stacking_realism.json"))
    parser.add_argument("--picture", type=Path, help="PNG of examples")
    parser.add_argument("--n", type=int, default=60, help="simulations that are asked about")
    parser.add_argument("--learn", type=int, default=200, help="simulations to learn from")
    parser.add_argument("--epochs", type=int, default=40, help="of the disentangled kind")
    parser.add_argument("--pairs", type=int, default=80, help="pairs of crops of an epoch")
    parser.add_argument("--sample", type=int, default=18, help="labelled sample images")
    parser.add_argument("--regressor-images", type=int, default=0, help="to train a network on")
    return parser.parse_args()


def settings(options):
    names = ("n", "learn", "epochs", "pairs", "sample", "regressor_images")
    return {name: getattr(options, name) for name in names}


class Sample:
    """Layer, fitter, images and the three kinds of realism, trained."""

    def __init__(self, options):
        self.layer = Structure.from_file(options.data / "structures" / "ReS2.cif")
        self.fitter = StackFitter(n_layers=2).fit([self.layer])
        self.labelled = {
            kind: labelled(options.data / kind, self.layer, options.sample)
            for kind in ("clean", "realistic")
        }
        self.experimental = [
            *unlabelled(options.data / "images", self.fitter),
            *self.labelled["realistic"][0],
        ]
        self.stacks = drawn_stacks(self.layer, options.n, seed=1)
        self.simulated = simulator(seed=1).transform(self.stacks)
        self.realism, self.seconds = {}, {}
        for kind in KINDS:
            start = time.process_time()
            self.realism[kind] = self._fitted(kind, options)
            self.seconds[kind] = time.process_time() - start
        self.made = {kind: own.transform(self.simulated) for kind, own in self.realism.items()}

    def _fitted(self, kind, options):
        learned = drawn_stacks(self.layer, options.learn, seed=0)
        images = simulator(seed=0, shape=(LEARNED, LEARNED)).transform(learned)
        realism = ImageRealism(
            kind,
            fitter=self.fitter,
            pixel_size=PIXEL,
            max_epochs=options.epochs,
            n_pairs=options.pairs,
            verbose=1,
            random_state=0,
        )
        return realism.fit(images, self.experimental)


def simulator(seed, **parameters):
    return StackSimulator(probe_sigma=PROBE, random_state=seed, **parameters)


def drawn_stacks(layer, n, seed):
    rng = np.random.default_rng(seed)
    return [Stack([layer, layer], slip=rng.random(2)) for _ in range(n)]


def labelled(folder, layer, n):
    """Images, four pixels made one, and the stacks in their names."""
    lattice = Stack([layer, layer], slip=(0, 0)).lattice
    paths = sorted(folder.glob("*.png"))[:n]
    images = [resampled(grey(path), SAMPLE_PIXEL) for path in paths]
    # The images show the layers' mirror image, whose own y axis points down.
    slips = [[float(part[1:]) for part in path.stem.split("_")] for path in paths]
    return images, [Stack([layer, layer], slip=s @ np.linalg.inv(lattice)) for s in slips]


def unlabelled(folder, fitter):
    """Images of which not even the pixel size is known."""
    images = [grey(path) for path in sorted(folder.glob("*.png"))]
    sizes = fitter.fit_images(images).pixel_size
    return [resampled(image, size) for image, size in zip(images, sizes, strict=True)]


def grey(path):
    return read_image(path).counts.astype(float)


def resampled(image, pixel_size):
    """Change the size of the pixels, without what the new ones cannot show."""
    ratio = PIXEL / pixel_size
    smooth = gaussian_filter(image, 0.4 * np.sqrt(max(ratio**2 - 1, 0)))
    image = zoom(smooth, 1 / ratio, order=3)
    return image / image.mean()


def drifts(sample):
    """One row for each kind of images: drift, contrast and noise."""
    rows = [row("simulated", sample.simulated, sample.stacks, sample)]
    for kind in KINDS:
        rows.append(row(kind, sample.made[kind], sample.stacks, sample))
        rows[-1]["training_seconds"] = round(sample.seconds[kind], 1)
    rows += [row(f"sample, {kind}", *sample.labelled[kind], sample) for kind in sample.labelled]
    return [*rows, {"images": "unlabelled", **looks(sample.experimental[:4], sample)}]


def row(name, images, stacks, sample):
    found = label_drift(images, stacks, sample.fitter, pixel_size=PIXEL)
    return {
        "images": name,
        "n": found.n,
        "unread": found.n_unread,
        "median_pm": round(found.median, 2),
        "percentile_90_pm": round(found.percentile_90, 2),
        "worst_pm": round(float(found.each.max()), 2),
        "systematic_pm": np.round(found.systematic[0], 2).tolist(),
        **looks(images, sample),
    }


def looks(images, sample):
    """Median contrast of the crystal, and noise between the lattice's peaks."""
    known = ImageRealism(random_state=0).fit(sample.simulated, images).look_.statistics
    noise = np.sqrt(known.noise.mean(axis=(1, 2)))
    return {
        "contrast": round(float(np.median(known.contrast)), 3),
        "noise": round(float(np.median(noise)), 3),
    }


def regressors(sample, options):
    """One row for each kind of images that a network is trained on."""
    asked = {name: with_lattices(sample, *own) for name, own in questions(sample).items()}
    rows = []
    for kind in (None, *sample.realism):
        start = time.process_time()
        network = StackingRegressor(
            simulator=simulator(seed=2),
            realism=sample.realism.get(kind),
            n_images=options.regressor_images,
            random_state=0,
        ).fit([sample.layer, sample.layer])
        seconds = round(time.process_time() - start, 1)
        found = {name: error(network, *own) for name, own in asked.items()}
        rows.append({"trained_on": kind or "simulated", "training_seconds": seconds, **found})
    return rows


def questions(sample):
    """Images and stacks; of measured ones, the stacks that the fitter reads."""
    mixture = defect_mixture(random_state=3).transform(sample.stacks)
    n_unlabelled = len(sample.experimental) - len(sample.labelled["realistic"][0])
    read = sample.fitter.predict(sample.experimental, pixel_size=PIXEL)
    return {
        "simulated": (sample.simulated, sample.stacks),
        "mixture": (mixture, sample.stacks),
        "residual": (sample.made["residual"], sample.stacks),
        "fitter_on_sample": (sample.experimental[n_unlabelled:], read[n_unlabelled:]),
        "fitter_on_unlabelled": (sample.experimental[:n_unlabelled], read[:n_unlabelled]),
    }


def with_lattices(sample, images, stacks):
    """Find the lattices once: they are the same for every network."""
    return images, stacks, PIXEL * sample.fitter.fit_images(images, PIXEL).lattice


def error(network, images, stacks, lattices):
    """Median distance of what a network reads [pm]."""
    return round(-network.score(images, stacks, PIXEL, lattices), 2)


def included(report):
    names = {
        "images": "Images",
        "n": "n",
        "median_pm": "median [pm]",
        "percentile_90_pm": "90 % [pm]",
        "worst_pm": "worst [pm]",
        "contrast": "contrast",
        "noise": "noise",
        "training_seconds": "training [s]",
    }
    text = list_table("Label drift", cells(report["images"], names))
    if report["regressors"]:
        names = {
            "trained_on": "Trained on",
            "simulated": "simulated [pm]",
            "mixture": "defect mixture [pm]",
            "residual": "with residuals [pm]",
            "fitter_on_sample": "realistic/, against the fitter [pm]",
            "fitter_on_unlabelled": "images/, against the fitter [pm]",
            "training_seconds": "training [s]",
        }
        text += "\n\n" + list_table("Networks", cells(report["regressors"], names))
    return text + "\n"


def cells(rows, names):
    body = [[str(row.get(name, "")) for name in names] for row in rows]
    return [list(names.values()), *body]


def draw(sample, path):
    """Columns: simulated, each kind, a measured image; rows: three stacks."""
    columns = {"simulated": sample.simulated, **sample.made, "measured": sample.experimental}
    figure, axes = plt.subplots(3, len(columns), figsize=(2.5 * len(columns), 7.5))
    for column, (name, images) in zip(axes.T, columns.items(), strict=True):
        for axis, image in zip(column, images, strict=False):
            axis.imshow(image[:150, :150], cmap="gray", interpolation="nearest")
            axis.set_axis_off()
        column[0].set_title(name)
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    main()
