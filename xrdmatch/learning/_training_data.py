"""Training data of powder towers, as arrays in a folder."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from xrdmatch.preprocessing import joined_rows, rows_as_arrays, rows_from_arrays
from xrdmatch.simulation import ReflectionTable

CARD = "training.json"
FORMAT = 1


@dataclass(frozen=True, eq=False)
class TrainingData:
    """Pairs of crystals and powders, ready to be read by towers.

    `prepare_training` makes it, and ``ContrastiveStructureRetriever.fit`` learns from it.

    Parameters
    ----------
    structures, patterns : ndarray, RaggedArray or Rows
        What the towers read; row i of one belongs to row i of the other.
    groups : ndarray of shape (n,)
        Equal numbers for crystals that no scan tells apart.
    formulas, space_groups : ndarray of shape (n,)
        Equal numbers for equal reduced formulas, and for equal space groups.
    reflections : ReflectionTable or None
        What the augmentation draws scans of; None without one.
    made_for : dict
        The encoders, transformers and simulator that it was made for, as plain data.

    See Also
    --------
    xrdmatch.retrieval.prepare_training : Makes it.
    """

    structures: object
    patterns: object
    groups: np.ndarray
    formulas: np.ndarray
    space_groups: np.ndarray
    reflections: ReflectionTable | None
    made_for: dict

    def __len__(self):
        return len(self.groups)

    def save(self, folder):
        """Write the arrays into a folder, each a file of its own.

        Parameters
        ----------
        folder : str or path-like
            Where; made where there is none.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        arrays = as_arrays(self)
        for name, values in arrays.items():
            np.save(folder / f"{name}.npy", values)
        card = {"format": FORMAT, "made_for": self.made_for, "arrays": sorted(arrays)}
        (folder / CARD).write_text(json.dumps(card), encoding="utf-8")  # the last, if stopped

    @classmethod
    def load(cls, folder):
        """Open what `save` has written; arrays stay on disk and are read as they are needed.

        Parameters
        ----------
        folder : str or path-like
            Where.

        Returns
        -------
        TrainingData
            The same.

        Raises
        ------
        ValueError
            If nothing whole was written there.
        """
        folder = Path(folder)
        if not (folder / CARD).is_file():
            raise ValueError(
                f"Training data are a folder with {CARD}, got none in {folder}; make them with "
                "prepare_training."
            )
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in card["arrays"]}
        return from_arrays(arrays, card["made_for"])


ROWS = ("structures", "patterns")
REFLECTIONS = ("q", "strength", "starts", "basis")
NUMBERS = ("groups", "formulas", "space_groups")


def as_arrays(data):
    """Write training data as arrays by name."""
    arrays = {name: getattr(data, name) for name in NUMBERS}
    for name in ROWS:
        arrays |= rows_as_arrays(getattr(data, name), name)
    if data.reflections is None:
        return arrays
    return arrays | {f"reflections.{n}": getattr(data.reflections, n) for n in REFLECTIONS}


def from_arrays(arrays, made_for):
    """Do the inverse of `as_arrays`."""
    rows = {name: rows_from_arrays(arrays, name) for name in ROWS}
    numbers = {name: arrays[name] for name in NUMBERS}
    table = None
    if "reflections.q" in arrays:
        table = ReflectionTable(*(arrays[f"reflections.{name}"] for name in REFLECTIONS))
    return TrainingData(**rows, **numbers, reflections=table, made_for=made_for)


def joined_data(parts):
    """Put data of blocks behind each other; what names groups in these becomes numbers.

    See Also
    --------
    TrainingData : Pairs of crystals and powders, ready to be read by towers.
    """
    rows = {name: _all_rows([getattr(part, name) for part in parts]) for name in ROWS}
    numbers = {name: _numbered([getattr(part, name) for part in parts]) for name in NUMBERS}
    return TrainingData(
        **rows,
        **numbers,
        reflections=joined_tables([part.reflections for part in parts]),
        made_for=parts[0].made_for,
    )


def _numbered(parts):
    return np.unique(np.concatenate(parts), return_inverse=True)[1]


def _all_rows(parts):
    """Join many rows two by two, so that each is copied a few times only."""
    while len(parts) > 1:
        pairs = zip(parts[::2], [*parts[1::2], None], strict=False)
        parts = [a if b is None else joined_rows(a, b) for a, b in pairs]
    return parts[0]


def joined_tables(tables):
    """Put reflections of powders behind those of others."""
    if tables[0] is None:
        return None
    lengths = np.concatenate([np.diff(table.starts) for table in tables])
    joined = {
        name: np.concatenate([getattr(table, name) for table in tables])
        for name in ("q", "strength", "basis")
    }
    return ReflectionTable(starts=np.concatenate([[0], np.cumsum(lengths)]), **joined)
