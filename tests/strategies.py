"""Hypothesis strategies: random crystals, patterns and scans, ordinary and at their edges."""

import numpy as np
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import DiffractionPattern, Scan

SPECIES = ("H", "Li", "C", "O", "F", "Na", "Si", "Cl", "Ti", "Fe", "Mo", "Pb", "U")
WAVELENGTHS = (None, "CuKa", "CuKa1", "MoKa", 0.5, 2.4)


def seeds():
    """Seeds of random generators, for arrays that need not be shrunk entry by entry."""
    return st.integers(0, 2**32 - 1)


@st.composite
def lattices(draw, shortest=2.5, longest=12.0):
    """Lattices of any shape whose cell is not flat."""
    a, b, c = (draw(st.floats(shortest, longest)) for _ in range(3))
    alpha, beta = (draw(st.floats(65, 115)) for _ in range(2))
    lattice = Lattice.from_parameters(a, b, c, alpha, beta, draw(st.floats(65, 115)))
    return lattice if lattice.volume > 0.3 * a * b * c else Lattice.orthorhombic(a, b, c)


@st.composite
def structures(draw, max_sites=6):
    """Crystals of a few sites, none on top of another."""
    n = draw(st.integers(1, max_sites))
    species = draw(st.lists(st.sampled_from(SPECIES), min_size=n, max_size=n))
    lattice = draw(lattices())
    rng = np.random.default_rng(draw(seeds()))
    # Sites of a grid of thirds, each moved by less than a twelfth: none can meet.
    cells = rng.permutation(27)[:n]
    grid = np.stack(np.unravel_index(cells, (3, 3, 3)), axis=1) / 3
    return Structure(lattice, species, grid + rng.uniform(-1, 1, (n, 3)) / 12)


def intensities(n):
    """Rows of n intensities: ordinary, equal, tiny, huge, or nearly all of them 0."""
    ordinary = st.builds(lambda seed: np.random.default_rng(seed).uniform(0, 100, n), seeds())
    scaled = st.builds(
        np.multiply, ordinary, st.sampled_from([1e-300, 1e-12, 1e-3, 1e6, 1e12, 1e290])
    )
    lone = st.builds(lambda at: np.eye(n)[at], st.integers(0, n - 1))
    return st.one_of(ordinary, scaled, lone, st.just(np.ones(n)), st.just(np.zeros(n)))


@st.composite
def positions(draw, n_dimensions=2, max_spots=30):
    """Spots of a pattern: anywhere, some twice, in a row, at the centre, or next to it."""
    n = draw(st.integers(1, max_spots))
    rng = np.random.default_rng(draw(seeds()))
    q = rng.uniform(-1.5, 1.5, (n, n_dimensions)) * draw(st.sampled_from([1e-9, 1e-3, 1, 1, 1e4]))
    form = draw(st.sampled_from(["scattered", "scattered", "doubled", "row", "with the centre"]))
    if form == "doubled":
        q = np.concatenate([q, q[: n // 2 + 1]])
    elif form == "row":
        q = np.arange(1, n + 1)[:, None] * q[:1]
    elif form == "with the centre":
        q[0] = 0
    return np.abs(q) if n_dimensions == 1 else q


@st.composite
def patterns(draw, n_dimensions=2, max_spots=30):
    """Patterns of spots, or of peaks where there is one dimension, that the class takes."""
    q = draw(positions(n_dimensions, max_spots))
    return DiffractionPattern(q, draw(intensities(len(q))))


@st.composite
def counts(draw, n):
    """Counts of a scan: peaks on a background, noise, a lone peak, a constant, or negative ones."""
    rng = np.random.default_rng(draw(seeds()))
    x = np.arange(n)
    rows = {
        "peaks": 50
        + sum(900 * np.exp(-(((x - at) / 3) ** 2)) for at in rng.uniform(0, n, 4))
        + rng.normal(0, 5, n),
        "noise": rng.poisson(20, n).astype(float),
        "lone": 1000.0 * (x == rng.integers(n)),
        "constant": np.full(n, 7.0),
        "none": np.zeros(n),
        "negative": rng.normal(0, 10, n),
    }
    return rows[draw(st.sampled_from(sorted(rows)))]


@st.composite
def scans(draw, max_points=2000, wavelengths=WAVELENGTHS):
    """Scans of any number of points, steps, range and counts that the class takes."""
    n = draw(st.one_of(st.integers(2, 40), st.integers(2, max_points)))
    first, last = draw(st.floats(0, 100)), draw(st.floats(101, 179.9))
    angles = np.linspace(first, first + (last - first) * draw(st.floats(0.001, 1)), n)
    if draw(st.booleans()):  # steps that grow
        angles = first + (angles - first) ** 2 / (angles[-1] - first)
    scale = draw(st.sampled_from([1e-9, 1e-3, 1.0, 1.0, 1.0, 1e5, 1e10]))
    return Scan(angles, scale * draw(counts(n)), radiation=draw(st.sampled_from(wavelengths)))
