"""Scans that carry what is left of them without their background, found once."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing._background import BackgroundRemover


@dataclass(frozen=True, eq=False, repr=False)
class FlattenedScan(Scan):
    """A scan with its background known: what is compared and what is refined share it.

    Parameters
    ----------
    two_theta, counts, sigma, radiation, name
        As of a `Scan`: what was measured.
    flat : Scan
        The same without background, at the same angles.

    See Also
    --------
    flattened : Take the background off scans, once: flattened ones are left as they are.
    """

    flat: Scan | None = None

    def __reduce__(self):
        """Pickle as a call, so that the copy's arrays are read-only too."""
        kind, values = super().__reduce__()
        return kind, (*values, self.flat)

    @property
    def background(self):
        """Counts of the background, of shape (n_points,)."""
        return self.counts - self.flat.counts


def flattened(scans, transformer=None):
    """Take the background off scans, once: flattened ones are left as they are.

    Parameters
    ----------
    scans : list of Scan
        The scans.
    transformer : BackgroundRemover or its like, default=None
        What takes it off: its `transform` gives one scan for each; `BackgroundRemover()` if None.
        Where angles or radiation come out changed, what comes out counts as measured.

    Returns
    -------
    list of FlattenedScan
        One for each scan.

    Raises
    ------
    TypeError
        If the transformer makes anything but scans.

    See Also
    --------
    FlattenedScan : A scan with its background known: what is compared and what is refined share it.
    BackgroundRemover : Subtract what is smooth from scans.
    """
    new = [scan for scan in scans if not isinstance(scan, FlattenedScan)]
    transformer = BackgroundRemover() if transformer is None else transformer
    flat = iter(transformer.transform(new) if new else [])
    return [s if isinstance(s, FlattenedScan) else _flattened(s, next(flat)) for s in scans]


def _flattened(scan, flat):
    if not isinstance(flat, Scan):
        raise TypeError(
            "The background of scans is taken off by what gives scans, got a transformer that "
            f"gives {type(flat).__name__}; write BackgroundRemover(), for example."
        )
    same = np.array_equal(flat.two_theta, scan.two_theta) and flat.radiation == scan.radiation
    seen = scan if same else flat
    return FlattenedScan(seen.two_theta, seen.counts, flat.sigma, seen.radiation, scan.name, flat)


def shifted(scan, angle):
    """Take a shift off all angles of a scan; points that leave 0 to 180 degrees are dropped.

    Parameters
    ----------
    scan : Scan or FlattenedScan
        The scan.
    angle : float
        The shift [degrees].

    Returns
    -------
    Scan or FlattenedScan
        What was given, where there is nothing to take off.

    See Also
    --------
    flattened : Take the background off scans, once: flattened ones are left as they are.
    """
    if not angle:
        return scan
    moved = scan.two_theta - angle
    kept = (moved >= 0) & (moved < 180)
    sigma = None if scan.sigma is None else scan.sigma[kept]
    changed = {"two_theta": moved[kept], "counts": scan.counts[kept], "sigma": sigma}
    if isinstance(scan, FlattenedScan):
        changed["flat"] = shifted(scan.flat, angle)
    return replace(scan, **changed)
