"""Encoded galleries as files of arrays and plain data."""

from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np

from xrdmatch import refinement, simulation
from xrdmatch.retrieval import _approximate, _comparison, _search
from xrdmatch.retrieval._storage.parameters import from_plain, is_known, to_plain
from xrdmatch.retrieval._storage.row_streams import RowStream

# Those that may be in a file, by what has them, which imports one when it is asked for; each is
# built again from its fields.
CLASSES = {
    "EmbeddedGallery": _search,
    "ApproximateGallery": _approximate,
    "SpotLibrary": _comparison,
    "LikelyGallery": _comparison,
    "ProfileLibrary": _comparison,
    "TurnedGallery": _comparison,
    "TurnedLibrary": refinement,
    "SpotTable": refinement,
    "LatticeKeys": refinement,
    "MomentLibrary": refinement,
    "Atoms": refinement,
    "Diffractometer": simulation,
}


def write_arrays(value, folder, name):
    """Write arrays into files of their own, and describe the rest.

    Parameters
    ----------
    value : ndarray, RowStream, Tensor, plain data, or one of `CLASSES` with such fields
        What is to be kept.
    folder : Path
        Where.
    name : str
        How the files' names start.

    Returns
    -------
    object
        Plain data that `read_arrays` reads.

    Raises
    ------
    TypeError
        If it is made of anything else.

    See Also
    --------
    read_arrays : Read what `write_arrays` wrote; arrays stay in their files until they are needed.
    """
    if isinstance(value, RowStream):
        value.save(folder / f"{name}.npy")
        return {"array": f"{name}.npy", "tensor": False}
    is_tensor = type(value).__module__ == "torch"  # which is not imported for those that are not
    if isinstance(value, np.ndarray) or is_tensor:
        array = value.detach().cpu().numpy() if is_tensor else value
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
        return {"array": f"{name}.npy", "tensor": is_tensor}
    if _class_named(type(value).__name__) is type(value):
        parts = {n: write_arrays(v, folder, f"{name}-{n}") for n, v in _fields(value).items()}
        return {"kind": type(value).__name__, "fields": parts}
    if isinstance(value, tuple) and not is_known(value):
        return {"items": [write_arrays(v, folder, f"{name}-{i}") for i, v in enumerate(value)]}
    return {"plain": to_plain(value, name)}


def read_arrays(content, folder):
    """Read what `write_arrays` wrote; arrays stay in their files until they are needed.

    Parameters
    ----------
    content : object
        Output of `write_arrays`.
    folder : Path
        Where the files are.

    Returns
    -------
    object
        The value, its arrays read-only and mapped into memory.

    See Also
    --------
    write_arrays : Write arrays into files of their own, and describe the rest.
    """
    if "array" in content:
        mode = None if content["tensor"] else "r"
        array = np.load(_inside(folder, content["array"]), mmap_mode=mode, allow_pickle=False)
        return refinement.as_tensor(array) if content["tensor"] else array
    if "kind" in content:
        parts = {name: read_arrays(part, folder) for name, part in content["fields"].items()}
        kind = _class_named(content["kind"])
        if kind is None:
            raise ValueError(f"it names {content['kind']!r}, which is never built from a file")
        _check_arrays(kind, parts)
        return kind(**parts)
    if "items" in content:
        return tuple(read_arrays(item, folder) for item in content["items"])
    return from_plain(content["plain"])


def _check_arrays(kind, parts):
    """Check that what has to be an array is one."""
    for name, wanted in kind.__annotations__.items():
        if wanted is np.ndarray and not isinstance(parts.get(name), np.ndarray):
            raise ValueError(
                f"{name} of a {kind.__name__} is an array, got {parts.get(name)!r:.60}"
            )


def _inside(folder, name):
    """Path of a file in a folder; an error for names that lead elsewhere."""
    if not isinstance(name, str) or Path(name).name != name or not name.endswith(".npy"):
        raise ValueError(f"it names an array {name!r}, which is no file of its own folder")
    return folder / name


def _class_named(name):
    """Return the class of that name, or None where none may be in a file."""
    return getattr(CLASSES[name], name) if name in CLASSES else None


def _fields(value):
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return value._asdict()
