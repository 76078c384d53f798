"""Search for scan files in folders and by patterns."""

import glob
import os
from pathlib import Path

_MARKS = "*?["


def find_scan_files(path: str | os.PathLike[str]) -> list[Path] | None:
    """List the files of a folder with all below it, or of a pattern such as ``"*.xy"``.

    Parameters
    ----------
    path : str or path-like
        The folder or the pattern.

    Returns
    -------
    list of Path or None
        Sorted, hidden ones left out; None where `path` is neither folder nor pattern.

    Raises
    ------
    FileNotFoundError
        When there are none.

    See Also
    --------
    read_pattern : Reads them all.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from xrdmatch.io import find_scan_files
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "quartz.xy").touch()
    ...     [path.name for path in find_scan_files(f"{folder}/*.xy")]
    ['quartz.xy']
    """
    path = Path(path).expanduser()
    if path.is_dir():
        found = (file for file in path.rglob("*") if file.is_file())
        files = [file for file in found if not _is_hidden(file.relative_to(path))]
    elif any(mark in str(path) for mark in _MARKS) and not path.exists():
        found = glob.iglob(str(path), recursive=True)
        files = [Path(file) for file in found if os.path.isfile(file)]
    else:
        return None
    if not files:
        raise FileNotFoundError(
            f"There are no files in {os.fspath(path)!r} as seen from {os.getcwd()!r}; check the "
            "path."
        )
    return sorted(files)


def scan_files(path):
    """List the files of a folder or pattern, or the one file that `path` is itself."""
    files = find_scan_files(path)
    return [Path(path).expanduser()] if files is None else files


def _is_hidden(path):
    return any(part.startswith(".") for part in path.parts)
