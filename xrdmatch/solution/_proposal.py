"""A structure that a powder pattern may have come from, before it is refined."""

from dataclasses import dataclass

from pymatgen.core import Structure


@dataclass(frozen=True, eq=False)
class Proposal:
    """A structure to refine, as a proposer gives it.

    Parameters
    ----------
    structure : Structure
        The primitive cell, its size already suited to the pattern.
    label : object
        Label of the template that it was made from.
    origin : str
        How: ``"template"``, where it is the template with other elements and another size;
        ``"cell"``, where it stands in a cell found from the peaks; ``"part"``, where moreover one
        of the template's elements was left out; ``"order"``, where two share the sites of one.
    similarity : float
        Of its calculated pattern to the query's, at most 1.
    log_prior : float
        Natural logarithm of how probable it is before the pattern is seen, up to a constant.

    See Also
    --------
    StructureProposer
        Propose structures for a scan: templates with the query's elements, in the right size.
    """

    structure: Structure
    label: object
    origin: str
    similarity: float
    log_prior: float
