"""Base of the transformers of scans."""

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing._stateless import StatelessTransformer


class UnsuitableScanError(ValueError):
    """A scan that a transformer can do nothing with.

    Parameters
    ----------
    position : int
        Where it stands in the list.
    name : str
        What it is called, empty if it has no name.
    reason : str
        Why.
    """

    def __init__(self, position, name, reason):
        super().__init__(position, name, reason)
        self.position, self.name, self.reason = position, name, reason

    def __str__(self):
        return f"Scan {self.position}{f' ({self.name})' if self.name else ''}: {self.reason}"


class ScanTransformer(StatelessTransformer):
    """Base of transformers that work on one scan at a time.

    A subclass has ``_check_options()`` and ``_transform_one(scan)``.
    """

    def transform(self, scans):
        """Transform scans one by one.

        Parameters
        ----------
        scans : list of Scan
            A single scan counts as a list of one.

        Returns
        -------
        list
            One result a scan.

        Raises
        ------
        TypeError
            If one is no scan.
        ValueError
            If one does not suit; the message names it.
        """
        self._check_options()
        return [self._named(scan, i) for i, scan in enumerate(as_scans(scans))]

    def _named(self, scan, i):
        try:
            return self._transform_one(scan)
        except ValueError as error:
            raise UnsuitableScanError(i, scan.name, str(error)) from None


def as_scans(scans):
    """List scans, of which a single one counts as a list of one.

    Raises
    ------
    TypeError
        If one is no scan.
    """
    scans = [scans] if isinstance(scans, Scan) else list(scans)
    for i, scan in enumerate(scans):
        if not isinstance(scan, Scan):
            raise TypeError(
                f"Entry {i} must be a Scan, got {type(scan).__name__}; make one with "
                "Scan(two_theta, counts, radiation='CuKa') or xrdmatch.io.read_pattern."
            )
    return scans
