"""The command `index`: structures into a library, in parts, of which finished ones are kept."""

import hashlib
import json
import shutil
import sys
import warnings
from functools import partial

from pymatgen.core import Structure
from sklearn.base import clone
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from xrdmatch._commands.index_kinds import PowderKind
from xrdmatch._commands.index_labels import distinct_names, label_of
from xrdmatch.crystallography import NothingLeftError
from xrdmatch.io import (
    SkippedStructureWarning,
    doubts_about,
    find_structure_files,
    stream_structures,
)
from xrdmatch.retrieval import (
    calibrate_library,
    join_libraries,
    library_card,
    save_library,
)

PART = 2000  # structures that are done, and kept, together
PARTS = ".parts"  # what the folder of unfinished work adds to the library's name
N_NAMED = 20  # skipped items that are said; the library's card has all

say = partial(print, flush=True)


def build_library(sources, path, kind=None, *, n_jobs=None, verbose=True):
    """Read structures, encode them for scans or pictures, and write a library.

    Parameters
    ----------
    sources : list of str
        Files and folders of structures.
    path : Path
        Folder of the library. Finished parts are kept beside it, so that the same call goes on
        where it was stopped.
    kind : PowderKind or SpotKind, default=None
        What it is made for; X-ray scans of powders if None.
    n_jobs : int, default=None
        Number of processes.
    verbose : bool, default=True
        Whether to show a progress bar.

    Raises
    ------
    ValueError
        If there is nothing to read, or `path` holds a library of something else.
    """
    files = [file.absolute() for source in sources for file in find_structure_files(source)]
    kind = kind or PowderKind()
    origin = _origin(files, kind)
    if _is_complete(path, origin):
        say(f"The library {path} is complete and its files have not changed: nothing to do.")
        return
    parts = path.with_name(path.name + PARTS)
    _begin(parts, origin)
    try:
        _finish_parts(files, parts, kind, n_jobs, verbose)
    except KeyboardInterrupt:
        print("Finished parts are kept: run the same command again to go on.", file=sys.stderr)
        raise
    _report(path, _joined(parts, path, {"origin": origin, "files": len(files)}))


def calibrate(path, n_queries, cells, *, verbose=True):
    """Learn how sure the answers of a library are, and keep that with it.

    Parameters
    ----------
    path : Path
        Folder of the library.
    n_queries : int
        How many scans are simulated.
    cells : {"measured", "computed", "mixed"}
        Where the structures' cells are from.
    verbose : bool, default=True
        Whether to show a progress bar.

    Raises
    ------
    ValueError
        If the library has too few phases to learn from.
    """
    say(f"Learning from {n_queries} simulated scans how sure answers are.")
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", UserWarning)
        calibrated = calibrate_library(path, n_queries=n_queries, cells=cells, verbose=int(verbose))
    say(calibrated.calibration_)


def _origin(files, kind):
    """Fingerprint of files that have not changed, and of what they are simulated for."""
    facts = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    facts += kind.facts
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _is_complete(path, origin):
    """Tell whether the library of these files is there; an error where something else is."""
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return False
    try:
        found = library_card(path)["about"].get("origin")
    except ValueError as error:
        raise ValueError(
            f"A library goes into a folder of its own, got {str(path)!r}, where something else is; "
            "name another folder."
        ) from error
    if found != origin:
        raise ValueError(
            f"There is a library at {str(path)!r} already, made of other files or of files that "
            "have changed since; remove it or name another folder."
        )
    return True


def _begin(parts, origin):
    """Make the folder of the parts, or go on with those of the same files."""
    note = parts / "origin.txt"
    if not note.exists():
        parts.mkdir(parents=True, exist_ok=True)
        note.write_text(origin, encoding="utf-8")
    elif note.read_text(encoding="utf-8") != origin:
        raise ValueError(
            f"Unfinished work in {str(parts)!r} is on other files, or on files that have changed "
            "since; remove that folder to begin anew."
        )


def _finish_parts(files, parts, kind, n_jobs, verbose):
    """Do the parts that are not done yet."""
    done = _done(parts)
    n_before = sum(note["n_structures"] for note in done)
    start = tuple(done[-1]["next"]) if done else (0, 0)
    if done:
        say(f"Going on behind {n_before} structures that are done.")
    retriever, names = kind.retriever(n_jobs), distinct_names(files)
    with tqdm(initial=n_before, unit=" structures", disable=not verbose, smoothing=0) as bar:
        for i, (structures, skipped, following) in enumerate(
            _portions(stream_structures(files, start, n_jobs)), start=len(done)
        ):
            entries = _entries(kind, structures, names, skipped)
            n_taken = _finish(retriever, entries, skipped, parts / f"{i:05}")
            doubtful = [[d.item, d.reason] for s in structures for d in doubts_about(s)]
            note = {"next": following, "n_structures": n_taken}
            note |= {"skipped": skipped, "doubtful": doubtful}
            _write_note(parts / f"{i:05}.json", note)
            bar.set_postfix_str(f"file {min(following[0] + 1, len(files))} of {len(files)}")
            bar.update(n_taken)


def _done(parts):
    """Read the notes on the parts that are done."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(parts.glob("*.json"))]


def _write_note(file, note):
    """Write it in one go: where there is a note, there is a part."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
    unfinished.replace(file)


def _portions(stream):
    """Yield structures, what was skipped among them, and the place that follows."""
    structures, skipped, place = [], [], None
    for place, outcome in stream:
        if isinstance(outcome, Structure):
            structures.append(outcome)
        else:
            skipped.append([outcome.item, outcome.reason])
        if len(structures) == PART:
            yield structures, skipped, (place[0], place[1] + 1)
            structures, skipped, place = [], [], None
    if place is not None:
        yield structures, skipped, (place[0], place[1] + 1)


def _entries(kind, structures, names, skipped):
    """Entries of structures, each with its label; those that have none are added to `skipped`."""
    entries = []
    for structure in structures:
        try:
            entries += kind.entries(structure, label_of(structure, names))
        except ValueError as error:
            skipped.append([_place(structure), str(error).rstrip(".")])
    return entries


def _finish(retriever, entries, skipped, folder):
    """Encode and save what can be taken, add the rest to what was skipped; count the former."""
    part = clone(retriever)
    structures, labels = [list(column) for column in zip(*entries, strict=True)] or ([], [])
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


def _place(structure):
    """Where the user finds a structure: its file and its name there."""
    source, name = structure.properties.get("source"), structure.properties["name"]
    return f"{source}, entry {name}" if source else name


def _joined(parts, path, about):
    """Make one library of the parts, and remove them; return what was skipped or is doubtful."""
    notes = _done(parts)
    skipped, doubtful = ([i for n in notes for i in n[key]] for key in ("skipped", "doubtful"))
    folders = [parts / f"{i:05}" for i, note in enumerate(notes) if note["n_structures"]]
    if not folders:
        first = ": ".join(skipped[0]) if skipped else "no files"
        shutil.rmtree(parts)
        raise ValueError(f"No structure could be taken into the library, {first}.")
    remarks = {"skipped": skipped, "doubtful": doubtful}
    join_libraries(folders, path, about={**about, **remarks})
    shutil.rmtree(parts)
    return remarks


def _report(path, remarks):
    say(f"{library_card(path)['n_structures']} structures in the library {path}")
    for what, items in remarks.items():
        if items:
            say(f"{len(items)} {what}:")
        for item, reason in items[:N_NAMED]:
            say(f"  {item}: {reason}")
        if len(items) > N_NAMED:
            say(f"  and {len(items) - N_NAMED} more, all in {path / 'library.json'} under about")
