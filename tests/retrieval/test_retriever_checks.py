"""The shipped retrievers pass the checks, and retrievers that break a promise do not."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.retrieval import (
    EmbeddedGallery,
    RetrieverWrapper,
    StructureRetriever,
    check_retriever,
    make_powder_retriever,
)


class BySize(StructureRetriever):
    """The area of the reciprocal cell, as a direction in a plane."""

    def __init__(self, simulator=None, n_jobs=None, score_k=1):
        self.simulator, self.n_jobs, self.score_k = simulator, n_jobs, score_k

    def fit(self, structures, patterns=None, labels=None):
        if patterns is not None and len(patterns) != len(structures):
            raise ValueError("There must be as many patterns as structures.")
        return self.set_gallery(structures, labels)

    def encode_gallery(self, structures):
        return EmbeddedGallery(self.encode_queries(self.simulator_.transform(structures)))

    def encode_queries(self, patterns):
        angles = np.array([np.linalg.norm(p.q, axis=1).mean() for p in patterns])
        return np.column_stack([np.cos(angles), np.sin(angles)])


class Aloof(RetrieverWrapper):
    """Another one's answers, as they are."""

    def __init__(self, retriever=None, score_k=1):
        self.retriever, self.score_k = retriever, score_k

    def kneighbors(self, patterns, n_neighbors=10, elements=None):
        return self.inner_.kneighbors(patterns, n_neighbors, elements)


def salts():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    names = [("Na", "Cl", 5.64), ("K", "Cl", 6.29), ("Mg", "O", 4.21), ("Li", "F", 4.02)]
    names += [("Ni", "O", 4.17), ("Ag", "Cl", 5.55)]
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [x, y], sites) for x, y, a in names
    ]


def test_shipped_retrievers(any_retriever, layers, patterns):
    check_retriever(any_retriever, layers[:10], patterns[:10])


@pytest.mark.parametrize("retriever", [BySize(), Aloof(PatternMatcher()), Aloof(BySize())])
def test_retrievers_of_ones_own(retriever):
    check_retriever(retriever)


def test_powders():
    check_retriever(PatternMatcher(DiffractionSimulator("powder", "CuKa")), salts())
    check_retriever(make_powder_retriever(), salts())


class Forgetful(BySize):
    def add_to_gallery(self, structures, labels=None, on_error="raise"):
        return self


class Moody(BySize):
    def encode_queries(self, patterns):
        return super().encode_queries(patterns)[::-1]


class Deaf(BySize):
    def kneighbors(self, patterns, n_neighbors=10, elements=None):
        return super().kneighbors(patterns, n_neighbors)


class Transposed(BySize):
    def predict(self, patterns, k=1, elements=None):
        return super().predict(patterns, k, elements).T


class Bold(BySize):
    def predict(self, patterns, k=1, elements=None):
        return np.zeros((1, k))


class Backwards(BySize):
    def kneighbors(self, patterns, n_neighbors=10, elements=None):
        distances, indices = super().kneighbors(patterns, n_neighbors, elements)
        return distances[:, ::-1], indices[:, ::-1]


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (Forgetful, "a gallery that has grown is the whole one"),
        (Moody, "an answer does not depend on the other queries"),
        (Deaf, "elements= leaves what is made of them"),
        (Transposed, "predict has a leading axis of queries"),
        (Bold, "without a gallery must raise NotFittedError"),
        (Backwards, "in ascending order of distance"),
    ],
)
def test_broken_promises_are_named(kind, promise):
    with pytest.raises(AssertionError, match=promise):
        check_retriever(kind())
