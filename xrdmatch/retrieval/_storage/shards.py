"""Libraries that are searched as one: each finds its nearest entries, and the nearest are kept."""

import json
import warnings
from dataclasses import dataclass
from functools import lru_cache, reduce
from pathlib import Path
from typing import NamedTuple

from joblib import Parallel, delayed

from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._search import EncodedGallery, merged
from xrdmatch.retrieval._storage.checksums import check_files
from xrdmatch.retrieval._storage.library import DAMAGES, read_index
from xrdmatch.retrieval._storage.library_card import data_folder, library_card

N_OPEN = 64  # libraries that a process keeps open


class Shard(NamedTuple):
    """One of several libraries, opened by whoever searches it.

    Parameters
    ----------
    path : Path
        Its folder.
    card : str
        What it said of itself when it was first opened, as JSON.
    n_structures : int
        How many entries it has.
    """

    path: Path
    card: str
    n_structures: int

    @classmethod
    def at(cls, path):
        """Take the library in a folder, checked as `load_library` checks it."""
        path = Path(path).expanduser().absolute()
        card = library_card(path)
        shard = cls(path, json.dumps(card), card["n_structures"])
        shard.index()
        return shard

    def index(self):
        """Gallery of the library, a `GalleryIndex`; it stays open."""
        return _opened(self)

    def search(self, *question):
        """Answer as `GalleryIndex.search`, if the library is what it was."""
        if library_card(self.path) != json.loads(self.card):
            raise ValueError(f"it has changed since it was loaded: {str(self.path)!r}")
        return self.index().search(*question)


@lru_cache(N_OPEN)
def _opened(shard):
    card = json.loads(shard.card)
    folder = data_folder(shard.path, card)
    check_files(folder, card.get("files", {}), fully=False)
    return read_index(folder, card)


@dataclass(frozen=True, eq=False)
class ShardedGallery(EncodedGallery):
    """Encoded galleries of several libraries, one after the other.

    Parameters
    ----------
    shards : tuple of Shard
        The libraries.
    """

    shards: tuple

    def __len__(self):
        return sum(shard.n_structures for shard in self.shards)

    @property
    def out_of_reach(self):
        """As of one of them."""
        return self.shards[0].index().encoded.out_of_reach

    def reaches(self, query):
        """Tell whether an encoded query shows anything that an entry of any may have."""
        return any(shard.index().encoded.reaches(query) for shard in self.shards)

    def joined(self, other):
        """Refuse: libraries that stay apart do not grow."""
        raise TypeError(
            "Libraries that were loaded together stay as they are, got more entries; add them to "
            "one by add_to_library and load them anew."
        )


@dataclass(frozen=True, eq=False, repr=False)
class ShardedIndex(GalleryIndex):
    """Galleries of several libraries, searched by jobs and merged.

    Parameters
    ----------
    structures, labels, elements
        As of `GalleryIndex`: those of all.
    encoded : ShardedGallery
        The libraries.
    n_jobs : int, default=None
        Number of joblib workers.
    on_error : {"raise", "skip"}, default="raise"
        What happens to a library that cannot be searched.
    """

    n_jobs: int | None = None
    on_error: str = "raise"

    @property
    def sample(self):
        """Encoded gallery of the first library."""
        return self.encoded.shards[0].index().encoded

    def search(self, queries, owners, n, filters):
        """Find the nearest entries that filters allow; see `GalleryIndex.search`."""
        shards, first, found = self.encoded.shards, 0, []
        question = queries, owners, n, filters
        answers = Parallel(self.n_jobs)(delayed(_attempted)(one, question) for one in shards)
        for shard, (answer, error) in zip(shards, answers, strict=True):
            if error:
                left_out(shard.path, error, self.on_error)
            else:
                found.append((answer[0], answer[1] + first * (answer[1] >= 0)))
            first += shard.n_structures
        check_any(found)
        return reduce(lambda one, other: merged(one, other, n), found)


def _attempted(shard, question):
    """Search one library; what it found, and what went wrong."""
    try:
        return shard.search(*question), ""
    except DAMAGES as error:
        return None, str(error)


def left_out(path, error, on_error):
    """Refuse to go on without a library, or warn that it is left out.

    Parameters
    ----------
    path : Path
        The library.
    error : Exception or str
        What is wrong with it.
    on_error : {"raise", "skip"}
        Which of the two.

    Raises
    ------
    ValueError
        If `on_error` says so.
    """
    if on_error == "raise":
        raise ValueError(
            f"The library {str(path)!r} cannot be searched ({error}); copy or build it anew, or "
            "search the others by load_libraries(..., on_error='skip')."
        )
    warnings.warn(f"Left the library {str(path)!r} out: {error}", stacklevel=4)


def check_any(found):
    """Check that some library is left.

    Parameters
    ----------
    found : list
        What the libraries gave.

    Raises
    ------
    ValueError
        If there is none.
    """
    if not found:
        raise ValueError("None of the libraries can be searched; check their paths.")
