"""From files to finished parts of a library, with notes on what was skipped."""

import hashlib
import json
from functools import reduce
from pathlib import Path

from sklearn.base import clone
from tqdm import tqdm

from xrdmatch._commands.index_labels import distinct_names
from xrdmatch._commands.index_portions import portions
from xrdmatch._commands.index_report import say
from xrdmatch._commands.index_scheduling import ENDED, in_order, workers_at
from xrdmatch._commands.index_worker import PartMaker
from xrdmatch.crystallography import NothingLeftError, SkippedStructure
from xrdmatch.io import find_structure_files
from xrdmatch.retrieval import GalleryIndex, save_library

KINDS = "skipped", "doubtful"  # of remarks


class IndexTask:
    """Structures that become entries of a library.

    Parameters
    ----------
    sources : list of str
        Files and folders of structures.
    kind : PowderKind or SpotKind
        What the library is made for.
    limits : Limits
        How large structures may be, and what they may take.
    n_jobs : int or None
        Number of processes.
    verbose : bool
        Whether to show a progress bar.
    scheduler : str or None, default=None
        Address of the scheduler of a Dask cluster that does the work.
    """

    def __init__(self, sources, kind, limits, n_jobs, verbose, scheduler=None):
        found = (file for source in sources for file in find_structure_files(source))
        self.files = [file.absolute() for file in found]
        self.kind, self.limits, self.n_jobs, self.verbose = kind, limits, n_jobs, verbose
        self.scheduler = scheduler
        self.retriever = kind.retriever(1)
        self._names = distinct_names(self.files)

    @property
    def origin(self):
        """Fingerprint of files that have not changed, and of what they are simulated for."""
        facts = [(str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in self.files]
        facts += self.kind.facts + self.limits.facts
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def finish(self, work, known=frozenset()):
        """Do the parts that are not done yet.

        Parameters
        ----------
        work : UnfinishedWork
            Where they are kept.
        known : set, default=frozenset()
            Labels that are taken.

        Returns
        -------
        folders : list of Path
            The parts, each a library.
        remarks : dict of str to list
            As `library_remarks` returns them.

        Raises
        ------
        NothingLeftError
            If no structure could be taken.
        """
        notes = work.notes()
        n_done = sum(note["n_structures"] for note in notes)
        if notes:
            say(f"Going on behind {n_done} structures that are done.")
        start = tuple(notes[-1]["next"]) if notes else (0, 0)
        bar = tqdm(initial=n_done, unit=" structures", disable=not self.verbose, smoothing=0)
        with bar, workers_at(self.scheduler):
            for index, note in self._parts(start, known):
                self._keep(work, len(notes), index, note)
                notes.append(note)
                n_files = min(note["next"][0], len(self.files))
                bar.set_postfix_str(f"file {n_files} of {len(self.files)}")
                bar.update(note["n_structures"])
        return _gathered(work, notes)

    def _parts(self, start, known):
        """Yield entries and the note of each part, in their order."""
        maker = PartMaker(self.kind, self.limits, self.retriever, frozenset(known))
        following = []
        jobs = self._jobs(start, following)
        n_jobs = None if self.scheduler else self.n_jobs or 1
        for made in in_order(maker, jobs, n_jobs):
            index, note = _together([one or (None, _given_up(items)) for items, one in made])
            yield index, note | {"next": following.pop(0)}

    def _jobs(self, start, following):
        for items, place in portions(self.files, start, self.limits):
            following.append(place)
            sources = set(map(_source, items))
            yield items, {name: self._names[name] for name in sources & self._names.keys()}

    def _keep(self, work, i, index, note):
        if index is not None:
            save_library(clone(self.retriever).set_index(index), work.part(i))
        work.finish(i, note)


def _source(item):
    """Name the file that a structure is from, or the file itself."""
    return str(item) if isinstance(item, Path) else getattr(item, "properties", {}).get("source")


def _given_up(items):
    """Note on an item that ended the process that worked on it."""
    skipped = [[str(_source(item)), ENDED] for item in items]
    return {"n_structures": 0, "skipped": skipped, "doubtful": []}


def _together(made):
    """Entries and notes of some items as those of one part."""
    indices = [index for index, _ in made if index is not None]
    note = {"n_structures": sum(note["n_structures"] for _, note in made)}
    lists = {kind: [i for _, note in made for i in note[kind]] for kind in KINDS}
    return (reduce(GalleryIndex.joined, indices) if indices else None), note | lists


def _gathered(work, notes):
    """Folders of the parts that have entries, and remarks on all."""
    remarks = {kind: [i for n in notes for i in n[kind]] for kind in KINDS}
    folders = [work.part(i) for i, note in enumerate(notes) if note["n_structures"]]
    if not folders:
        work.remove()
        left_out = [SkippedStructure(i, f"{i}: {reason}") for i, reason in remarks["skipped"]]
        raise NothingLeftError("No structure could be taken into the library", left_out)
    return folders, remarks
