"""Templates strained to the lattice of an indexed cell."""

import numpy as np
import spglib

from xrdmatch.solution._screening.lattice_mappings import MOST_LENGTH, mappings

DENSITY = 0.3  # of the logarithm of the volume: how far a cell may be from what is expected


def laid_on(templates, cells, expected_volumes):
    """Strain templates to the lattices of indexed cells, where these are near enough.

    Parameters
    ----------
    templates : list of Template
        The templates.
    cells : list of FoundCell
        The cells.
    expected_volumes : ndarray of shape (n_templates,)
        Volume that each template is expected to have with its new elements [Å^3].

    Returns
    -------
    list of Template
        Templates of new lattices, fractional coordinates unchanged.
    """
    reduced = [reduced_lattice(template.lattice) for template in templates]
    volumes = np.array([template.volume for template in templates])
    scale = np.cbrt(expected_volumes / volumes)
    lengths = np.reshape([sorted_lengths(lattice) for lattice in reduced], (-1, 3))
    lengths = lengths * scale[:, None]
    made = []
    for cell in cells:
        target = cell.primitive.matrix
        for i in np.flatnonzero(_near(target, lengths, expected_volumes)):
            size = np.cbrt(cell.volume / volumes[i])
            made += _deformed(templates[i], reduced[i], size, target)
    return made


def reduced_lattice(lattice):
    """Niggli-reduced rows a, b, c of a lattice."""
    reduced = spglib.niggli_reduce(lattice)
    return np.asarray(lattice) if reduced is None else reduced


def sorted_lengths(lattice):
    """Lengths of the axes, ascending [Å]."""
    return np.sort(np.linalg.norm(lattice, axis=1))


def _near(target, lengths, volumes):
    """Which templates have about the volume and the lengths of a cell; a quick test."""
    volume_off = np.abs(np.log(volumes / abs(np.linalg.det(target))))
    length_off = np.abs(np.log(lengths / sorted_lengths(target))).max(1)
    return (volume_off < DENSITY) & (length_off < MOST_LENGTH + DENSITY / 3)


def _deformed(template, reduced, size, target):
    """Strain one template by all lattice mappings that are near enough."""
    change = np.rint(reduced @ np.linalg.inv(template.lattice))  # reduced = change @ lattice
    found = mappings(reduced * size, target)
    return [template._replace(lattice=np.linalg.solve(change, lattice)) for lattice in found]
