"""A crystal as a sequence: the sequence by hand, what must not change it, and the way back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import DummySpecies, Lattice, Structure

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator
from xrdmatch.datasets import load_monolayers
from xrdmatch.io import read_structures
from xrdmatch.preprocessing import as_pattern

ROUNDING = 1e-9  # double precision through rotations of about 30 Å
ROUND_TRIP = 1e-5  # Å and degrees: what a sequence must give back
START, END = -1.0, -2.0

SMALL = Structure(
    Lattice.orthorhombic(2.0, 3.0, 20.0),
    ["S", "C", "C"],
    [[0.25, 0.5, 0.5], [0.5, 0.5, 0.4], [0.0, 0.5, 0.4]],
)
HEAD = [START, 2, 3, 20, 90, 90, 90]
# Carbon before sulphur; of the carbons the one with x = 0 is nearer to the origin.
BY_HAND = {
    "interleaved": [0, 0.5, 0.4, 6, 0.5, 0.5, 0.4, 6, 0.25, 0.5, 0.5, 16],
    "elements_last": [0, 0.5, 0.4, 0.5, 0.5, 0.4, 0.25, 0.5, 0.5, 6, 6, 16],
}


def tokens_of(*structures, **options):
    return CrystalTokenizer(**options).fit_transform(list(structures))


def chirality(structure):
    """Signed volume of the parallelepiped of three bonds, which a mirror turns round."""
    first, *others = structure.cart_coords[:4]
    return np.linalg.det(np.array(others) - first)


CHIRAL = Structure(
    Lattice([[5, 0, 0], [1, 6, 0], [0, 0, -20]]),  # left-handed
    ["C", "N", "O", "F"],
    [[0.1, 0.1, 0.5], [0.3, 0.15, 0.52], [0.15, 0.3, 0.46], [0.2, 0.2, 0.45]],
)


@pytest.mark.parametrize("layout", BY_HAND)
def test_sequence_by_hand(layout):
    (row,) = tokens_of(SMALL, layout=layout, max_sites=4)
    expected = [*HEAD, *BY_HAND[layout], END, *4 * [np.nan]]
    np.testing.assert_allclose(row, expected, atol=ROUNDING)


def test_the_papers_length():
    assert tokens_of(SMALL).shape == (1, 180)


def test_sites_are_sorted_by_number_then_by_distance_from_the_origin(make_layer):
    for seed in range(10):
        (row,) = tokens_of(make_layer(seed, n_sites=9), max_sites=9)
        lattice = Lattice.from_parameters(*row[1:7])
        sites = row[7:-1].reshape(9, 4)
        norm = np.linalg.norm(lattice.get_cartesian_coords(sites[:, :3]), axis=1).round(6)
        keys = list(zip(sites[:, 3], norm, strict=True))
        assert keys == sorted(keys)
        assert ((sites[:, :3] >= 0) & (sites[:, :3] < 1)).all()


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), layout=st.sampled_from(sorted(BY_HAND)))
def test_atom_order_does_not_matter(make_layer, seed, layout):
    layer = make_layer(seed)
    order = np.random.default_rng(seed).permutation(len(layer))
    mixed = Structure.from_sites([layer[i] for i in order])
    np.testing.assert_allclose(*tokens_of(layer, mixed, layout=layout), atol=ROUNDING)


def test_equal_sites_at_equal_distance_have_one_order():
    """Graphene's corners: the same norm, so position decides."""
    corners = [[0.25, 0, 0.5], [0, 0.25, 0.5], [0.25, 0.25, 0.5]]
    square = Structure(Lattice.tetragonal(4, 20), ["C"] * 3, corners)
    turned = Structure(Lattice.tetragonal(4, 20), ["C"] * 3, corners[::-1])
    np.testing.assert_array_equal(*tokens_of(square, turned))


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), image=st.integers(-2, 2))
def test_choice_of_images_does_not_matter(make_layer, seed, image):
    layer = make_layer(seed)
    coords = layer.frac_coords.copy()
    coords[0] += image
    other = Structure(layer.lattice, layer.species, coords)
    np.testing.assert_allclose(*tokens_of(layer, other, vacuum=30.0), atol=1e-7)


def test_a_is_the_shorter_axis_by_a_half_turn():
    """(a, b, c) becomes (b, a, -c), which is right-handed again."""
    long_a = Structure(
        Lattice.orthorhombic(3.0, 2.0, 20.0), ["C", "O"], [[0.1, 0.2, 0.4], [0.3] * 3]
    )
    (row,) = tokens_of(long_a, max_sites=2)
    expected = [START, 2, 3, 20, 90, 90, 90, 0.2, 0.1, 0.6, 6, 0.3, 0.3, 0.7, 8, END]
    np.testing.assert_allclose(row, expected, atol=ROUNDING)
    (kept,) = tokens_of(long_a, max_sites=2, sort_lattice=False)
    np.testing.assert_allclose(kept[1:4], [3, 2, 20])
    np.testing.assert_allclose(kept[7:10], [0.1, 0.2, 0.4])


def layer_in(c, z=0.5, tilt=(0.0, 0.0)):
    """One and the same sheet of three atoms in cells of different third axes."""
    lattice = Lattice([[3.0, 0, 0], [-0.5, 4.0, 0], [*tilt, c]])
    sheet = np.array([[0.3, 0.2, -1.0], [1.4, 2.5, 0.0], [2.0, 1.0, 1.3]])
    sheet[:, 2] += z * c
    return Structure(lattice, ["Mo", "S", "Se"], lattice.get_fractional_coords(sheet))


@pytest.mark.parametrize(
    "other",
    [
        layer_in(30.0),
        layer_in(15.0, tilt=(2.0, -1.0)),
        layer_in(25.0, z=0.0),
        Structure.from_sites(layer_in(25.0, z=0.0).sites, to_unit_cell=True),
        Structure.from_sites(layer_in(25.0, z=1.0).sites, to_unit_cell=True),
    ],
    ids=["c = 30 Å", "tilted c", "around z = 0", "cut by the boundary", "cut at its top"],
)
def test_with_the_vacuum_set_the_third_axis_does_not_matter(other):
    np.testing.assert_allclose(*tokens_of(layer_in(15.0), other, vacuum=20.0), atol=1e-7)
    lengths = tokens_of(layer_in(15.0), other)[:, 3]
    assert lengths[1] == pytest.approx(other.lattice.c)


def assert_same_crystal(before, after):
    """Same cell, same species, same distances between all sites, same handedness."""
    np.testing.assert_allclose(
        [*after.lattice.abc, *after.lattice.angles],
        expected_parameters(before),
        atol=ROUND_TRIP,
    )
    assert [s.Z for s in after.species] == sorted(s.Z for s in before.species)
    ours, theirs = (np.sort(s.distance_matrix.ravel()) for s in (before, after))
    np.testing.assert_allclose(ours, theirs, atol=ROUND_TRIP)


def expected_parameters(structure):
    """Parameters in the frame: a shorter than b, and c turned up where it hung down."""
    a, b, c = structure.lattice.matrix
    if np.linalg.norm(b) < np.linalg.norm(a) * (1 - 1e-6):
        a, b, c = b, a, -c
    if np.linalg.det([a, b, c]) < 0:
        c = -c
    lattice = Lattice([a, b, c])
    return [*lattice.abc, *lattice.angles]


@settings(deadline=None, max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    handedness=st.sampled_from([1, -1]),
    layout=st.sampled_from(sorted(BY_HAND)),
)
def test_round_trip(make_layer, seed, handedness, layout):
    layer = make_layer(seed, handedness=handedness)
    tokenizer = CrystalTokenizer(max_sites=8, layout=layout)
    tokens = tokenizer.transform([layer])
    (back,) = tokenizer.inverse_transform(tokens)
    assert_same_crystal(layer, back)
    np.testing.assert_allclose(tokenizer.transform([back]), tokens, atol=1e-7)
    np.testing.assert_allclose(tokenizer.transform(tokens), tokens, atol=1e-7)


@pytest.mark.parametrize("swap", [False, True])
def test_left_handed_cells_keep_their_chirality(swap):
    layer = CHIRAL
    if swap:  # a longer than b: the frame exchanges them
        layer = Structure(
            Lattice(layer.lattice.matrix[[1, 0, 2]] * [[1], [1], [-1]]),
            layer.species,
            layer.frac_coords[:, [1, 0, 2]] * [1, 1, -1],
        )
        np.testing.assert_allclose(layer.cart_coords, CHIRAL.cart_coords)
    assert np.linalg.det(layer.lattice.matrix) < 0
    tokenizer = CrystalTokenizer(vacuum=25.0)
    (back,) = tokenizer.inverse_transform(tokenizer.transform([layer]))
    assert back.lattice.volume > 0
    np.testing.assert_allclose(back.distance_matrix, CHIRAL.distance_matrix, atol=ROUND_TRIP)
    assert chirality(back) == pytest.approx(chirality(CHIRAL), abs=ROUND_TRIP)
    mirrored = Structure(
        CHIRAL.lattice, CHIRAL.species, CHIRAL.cart_coords * [1, 1, -1], coords_are_cartesian=True
    )
    (image,) = tokenizer.inverse_transform(tokenizer.transform([mirrored]))
    assert chirality(image) == pytest.approx(-chirality(CHIRAL), abs=ROUND_TRIP)


def test_layers_of_one_layout_are_read_without_being_told():
    rows = {name: tokens_of(SMALL, layout=name) for name in BY_HAND}
    first, second = (CrystalTokenizer().inverse_transform(row)[0] for row in rows.values())
    assert first == second
    np.testing.assert_allclose(
        CrystalTokenizer().transform(rows["elements_last"]), rows["interleaved"], atol=ROUNDING
    )


def test_coordinates_stay_below_one_in_single_precision():
    """A coordinate a hair below 1 must not look like an atomic number."""
    hair = Structure(Lattice.tetragonal(4, 20), ["C", "C"], [[0, 0, 0.5], [1 - 1e-8, 0.5, 0.5]])
    tokens = tokens_of(hair, layout="elements_last").astype(np.float32)
    numbers = [s.Z for s in CrystalTokenizer().inverse_transform(tokens.astype(float))[0].species]
    assert numbers == [6, 6]


def test_round_trip_of_the_shipped_layers():
    layers = load_monolayers()
    tokenizer = CrystalTokenizer()
    matcher = StructureMatcher(ltol=1e-5, stol=1e-5, angle_tol=1e-3, scale=False)
    for before, after in zip(
        layers, tokenizer.inverse_transform(tokenizer.transform(layers)), strict=True
    ):
        assert_same_crystal(before, after)
        assert matcher.fit(before, after), before.properties["name"]


@pytest.fixture(scope="module")
def sampled_layers(shared_data):
    """Every fortieth of the development monolayers, in whatever frame they come."""
    return read_structures(shared_data / "monolayers.parquet")[::40]


def test_round_trip_of_database_layers(sampled_layers):
    tokenizer = CrystalTokenizer(max_sites=43)
    tokens = tokenizer.transform(sampled_layers)
    back = tokenizer.inverse_transform(tokens)
    for before, after in zip(sampled_layers, back, strict=True):
        assert_same_crystal(before, after)
    np.testing.assert_allclose(tokenizer.transform(back), tokens, atol=1e-6)


def test_structure_matcher_recognises_database_layers(sampled_layers):
    few = sampled_layers[::6]
    back = CrystalTokenizer().inverse_transform(tokens_of(*few))
    matcher = StructureMatcher(ltol=1e-4, stol=1e-4, angle_tol=1e-2, scale=False)
    assert [matcher.fit(*pair) for pair in zip(few, back, strict=True)] == [True] * len(few)


def test_nothing_in_nothing_out():
    assert tokens_of(max_sites=5).shape == (0, 28)
    assert CrystalTokenizer().inverse_transform(tokens_of()) == []


def test_patterns_pass_through_untouched():
    """In a pipeline the queries come from the other side."""
    patterns = DiffractionSimulator().transform([SMALL])
    assert CrystalTokenizer().transform(patterns) is patterns
    assert CrystalTokenizer().transform(patterns[0]) is patterns[0]


def test_structure_that_is_too_long_is_named():
    named = SMALL.copy(properties={"name": "sulphide"})
    with pytest.raises(
        ValueError, match=r"at most max_sites=2 sites, got 3 in C2S \(sulphide\) at"
    ):
        tokens_of(named, max_sites=2)
    with pytest.raises(
        ValueError, match=r"at most max_sites=2 sites, got 3 in the tokens at position 0; raise"
    ):
        CrystalTokenizer(max_sites=2).transform(tokens_of(SMALL))


def test_disorder_is_refused():
    alloy = Structure(Lattice.cubic(3), [{"Cu": 0.75, "Zn": 0.25}], [[0, 0, 0]])
    with pytest.raises(ValueError, match=r"ordered structures, got partial .*Cu0.75 at position 1"):
        tokens_of(SMALL, alloy)


def test_structure_without_sites():
    with pytest.raises(ValueError, match=r"at least one site, got none at position 1"):
        tokens_of(SMALL, Structure(Lattice.cubic(3), [], []))


def test_species_that_is_no_element():
    odd = Structure(Lattice.cubic(3), [DummySpecies("X")], [[0, 0, 0]])
    with pytest.raises(ValueError, match=r"must be an element, got X0\+ in X at position 0; rep"):
        tokens_of(odd)


def test_what_is_no_list_of_structures():
    with pytest.raises(TypeError, match=r"must be pymatgen Structures, got str at position 1"):
        tokens_of(SMALL, "MoS2.cif")
    with pytest.raises(
        TypeError, match=r"must be pymatgen .*, got DiffractionPattern at position 1"
    ):
        tokens_of(SMALL, DiffractionPattern([[0.5, 0.0]], [1.0]))
    with pytest.raises(TypeError, match=r"come in a list, got a single Structure; write \[struct"):
        CrystalTokenizer().transform(SMALL)


def test_unknown_layout():
    with pytest.raises(ValueError, match=r"layout must be one of 'interleaved', 'elements_last', "):
        CrystalTokenizer(layout="columns").fit()


@pytest.mark.parametrize("vacuum", [0, -20.0, np.nan, "much"])
def test_vacuum_that_is_no_length(vacuum):
    with pytest.raises(ValueError, match=r"vacuum must be positive \[Å\] or None, got .*; 20.0"):
        CrystalTokenizer(vacuum=vacuum).fit()


@pytest.mark.parametrize("max_sites", [0, -1, 2.5, "many"])
def test_max_sites_that_is_no_count(max_sites):
    with pytest.raises(ValueError, match=r"max_sites must be a whole number of at least 1, got"):
        tokens_of(SMALL, max_sites=max_sites)


def test_inverse_of_what_are_no_tokens():
    with pytest.raises(ValueError, match=r"begin with the start mark, got list; pass the output"):
        CrystalTokenizer().inverse_transform([SMALL])
    with pytest.raises(TypeError, match=r"A pattern is due here, got crystal tokens; simulate it"):
        as_pattern(tokens_of(SMALL))
