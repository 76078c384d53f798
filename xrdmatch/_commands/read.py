"""The command `read`: how files of scans are understood."""

from functools import partial

from xrdmatch._commands.arguments import RADIATIONS
from xrdmatch.io import find_scan_files, list_scans

FACT = "  {:10}{}"

say = partial(print, flush=True)


def read(paths, **options):
    """Print what each file holds: axis, range, step, counts, lines and what is off.

    Parameters
    ----------
    paths : list of Path
        Files, folders or patterns.
    **options
        Of `list_scans`: ``wavelength``, ``radiation`` and ``axis``.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    ValueError
        When none of the files holds a scan.
    """
    failed, n_scans = [], 0
    for path in (file for item in paths for file in find_scan_files(item) or [item]):
        try:
            entries = list_scans(path, **options)
        except (ValueError, OSError) as error:
            failed.append(str(error))
            reason = getattr(error, "reason", failed[-1].removesuffix("."))
            say(f"{path}\n{FACT.format('not read', reason)}")
            continue
        n_scans += sum(entry.scan is not None for entry in entries)
        _print_file(path, entries)
    if not n_scans:
        raise ValueError(failed[0] if failed else "None of these files holds a scan of 2 theta.")


def _print_file(path, entries):
    common = [note for note in entries[0].notes if all(note in entry.notes for entry in entries)]
    say(path)
    for note in common:
        say(FACT.format("note", note))
    for entry in entries:
        if len(entries) > 1:
            say(f"  --scan {entry.name!r}")
        if entry.scan is None:
            say(FACT.format("not read", entry.reason))
        else:
            _print_scan(entry)
        for note in entry.notes:
            if note not in common:
                say(FACT.format("note", note))


def _print_scan(entry):
    scan, radiation = entry.scan, entry.scan.radiation
    ends = f"{scan.two_theta[0]:.6g} to {scan.two_theta[-1]:.6g} degrees, step {scan.step:.4g}"
    sigma = "with uncertainties" if scan.sigma is not None else "no uncertainties stated"
    if radiation is None:
        lines = "not stated; give --wavelength CuKa, another tube's line, or a number [Å]"
    else:
        shown = " + ".join(f"{x:.6g}" for x, _ in radiation.lines)
        lines = f"{shown} Å, {RADIATIONS[radiation.kind]}"
    facts = {
        "axis": f"called {entry.axis!r}" if entry.axis else "not named",
        "2 theta": f"{ends}, {scan.n_points} points",
        "counts": f"{scan.counts.min():.6g} to {scan.counts.max():.6g}, {sigma}",
        "lines": lines,
    }
    for name, fact in facts.items():
        say(FACT.format(name, fact))
