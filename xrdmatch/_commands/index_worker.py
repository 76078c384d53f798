"""One part of a library: structures read, labelled and encoded, by whichever process does it."""

from dataclasses import dataclass
from pathlib import Path

from pymatgen.core import Structure

from xrdmatch._commands.index_encoding import encode_within_limits
from xrdmatch._commands.index_labels import label_of
from xrdmatch._commands.index_reading import read_within_limits
from xrdmatch._commands.index_watch import Watch
from xrdmatch.io import doubts_about


@dataclass(frozen=True, eq=False)
class PartMaker:
    """Makes a part of a library of what it is given; can be sent to other processes.

    Parameters
    ----------
    kind : PowderKind or SpotKind
        What the library is made for.
    limits : Limits
        How large structures may be, and what they may take.
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
        with Watch(self.limits) as watch:
            outcomes = [outcome for item in items for outcome in _read(item, watch)]
            structures = [outcome for outcome in outcomes if isinstance(outcome, Structure)]
            skipped = [[o.item, o.reason] for o in outcomes if not isinstance(o, Structure)]
            doubtful = [[d.item, d.reason] for s in structures for d in doubts_about(s)]
            entries = self._entries(structures, names, skipped, watch)
            index, refused = encode_within_limits(self.retriever, entries, watch)
        skipped += [[_place(structure), reason] for structure, reason in refused]
        note = {"n_structures": 0 if index is None else len(index)}
        return index, note | {"skipped": skipped, "doubtful": doubtful}

    def _entries(self, structures, names, skipped, watch):
        """Entries of structures, each with its label; those without are added to `skipped`."""
        entries = []
        for structure in structures:
            reason = self.limits.reason_against(structure, self.kind.q_max)
            label = label_of(structure, names)
            try:
                new = [] if reason else watch.run(self.kind.entries, structure, label)
            except (ValueError, ArithmeticError) as error:
                new, reason = [], str(error).rstrip(".")
            there = [label for _, label in new if label in self.known]
            if there:
                reason = f"the library has an entry called {there[0]!r} already"
            entries += [entry for entry in new if entry[1] not in self.known]
            if reason:
                skipped.append([_place(structure), reason])
        return entries


def _read(item, watch):
    """Read a file; what was read already stays."""
    if not isinstance(item, Path):
        return [item]
    return [outcome for _, outcome in read_within_limits(item, 0, watch)]


def _place(structure):
    """Where the user finds a structure: its file and its name there."""
    source, name = structure.properties.get("source"), structure.properties["name"]
    return f"{source}, entry {name}" if source else name
