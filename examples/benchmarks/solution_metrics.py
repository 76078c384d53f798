"""How right an answer is: cells, symmetry, atoms and bonds."""

import gemmi
import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher

from xrdmatch.crystallography import crystal_symmetry

LOOSE = {"ltol": 0.3, "stol": 0.5, "angle_tol": 10}
STRICT = {"ltol": 0.2, "stol": 0.3, "angle_tol": 5}
MOST = 20  # of the ranked list
BONDED = 1.25  # times the sum of covalent radii
REACH = 4.0  # Å, of distances
N_CHAINS = 100  # dihedral angles of a structure
STRAIGHT = 0.3  # sine of the angle between two bonds


def first_match(structures, truth, tolerances, *, anonymous=False):
    """Rank of the first structure that matches, with any elements or the truth's; else None."""
    matcher = StructureMatcher(**tolerances)
    fits = matcher.fit_anonymous if anonymous else matcher.fit
    for rank, structure in enumerate(structures[:MOST], 1):
        if len(structure) and fits(structure, truth):
            return rank
    return None


def cell_rank(cells, truth):
    """Rank of the first cell that is the truth's: 2 % of lengths, 1.5 degrees, 3 % of volume."""
    wanted = truth.lattice.get_niggli_reduced_lattice()
    for rank, cell in enumerate(cells, 1):
        if abs(cell.volume / wanted.volume - 1) < 0.03 and _maps(cell.primitive, wanted):
            return rank
    return None


def _maps(lattice, wanted):
    return wanted.find_mapping(lattice, ltol=0.02, atol=1.5) is not None


def judged(structure, truth):
    """The paper's metrics of an answer that matches; empty where it cannot be laid on the truth."""
    matcher = StructureMatcher(**LOOSE, primitive_cell=False, scale=False)
    laid = matcher.get_s2_like_s1(truth, structure)
    if laid is None or len(laid) != len(truth):
        return {}
    cells = [np.array(s.lattice.parameters) for s in (laid, truth)]
    centre, other, image, distance = truth.get_neighbor_list(REACH)
    moved = _nearest(laid, truth)
    vectors = (truth.frac_coords[other] + image - truth.frac_coords[centre]) @ truth.lattice.matrix
    found = (moved[other] + image - moved[centre]) @ laid.lattice.matrix
    found *= _handedness(laid) * _handedness(truth)  # a powder does not tell mirror images apart
    length = np.linalg.norm(found, axis=1)
    radii = np.array([gemmi.Element(site.specie.Z).covalent_r for site in truth])
    metal = np.array([site.specie.is_metal for site in truth])
    limit = BONDED * (radii[centre] + radii[other])
    bonded = distance < limit
    off = np.abs(length / distance - 1)
    bonds = centre[bonded], vectors[bonded], found[bonded]
    number = [np.bincount(centre[d < limit], minlength=len(truth)) for d in (distance, length)]
    return {
        "cell_mape": float(np.mean(np.abs(cells[0] / cells[1] - 1))),
        "space_group_right": crystal_symmetry(structure)[0] == crystal_symmetry(truth)[0],
        "atoms_mae": float(np.abs((moved - truth.frac_coords) @ truth.lattice.matrix).mean()),
        "bonds_mape": mean(off[bonded]),
        "metal_metal_mape": mean(off[metal[centre] & metal[other]]),
        "non_bonded_mape": mean(off[~bonded]),
        "angles_mape": mean(_angle_errors(*bonds)),
        "dihedrals_mae": mean(_dihedral_errors(centre[bonded], other[bonded], *bonds[1:])),
        "coordination_mae": float(np.abs(number[0] - number[1]).mean()),
    }


def _handedness(structure):
    """1 where a, b and c are right-handed, else -1."""
    return np.sign(np.linalg.det(structure.lattice.matrix))


def mean(values):
    """Mean, or None of nothing."""
    return float(np.mean(values)) if len(values) else None


def _nearest(laid, truth):
    """Fractional coordinates of one structure, each where it is nearest to the other's."""
    off = laid.frac_coords - truth.frac_coords
    off -= np.rint(off)
    return truth.frac_coords + off - off.mean(0)


def _angles(vectors):
    """Angles between all pairs of vectors [degrees]."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    first, second = np.triu_indices(len(unit), 1)
    return np.degrees(np.arccos(np.clip((unit[first] * unit[second]).sum(1), -1, 1)))


def _angle_errors(centre, vectors, found):
    """Relative errors of all angles between bonds."""
    errors = [np.zeros(0)]
    for atom in np.unique(centre):
        own = centre == atom
        truth = _angles(vectors[own])
        errors.append(np.abs(_angles(found[own]) - truth) / np.maximum(truth, 1.0))
    return np.concatenate(errors)


def _dihedral_errors(centre, other, vectors, found):
    """Errors of dihedral angles along chains of three bonds [degrees], of some of them."""
    errors = []
    for middle in range(0, len(centre), max(1, len(centre) // N_CHAINS)):
        before = np.flatnonzero((centre == centre[middle]) & (np.arange(len(centre)) != middle))
        after = np.flatnonzero(centre == other[middle])
        if len(before) and len(after):
            chain = before[0], middle, after[-1]
            pair = [_dihedral(*(v[i] for i in chain)) for v in (vectors, found)]
            if None not in pair:
                errors.append(abs((pair[0] - pair[1] + 180) % 360 - 180))
    return errors


def _dihedral(before, middle, after):
    """Dihedral angle [degrees] of a bond to an atom, one from it on, and the next.

    None where two are nearly in line: small errors turn such angles anyhow.
    """
    first, second = np.cross(-before, middle), np.cross(middle, after)
    lengths = [np.linalg.norm(bond) for bond in (before, middle, after)]
    sines = np.linalg.norm(first) / lengths[0], np.linalg.norm(second) / lengths[2]
    if min(sines) < STRAIGHT * lengths[1]:
        return None
    along = middle / np.linalg.norm(middle)
    return float(np.degrees(np.arctan2(np.cross(first, second) @ along, first @ second)))
