"""Queries of a fitted library of templates."""

import numpy as np

from xrdmatch.solution._templates.cell_match import NONE, cell_costs, cell_lists
from xrdmatch.solution._templates.formulas import composition_list, fractions_of
from xrdmatch.solution._templates.ligands import N_WITH_LIGANDS, ligand_list, with_ligands_first
from xrdmatch.solution._templates.matrix import matrix_columns, template_row
from xrdmatch.solution._templates.options import check_count
from xrdmatch.solution._templates.search import (
    composition_costs,
    near_intervals,
    nearest_of,
    powder_queries,
)


class TemplateQuestions:
    """Part of a `TemplateLibrary`: the templates of a pattern."""

    def kneighbors(self, patterns, compositions=None, n_neighbors=None, ligands=None, cells=None):
        """Find the templates whose patterns are nearest.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these
            Powder peaks or scans of any wavelength.
        compositions : str or Composition, or list of these or of None, default=None
            Formula of each query, or one for all. Templates with other elements are found too;
            only those that have nothing in common are not.
        n_neighbors : int, default=None
            How many templates of each query; `n_templates` if None.
        ligands : Molecule or list of Molecule, default=None
            Molecules that are known to be in all queries: among the nearest templates those that
            hold all of them come first, see `contains_ligand`.
        cells : list of FoundCell or Lattice, or one such list for each query, default=None
            Primitive cells that the peaks may have, best first, from a `CellFinder` say. Templates
            whose reduced cell agrees with one within 5 % in all lengths and angles come before
            those that agree with none, wherever their strongest peak is.

        Returns
        -------
        distances : ndarray of shape (n_queries, n_neighbors)
            1 minus the cosine of both profiles, plus what the composition and the cell cost;
            infinite where there are fewer templates. Ascending, for templates with and without
            ligands apart.
        indices : ndarray of shape (n_queries, n_neighbors)
            Positions of templates; -1 where there are fewer, so a composition that has nothing in
            common with any template gets an empty answer.

        Raises
        ------
        TypeError
            If a query is no powder, or a ligand no Molecule.
        ValueError
            If a query has no peaks, or a composition cannot be read.
        """
        self._check_fitted()
        n = self.n_templates if n_neighbors is None else n_neighbors
        check_count("n_neighbors", n)
        ligands = ligand_list(ligands)
        queries = powder_queries(patterns)
        known = zip(
            composition_list(compositions, len(queries)),
            cell_lists(cells, len(queries)),
            strict=True,
        )
        encoded = self._matcher().encode_queries([pattern for pattern, _ in queries])
        found = [
            self._nearest([row], self._candidates(peaks, *facts), n, ligands)
            for row, (_, peaks), facts in zip(encoded, queries, known, strict=True)
        ]
        distances, indices = zip(*found, strict=True) if found else ((), ())
        return np.reshape(distances, (-1, n)), np.reshape(indices, (-1, n)).astype(int)

    def template_matrix(self, pattern, composition=None, n_sites=20, ligands=None, cells=None):
        """Lay the nearest templates beside a query, in one matrix.

        Parameters
        ----------
        pattern : DiffractionPattern or Scan
            The query.
        composition : str or Composition, default=None
            Its formula.
        n_sites : int, default=20
            Atoms of a structure that there is room for; more are left out.
        ligands : Molecule or list of Molecule, default=None
            As in `kneighbors`.
        cells : list of FoundCell or Lattice, default=None
            As in `kneighbors`.

        Returns
        -------
        ndarray of float32, shape (1 + n_templates, n_intervals + 6 + 1 + 4 * n_sites)
            The query, then the templates. Columns are intensities in intervals, of the strongest;
            lengths [Å] and angles [degrees] of the cell; the number of the space group; atomic
            number and fractional coordinates of each atom. What is missing is 0: the query's
            structure, templates that there are too few of, and atoms that there are not.
        """
        _, (indices,) = self.kneighbors([pattern], composition, ligands=ligands, cells=cells)
        columns = matrix_columns(self.n_intervals, n_sites)
        matrix = np.zeros((1 + self.n_templates, columns["atoms"].stop), dtype=np.float32)
        ((_, peaks),) = powder_queries([pattern])
        matrix[0] = template_row(columns, *self._intensities(peaks))
        for row, i in zip(matrix[1:], indices[indices >= 0], strict=False):
            row[:] = template_row(columns, *self._template(i))
        return matrix

    def _candidates(self, peaks, composition, cells):
        """Templates that a query is compared with, and what each costs beforehand."""
        near = near_intervals(peaks, self.wavelength_, self.interval, self.n_intervals)
        near = near[self.rows_.strongest]
        costs = np.zeros(len(near))
        if cells:
            volumes = self.rows_.volume_per_atom * self.rows_.n_atoms
            costs = cell_costs(cells, self.rows_.reduced_cell, volumes)
            near |= costs < NONE
        rows = np.flatnonzero(near)
        costs = costs[rows]
        if composition is not None:
            costs += composition_costs(fractions_of(composition), self.fractions_[rows])
        return rows, costs

    def _nearest(self, encoded, candidates, n, ligands):
        """Nearest templates of one query; those with the ligands first."""
        if not ligands:
            return nearest_of(self.rows_.encoded, encoded, *candidates, n)
        more = nearest_of(self.rows_.encoded, encoded, *candidates, max(n, N_WITH_LIGANDS))
        return with_ligands_first(*more, self.structures_, ligands, n)
