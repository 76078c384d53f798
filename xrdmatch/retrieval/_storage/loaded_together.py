"""Several libraries loaded as one retriever."""

import json

from xrdmatch.retrieval._n_jobs import check_n_jobs
from xrdmatch.retrieval._storage.joined_libraries import check_alike
from xrdmatch.retrieval._storage.library import DAMAGES
from xrdmatch.retrieval._storage.library_card import data_folder
from xrdmatch.retrieval._storage.library_writing import TOWERS, joined_indices
from xrdmatch.retrieval._storage.retriever_card import build_retriever
from xrdmatch.retrieval._storage.shards import (
    Shard,
    ShardedGallery,
    ShardedIndex,
    check_any,
    left_out,
)

KINDS = "ProfileLibrary", "EmbeddedGallery", "SpotLibrary"  # each entry is compared by itself


def load_libraries(paths, *, n_jobs=None, on_error="raise"):
    """Load several libraries as one retriever, which searches them apart.

    Each library is searched by a joblib job, which opens it where it runs, and the nearest entries
    of all are merged: distances, ties and filters of elements are those of the joined library.
    Within joblib's Dask context the jobs are spread over machines that see the same paths. Nothing
    is copied. Positions count through the libraries in the order of `paths`.

    Parameters
    ----------
    paths : list of path-like
        Folders that `save_library` wrote for retrievers with the same parameters.
    n_jobs : int, default=None
        Number of joblib workers; None is 1 unless in a `joblib.parallel_config` context, -1 all
        cores.
    on_error : {"raise", "skip"}, default="raise"
        Whether a library that is missing, damaged or changed is an error, now or when it is
        searched, or is named in a warning and left out.

    Returns
    -------
    StructureRetriever
        With all entries. It cannot grow or be saved, and a `PhaseDecomposition` needs the joined
        library.

    Raises
    ------
    ValueError
        If a library cannot be read, they are of retrievers with other parameters, an entry is not
        compared by a row of its own (pictures of unknown orientation), or an option is unknown.

    See Also
    --------
    load_library : Load one.
    join_libraries : Save several as one.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import load_libraries, save_library
    >>> layers = load_monolayers()[:50]
    >>> with TemporaryDirectory() as folder:
    ...     parts = [f"{folder}/one", f"{folder}/other"]
    ...     save_library(PatternMatcher().fit(layers[:20]), parts[0])
    ...     save_library(PatternMatcher().fit(layers[20:]), parts[1])
    ...     matcher = load_libraries(parts)
    ...     patterns = matcher.simulator_.transform(layers[30:32])
    ...     print(matcher.kneighbors(patterns, n_neighbors=1)[1].ravel())
    [30 31]
    """
    _check_options(n_jobs, on_error)
    shards = [*_opened(paths, on_error)]
    check_any(shards)
    check_alike([shard.path for shard in shards])
    whole = joined_indices([_searchable(shard) for shard in shards])
    sharded = ShardedGallery(tuple(shards))
    index = ShardedIndex(
        whole.structures, whole.labels, whole.elements, sharded, n_jobs=n_jobs, on_error=on_error
    )
    card = json.loads(shards[0].card)
    towers = data_folder(shards[0].path, card) / TOWERS
    return build_retriever(card["retriever"], towers).set_index(index)


def _check_options(n_jobs, on_error):
    if on_error not in ("raise", "skip"):
        raise ValueError(f"on_error must be 'raise' or 'skip', got {on_error!r}; pick one.")
    check_n_jobs(n_jobs)


def _opened(paths, on_error):
    """Yield libraries that can be read."""
    for path in paths:
        try:
            yield Shard.at(path)
        except DAMAGES as error:
            left_out(path, error, on_error)


def _searchable(shard):
    """Gallery of a library whose entries are compared each by itself."""
    index = shard.index()
    name = type(index.encoded).__name__
    if name not in KINDS:
        raise ValueError(
            f"Libraries are searched apart where each entry is compared by a row of its own, got "
            f"one of {name} at {str(shard.path)!r}; join them with join_libraries."
        )
    return index
