"""Parts of a library that is being made: finished ones are kept inside its folder."""

import json
import os
import shutil

UNFINISHED = ".unfinished"  # the folder inside the library's


class UnfinishedWork:
    """Finished parts of a library, with notes on each.

    Parameters
    ----------
    library : Path
        Folder of the library.
    origin : str
        Fingerprint of what it is made of.
    """

    def __init__(self, library, origin):
        self.folder, self.origin = library / UNFINISHED, origin

    def begin(self):
        """Make the folder, or go on with what is there.

        Raises
        ------
        ValueError
            If what is there was made of something else.
        """
        note = self.folder / "origin.txt"
        if not note.exists():
            self.folder.mkdir(exist_ok=True)
            write_at_once(note, self.origin)
        elif note.read_text(encoding="utf-8") != self.origin:
            raise ValueError(
                f"Unfinished work in {str(self.folder)!r} is on other files, or on files that have "
                "changed since; remove that folder to begin anew."
            )

    def notes(self):
        """Read the notes on the parts that are done; a list of dicts."""
        files = sorted(self.folder.glob("*.json"))
        return [json.loads(file.read_text(encoding="utf-8")) for file in files]

    def part(self, i):
        """Folder of part i."""
        return self.folder / f"{i:05}"

    @property
    def addition(self):
        """Folder of all parts together, where a library grows by them."""
        return self.folder / "addition"

    def finish(self, i, note):
        """Write what is to be known of part i: from now on it is done."""
        write_at_once(self.part(i).with_suffix(".json"), json.dumps(note))

    def remove(self):
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)


def write_at_once(path, text):
    """Write a file that is there as a whole or not at all.

    Parameters
    ----------
    path : Path
        Where.
    text : str
        What.
    """
    partial = path.with_name(f"{path.name}.partial")
    with open(partial, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
