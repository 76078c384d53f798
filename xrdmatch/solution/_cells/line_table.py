"""Look-up table of 1/d^2 that tells which observed lines trial cells explain."""

import numpy as np

_POINTS = 40_000  # of the table
_CHUNK = 1_500_000  # reflections looked up at once
_SEEN = 0.93  # probability that a true cell explains a line


class LineTable:
    """A fine scale of 1/d^2 on which each observed line is marked as wide as its tolerance.

    Parameters
    ----------
    lines : Lines
        At most 32 lines.
    tolerance : ndarray of shape (n_lines,)
        How far a calculated line may lie from an observed one [1/Å^2].
    """

    def __init__(self, lines, tolerance):
        self.n_lines = len(lines)
        self.end = lines.q2[-1] + tolerance[-1]
        self.per_point = _POINTS / self.end
        self.share = 2 * tolerance.mean() / self.end
        self.marks = np.zeros(_POINTS + 2, np.uint32)  # the last point is beyond the lines
        for i, (place, width) in enumerate(zip(lines.q2, tolerance, strict=True)):
            low, high = ((place + np.array([-width, width])) * self.per_point).astype(int)
            self.marks[max(low, 0) : min(high, _POINTS) + 1] |= np.uint32(1 << i)
        self.marks[-1] = 0

    def explained(self, parameters, families):
        """Find the lines that cells explain.

        Parameters
        ----------
        parameters : ndarray of shape (n_cells, n_parameters)
            Of their metrics.
        families : ndarray of shape (n_families, n_parameters)
            Their reflections.

        Returns
        -------
        bits : ndarray of uint32, shape (n_cells,)
            Bit i tells whether line i is explained.
        n_possible : ndarray of int, shape (n_cells,)
            Reflections within the range of the lines.
        """
        step = max(_CHUNK // len(families), 1)
        parts = [
            self._looked_up(parameters[i : i + step], families)
            for i in range(0, len(parameters), step)
        ]
        bits, n_possible = zip(*parts, strict=True) if parts else ([], [])
        empty = np.zeros(0, np.uint32)
        return np.concatenate([empty, *bits]), np.concatenate([empty.astype(int), *n_possible])

    def _looked_up(self, parameters, families):
        places = (families * self.per_point).astype(np.float32) @ parameters.T.astype(np.float32)
        inside = places < _POINTS
        index = np.minimum(places, _POINTS + 1, out=places).astype(np.int32)
        found = self.marks.take(index)
        return np.bitwise_or.reduce(found, axis=0), inside.sum(0)

    def log_odds(self, bits, n_possible):
        """How much likelier the explained lines are with the right cell than by chance.

        Parameters
        ----------
        bits, n_possible : ndarray of shape (n_cells,)
            What `explained` gives.

        Returns
        -------
        ndarray of shape (n_cells,)
            Natural logarithms.
        """
        n = np.bitwise_count(bits).astype(float)
        chance = np.clip(1 - np.exp(-self.share * n_possible), 1e-3, 0.999)
        missed = np.log((1 - _SEEN) / (1 - chance))
        return n * np.log(_SEEN / chance) + (self.n_lines - n) * missed
