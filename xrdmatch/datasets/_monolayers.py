"""The shipped monolayers, and how far their lattices are from somebody else's."""

from collections import defaultdict

import numpy as np
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer
from sklearn.utils import Bunch

from xrdmatch.datasets._monolayer_table import MONOLAYERS
from xrdmatch.datasets._prototypes import PROTOTYPES


def load_monolayers():
    """Load well-known monolayers, from graphene to V2O5.

    Every layer lies normal to c = 20 Å and is centred at z = 0.5, with a along x and b in the
    upper half plane. Lattice parameters and heights are rounded literature values.

    Returns
    -------
    structures : list of Structure
        With ``properties`` ``"name"`` (unique), ``"prototype"`` and ``"doi"``, a publication
        that reports the material as a layer.

    See Also
    --------
    make_monolayers : Many more, generated.
    lattice_deviation : How far these lattices are from a reference set.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> by_name["MoS2-2H"].reduced_formula, round(by_name["MoS2-2H"].lattice.a, 2)
    ('MoS2', 3.18)
    """
    return [
        PROTOTYPES[prototype].build(
            elements, cell, internal, name=name, prototype=prototype, doi=doi
        )
        for name, prototype, elements, cell, internal, doi in MONOLAYERS
    ]


def lattice_deviation(structures, references, *, symprec=0.05):
    """Compare in-plane lattices with the nearest entry of a reference set.

    A reference counts when it has the same reduced formula, space group and number of atoms.

    Parameters
    ----------
    structures : list of Structure
        Layers normal to a x b, such as `load_monolayers` returns.
    references : list of Structure
        Layers in any frame and with any vacuum.
    symprec : float, default=0.05
        Tolerance with which space groups are found [Å].

    Returns
    -------
    result : Bunch
        ``names`` (list of str), ``deviation`` (array of shape (n_structures,)), the largest
        relative difference between the three shortest in-plane translations, NaN where no
        reference counts, and ``n_references`` (array of shape (n_structures,)).

    See Also
    --------
    make_monolayers
        Generate plausible monolayers by decorating known prototypes with other elements.

    Examples
    --------
    >>> from xrdmatch.datasets import lattice_deviation, load_monolayers
    >>> graphene = load_monolayers()[0]
    >>> wider = graphene.copy().apply_strain([0.01, 0.01, 0.0])
    >>> lattice_deviation([graphene], [wider]).deviation.round(4)
    array([0.0099])
    """
    by_kind = _by_kind(references, {_composition_key(s) for s in structures}, symprec)
    names, deviation, n_references = [], [], []
    for structure in structures:
        lengths = [_translations(r) for r in by_kind[_kind(structure, symprec)]]
        own = _translations(structure)
        names.append(structure.properties.get("name", structure.reduced_formula))
        deviation.append(min((np.abs(own / r - 1).max() for r in lengths), default=np.nan))
        n_references.append(len(lengths))
    return Bunch(
        names=names, deviation=np.array(deviation), n_references=np.array(n_references, dtype=int)
    )


def _by_kind(references, wanted, symprec):
    by_kind = defaultdict(list)
    for reference in references:
        if _composition_key(reference) in wanted:
            by_kind[_kind(reference, symprec)].append(reference)
    return by_kind


def _composition_key(structure):
    return structure.composition.reduced_formula, len(structure)


def _kind(structure, symprec):
    number = SpacegroupAnalyzer(structure, symprec=symprec).get_space_group_number()
    return *_composition_key(structure), number


def _translations(structure):
    """Lengths of the three shortest translations [Å], which fix the lattice."""
    a, b = structure.lattice.matrix[:2]
    while True:
        a, b = sorted((a, b), key=np.linalg.norm)
        shift = np.round(a @ b / (a @ a))
        if shift == 0:
            break
        b = b - shift * a
    return np.sort(np.linalg.norm([a, b, a - b if a @ b > 0 else a + b], axis=1))
