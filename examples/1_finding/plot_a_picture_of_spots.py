"""
A picture of spots
==================

A selected area of a layer is turned by any angle, perhaps seen from below, and its scale is known
to a few percent. Spots are found in the picture, their lattice is looked up among those of the
library, and what fits is ranked. Of a scan, every place gets its phase.
"""

# %%
# The library: shipped monolayers, for electrons and for spots up to 1.2 1/Å. The orientation of
# the patterns to come is not known.
import numpy as np

from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.crystallography import Picture
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import SpotMapDisplay, SpotsDisplay
from xrdmatch.preprocessing import SpotFinder
from xrdmatch.retrieval import SpotMap

simulator = DiffractionSimulator(radiation="electron", q_max=1.2)
layers = load_monolayers()
names = [layer.properties["name"] for layer in layers]
matcher = PatternMatcher(simulator, orientation="unknown").fit(layers, labels=names)

# %%
# A picture, drawn here: the layer is mirrored, turned by 27 degrees and 2 % too large, the direct
# beam is in the middle, and electrons are counted.
PIXELS = 80.0  # for 1/Å
rng = np.random.default_rng(0)


def draw(name, degrees, shape=(256, 256)):
    """Draw a picture of a layer."""
    (pattern,) = simulator.transform([layers[names.index(name)]])
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    q = 1.02 * pattern.q @ np.diag([1.0, -1.0]) @ [[c, s], [-s, c]]
    rows, columns = np.indices(shape)
    middle = np.array(shape) / 2 + [1.3, -0.8]
    spots = np.vstack([[0.0, 0.0], q])
    counts = np.append(3e5, 2e5 * pattern.intensity / pattern.intensity.max())
    mean = np.full(shape, 8.0)
    for (x, y), total in zip(spots, counts, strict=True):
        away = (columns - middle[1] - PIXELS * x) ** 2 + (rows - middle[0] + PIXELS * y) ** 2
        mean += total * np.exp(-away / 8) / (8 * np.pi)
    return Picture(rng.poisson(mean), PIXELS, "reciprocal")


picture = draw("SnSe", 27)
found = SpotFinder(radiation="electron").find(picture)
print(found.pattern)
print(*found.remarks, sep="\n")

# %%
# Five candidates, by log odds, and how each lies in the picture.
reranker = PhysicsReranker(matcher)
fits = reranker.refine(found.pattern, n_neighbors=5)
for i in range(5):
    print(
        f"{names[fits.indices[0, i]]:8} {fits.distances[0, 0] - fits.distances[0, i]:7.1f}"
        f"  turned by {fits.rotation[0, i]:5.1f} degrees, mirrored: {fits.mirrored[0, i]},"
        f" lengths times {fits.magnification[0, i]:.3f}"
    )

# %%
# Circles are spots that were found, discs those of the best candidate.
SpotsDisplay.from_picture(picture, found, fits, reranker).plot()

# %%
# A scan of nine places: two grains of one layer, another layer, and a hole.
scan = [draw("SnSe", angle) for angle in (27, 27, 81)]
scan += [draw("SnSe", 27), draw("WTe2-1T'", 5), draw("WTe2-1T'", 5)]
scan += [Picture(rng.poisson(8.0, (256, 256)), PIXELS, "reciprocal")]
scan += [draw("WTe2-1T'", 5), draw("WTe2-1T'", 40)]
spot_map = SpotMap(matcher).fit(scan, shape=(3, 3))
SpotMapDisplay.from_estimator(spot_map).plot()
