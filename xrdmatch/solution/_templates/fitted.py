"""Fitted attributes of a library of templates."""

from functools import cached_property

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval import GalleryIndex, PatternMatcher
from xrdmatch.simulation import check_powder_settings
from xrdmatch.solution._templates.formulas import anonymous_of
from xrdmatch.solution._templates.intervals import interval_intensities
from xrdmatch.solution._templates.metals import class_fractions
from xrdmatch.solution._templates.motifs import global_framework, local_motifs
from xrdmatch.solution._templates.options import powder_simulator
from xrdmatch.solution._templates.storage import save_templates
from xrdmatch.solution._templates.structures import TemplateStructures


class FittedTemplates:
    """Part of a `TemplateLibrary`: what is looked up in it, and how it is saved."""

    def of_formula(self, formula):
        """Find templates with the same anonymous formula.

        Parameters
        ----------
        formula : str or Composition
            A formula such as ``"BaTiO3"``, or an anonymous one, ``"ABC3"``.

        Returns
        -------
        ndarray of int
            Their positions, ascending; empty if there is none.

        Raises
        ------
        ValueError
            If the formula cannot be read.
        """
        self._check_fitted()
        return np.flatnonzero(self.anonymous_formulas_ == anonymous_of(formula))

    def local_motifs(self, index):
        """Take each metal of a template with its ligands' nearest atoms.

        Parameters
        ----------
        index : int
            Position of the template.

        Returns
        -------
        list of Molecule
            One for each metal, which comes first and lies at the origin, then what is bound to it.
            Where there is no metal benzene rings stand in for it, as X.
        """
        self._check_fitted()
        return local_motifs(self.structures_[index])

    def global_framework(self, index):
        """Leave only the metals of a template.

        Parameters
        ----------
        index : int
            Position of the template.

        Returns
        -------
        Structure or None
            The same cell with the metals; benzene rings stand in for them where there are none,
            as X, and None where there are no such rings either.
        """
        self._check_fitted()
        return global_framework(self.structures_[index])

    def save(self, path):
        """Save the fitted library as a folder without code.

        A card ``templates.json`` and arrays as ``.npy`` files. A library that is there is replaced
        once the new one is complete.

        Parameters
        ----------
        path : str or path-like
            The folder.

        Raises
        ------
        TypeError
            If a parameter is an object that is not xrdmatch's own.
        ValueError
            If the folder exists and is no library of templates.

        See Also
        --------
        load_template_library : The inverse, with an example.
        """
        self._check_fitted()
        save_templates(self, path)

    def with_rows(self, rows, labels, pattern_classes, skipped=()):
        """Take what `fit` made of structures; nothing is calculated.

        Parameters
        ----------
        rows : Rows
            What is kept of each template.
        labels : ndarray of shape (n_library,)
            Their names.
        pattern_classes : PatternClasses
            Classes of their patterns.
        skipped : sequence of SkippedStructure, default=()
            What was left out.

        Returns
        -------
        TemplateLibrary
            The library itself.
        """
        self.__dict__.pop("fractions_", None)
        self.rows_, self.labels_, self.skipped_ = rows, labels, list(skipped)
        self.pattern_classes_ = pattern_classes
        return self

    def __len__(self):
        return len(self.rows_) if hasattr(self, "rows_") else 0

    def __bool__(self):
        return True  # one that is not fitted is a library too

    @property
    def structures_(self):
        """The structures, kept as arrays."""
        return TemplateStructures(self.rows_.lattice, self.rows_.numbers, self.rows_.frac_coords)

    @property
    def centroids_(self):
        """Centroids of the classes of patterns, (n_classes, n_intervals)."""
        return self.pattern_classes_.centroids

    @property
    def representatives_(self):
        """Patterns that stand for each class, (n_classes, n_templates)."""
        return self.pattern_classes_.representatives

    @property
    def linked_(self):
        """Equal numbers for templates whose atoms are arranged alike, (n_library,)."""
        return self.rows_.linked

    @property
    def frameworks_(self):
        """Equal numbers for templates whose metals are arranged alike, (n_library,)."""
        return self.rows_.frameworks

    @property
    def anonymous_formulas_(self):
        """Reduced formulas without names, (n_library,)."""
        return self.rows_.anonymous_formula

    @property
    def n_atoms_(self):
        """Atoms of the primitive cells, (n_library,)."""
        return self.rows_.n_atoms

    @property
    def space_groups_(self):
        """Numbers of the space groups, (n_library,)."""
        return self.rows_.space_group

    @property
    def volumes_per_atom_(self):
        """Volumes of an atom [Å^3], (n_library,)."""
        return self.rows_.volume_per_atom

    @property
    def reduced_cells_(self):
        """Lengths [Å] and angles [degrees] of Niggli's cells, (n_library, 6)."""
        return self.rows_.reduced_cell

    @property
    def simulator_(self):
        """The simulator in use: that of the parameter, or the default one."""
        return powder_simulator(self.simulator, self.wavelength)

    @property
    def wavelength_(self):
        """Mean wavelength for which patterns are calculated [Å]."""
        return check_powder_settings(self.simulator_).radiation.wavelength

    @cached_property
    def fractions_(self):
        """Shares of elements, metals as one, (n_library, 119)."""
        numbers = self.rows_.numbers
        return class_fractions(numbers.row, np.asarray(numbers.values), len(numbers))

    def _matcher(self):
        """Return what compares patterns with all templates."""
        elements = np.zeros((len(self.labels_), 2), dtype=np.uint64)  # none is asked for here
        index = GalleryIndex(self.structures_, self.labels_, elements, self.rows_.encoded)
        return PatternMatcher(self.simulator_).set_index(index)

    def _intensities(self, peaks):
        """Peaks in intervals: places and intensities."""
        return interval_intensities(peaks, self.wavelength_, self.interval, self.n_intervals)

    def _template(self, i):
        """Return what a row of the matrix says of template i."""
        own = slice(*self.rows_.places.starts[[i, i + 1]])
        pattern = self.rows_.places.values[own], self.rows_.heights.values[own]
        return *pattern, self.structures_.arrays(i), self.space_groups_[i]

    def _check_fitted(self):
        check_is_fitted(self, "rows_")
