"""The towers that a retriever can be built with, by geometry and name."""

from collections.abc import Callable
from dataclasses import dataclass

from xrdmatch.crystallography import form_factor_table
from xrdmatch.encoders import (
    EquivariantTower,
    PeakSetTowers,
    ProfileResNet,
    SequenceTowers,
    StructureFactorTowers,
)
from xrdmatch.learning import (
    CrystalGraphs,
    CrystalPeaks,
    LayerSites,
    LayerTokens,
    PowderPeaks,
    PowderProfiles,
    SpotPoints,
    layer_tokenizer,
)
from xrdmatch.preprocessing import (
    BinnedPattern,
    CrystalGraph,
    PatternPointCloud,
    PeakFinder,
)
from xrdmatch.simulation import half_plane


@dataclass(frozen=True)
class PatternEncoder:
    """A tower that reads patterns, as an entry of `PATTERN_ENCODERS` names it.

    Parameters
    ----------
    build : callable
        Called with ``(size, settings)``, returns a torch Module whose
        ``encode_patterns(**inputs)`` returns unit vectors (B, embedding_dim). ``size`` is a dict
        of ``n_layers``, ``n_heads``, ``embedding_dim`` and ``dropout``; ``settings`` are the
        simulator's, with ``radiation`` and ``q_max`` among their attributes.
    inputs : callable
        Called with ``(simulator, transformer)``, returns the `xrdmatch.learning.Inputs` that make
        ``encode_patterns``' arguments of patterns; the class of these is such a callable.
    transformer : callable, default=None
        Called without arguments, makes the transformer that ``inputs`` is given where the
        retriever has no `pattern_transformer`. None: patterns are read as they are, ``inputs``
        is given None, and a `pattern_transformer` is refused.

    See Also
    --------
    StructureEncoder : The other side.

    Examples
    --------
    >>> from xrdmatch.retrieval import PATTERN_ENCODERS
    >>> PATTERN_ENCODERS["powder"]["peaks"].transformer()
    PeakFinder()
    """

    build: Callable
    inputs: Callable
    transformer: Callable | None = None


@dataclass(frozen=True)
class StructureEncoder:
    """A tower that reads structures, as an entry of `STRUCTURE_ENCODERS` names it.

    Parameters
    ----------
    build : callable
        Called with ``(size, settings)`` as in `PatternEncoder`, returns a torch Module whose
        ``encode_structures(**inputs)`` returns unit vectors (B, embedding_dim). Where it is the
        very function that the pattern encoder has, one module is built and reads both sides.
    inputs : callable
        Called with ``(simulator,)``, returns the `xrdmatch.learning.Inputs` that make
        ``encode_structures``' arguments of structures.
    pattern_encoder : str or PatternEncoder
        The pattern encoder that belongs to it: what ``pattern_encoder=None`` means.
    transformer : callable, default=None
        Called without arguments, makes the transformer, for example a `CrystalTokenizer`, that
        structures pass before ``inputs`` where the retriever has no `structure_transformer`.
        None: they are read as they are.

    See Also
    --------
    PatternEncoder : The other side.

    Examples
    --------
    A mean over a crystal's elements, searched by the peaks of its powder:

    >>> import numpy as np
    >>> import torch
    >>> from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
    >>> from xrdmatch.preprocessing import RaggedArray
    >>> from xrdmatch.retrieval import StructureEncoder
    >>> class Elements:
    ...     def __init__(self, simulator):
    ...         pass
    ...     def of(self, structures):
    ...         return RaggedArray.of([s.atomic_numbers for s in structures], dtype=np.uint8)
    ...     def batch(self, rows):
    ...         return {"numbers": torch.as_tensor(rows.padded()).long()}
    >>> class ElementTower(torch.nn.Module):
    ...     def __init__(self, size, settings):
    ...         super().__init__()
    ...         self.table = torch.nn.Embedding(119, size["embedding_dim"], padding_idx=0)
    ...     def encode_structures(self, numbers):
    ...         return torch.nn.functional.normalize(self.table(numbers).sum(1), dim=1)
    >>> elements = StructureEncoder(ElementTower, Elements, pattern_encoder="peaks")
    >>> powder = DiffractionSimulator("powder", "CuKa")
    >>> retriever = ContrastiveStructureRetriever(elements, simulator=powder)
    """

    build: Callable
    inputs: Callable
    pattern_encoder: str | PatternEncoder
    transformer: Callable | None = None


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


def equivariant_tower(size, diffractometer):
    """Build the tower of crystals as graphs, which knows nothing of the simulator."""
    return EquivariantTower(**_without_heads(size))


def profile_resnet(size, diffractometer):
    """Build the residual network of powders as vectors, which knows their length alone."""
    return ProfileResNet(**_without_heads(size))


def _without_heads(size):
    return {name: value for name, value in size.items() if name != "n_heads"}


PEAKS = StructureEncoder(peak_set_towers, CrystalPeaks, "peaks")

# geometry of the simulator -> name -> what it stands for; an entry more is a tower more
STRUCTURE_ENCODERS = {
    "zone_axis": {
        "structure_factor": StructureEncoder(
            structure_factor_towers, LayerSites, "spots", layer_tokenizer
        ),
        "sequence": StructureEncoder(sequence_towers, LayerTokens, "sequence", layer_tokenizer),
    },
    "powder": {
        "structure_factor": PEAKS,
        "peaks": PEAKS,
        "equivariant": StructureEncoder(equivariant_tower, CrystalGraphs, "resnet1d", CrystalGraph),
    },
}
PATTERN_ENCODERS = {
    "zone_axis": {
        "spots": PatternEncoder(structure_factor_towers, SpotPoints, PatternPointCloud),
        "sequence": PatternEncoder(sequence_towers, SpotPoints, PatternPointCloud),
    },
    "powder": {
        "peaks": PatternEncoder(peak_set_towers, PowderPeaks, PeakFinder),
        "resnet1d": PatternEncoder(profile_resnet, PowderProfiles, BinnedPattern),
    },
}


def chosen_encoders(geometry, structure_encoder, pattern_encoder):
    """Look both sides up.

    Parameters
    ----------
    geometry : str
        The simulator's.
    structure_encoder : str or StructureEncoder
        The name of an entry, or one that is in no table.
    pattern_encoder : str, PatternEncoder or None
        Likewise; None is the one that belongs to the other.

    Returns
    -------
    structure_encoder : StructureEncoder
        The one side.
    pattern_encoder : PatternEncoder
        The other.

    Raises
    ------
    ValueError
        If there is none of that name for the geometry.
    """
    structure = _entry(
        "structure_encoder", structure_encoder, StructureEncoder, STRUCTURE_ENCODERS, geometry
    )
    if pattern_encoder is None:
        pattern_encoder = structure.pattern_encoder
    pattern = _entry("pattern_encoder", pattern_encoder, PatternEncoder, PATTERN_ENCODERS, geometry)
    return structure, pattern


def _entry(name, value, kind, encoders, geometry):
    """Return an encoder, or the one of that name."""
    if isinstance(value, kind):
        return value
    if value in [*encoders[geometry]]:  # a list, so that nothing has to be hashable
        return encoders[geometry][value]
    elsewhere = [other for other, entries in encoders.items() if value in [*entries]]
    raise ValueError(
        f"{name} must be a {kind.__name__}, or with geometry={geometry!r} one of "
        f"{', '.join(map(repr, encoders[geometry]))}, got {value!r}"
        f"{f', which is one of {elsewhere[0]!r}' if elsewhere else ''}; pick one, or add it to "
        f"xrdmatch.retrieval.{name.upper()}S[{geometry!r}]."
    )


def check_same_towers(there, wanted, geometry):
    """Check that a warm start goes on from towers as they are wanted; both dicts of options."""
    there, wanted = (with_both_sides(options, geometry) for options in (there, wanted))
    changed = [name for name in wanted if there[name] != wanted[name]]
    if changed:
        raise ValueError(
            f"warm_start goes on from the towers there are, with {changed[0]}="
            f"{there[changed[0]]!r}, got {wanted[changed[0]]!r}; set it back, or warm_start=False."
        )


def with_both_sides(options, geometry):
    """Return options in which ``pattern_encoder=None`` is what it means."""
    if options["pattern_encoder"] is not None:
        return options
    structure, _ = chosen_encoders(geometry, options["structure_encoder"], None)
    return options | {"pattern_encoder": structure.pattern_encoder}
