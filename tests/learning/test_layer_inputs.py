"""Layers and their spots as what towers read."""

import numpy as np
import pytest

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import Radiation, Scan, layer_frame, site_table
from xrdmatch.learning import DrawnSpots, LayerSites, LayerTokens, SpotPoints

SIMULATOR = DiffractionSimulator()


@pytest.fixture(scope="module")
def tokens(layers):
    return CrystalTokenizer(vacuum=40.0).transform(layers)


def test_sites_are_the_framed_structures(tokens, layers):
    sites = LayerSites(SIMULATOR)
    batch = sites.batch(sites.of(tokens))
    framed = layer_frame(site_table(layers), vacuum=40.0)
    np.testing.assert_allclose(batch["lattice"], framed.lattice, atol=1e-5)
    for numbers, layer in zip(batch["numbers"], layers, strict=True):
        assert sorted(numbers[numbers > 0].tolist()) == sorted(layer.atomic_numbers)
    present = batch["numbers"] > 0
    first = batch["frac_coords"][present].numpy()
    expected = layer_frame(site_table(tokens))
    np.testing.assert_allclose(first, expected.frac_coords[expected.numbers > 0], atol=1e-6)


def test_a_batch_is_as_wide_as_its_largest(tokens):
    sites = LayerSites(SIMULATOR)
    rows = sites.of(tokens)
    some = np.array([5, 0, 31])
    batch = sites.batch(rows[some])
    n_sites = int(rows.numbers.lengths[some].max())
    assert batch["numbers"].shape == (3, n_sites)
    assert batch["frac_coords"].shape == (3, n_sites, 3)
    np.testing.assert_array_equal(batch["lattice"], rows.lattice[some])


def test_rows_take_no_more_room_than_the_sites(tokens):
    """17 bytes for each site of three coordinates and a number, whatever the largest has."""
    rows = LayerSites(SIMULATOR).of(tokens)
    n_sites = rows.numbers.lengths.sum()
    assert rows.frac_coords.values.nbytes == 12 * n_sites
    assert rows.numbers.values.nbytes == n_sites


def test_tokens_are_read_as_they_are(tokens):
    inputs = LayerTokens(SIMULATOR)
    batch = inputs.batch(inputs.of(tokens)[np.array([3, 1])])
    np.testing.assert_array_equal(batch["tokens"], tokens[[3, 1]].astype(np.float32))


@pytest.mark.parametrize("kind", [LayerSites, LayerTokens])
def test_elements_without_a_form_factor_are_refused(layers, kind):
    heavy = layers[0].copy()
    heavy.replace(0, "Fm")
    with pytest.raises(ValueError, match=r"Form factors for xray exist for .*, got Fm; leave"):
        kind(SIMULATOR).of(CrystalTokenizer().transform([heavy]))


@pytest.mark.parametrize("kind", [LayerSites, LayerTokens])
def test_no_layers(kind):
    inputs = kind(SIMULATOR)
    nothing = CrystalTokenizer().transform([])
    assert {len(x) for x in inputs.batch(inputs.of(nothing)).values()} == {0}


def test_spots_are_the_points_of_the_cloud(patterns):
    cloud = PatternPointCloud(max_points=12)
    inputs = SpotPoints(SIMULATOR, cloud)
    batch = inputs.batch(inputs.of(patterns))
    np.testing.assert_array_equal(batch["points"], cloud.transform(patterns).astype(np.float32))


class Centred:
    """A transformer of patterns only."""

    def transform(self, patterns):
        return PatternPointCloud(merge_friedel=False).transform(patterns)


def test_drawn_spots_are_those_of_their_patterns():
    q = np.array([[[0.5, 0.0], [0.0, 0.4]], [[0.3, 0.1], [np.nan, np.nan]]])
    draws = DrawnSpots(q, np.array([[1.0, 0.5], [2.0, np.nan]]), Radiation())
    patterns = [
        DiffractionPattern([[0.5, 0.0], [0.0, 0.4]], [1.0, 0.5]),
        DiffractionPattern([[0.3, 0.1]], [2.0]),
    ]
    for transformer in (PatternPointCloud(), Centred()):
        inputs = SpotPoints(SIMULATOR, transformer)
        found = inputs.of_draws(draws, None)
        np.testing.assert_allclose(found, inputs.of(patterns), atol=1e-6)


def test_scans_are_no_spots(patterns):
    scan = Scan(np.arange(10, 80, 0.1), np.ones(700), radiation="CuKa")
    with pytest.raises(ValueError, match="reads the spots of layers, got a powder scan as patt"):
        SpotPoints(SIMULATOR, PatternPointCloud()).of([patterns[0], scan])


@pytest.mark.parametrize("kind", [LayerSites, LayerTokens])
def test_powders_simulators_are_refused(kind):
    with pytest.raises(ValueError, match="Spots need geometry=\"zone_axis\", got 'powder'"):
        kind(DiffractionSimulator("powder", "CuKa"))
