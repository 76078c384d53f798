"""The towers that a retriever can be built with, by name."""

from xrdmatch.crystallography import form_factor_table
from xrdmatch.encoders import SequenceTowers, StructureFactorTowers
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


# name -> function of (size, settings), where size = {"n_layers", "n_heads", "embedding_dim",
# "dropout"} and settings are the simulator's; it returns a module with encode_structures(tokens,
# lattice, frac_coords, numbers) and encode_patterns(points). Add an entry to add a tower.
STRUCTURE_ENCODERS = {
    "structure_factor": structure_factor_towers,
    "sequence": sequence_towers,
}
