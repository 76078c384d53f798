"""One part of a library: structures read, labelled and encoded, by whichever process does it."""

import warnings
from dataclasses import dataclass
from pathlib import Path

from pymatgen.core import Structure
from sklearn.base import clone

from xrdmatch._commands.index_labels import label_of
from xrdmatch.crystallography import NothingLeftError
from xrdmatch.io import SkippedStructureWarning, doubts_about, stream_structures


@dataclass(frozen=True, eq=False)
class PartMaker:
    """Makes a part of a library of what it is given; can be sent to other processes.

    Parameters
    ----------
    kind : PowderKind or SpotKind
        What the library is made for.
    limits : Limits
        How large structures may be.
    retriever : StructureRetriever
        Encodes them; it is cloned.
    known : frozenset
        Labels that are taken.
    """

    kind: object
    limits: object
    retriever: object
    known: frozenset

    def __call__(self, items, names):
        """Make a part.

        Parameters
        ----------
        items : list of Path, or of Structure and SkippedStructure
            Files, or what was read of them.
        names : dict of str to str
            What `distinct_names` found for these files.

        Returns
        -------
        index : GalleryIndex or None
            The entries; None where there are none.
        note : dict
            How many there are, what was skipped and what is doubtful.
        """
        outcomes = [outcome for item in items for outcome in _read(item)]
        structures = [outcome for outcome in outcomes if isinstance(outcome, Structure)]
        skipped = [[o.item, o.reason] for o in outcomes if not isinstance(o, Structure)]
        doubtful = [[d.item, d.reason] for s in structures for d in doubts_about(s)]
        index = self._encoded(self._entries(structures, names, skipped), skipped)
        note = {"n_structures": 0 if index is None else len(index)}
        return index, note | {"skipped": skipped, "doubtful": doubtful}

    def _entries(self, structures, names, skipped):
        """Entries of structures, each with its label; those without are added to `skipped`."""
        entries = []
        for structure in structures:
            reason = self.limits.reason_against(structure, self.kind.q_max)
            try:
                new = [] if reason else self.kind.entries(structure, label_of(structure, names))
            except (ValueError, ArithmeticError, MemoryError) as error:
                new, reason = [], str(error).rstrip(".")
            there = [label for _, label in new if label in self.known]
            if there:
                reason = f"the library has an entry called {there[0]!r} already"
            entries += [entry for entry in new if entry[1] not in self.known]
            if reason:
                skipped.append([_place(structure), reason])
        return entries

    def _encoded(self, entries, skipped):
        """Encode what can be taken, and add the rest to what was skipped."""
        if not entries:
            return None
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
        left = (structure for structure in structures if id(structure) not in kept)
        skipped += [[_place(s), one.reason] for s, one in zip(left, refused, strict=True)]
        return part.index_ if kept else None


def _read(item):
    """Read a file; what was read already stays."""
    if not isinstance(item, Path):
        return [item]
    return [outcome for _, outcome in stream_structures([item])]


def _place(structure):
    """Where the user finds a structure: its file and its name there."""
    source, name = structure.properties.get("source"), structure.properties["name"]
    return f"{source}, entry {name}" if source else name
