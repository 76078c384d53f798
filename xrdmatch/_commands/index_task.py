"""From files to finished parts of a library: read, encoded, saved, notes on what was skipped."""

import hashlib
import json
import warnings

from pymatgen.core import Structure
from sklearn.base import clone
from tqdm import tqdm

from xrdmatch._commands.index_labels import distinct_names, label_of
from xrdmatch._commands.index_report import say
from xrdmatch.crystallography import NothingLeftError, SkippedStructure
from xrdmatch.io import (
    SkippedStructureWarning,
    doubts_about,
    find_structure_files,
    stream_structures,
)
from xrdmatch.retrieval import save_library

PART = 500  # structures that are done, and kept, together: what a kill costs at most


class IndexTask:
    """Structures that become entries of a library.

    Parameters
    ----------
    sources : list of str
        Files and folders of structures.
    kind : PowderKind or SpotKind
        What the library is made for.
    limits : Limits
        How large structures may be.
    n_jobs : int or None
        Number of processes.
    verbose : bool
        Whether to show a progress bar.
    """

    def __init__(self, sources, kind, limits, n_jobs, verbose):
        found = (file for source in sources for file in find_structure_files(source))
        self.files = [file.absolute() for file in found]
        self.kind, self.limits, self.n_jobs, self.verbose = kind, limits, n_jobs, verbose
        self.retriever = kind.retriever(n_jobs)
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
        stream = _portions(stream_structures(self.files, start, self.n_jobs))
        with tqdm(initial=n_done, unit=" structures", disable=not self.verbose, smoothing=0) as bar:
            for i, portion in enumerate(stream, start=len(notes)):
                notes.append(self._finished(portion, work.part(i), known))
                work.finish(i, notes[-1])
                n_files = min(notes[-1]["next"][0] + 1, len(self.files))
                bar.set_postfix_str(f"file {n_files} of {len(self.files)}")
                bar.update(notes[-1]["n_structures"])
        return _gathered(work, notes)

    def _finished(self, portion, folder, known):
        """Make one part; what is to be noted of it."""
        structures, skipped, following = portion
        entries = self._entries(structures, skipped, known)
        n_taken = self._saved(entries, skipped, folder) if entries else 0
        doubtful = [[d.item, d.reason] for s in structures for d in doubts_about(s)]
        note = {"next": following, "n_structures": n_taken}
        return note | {"skipped": skipped, "doubtful": doubtful}

    def _entries(self, structures, skipped, known):
        """Entries of structures, each with its label; those without are added to `skipped`."""
        entries = []
        for structure in structures:
            reason = self.limits.reason_against(structure, self.kind.q_max)
            try:
                new = (
                    [] if reason else self.kind.entries(structure, label_of(structure, self._names))
                )
            except (ValueError, ArithmeticError, MemoryError) as error:
                new, reason = [], str(error).rstrip(".")
            there = [label for _, label in new if label in known]
            if there:
                reason = f"the library has an entry called {there[0]!r} already"
            entries += [entry for entry in new if entry[1] not in known]
            if reason:
                skipped.append([_place(structure), reason])
        return entries

    def _saved(self, entries, skipped, folder):
        """Encode and save what can be taken, add the rest to what was skipped; count the former."""
        part = clone(self.retriever)
        structures, labels = map(list, zip(*entries, strict=True))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SkippedStructureWarning)  # the note has them all
                part.set_gallery(structures, labels, on_error="skip")
        except NothingLeftError as error:
            refused, kept = error.skipped, set()
        else:
            refused, kept = part.skipped_, {id(structure) for structure in part.gallery_}
            save_library(part, folder)
        left = (structure for structure in structures if id(structure) not in kept)
        skipped += [[_place(s), one.reason] for s, one in zip(left, refused, strict=True)]
        return len(kept)


def _portions(stream):
    """Yield structures, what was skipped among them, and the place that follows."""
    structures, skipped, place = [], [], None
    for place, outcome in stream:
        if isinstance(outcome, Structure):
            structures.append(outcome)
        else:
            skipped.append([outcome.item, outcome.reason])
        if len(structures) + len(skipped) == PART:
            yield structures, skipped, (place[0], place[1] + 1)
            structures, skipped, place = [], [], None
    if place is not None:
        yield structures, skipped, (place[0], place[1] + 1)


def _place(structure):
    """Where the user finds a structure: its file and its name there."""
    source, name = structure.properties.get("source"), structure.properties["name"]
    return f"{source}, entry {name}" if source else name


def _gathered(work, notes):
    """Folders of the parts that have entries, and remarks on all."""
    remarks = {kind: [i for n in notes for i in n[kind]] for kind in ("skipped", "doubtful")}
    folders = [work.part(i) for i, note in enumerate(notes) if note["n_structures"]]
    if not folders:
        work.remove()
        left_out = [SkippedStructure(i, f"{i}: {reason}") for i, reason in remarks["skipped"]]
        raise NothingLeftError("No structure could be taken into the library", left_out)
    return folders, remarks
