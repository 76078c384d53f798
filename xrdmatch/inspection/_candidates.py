"""Description of the candidates of one query."""

from sklearn.utils import Bunch

from xrdmatch.crystallography import crystal_symmetry, is_tokens, layer_symmetries
from xrdmatch.inspection._candidate_list import Candidates
from xrdmatch.inspection._embeddings import last_step
from xrdmatch.preprocessing import CrystalTokenizer, as_query


def describe_candidates(retriever, pattern, k=5, elements=None):
    """Look up the nearest gallery structures of one pattern and describe them.

    Parameters
    ----------
    retriever : StructureRetriever or Pipeline that ends in one
        A fitted retriever.
    pattern : DiffractionPattern, Scan, array of shape (n_spots, 3) or picture
        The query.
    k : int, default=5
        How many candidates.
    elements : str, list or ElementFilter, default=None
        Known chemistry, as in `predict`.

    Returns
    -------
    Candidates
        A list of Bunch, best first, at most k, fewer where `elements` leaves fewer: ``rank``,
        ``label``, ``formula``, ``elements`` (list of symbols), ``space_group`` and ``point_group``
        (Hermann-Mauguin, ``"?"`` where none is found; of layers found with a tolerance of 0.05 Å,
        of the crystals of powders with 0.01 Å), ``distance``, ``index`` (position in the gallery),
        ``structure`` and ``pattern`` (simulated by the retriever's simulator). Its
        `Candidates.to_frame` makes a DataFrame of them.

    See Also
    --------
    RetrievalDisplay : A query's spots over those that its best candidates would give.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import describe_candidates
    >>> layers = load_monolayers()[:10]
    >>> matcher = PatternMatcher().fit(layers)
    >>> query = DiffractionSimulator().transform(layers[:1])[0]
    >>> [(c.formula, c.point_group) for c in describe_candidates(matcher, query, k=2)]
    [('C', '6/mmm'), ('BN', '-6m2')]
    """
    retriever = last_step(retriever)
    distances, indices = retriever.kneighbors([as_query(pattern)], n_neighbors=k, elements=elements)
    found = [(i, d) for i, d in zip(indices[0], distances[0], strict=True) if i >= 0]
    structures = structures_of(retriever.gallery_, [i for i, _ in found])
    simulator = retriever.simulator_
    symmetry = SYMMETRIES[simulator.geometry]
    patterns = simulator.transform(structures) if structures else []
    return Candidates(
        Bunch(
            rank=rank,
            label=str(retriever.classes_[i]),
            distance=float(d),
            index=int(i),
            **_facts(structure, symmetry(structure), pattern),
        )
        for rank, ((i, d), structure, pattern) in enumerate(
            zip(found, structures, patterns, strict=True), start=1
        )
    )


def structures_of(gallery, indices):
    """Pick gallery entries as structures, whatever the gallery's form."""
    if is_tokens(gallery) and len(indices):
        return CrystalTokenizer().inverse_transform(gallery[indices])
    return [gallery[i] for i in indices]


def _of_layer(structure):
    return layer_symmetries([structure])[0]


SYMMETRIES = {"zone_axis": _of_layer, "powder": crystal_symmetry}  # by the simulator's geometry


def _facts(structure, symmetry, pattern):
    return {
        "formula": structure.reduced_formula,
        "elements": sorted(element.symbol for element in structure.elements),
        "space_group": symmetry.space_group,
        "point_group": symmetry.point_group,
        "structure": structure,
        "pattern": pattern,
    }
