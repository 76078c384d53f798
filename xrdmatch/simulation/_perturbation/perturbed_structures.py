"""Imperfect crystals as structures."""

from pymatgen.core import Element, Lattice, Structure
from sklearn.utils import check_random_state

from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.simulation._perturbation.perturbed_patterns import perturb_layers


def perturb_structures(structures, severity=1.0, *, perturbation=None, random_state=None):
    """Perturb crystals as `perturb_patterns` does: by default strain and displaced atoms.

    For the protocol in which structure and pattern are perturbed together; a query of an ideal
    gallery is made by `perturb_patterns`.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The ideal crystals.
    severity : float or array-like of shape (n_structures,), default=1.0
        Severity of the perturbation.
    perturbation : Perturbation, optional
        The effects; the standard perturbation if None. Those on spots concern patterns only.
    random_state : int, RandomState or None
        Makes the draw repeatable.

    Returns
    -------
    list of Structure
        The imperfect crystals in the layer's frame, with the properties of the given ones.

    See Also
    --------
    perturb_patterns
        Simulate one imperfect pattern of each structure: the standard perturbed queries.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.simulation import perturb_structures
    >>> layer = Structure(Lattice.hexagonal(2.5, 20), ["B", "N"], [[0, 0, 0.5], [1/3, 2/3, 0.5]])
    >>> perturb_structures([layer], random_state=0)[0].formula
    'B1 N1'
    """
    framed = layer_frame(site_table(structures))
    moved = perturb_layers(framed, severity, check_random_state(random_state), perturbation)
    return [_structure(moved, i, structures[i]) for i in range(len(moved))]


def _structure(table, i, original):
    present = table.numbers[i] > 0
    species = [
        {Element.from_Z(int(z)): float(share)}
        for z, share in zip(table.numbers[i, present], table.occupancy[i, present], strict=True)
    ]
    return Structure(
        Lattice(table.lattice[i]),
        species,
        table.frac_coords[i, present],
        properties=dict(getattr(original, "properties", None) or {}),
    )
