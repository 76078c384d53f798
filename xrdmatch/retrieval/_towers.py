"""The towers that a retriever can be built with, by name."""

from xrdmatch.crystallography import form_factor_table
from xrdmatch.encoders import PeakSetTowers, SequenceTowers, StructureFactorTowers
from xrdmatch.simulation import half_plane


def structure_factor_towers(size, settings):
    """Build the default towers, which know the simulator's form factors and range."""
    amplitude, width = form_factor_table(settings.radiation.kind)
    damped = width + settings.b_iso[: len(width), None]
    hk = half_plane(settings.hk_max)
    return StructureFactorTowers(hk, amplitude, damped, q_max=settings.q_max, **size)


def sequence_towers(size, settings):
    """Build the paper's towers: crystal tokens and spots, which know nothing of the simulator."""
    return SequenceTowers(**size)


def peak_set_towers(size, diffractometer):
    """Build the towers for powders, which know how far patterns reach."""
    return PeakSetTowers(q_max=diffractometer.q_max, **size)


# name -> function of (size, settings), where size = {"n_layers", "n_heads", "embedding_dim",
# "dropout"} and settings are the simulator's; it returns a module with encode_structures(tokens,
# lattice, frac_coords, numbers) and encode_patterns(points). Add an entry to add a tower.
STRUCTURE_ENCODERS = {
    "structure_factor": structure_factor_towers,
    "sequence": sequence_towers,
}
# The same for powders; its second argument is the gallery's `Diffractometer`, and the module has
# encode_structures(peaks) and encode_patterns(points), as `PowderPairs` makes them.
POWDER_ENCODERS = {"structure_factor": peak_set_towers}
ENCODERS = {"zone_axis": STRUCTURE_ENCODERS, "powder": POWDER_ENCODERS}


def check_same_towers(there, wanted):
    """Check that a warm start goes on from towers as they are wanted; both dicts of options."""
    changed = [name for name in wanted if there[name] != wanted[name]]
    if changed:
        raise ValueError(
            f"warm_start goes on from the towers there are, with {changed[0]}="
            f"{there[changed[0]]!r}, got {wanted[changed[0]]!r}; set it back, or warm_start=False."
        )
