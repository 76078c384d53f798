"""Interventions on crystals and patterns for the faithfulness analysis."""

import numpy as np
from pymatgen.core import Structure

from xrdmatch.crystallography import DiffractionPattern


class PatternParts:
    """Patterns of which single spots or peaks are taken away or given other intensities.

    Parameters
    ----------
    maps : Bunch
        Output of `attention_maps` for patterns.
    """

    def __init__(self, maps):
        self.parts = "peaks" if maps.q[0].shape[1] == 1 else "spots"
        self.q = [q[np.isfinite(x)] for q, x in zip(maps.q, maps.intensity, strict=True)]
        self.intensity = [x[np.isfinite(x)] for x in maps.intensity]

    def baselines(self):
        """Scores that need no attention: the strongest spots, and those nearest to the beam."""
        innermost = [-np.linalg.norm(q, axis=1) for q in self.q]
        return {"strongest": self.intensity, "innermost": innermost}

    def part_attention(self, i, received):
        """Attention to each spot of item i."""
        return received[: len(self.q[i])]  # a mark, where there is one, comes last

    def whole(self, i):
        """Item i as it is."""
        return DiffractionPattern(self.q[i], self.intensity[i])

    def delete(self, i, parts, rng):
        """Item i without these spots."""
        q, intensity = self.q[i], self.intensity[i]
        return DiffractionPattern(np.delete(q, parts, axis=0), np.delete(intensity, parts))

    def permute(self, i, parts, rng):
        """Item i with intensities from spots of other items at these."""
        intensity = self.intensity[i].copy()
        donors = _donors(self.q, i, len(parts), rng)
        for part, (j, other) in zip(parts, donors, strict=True):
            intensity[part] = self.intensity[j][other]
        return DiffractionPattern(self.q[i], intensity)


class StructureParts:
    """Crystals of which single sites are taken away or exchanged with those of others.

    Parameters
    ----------
    maps : Bunch
        Output of `attention_maps` for structures that towers read as sequences.
    """

    parts = "sites"

    def __init__(self, maps):
        self.structures = maps.structure
        self.site = maps.site

    def baselines(self):
        """Scores that need no attention: the heaviest sites."""
        return {"heaviest": [np.array(s.atomic_numbers, float) for s in self.structures]}

    def part_attention(self, i, received):
        """Attention to the four numbers of each site of item i."""
        site = self.site[i]
        return np.bincount(site[site >= 0], received[site >= 0])

    def whole(self, i):
        """Item i as it is."""
        return self.structures[i]

    def delete(self, i, parts, rng):
        """Item i without these sites."""
        sites = enumerate(self.structures[i])
        return Structure.from_sites([site for j, site in sites if j not in parts])

    def permute(self, i, parts, rng):
        """Item i with sites of other items in place of these."""
        structure = self.structures[i]
        species, coords = [*structure.species], structure.frac_coords.copy()
        donors = _donors(self.structures, i, len(parts), rng)
        for part, (j, other) in zip(parts, donors, strict=True):
            species[part] = self.structures[j][other].specie
            coords[part] = self.structures[j].frac_coords[other]
        return Structure(structure.lattice, species, coords)


def _donors(items, i, n, rng):
    """Yield n times another item than i, and one of its parts."""
    for _ in range(n):
        j = (i + 1 + rng.randint(len(items) - 1)) % len(items)
        yield j, rng.randint(len(items[j]))


def chosen_parts(scores, fraction):
    """Positions of the highest scores: at least one part, and not all.

    Parameters
    ----------
    scores : ndarray of shape (n_parts,)
        Random numbers choose at random.
    fraction : float
        How many of the parts.

    Returns
    -------
    ndarray of int
        The parts.
    """
    n = np.clip(round(fraction * len(scores)), 1, len(scores) - 1)
    return np.argsort(-scores, kind="stable")[:n]
