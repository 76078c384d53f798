"""Kinds of library: for scans of powders, or for pictures of spots."""

from dataclasses import dataclass

from xrdmatch._commands.library_radiation import library_radiation
from xrdmatch.crystallography import zone_layers
from xrdmatch.retrieval import PatternMatcher, make_powder_retriever
from xrdmatch.simulation import Q_MAX as POWDER_Q_MAX
from xrdmatch.simulation import DiffractionSimulator

SPOT_Q_MAX = 1.75  # [1/Å] as far as selected areas show spots


@dataclass(frozen=True)
class PowderKind:
    """A library for scans of powders: each structure is an entry.

    Parameters
    ----------
    radiation : {"xray", "neutron", "electron"} or None, default=None
        What the scans to come are taken with; X-rays if None.
    """

    radiation: str | None = None
    q_max = POWDER_Q_MAX

    @property
    def facts(self):
        """Options that differ from the default, as plain data."""
        return [] if self.radiation in (None, "xray") else [self.radiation]

    def retriever(self, n_jobs):
        """Make a retriever without a gallery."""
        return make_powder_retriever(library_radiation(self.radiation or "xray"), n_jobs=n_jobs)

    def entries(self, structure, label):
        """List the entries of a structure, each with its label."""
        return [(structure, label)]


@dataclass(frozen=True)
class SpotKind:
    """A library for pictures of spots: layers, or zone axes of crystals.

    Parameters
    ----------
    radiation : {"xray", "neutron", "electron"} or None, default=None
        What the pictures to come are taken with; electrons if None.
    zones : int or None, default=None
        Largest index of the zone axes of crystals; None takes each structure as a layer that is
        seen along its normal.
    """

    radiation: str | None = None
    zones: int | None = None
    q_max = SPOT_Q_MAX

    @property
    def facts(self):
        """Options of the kind, as plain data."""
        return ["spots", self.radiation or "electron", self.zones]

    def retriever(self, n_jobs):
        """Make a retriever without a gallery."""
        simulator = DiffractionSimulator(radiation=self.radiation or "electron", q_max=SPOT_Q_MAX)
        return PatternMatcher(simulator, orientation="unknown", n_jobs=n_jobs)

    def entries(self, structure, label):
        """List the entries of a structure, each with its label: ``"MoO3 [1 0 0]"``."""
        if self.zones is None:
            return [(structure, label)]
        return [(layer, _along(label, layer)) for layer in zone_layers(structure, self.zones)]


def _along(label, layer):
    return f"{label} [{' '.join(map(str, layer.properties['zone_axis']))}]"


def library_kind(radiation, *, spots, zones, calibrate):
    """Say what a library is made for.

    Parameters
    ----------
    radiation : str or None
        As the user says.
    spots : bool
        Whether pictures of spots are to come.
    zones : int or None
        Largest index of zone axes; these are for spots.
    calibrate : bool
        Whether it is to learn how sure answers are.

    Returns
    -------
    PowderKind or SpotKind
        The kind.

    Raises
    ------
    ValueError
        If a library of spots is to be calibrated.
    """
    if not spots and zones is None:
        return PowderKind(radiation)
    if calibrate:
        raise ValueError(
            "What --calibrate learns is about scans of powders, got it for a library of spots; "
            "leave it out."
        )
    return SpotKind(radiation, zones)
