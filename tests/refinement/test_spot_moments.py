"""The sums over atoms, against one atom at a time and what must not change them."""

import numpy as np
import pytest
import torch
from pymatgen.core import Lattice, Structure

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.crystallography import form_factors
from xrdmatch.refinement import _spot_moments
from xrdmatch.refinement._spot_moments import moment_library
from xrdmatch.simulation import check_settings

ROUNDING = 1e-4  # of the largest of a structure's sums, which are kept in single precision
PER_UNIT = [1, 1, 2, 2, 2, 2]  # powers of the intensity in the sums


def library_of(structures, **options):
    return moment_library(structures, check_settings(DiffractionSimulator(**options)))


@pytest.fixture(scope="module")
def alloy():
    """Oblique, one site mixed and one half empty."""
    return Structure(
        Lattice.from_parameters(3.1, 4.3, 20, 90, 90, 105),
        [{"Mo": 0.3, "W": 0.7}, {"S": 0.5}, "Se"],
        [[0.0, 0.0, 0.5], [0.3, 0.6, 0.58], [0.72, 0.35, 0.42]],
    )


def naive_sums(structure, hk, kind="xray", b_iso=1.0):
    """Six sums of every spot (n_spots, 6), atom by atom, in units of the mean intensity."""
    lengths = [
        structure.lattice.reciprocal_lattice_crystallographic.matrix.T @ [h, k, 0] for h, k in hk
    ]
    lengths = np.linalg.norm(lengths, axis=1)
    entries = [(site, s, x) for site in structure for s, x in site.species.items()]
    n_atoms = sum(occupancy for _, _, occupancy in entries)
    rows = []
    for (h, k), length in zip(hk, lengths, strict=True):
        a = [
            occupancy
            * form_factors(np.array([species.Z]), np.array([length]), kind, b_iso)[0]
            * np.exp(2j * np.pi * (h * site.frac_coords[0] + k * site.frac_coords[1]))
            / np.sqrt(n_atoms)
            for site, species, occupancy in entries
        ]
        first, second = sum(a), sum(x**2 for x in a)
        rows.append(
            [
                abs(first) ** 2,
                sum(abs(x) ** 2 for x in a),
                abs(second) ** 2,
                (np.conj(first) ** 2 * second).real,
                (np.conj(first) * sum(x * abs(x) ** 2 for x in a)).real,
                sum(abs(x) ** 4 for x in a),
            ]
        )
    rows = np.array(rows)
    return rows / rows[:, 0].mean() ** PER_UNIT


def assert_same_sums(first, second):
    """Equal but for rounding, and missing in the same places."""
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    np.testing.assert_array_equal(np.isnan(first), np.isnan(second))
    largest = np.nanmax(np.abs(second), axis=-2, keepdims=True)
    np.testing.assert_allclose(first / largest, second / largest, atol=ROUNDING)


@pytest.mark.parametrize("kind", ["xray", "electron", "neutron"])
def test_sums_are_the_naive_ones(alloy, layers, kind):
    """Of mixed and half empty sites, and of cells of very different size."""
    structures = [alloy, *layers[:3]]
    library = library_of(structures, radiation=kind, hk_max=3, sort_lattice=False)
    assert library.sums.shape == (4, 24, 6)
    for structure, sums in zip(structures, library.sums, strict=True):
        assert_same_sums(sums, naive_sums(structure, library.hk.int().tolist(), kind))


def test_no_debye_waller_factor(alloy):
    library = library_of([alloy], hk_max=2, b_iso=0.0, sort_lattice=False)
    assert_same_sums(library.sums[0], naive_sums(alloy, library.hk.int().tolist(), b_iso=0.0))


def test_bragg_is_what_the_simulator_gives(alloy, layers):
    structures = [alloy, *layers[:10]]
    library = library_of(structures)
    for pattern, reciprocal, sums in zip(
        DiffractionSimulator(friedel_half=True).transform(structures),
        library.reciprocal,
        library.sums,
        strict=True,
    ):
        np.testing.assert_allclose(library.hk @ reciprocal, pattern.q, atol=1e-5)
        bragg = pattern.intensity / pattern.intensity.mean()
        np.testing.assert_allclose(sums[:, 0], bragg, atol=ROUNDING * bragg.max())


def test_origin_and_order_of_the_atoms_do_not_matter(alloy, layers):
    structures = [alloy, *layers[:5]]
    moved = [s.copy() for s in structures]
    for structure in moved:
        structure.translate_sites(list(range(len(structure))), [0.37, 0.11, 0.0])
    turned = [Structure.from_sites(list(s)[::-1]) for s in structures]
    expected = library_of(structures).sums
    assert_same_sums(library_of(moved).sums, expected)
    assert_same_sums(library_of(turned).sums, expected)


def test_tokens_are_as_good(layers):
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers[:5])
    assert_same_sums(library_of(tokens).sums, library_of(layers[:5]).sums)


def test_spots_beyond_q_max_are_out(layers):
    library = library_of(layers, q_max=0.9)
    inside = torch.isfinite(library.sums).all(2)
    assert torch.equal(inside, torch.isfinite(library.sums).any(2))
    lengths = (library.hk @ library.reciprocal).norm(dim=2)
    assert torch.equal(inside, lengths <= 0.9)
    patterns = DiffractionSimulator(q_max=0.9, friedel_half=True).transform(layers)
    assert inside.sum(1).tolist() == [pattern.n_peaks for pattern in patterns]
    unit = np.where(inside, library.sums[..., 0], np.nan)
    np.testing.assert_allclose(np.nanmean(unit, axis=1), 1.0, rtol=1e-5)


def test_few_waves_at_a_time(monkeypatch, layers):
    expected = library_of(layers).sums
    monkeypatch.setattr(_spot_moments, "MAX_WAVES", 1)
    assert_same_sums(library_of(layers).sums, expected)


def test_joined_is_the_whole(alloy, layers):
    """Though small cells alone have fewer indices within q_max."""
    ordered = [*sorted(layers, key=lambda layer: max(layer.lattice.abc[:2])), alloy]
    whole = library_of(ordered, q_max=1.1)
    for cut in (5, 35):
        parts = [library_of(part, q_max=1.1) for part in (ordered[:cut], ordered[cut:])]
        joined = parts[0].joined(parts[1])
        assert torch.equal(joined.hk, whole.hk)
        torch.testing.assert_close(joined.reciprocal, whole.reciprocal)
        assert_same_sums(joined.sums, whole.sums)
        torch.testing.assert_close(joined.unit, whole.unit)
        for ours, theirs in zip(joined.atoms[:3], whole.atoms[:3], strict=True):
            torch.testing.assert_close(ours, theirs)


def test_widened_keeps_every_entry(layers):
    library = library_of(layers[:4], hk_max=2)
    wider = library.widened(5)
    assert wider.largest_index == 5
    assert len(wider.hk) == (11**2 - 1) // 2
    place = wider.numbers_of(library.hk.long())
    assert torch.equal(wider.sums[:, place], library.sums)
    assert torch.equal(wider.hk[place], library.hk)
    others = np.setdiff1d(np.arange(len(wider.hk)), place)
    assert torch.isnan(wider.sums[:, others]).all()


def test_numbers_of_spots(layers):
    """A spot and its mate share a number; 000 and what is beyond the range have none."""
    library = library_of(layers[:1], hk_max=3)
    hk = library.hk.long()
    assert torch.equal(library.numbers_of(hk), torch.arange(24))
    assert torch.equal(library.numbers_of(-hk.reshape(4, 6, 2)), torch.arange(24).reshape(4, 6))
    none = torch.tensor([[0, 0], [4, 0], [0, -4], [-7, 2], [3, 4]])
    assert library.numbers_of(none).tolist() == [-1] * 5


def test_no_paper_intensities(layers):
    with pytest.raises(ValueError, match=r"kinematic intensities, got .* intensity='paper'; use"):
        library_of(layers[:1], intensity="paper", wavelength=1.54)


def test_an_element_without_form_factor():
    heavy = Structure(Lattice.cubic(20), ["Fm"], [[0, 0, 0]])
    with pytest.raises(ValueError, match="got Fm; leave these structures out"):
        library_of([heavy])
