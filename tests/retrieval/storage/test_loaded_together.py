"""Libraries that are searched apart answer as the joined one does."""

import shutil
from itertools import pairwise

import numpy as np
import pytest
from joblib import parallel_config
from pymatgen.core import Structure
from threadpoolctl import threadpool_limits

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import load_monolayers, load_standards
from xrdmatch.retrieval import (
    PhaseDecomposition,
    join_libraries,
    load_libraries,
    load_library,
    load_pretrained,
    make_powder_retriever,
    save_library,
)

CUTS = [0, 7, 30, 41]  # shards of 7, 23 and 11 entries


def powders():
    return make_powder_retriever(), load_standards()[: CUTS[-1]]


def layers():
    return PatternMatcher(), load_monolayers()[: CUTS[-1]]


def embedded():
    return load_pretrained("monolayers"), load_monolayers()[: CUTS[-1]]


@pytest.fixture(scope="module", params=[powders, layers, embedded], ids=lambda make: make.__name__)
def saved(request, tmp_path_factory):
    """Folders of shards, of the joined library, and patterns of some entries."""
    folder, (retriever, structures) = tmp_path_factory.mktemp("shards"), request.param()
    for i, (start, stop) in enumerate(pairwise(CUTS)):
        labels = [f"entry {j}" for j in range(start, stop)]
        save_library(retriever.set_gallery(structures[start:stop], labels), folder / str(i))
    paths = [folder / str(i) for i in range(len(CUTS) - 1)]
    join_libraries(paths, folder / "joined")
    return paths, folder / "joined", retriever.simulator_.transform(structures[::6])


@pytest.fixture
def powder_shards(tmp_path):
    matcher, salts = PatternMatcher(DiffractionSimulator("powder", "CuKa")), load_standards()[:6]
    paths = [tmp_path / "one", tmp_path / "other"]
    for path, some in zip(paths, (salts[:3], salts[3:]), strict=True):
        save_library(matcher.set_gallery(some), path)
    return paths, matcher.simulator_.transform(salts)


def same(one, other):
    np.testing.assert_allclose(one[0], other[0], rtol=0, atol=1e-6)  # rounding of embeddings
    np.testing.assert_array_equal(one[1], other[1])


@pytest.fixture
def one_thread():
    """Matrix products on one thread here and in workers: they round alike."""
    with parallel_config("loky", inner_max_num_threads=1), threadpool_limits(1):
        yield


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_answers_are_those_of_the_joined_library(saved, n_jobs, one_thread):
    paths, whole, patterns = saved
    together, joined = load_libraries(paths, n_jobs=n_jobs), load_library(whole)
    assert type(together) is type(joined)
    same(together.kneighbors(patterns, 12), joined.kneighbors(patterns, 12))
    if not isinstance(joined, ContrastiveStructureRetriever):
        distances = (one.kneighbors(patterns, 12)[0] for one in (together, joined))
        np.testing.assert_array_equal(*distances)
    np.testing.assert_array_equal(together.predict(patterns, k=5), joined.predict(patterns, k=5))
    assert together.classes_.tolist() == joined.classes_.tolist()
    assert together.gallery_[35] == joined.gallery_[35]


def test_filters_work_in_each_library(saved):
    paths, whole, patterns = saved
    together, joined = load_libraries(paths), load_library(whole)
    known = ",".join(element.symbol for element in joined.gallery_[33].elements)
    found = together.kneighbors(patterns, len(joined.gallery_), known)
    same(found, joined.kneighbors(patterns, len(joined.gallery_), known))
    assert (found[1] < 0).any()  # fewer are allowed
    assert 33 in found[1]


def test_equal_entries_come_in_the_order_of_the_libraries(powder_shards, tmp_path):
    (one, other), patterns = powder_shards
    shutil.copytree(one, tmp_path / "again")
    matcher = load_libraries([one, other, tmp_path / "again"])
    distances, indices = matcher.kneighbors(patterns[:3], 2)
    assert indices.tolist() == [[0, 6], [1, 7], [2, 8]]
    np.testing.assert_array_equal(distances[:, 0], distances[:, 1])


def test_a_missing_library_is_named_or_left_out(powder_shards, tmp_path):
    paths, patterns = powder_shards
    nowhere = [paths[0], tmp_path / "nowhere", paths[1]]
    with pytest.raises(ValueError, match=r"nowhere' cannot be searched .* on_error='skip'"):
        load_libraries(nowhere)
    with pytest.warns(UserWarning, match=r"Left the library .*nowhere' out: There is no library"):
        found = load_libraries(nowhere, on_error="skip").predict(patterns)
    np.testing.assert_array_equal(found, load_libraries(paths).predict(patterns))
    with (
        pytest.raises(ValueError, match="None of the libraries can be searched"),
        pytest.warns(UserWarning, match="Left the library"),
    ):
        load_libraries([tmp_path / "nowhere"], on_error="skip")


def test_a_damaged_library_is_named(powder_shards):
    paths, _ = powder_shards
    file = paths[1] / "data-1" / "encoded-rows.npy"
    file.write_bytes(file.read_bytes()[:-2])
    with pytest.raises(ValueError, match=r"other' cannot be searched \(encoded-rows.npy has"):
        load_libraries(paths)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_library_that_vanishes_or_changes_is_named(powder_shards, n_jobs):
    paths, patterns = powder_shards
    strict, patient = (
        load_libraries(paths, n_jobs=n_jobs, on_error=how) for how in ("raise", "skip")
    )
    save_library(load_library(paths[1]).set_gallery(load_standards()[3:7]), paths[1])
    with pytest.raises(ValueError, match=r"other' cannot be searched \(it has changed since"):
        strict.kneighbors(patterns, 2)
    shutil.rmtree(paths[1])
    with pytest.raises(ValueError, match=r"other' cannot be searched \(There is no library"):
        strict.kneighbors(patterns, 2)
    with pytest.warns(UserWarning, match="Left the library .*other' out"):
        _, indices = patient.kneighbors(patterns, 3)
    assert sorted(indices[0]) == [0, 1, 2]


def test_libraries_are_alike(powder_shards, tmp_path):
    paths, _ = powder_shards
    save_library(PatternMatcher().fit(load_monolayers()[:3]), tmp_path / "layers")
    with pytest.raises(ValueError, match="of retrievers with the same parameters"):
        load_libraries([*paths, tmp_path / "layers"])


def test_pictures_of_unknown_orientation_are_joined(tmp_path):
    matcher = PatternMatcher(orientation="unknown").fit(load_monolayers()[:3])
    save_library(matcher, tmp_path / "turned")
    with pytest.raises(ValueError, match=r"TurnedGallery at .*; join them with join_libraries"):
        load_libraries([tmp_path / "turned", tmp_path / "turned"])


def test_what_cannot_be_done_is_said(powder_shards, tmp_path):
    paths, patterns = powder_shards
    matcher = load_libraries(paths)
    with pytest.raises(TypeError, match=r"loaded together stay as they are, .* by add_to_library"):
        matcher.add_to_gallery([Structure.from_prototype("bcc", ["Fe"], a=2.87)])
    with pytest.raises(ValueError, match=r"ShardedGallery; .* in place of load_libraries join"):
        PhaseDecomposition(matcher).decompose(patterns)
    with pytest.raises(TypeError, match="ShardedGallery"):
        save_library(matcher, tmp_path / "whole")
    with pytest.raises(ValueError, match="n_jobs must be a whole number other than 0"):
        load_libraries(paths, n_jobs=0)
    with pytest.raises(ValueError, match="on_error must be 'raise' or 'skip', got 'warn'"):
        load_libraries(paths, on_error="warn")


def test_workers_of_a_cluster_search(powder_shards):
    distributed = pytest.importorskip("distributed")
    paths, patterns = powder_shards
    expected = load_libraries(paths).kneighbors(patterns, 4)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        parallel_config(backend="dask"),
    ):
        same(load_libraries(paths).kneighbors(patterns, 4), expected)
