"""Retrievers and transformers take ASE's Atoms as they take structures, and tables of tokens."""

import numpy as np
import pytest
from ase import Atoms
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor
from sklearn.pipeline import make_pipeline

from xrdmatch import (
    ContrastiveStructureRetriever,
    CrystalTokenizer,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
    PointGroupClustering,
)
from xrdmatch.datasets import load_monolayers
from xrdmatch.metrics import top_k_scorer
from xrdmatch.preprocessing import CrystalGraph
from xrdmatch.solution import PretrainedBondCheck
from xrdmatch.stacking import StackFitter

LAYERS = load_monolayers()[:12]
ATOMS = [AseAtomsAdaptor.get_atoms(layer) for layer in LAYERS]
PATTERNS = DiffractionSimulator().transform(LAYERS)
MOLECULE = Atoms("H2", positions=[[0, 0, 0], [0, 0, 0.7]])
TINY = {"embedding_dim": 8, "max_epochs": 1, "random_state": 0}


def assert_same_answers(first, second):
    np.testing.assert_allclose(
        first.kneighbors(PATTERNS, 3)[0], second.kneighbors(PATTERNS, 3)[0], atol=1e-6
    )
    np.testing.assert_array_equal(first.predict(PATTERNS), second.predict(PATTERNS))


@pytest.mark.parametrize(
    "make",
    [
        PatternMatcher,
        lambda: PhysicsReranker(PatternMatcher()),
        lambda: ContrastiveStructureRetriever(**TINY),
        lambda: ContrastiveStructureRetriever("sequence", **TINY),
    ],
    ids=["matcher", "reranker", "structure_factor", "sequence"],
)
def test_retrievers_answer_alike(make):
    of_atoms = make().fit(ATOMS, PATTERNS)
    assert_same_answers(of_atoms, make().fit(LAYERS, PATTERNS))
    assert all(isinstance(structure, Structure) for structure in of_atoms.gallery_)
    assert of_atoms.score(ATOMS, PATTERNS) == of_atoms.score(LAYERS, PATTERNS)


def test_galleries_are_set_and_grown():
    grown = PatternMatcher().set_gallery(ATOMS[:8]).add_to_gallery(ATOMS[8:])
    assert_same_answers(grown, PatternMatcher().set_gallery(LAYERS))


def test_what_is_no_crystal_is_refused_or_left_out():
    with pytest.raises(ValueError, match="Atoms at position 1 are no structure: a crystal needs"):
        PatternMatcher().set_gallery([ATOMS[0], MOLECULE])
    with pytest.warns(UserWarning, match="Left 1 of 3 structures out of the gallery"):
        kept = PatternMatcher().set_gallery([ATOMS[0], MOLECULE, ATOMS[1]], on_error="skip")
    assert kept.classes_.tolist() == [0, 2]
    assert all(isinstance(structure, Structure) for structure in kept.gallery_)


def test_transformers():
    np.testing.assert_allclose(
        CrystalTokenizer().transform(ATOMS), CrystalTokenizer().transform(LAYERS), atol=1e-9
    )
    for ours, theirs in zip(DiffractionSimulator().transform(ATOMS), PATTERNS, strict=True):
        np.testing.assert_allclose(ours.intensity, theirs.intensity, rtol=1e-9)
    powder = DiffractionSimulator("powder", "CuKa")
    for ours, theirs in zip(powder.transform(ATOMS), powder.transform(LAYERS), strict=True):
        np.testing.assert_allclose(ours.intensity, theirs.intensity, rtol=1e-9)
    bonds = PretrainedBondCheck().fit()
    np.testing.assert_allclose(bonds.transform(ATOMS[:2]), bonds.transform(LAYERS[:2]), atol=1e-9)


def test_graphs():
    pytest.importorskip("vesin")
    ours, theirs = (CrystalGraph(cutoff=4.0).transform(items) for items in (ATOMS, LAYERS))
    np.testing.assert_allclose(ours.lattice, theirs.lattice, rtol=1e-6)


def test_clusters_and_stacks():
    found = PointGroupClustering(2).fit(ATOMS).point_groups_
    np.testing.assert_array_equal(found, PointGroupClustering(2).fit(LAYERS).point_groups_)
    assert StackFitter(1).fit(ATOMS[:1]).structures_ == LAYERS[:1]


@pytest.mark.parametrize("retriever", [PatternMatcher(), ContrastiveStructureRetriever(**TINY)])
def test_tables_of_tokens_pass_a_pipeline(retriever):
    plain = make_pipeline(CrystalTokenizer(vacuum=20.0), retriever).fit(ATOMS, PATTERNS)
    expected = plain.predict(PATTERNS)
    tables = make_pipeline(CrystalTokenizer(vacuum=20.0), retriever)
    tables.set_output(transform="pandas").fit(LAYERS, PATTERNS)
    np.testing.assert_array_equal(tables.predict(PATTERNS), expected)
    assert top_k_scorer(1)(tables, LAYERS, PATTERNS) == top_k_scorer(1)(plain, LAYERS, PATTERNS)


def test_a_tokenizer_of_a_tower_may_make_tables():
    tokenizer = CrystalTokenizer(vacuum=40.0).set_output(transform="pandas")
    tower = ContrastiveStructureRetriever("sequence", structure_transformer=tokenizer, **TINY)
    plain = ContrastiveStructureRetriever("sequence", **TINY).fit(LAYERS, PATTERNS)
    assert_same_answers(tower.fit(LAYERS, PATTERNS), plain)
