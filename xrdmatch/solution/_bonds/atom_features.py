"""Features of the coordination environment of each atom."""

import numpy as np

from xrdmatch.solution._bonds.atom_charges import charges
from xrdmatch.solution._bonds.bond_statistics import (
    N_COORDINATION,
    coordination_numbers,
    shortest_pairs,
    strengths,
)
from xrdmatch.solution._bonds.elements import PROPERTIES

LIMIT = 12.0  # of scores
POLAR = 0.3  # difference of electronegativities between partners that are not alike
WIDE = 1.4  # times the sum of radii, in which the weight of a wide view falls to 1/e
SHELL = 1.25  # times the nearest, up to which neighbours make one shell
LEAST = 1e-9
OF_NEIGHBOURS = (
    "electronegativity", "group", "period", "radius", "valence electrons", "metal"
)  # fmt: skip


def composition_features(around):
    """Describe each atom without the structure: by its element, and the formula.

    Parameters
    ----------
    around : Surroundings
        Of many crystals.

    Returns
    -------
    dict of str to ndarray of shape (n_atoms,)
        By name.
    """
    own = {name: table[around.numbers] for name, table in PROPERTIES.items()}
    values, crystal = own["electronegativity"], around.crystal
    return own | {
        "state": around.states,
        "mean electronegativity": around.mean_of_crystals(values)[crystal],
        "largest electronegativity": around.of_crystals(np.fmax, values)[crystal],
        "least electronegativity": around.of_crystals(np.fmin, values)[crystal],
        "mean of valence electrons": around.mean_of_crystals(own["valence electrons"])[crystal],
        "share of metals": around.mean_of_crystals(own["metal"])[crystal],
        **_shares(around),
    }


def atom_features(around, statistics):
    """Describe the surroundings of atoms.

    Parameters
    ----------
    around : Surroundings
        Of many crystals.
    statistics : BondStatistics
        What is usual.

    Returns
    -------
    dict of str to ndarray of shape (n_atoms,)
        By name; NaN where there is nothing to tell.
    """
    weights = strengths(around, statistics.bonds)
    return (
        composition_features(around)
        | _strength(around, weights, statistics)
        | _neighbours(around, weights)
        | _partners(around, weights)
        | _shape(around, weights, "bonds")
        | _shape(around, np.exp(-((around.ratio / WIDE) ** 2)), "wide view")
        | _lengths(around, statistics.bonds, True)
        | _lengths(around, statistics.contacts, False)
        | _shell(around, statistics)
        | charges(around)
    )


def _shares(around):
    """Share of each atom's element in its crystal, and how many elements that has."""
    n = len(PROPERTIES["metal"])
    names = around.crystal * n + around.numbers
    unique, kind, count = np.unique(names, return_inverse=True, return_counts=True)
    number = np.bincount(unique // n, minlength=len(around.sizes))
    return {
        "share": count[kind] / around.sizes[around.crystal],
        "elements": number[around.crystal],
    }


def _strength(around, weights, statistics):
    """Sum bond strengths, and score the sums against those usual for the element."""
    total, numbers = around.summed(weights), around.numbers
    off = np.log(np.maximum(total, 0.01)) - statistics.strength[numbers]
    return {"strength": total, "score of strength": off / statistics.strength_spread[numbers]}


def _neighbours(around, weights):
    """Means and spreads of the neighbours' properties, weighted by bond strengths."""
    total, others = np.maximum(around.summed(weights), LEAST), around.numbers[around.second]
    found = {"neighbours' state": around.summed(weights * around.states[around.second]) / total}
    for name in OF_NEIGHBOURS:
        values = PROPERTIES[name][others]
        mean = around.summed(weights * values) / total
        square = around.summed(weights * values**2) / total
        found[f"neighbours' {name}"] = mean
        found[f"spread of neighbours' {name}"] = np.sqrt(np.maximum(square - mean**2, 0))
    return found


def _partners(around, weights):
    """Bond strengths to more, less and equally electronegative neighbours."""
    value = PROPERTIES["electronegativity"][around.numbers]
    off = value[around.second] - value[around.first]
    return {
        "polarity": around.summed(weights * off) / np.maximum(around.summed(weights), LEAST),
        "bonds to more negative": around.summed(weights * (off > POLAR)),
        "bonds to less negative": around.summed(weights * (off < -POLAR)),
        "bonds to alike": around.summed(weights * (np.abs(off) <= POLAR)),
    }


def _shape(around, weights, name):
    """Anisotropy of the environment: first and second moments of bond directions."""
    total = around.summed(weights)
    shares = weights / np.maximum(total, LEAST)[around.first]
    u = around.direction
    vector = np.column_stack([around.summed(shares * u[:, k]) for k in range(3)])
    pairs = [(a, b) for a in range(3) for b in range(3)]
    tensor = np.column_stack([around.summed(shares * u[:, a] * u[:, b]) for a, b in pairs])
    moments = np.linalg.eigvalsh(tensor.reshape(-1, 3, 3))
    return {
        f"sum, {name}": total,
        f"one-sided, {name}": np.linalg.norm(vector, axis=1),
        f"least moment, {name}": moments[:, 0],
        f"largest moment, {name}": moments[:, 2],
    }


def _lengths(around, pairs, bonded):
    """Z scores of the shortest distance to each element."""
    atom, element, length = shortest_pairs(around, bonded)
    own, n = around.numbers[atom], len(around.numbers)
    scores = pairs.scores(own, element, length).clip(-LIMIT, LIMIT)
    count = np.bincount(atom, minlength=n)
    mean = np.bincount(atom, scores, minlength=n) / np.where(count, count, np.nan)
    least, largest, rarest, alike = np.full((4, n), np.nan)
    np.fmin.at(least, atom, scores)
    np.fmax.at(largest, atom, scores)
    np.fmin.at(rarest, atom, np.log1p(pairs.count[own, element]))
    alike[atom[element == own]] = scores[element == own]
    found = {"number": count, "mean": mean, "least": least, "largest": largest}
    found |= {"rarest": rarest} if bonded else {"own element": alike}
    return {f"{name}, {'bonds' if bonded else 'contacts'}": value for name, value in found.items()}


def _shell(around, statistics):
    """Describe the nearest neighbours, and the gap to the next ones."""
    near = around.ratio < SHELL * around.nearest[around.first]
    count = np.maximum(around.summed(near), 1)
    mean = around.summed(near * around.ratio) / count
    square = around.summed(near * around.ratio**2) / count
    number = coordination_numbers(around)
    common = np.minimum(number, N_COORDINATION - 1)
    with np.errstate(divide="ignore", invalid="ignore"):  # atoms in one place, or none around
        gap = around.least_ratio(~near) / around.nearest
    return {
        "nearest": np.where(np.isfinite(around.nearest), around.nearest, np.nan),
        "coordination": number,
        "log share of coordination": statistics.coordination[around.numbers, common],
        "gap": gap,
        "mean of shell": mean,
        "spread of shell": np.sqrt(np.maximum(square - mean**2, 0)),
    }
