"""Crystals to simulate, a naive simulation to compare with, and a way to compare patterns."""

import cmath

import gemmi
import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from scipy.spatial import KDTree

# Relative to the strongest spot: double precision through rotations and sums over sites.
ROUNDING = 1e-9


def random_layer(seed, *, normal_c=False, n_sites=6):
    """A P1 layer, 4 Å thick; unless `normal_c`, its c is tilted and it lies anyhow in space."""
    rng = np.random.default_rng(seed)
    gamma = np.radians(rng.uniform(60, 120))
    a, b = rng.uniform(2.5, 7, 2)
    cell = np.array([[a, 0, 0], [b * np.cos(gamma), b * np.sin(gamma), 0], [0, 0, 20.0]])
    coords = rng.random((n_sites, 3)) * [1, 1, 0.2]
    numbers = rng.choice([1, 6, 8, 16, 34, 42, 74], n_sites)
    if not normal_c:
        cell[2, :2] = rng.uniform(-5, 5, 2)
        cell = cell @ np.linalg.qr(rng.standard_normal((3, 3)))[0]
    return Structure(Lattice(cell), numbers, coords)


@pytest.fixture(scope="session")
def make_layer():
    return random_layer


@pytest.fixture(scope="session")
def crystals():
    """Crystals by name; only the last one's c is not along the normal."""
    third, two_thirds = 1 / 3, 2 / 3
    return {
        "h-BN": Structure(
            Lattice.hexagonal(2.504, 20),
            ["B", "N"],
            [[third, two_thirds, 0.5], [two_thirds, third, 0.5]],
        ),
        "MoS2": Structure(
            Lattice.hexagonal(3.18, 20),
            ["Mo", "S", "S"],
            [[third, two_thirds, 0.5], [two_thirds, third, 0.578], [two_thirds, third, 0.422]],
        ),
        "skewed, a > b": Structure(
            Lattice.from_parameters(5.3, 3.9, 18, 90, 90, 97),
            ["Ti", "O", "Se"],
            [[0.1, 0.2, 0.45], [0.35, 0.8, 0.5], [0.77, 0.41, 0.56]],
        ),
        "P1, c tilted": random_layer(5),
    }


@pytest.fixture(scope="session")
def frame_by_hand():
    """In-plane axes (2, 2), sites (n, 2) and whether a and b change places, step by step."""

    def frame(structure, sort_lattice=True):
        a, b, _ = structure.lattice.matrix
        swap = sort_lattice and np.linalg.norm(b) < np.linalg.norm(a)
        if swap:
            a, b = b, a
        x = a / np.linalg.norm(a)
        normal = np.cross(a, b)
        y = np.cross(normal / np.linalg.norm(normal), x)
        plane = np.array([x, y])
        return np.array([a, b]) @ plane.T, structure.cart_coords @ plane.T, swap

    return frame


@pytest.fixture(scope="session")
def form_factor_by_hand():
    """One element's form factor at one |q|, written out."""

    def form_factor(symbol, q, kind):
        element = gemmi.Element(symbol)
        if kind == "neutron":
            return element.neutron92.get_coefs()[0]
        table = element.it92 if kind == "xray" else element.c4322
        gaussians = zip(table.a, table.b, strict=True)
        value = sum(a * np.exp(-b * q**2 / 4) for a, b in gaussians)
        return value + (table.c if kind == "xray" else 0.0)

    return form_factor


@pytest.fixture(scope="session")
def naive_pattern(frame_by_hand, form_factor_by_hand):
    """Intensities |F|^2 / N by loops over spots and sites: {(h, k): (q, intensity)}."""

    def simulate(structure, kind="xray", b_iso=1.0, hk_max=6):
        axes, xy, swap = frame_by_hand(structure)
        reciprocal = np.linalg.inv(axes).T
        spots = {}
        for h in range(-hk_max, hk_max + 1):
            for k in range(-hk_max, hk_max + 1):
                q = h * reciprocal[0] + k * reciprocal[1]
                length = np.hypot(*q)
                amplitude, n_atoms = 0j, 0.0
                for site, position in zip(structure, xy, strict=True):
                    wave = cmath.exp(2j * cmath.pi * (q @ position))
                    for species, occupancy in site.species.items():
                        f = form_factor_by_hand(species.symbol, length, kind)
                        b = b_iso.get(species.symbol, 0.0) if isinstance(b_iso, dict) else b_iso
                        amplitude += occupancy * f * np.exp(-b * length**2 / 4) * wave
                        n_atoms += occupancy
                spots[(k, h) if swap else (h, k)] = (q, abs(amplitude) ** 2 / n_atoms)
        del spots[0, 0]
        return spots

    return simulate


@pytest.fixture(scope="session")
def by_indices():
    """A pattern as {(h, k): (q, intensity)}."""

    def named(pattern):
        assert not pattern.hkl[:, 2].any()
        hk = [tuple(row[:2].tolist()) for row in pattern.hkl]
        assert len(set(hk)) == len(hk)
        return dict(zip(hk, zip(pattern.q, pattern.intensity, strict=True), strict=True))

    return named


@pytest.fixture(scope="session")
def assert_same_indexed(by_indices):
    """Compare two patterns spot by spot, spots being known by their indices."""

    def check(pattern, expected, rtol=ROUNDING):
        pattern, expected = (
            x if isinstance(x, dict) else by_indices(x) for x in (pattern, expected)
        )
        assert set(pattern) == set(expected)
        q, intensity = (np.array([pattern[hk][i] for hk in expected]) for i in (0, 1))
        q_expected, i_expected = (np.array([x[i] for x in expected.values()]) for i in (0, 1))
        np.testing.assert_allclose(q, q_expected, rtol=0, atol=rtol * np.abs(q_expected).max())
        np.testing.assert_allclose(intensity, i_expected, rtol=rtol, atol=rtol * i_expected.max())

    return check


@pytest.fixture(scope="session")
def assert_same_spots():
    """Compare two sets of spots by position, without indices and order."""

    def check(q, intensity, q_expected, expected, rtol=ROUNDING):
        assert len(q) == len(q_expected)
        distance, match = KDTree(q).query(q_expected)
        assert distance.max() < rtol * np.abs(q_expected).max()
        assert len(set(match)) == len(match)
        np.testing.assert_allclose(
            intensity[match], expected, rtol=rtol, atol=rtol * expected.max()
        )

    return check
