"""A library of templates: the nearest ones, what is kept of each, and what it refuses."""

import copy
import pickle

import joblib
import numpy as np
import pytest
from checks import check_clone, check_constructor_only_stores, check_html, check_parameters
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import NothingLeftError, SkippedStructureWarning
from xrdmatch.solution import TemplateLibrary

POWDERS = DiffractionSimulator("powder", "CuKa")
HALF_A_PERCENT = 0.005  # what single precision and half precision of profiles may cost


@pytest.fixture(scope="module")
def powders(crystals):
    return POWDERS.transform(crystals)


@pytest.mark.parametrize(
    "check", [check_clone, check_parameters, check_constructor_only_stores, check_html]
)
def test_it_is_an_estimator(check):
    check(TemplateLibrary(n_templates=3))


def test_each_pattern_finds_its_own_structure(library, powders):
    distances, indices = library.kneighbors(powders, n_neighbors=1)
    np.testing.assert_array_equal(indices[:, 0], np.arange(len(powders)))
    assert distances.max() < HALF_A_PERCENT


def test_the_index_loses_nothing_of_what_a_full_comparison_finds(library, crystals, powders):
    matcher = PatternMatcher(POWDERS).fit(crystals)
    for full, ours in zip(
        matcher.kneighbors(powders, 1), library.kneighbors(powders, n_neighbors=1), strict=True
    ):
        np.testing.assert_allclose(ours, full, atol=1e-6)


def test_a_cell_of_other_size_finds_its_template(library, salt):
    _, indices = library.kneighbors(POWDERS.transform([salt(5.64 * 1.02, "Na", "Cl")]))
    assert library.labels_[indices[0, 0]] == "crystal 0"


def test_four_templates_by_default_and_what_is_missing_is_minus_one(library, powders):
    distances, indices = library.kneighbors(powders[:2])
    assert indices.shape == distances.shape == (2, 4)
    assert (np.diff(np.nan_to_num(distances, posinf=9.0)) >= 0).all()
    np.testing.assert_array_equal(np.isinf(distances), indices < 0)


def test_no_query_is_no_answer(library):
    distances, indices = library.kneighbors([])
    assert distances.shape == indices.shape == (0, 4)


def test_metals_substitute(library, salt):
    silver = POWDERS.transform([salt(5.6, "Ag", "Cl")])
    distances, indices = library.kneighbors(silver, "AgCl", n_neighbors=1)
    assert library.labels_[indices[0, 0]] == "crystal 0"
    np.testing.assert_allclose(distances, library.kneighbors(silver, n_neighbors=1)[0], atol=1e-6)


def test_a_composition_that_has_nothing_in_common_gets_an_empty_answer(library, powders):
    distances, indices = library.kneighbors(powders[:2], [None, "XeAr"])
    assert (indices[0, 0], set(indices[1])) == (0, {-1})
    assert np.isinf(distances[1]).all()


def test_queries_are_scans_too(library, crystals, noisy_scans):
    _, indices = library.kneighbors(noisy_scans(crystals[:3]), n_neighbors=1)
    np.testing.assert_array_equal(indices[:, 0], [0, 1, 2])


def test_ligands_come_first(library, crystals, powders):
    """Benzene is held by the last crystal alone, wherever its pattern puts it."""
    from_benzene = powders[-1]
    (ring,) = TemplateLibrary().fit(crystals[-1:]).local_motifs(0)
    assert ring[0].specie.symbol == "X"
    molecule = ring.__class__(ring.species[1:], ring.cart_coords[1:])
    _, indices = library.kneighbors(from_benzene, n_neighbors=2, ligands=molecule)
    assert indices[0, 0] == len(crystals) - 1
    with pytest.raises(TypeError, match="pymatgen Molecule, got str"):
        library.kneighbors(from_benzene, ligands=["benzene"])


def test_matrix_of_query_and_templates(library, powders, crystals):
    matrix = library.template_matrix(powders[0], n_sites=3)
    _, (indices,) = library.kneighbors(powders[0])
    assert matrix.shape == (5, 900 + 6 + 1 + 12)
    assert matrix[0, :900].max() == 1
    assert not matrix[0, 900:].any()
    np.testing.assert_allclose(matrix[0, :900], matrix[1, :900], atol=1e-3)
    np.testing.assert_allclose(matrix[1, 900:906], crystals[0].lattice.parameters, rtol=1e-6)
    assert matrix[1, 906] == 225
    np.testing.assert_array_equal(matrix[1, 907::4], crystals[0].atomic_numbers[:3])
    assert not matrix[1:][indices < 0].any()


def test_what_is_kept_of_each(library, crystals):
    assert library.anonymous_formulas_.tolist() == ["AB"] * 6 + ["ABC3"] * 2 + ["A"] * 2 + ["AB"]
    assert library.n_atoms_.tolist() == [2] * 6 + [5] * 2 + [1] * 2 + [12]
    assert library.space_groups_[:10].tolist() == [225] * 4 + [216] * 2 + [221] * 2 + [225] * 2
    volumes = [crystal.volume / len(crystal) for crystal in crystals]
    np.testing.assert_allclose(library.volumes_per_atom_, volumes)
    assert list(library.structures_) == crystals
    assert len(library) == len(crystals)


@pytest.mark.parametrize("formula", ["BaTiO3", "ABC3", "A3B3C9", "Ba2Ti2O6"])
def test_templates_of_a_formula(library, formula):
    np.testing.assert_array_equal(library.of_formula(formula), [6, 7])


def test_templates_of_no_formula(library):
    assert library.of_formula("Al2O3").shape == (0,)
    with pytest.raises(ValueError, match=r"formula of elements .* got 'Xx2'; check"):
        library.of_formula("Xx2")


def test_templates_of_one_kind_are_linked(library):
    kinds = library.linked_
    assert len(set(kinds[:4])) == len(set(kinds[4:6])) == len(set(kinds[6:8])) == 1
    assert len({kinds[0], kinds[4], kinds[6], kinds[8], kinds[10]}) == 5
    frameworks = library.frameworks_
    assert frameworks[0] == frameworks[4] == frameworks[8]  # metals on a face-centred lattice
    assert frameworks[6] not in (frameworks[0], frameworks[10])


def test_frameworks_of_metals(library):
    framework = library.global_framework(0)
    assert framework.composition.reduced_formula == "Na"
    assert len(framework) == 4
    motif = library.local_motifs(6)[1]
    assert motif.formula == "Ti1 O6"
    assert not motif.cart_coords[0].any()


def test_classes_of_patterns(library, powders):
    strongest = [p.q[p.intensity.argmax(), 0] for p in powders]
    two_theta = 2 * np.degrees(np.arcsin(np.array(strongest) * library.wavelength_ / 2))
    np.testing.assert_array_equal(library.rows_.strongest, (two_theta / 0.1).astype(int))
    classes = library.pattern_classes_
    assert library.centroids_.shape == (len(classes.interval), 900)
    assert not library.centroids_[np.arange(len(classes.interval)), classes.interval].any()
    stand = library.representatives_
    assert stand.shape[1] == 4
    for k, row in enumerate(stand):
        assert (classes.of_pattern[row[row >= 0]] == k).all()


def test_an_iterator_is_as_good_as_a_list(library, crystals):
    streamed = TemplateLibrary(random_state=0).fit(iter(crystals), library.labels_)
    for name in ("strongest", "linked", "frameworks", "n_atoms"):
        np.testing.assert_array_equal(getattr(streamed.rows_, name), getattr(library.rows_, name))
    assert list(streamed.structures_) == crystals


def test_workers_change_nothing(library, crystals):
    with joblib.parallel_config(backend="threading"):
        two = TemplateLibrary(random_state=0, n_jobs=2).fit(crystals)
    np.testing.assert_array_equal(two.linked_, library.linked_)


def test_it_survives_pickle_joblib_and_copy(library, powders, tmp_path):
    joblib.dump(library, tmp_path / "library")
    copies = pickle.loads(pickle.dumps(library)), joblib.load(tmp_path / "library")
    for other in (*copies, copy.deepcopy(library)):
        np.testing.assert_array_equal(other.kneighbors(powders)[1], library.kneighbors(powders)[1])


def test_a_second_fit_forgets_the_first(crystals, powders):
    library = TemplateLibrary().fit(crystals)
    library.kneighbors(powders[:1], "NaCl")
    library.fit(crystals[4:6])
    assert len(library) == 2
    assert library.kneighbors(powders[4:5], "ZnS", 1)[1].tolist() == [[0]]


def test_not_fitted(powders):
    with pytest.raises(NotFittedError):
        TemplateLibrary().kneighbors(powders)
    with pytest.raises(NotFittedError):
        TemplateLibrary().of_formula("NaCl")
    assert len(TemplateLibrary()) == 0


def test_disordered_structures_are_left_out_and_named(crystals):
    alloy = Structure(Lattice.cubic(3.0), [{"Cu": 0.5, "Zn": 0.5}], [[0, 0, 0]])
    with pytest.warns(SkippedStructureWarning, match=r"Left 1 of 3 .* brass \(A template has one"):
        library = TemplateLibrary().fit([crystals[0], alloy, crystals[1]], ["a", "brass", "b"])
    assert library.labels_.tolist() == ["a", "b"]
    assert [item.item for item in library.skipped_] == ["brass"]
    with pytest.warns(SkippedStructureWarning, match="position 0"):
        TemplateLibrary().fit(iter([alloy, crystals[0]]))
    with pytest.raises(NothingLeftError, match="got none: A template has one whole atom"):
        TemplateLibrary().fit([alloy])


def test_what_cannot_be_fitted(crystals):
    with pytest.raises(ValueError, match="at least one structure, got none; pass some"):
        TemplateLibrary().fit([])
    with pytest.raises(ValueError, match=r"equally many, got 1 labels for 2 structures"):
        TemplateLibrary().fit(crystals[:2], ["one"])
    with pytest.raises(TypeError, match=r"Structures come in a list .*, got a single Structure"):
        TemplateLibrary().fit(crystals[0])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"n_templates": 0}, "n_templates must be a whole number of at least 1, got 0"),
        ({"n_intervals": 2.5}, "n_intervals must be a whole number"),
        ({"interval": -1}, r"interval must be positive \[degrees\], got -1"),
        ({"interval": 0.5}, "end at 180 degrees at the latest, got 900 of 0.5"),
        ({"simulator": DiffractionSimulator()}, "Templates are powders: simulator must be"),
        ({"wavelength": "CuKx"}, "CuKx"),
    ],
)
def test_bad_options(crystals, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        clone(TemplateLibrary()).set_params(**options).fit(crystals[:1])


def test_bad_queries(library, powders, flat_scan):
    with pytest.raises(ValueError, match=r"a pattern with peaks, got none in pattern 1"):
        library.kneighbors([powders[0], flat_scan])
    with pytest.raises(ValueError, match="one for each, got 2 for 1 queries"):
        library.kneighbors(powders[0], ["NaCl", "KCl"])
    with pytest.raises(ValueError, match="got '!'; check how it is spelt"):
        library.kneighbors(powders[0], "!")
    with pytest.raises(ValueError, match="n_neighbors must be a whole number"):
        library.kneighbors(powders[0], n_neighbors=0)
    with pytest.raises(TypeError, match="compares scans and powder peaks, got str"):
        library.kneighbors(["scan.xy"])


def test_templates_with_a_found_cell_come_first(library, powders):
    """Asked about halite, with the cell of perovskites."""
    cell = Lattice.cubic(3.95)
    distances, indices = library.kneighbors(powders[0], cells=[cell], n_neighbors=3)
    assert set(indices[0, :2]) == {6, 7}
    assert indices[0, 2] == 0
    assert distances[0, 1] < 1.01 < distances[0, 2]
    _, indices = library.kneighbors(powders[:2], cells=[[cell], []], n_neighbors=1)
    assert indices[0, 0] in (6, 7)
    assert indices[1, 0] == 1


def test_reduced_cells(library, crystals):
    expected = [
        crystal.get_primitive_structure().lattice.get_niggli_reduced_lattice().parameters
        for crystal in crystals
    ]
    np.testing.assert_allclose(library.reduced_cells_, expected, rtol=1e-4)
