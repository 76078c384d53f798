"""Names of the tokens of a tower's input."""

import numpy as np
from pymatgen.core import Element, Lattice, Structure
from scipy.spatial import cKDTree
from sklearn.utils import Bunch

from xrdmatch.crystallography import DiffractionPattern
from xrdmatch.encoders import PeakSetTowers, SequenceTowers, StructureFactorTowers
from xrdmatch.preprocessing import CrystalTokenizer

LATTICE = ("start", "a", "b", "c", "alpha", "beta", "gamma")
SAME_SPOT = 0.004  # [1/Å] how far the mean of a Friedel pair may be from either
SAME_PEAK = 0.0015  # [1/Å] how far the mean of peaks that towers take for one may be from one


def token_facts(towers, side, tensors, X):
    """Describe the tokens of each item, padding included.

    Parameters
    ----------
    towers : SequenceTowers, StructureFactorTowers or PeakSetTowers
        What reads them.
    side : {"structure", "pattern"}
        What the items are.
    tensors : dict of str to Tensor
        What the towers read.
    X : list or ndarray
        The items as given, as many.

    Returns
    -------
    list of Bunch
        One for each item: ``present`` (bool, over the padded tokens), and for those that are
        present ``tokens``, ``read_out``, ``q``, ``intensity``, ``site`` and ``structure``, the
        last four None where they mean nothing.

    Raises
    ------
    TypeError
        If the towers are of another kind.
    """
    for kind, describe in DESCRIBED.items():
        if isinstance(towers, kind):
            return describe[side](towers, tensors, X)
    raise TypeError(
        "Tokens are known for the towers of xrdmatch, 'structure_factor' and 'sequence', got "
        f"{type(towers).__name__}; look at its weights directly."
    )


def _sequences(towers, tensors, X):
    rows = tensors["tokens"].cpu().numpy().astype(float)
    structures = CrystalTokenizer().inverse_transform(rows)
    return [_sequence(row, structure) for row, structure in zip(rows, structures, strict=True)]


def _sequence(row, structure):
    n_sites = len(structure)
    symbols = [site.specie.symbol for site in structure]
    columns = [[f"{letter}{i}" for i in range(1, n_sites + 1)] for letter in "xyz"]
    columns.append([f"{symbol}{i}" for i, symbol in enumerate(symbols, start=1)])
    names, site = np.array(columns).T, np.repeat(np.arange(n_sites), 4).reshape(n_sites, 4)
    order = _site_order(row, n_sites)
    names, site = names.ravel()[order], site.ravel()[order]
    marks = np.full(len(LATTICE), -1)
    return Bunch(
        present=np.isfinite(row),
        tokens=[*LATTICE, *map(str, names), "end"],
        read_out=np.array([0, len(LATTICE) + 4 * n_sites]),
        q=None,
        intensity=None,
        site=np.concatenate([marks, site, [-1]]),
        structure=structure,
    )


def _site_order(row, n_sites):
    """Positions of x1, y1, z1, element 1, x2 ... in the order in which the sequence has them."""
    grid = np.arange(4 * n_sites).reshape(n_sites, 4)
    first_element = row[len(LATTICE) + 3]  # a coordinate, below 1, where elements come last
    if first_element >= 1:
        return grid.ravel()
    return np.concatenate([grid[:, :3].ravel(), grid[:, 3]])


def _computed_spots(towers, tensors, X):
    expected = towers.expected(**tensors)
    present = towers.structure_tokens(**tensors)[1].cpu().numpy()
    arrays = (tensors[name].cpu().numpy() for name in ("lattice", "frac_coords", "numbers"))
    structures = [_structure(*row) for row in zip(*arrays, strict=True)]
    hk = towers.hk.cpu().numpy().astype(int)
    arrays = zip(present, expected.q.cpu().numpy(), expected.mean.cpu().numpy(), strict=True)
    return [
        _spots(keep, q[keep], intensity[keep] / intensity[keep].max(), hk[keep], structure)
        for (keep, q, intensity), structure in zip(arrays, structures, strict=True)
    ]


def _structure(lattice, frac_coords, numbers):
    present = numbers > 0
    species = [Element.from_Z(int(z)) for z in numbers[present]]
    return Structure(Lattice(lattice.astype(float)), species, frac_coords[present].astype(float))


def _seen_spots(towers, tensors, X):
    points = tensors["points"].cpu().numpy().astype(float)
    facts = []
    for row, item in zip(points, X, strict=True):
        keep = np.isfinite(row[:, 2])
        q = row[keep, :2]
        facts.append(_spots(keep, q, np.exp(row[keep, 2]), _indices_of(q, item)))
    return facts


def _spots_and_mark(towers, tensors, X):
    return [_with_end_mark(facts) for facts in _seen_spots(towers, tensors, X)]


def _with_end_mark(facts):
    return Bunch(
        present=np.append(facts.present, True),
        tokens=[*facts.tokens, "end"],
        read_out=np.array([len(facts.tokens)]),
        q=np.vstack([facts.q, [[np.nan, np.nan]]]),
        intensity=np.append(facts.intensity, np.nan),
        site=None,
        structure=None,
    )


def _spots(present, q, intensity, hk, structure=None):
    """Spots that are all read out, by their mean."""
    named = [f"({x:.2f}, {y:.2f})" for x, y in q] if hk is None else [f"{h} {k}" for h, k in hk]
    return _read_out(present, named, q, intensity, structure)


def _own_peaks(towers, tensors, X):
    present = towers.structure_tokens(**tensors)[1].cpu().numpy()
    return _peaks(present, tensors["peaks"], [None] * len(X))


def _seen_peaks(towers, tensors, X):
    present = towers.pattern_tokens(**tensors)[1].cpu().numpy()
    return _peaks(present, tensors["points"], X)


def _peaks(present, points, X):
    """Peaks of powders, as many as the transformer reads, all of them read out."""
    points = points[:, : present.shape[1], :2].cpu().numpy().astype(float)
    return [
        _read_out(keep, _peak_names(row[keep, 0], item), row[keep, :1], np.exp(row[keep, 1]))
        for keep, row, item in zip(present, points, X, strict=True)
    ]


def _peak_names(q, item):
    if np.isnan(q[0]):
        return ["no peak"]
    if isinstance(item, DiffractionPattern) and item.hkl is not None:
        gap = np.abs(q[:, None] - item.q[:, 0])
        if (gap.min(1) < SAME_PEAK).all():
            return [" ".join(map(str, item.hkl[i])) for i in gap.argmin(1)]
    return [f"{length:.4f}" for length in q]


def _read_out(present, names, q, intensity, structure=None):
    """Tokens that are all read out, by their mean."""
    return Bunch(
        present=present,
        tokens=names,
        read_out=np.arange(len(q)),
        q=q,
        intensity=intensity,
        site=None,
        structure=structure,
    )


def _indices_of(q, item):
    """Return h and k of each point, where the item knows them for all."""
    if not isinstance(item, DiffractionPattern) or item.hkl is None:
        return None
    known = np.vstack([item.q, -item.q]), np.vstack([item.hkl, -item.hkl])[:, :2]
    distance, nearest = cKDTree(known[0]).query(q)
    return known[1][nearest] if (distance < SAME_SPOT).all() else None


DESCRIBED = {
    SequenceTowers: {"structure": _sequences, "pattern": _spots_and_mark},
    StructureFactorTowers: {"structure": _computed_spots, "pattern": _seen_spots},
    PeakSetTowers: {"structure": _own_peaks, "pattern": _seen_peaks},
}
