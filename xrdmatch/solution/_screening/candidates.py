"""Templates of one formula with the query's elements, ranked by how alike they are to a scan."""

from typing import NamedTuple

import numpy as np

from xrdmatch.solution._screening.assignments import assignments
from xrdmatch.solution._screening.atomic_volumes import AtomicVolumes
from xrdmatch.solution._screening.laid_on_cells import laid_on
from xrdmatch.solution._screening.leading import leading
from xrdmatch.solution._screening.log_profile import N_POINTS, STEP, compared, places, spread
from xrdmatch.solution._screening.reflections import partial_factors
from xrdmatch.solution._screening.screen import intensities, screened
from xrdmatch.solution._screening.template_table import Template

BATCH = 64  # profiles compared at once, which stay in the cache
FREEDOM = 0.12  # of the logarithm of lengths, beside what is expected
SPREAD = 0.03  # of the same
FOUND_FREEDOM = 0.01  # where the cell was found
OWN_FREEDOM = 0.04  # where the elements are the template's own


class Candidate(NamedTuple):
    """A template with elements and a size.

    Parameters
    ----------
    template : Template
        The template.
    elements : ndarray of int, shape (n_kinds,)
        Atomic number of each kind.
    log_scale : float
        Logarithm of what its lengths are multiplied with.
    similarity : float
        Of its profile to the scan's.
    origin : str
        As of a `Proposal`.
    """

    template: Template
    elements: np.ndarray
    log_scale: float
    similarity: float
    origin: str

    @property
    def kind(self):
        """What crystals of one structure type have in common."""
        elements = tuple(self.elements[np.argsort(self.template.amounts, kind="stable")].tolist())
        return self.template.space_group, len(self.template.kinds), elements

    @property
    def structure(self):
        """The crystal."""
        return self.template.structure(self.elements, self.log_scale)


class Candidates(NamedTuple):
    """Candidates, best first, their kinds, and their profiles at the size that they have."""

    ranked: list
    kinds: list  # kept, since they are asked for with every batch
    profiles: np.ndarray  # (n, N_POINTS), of norm 1 where the scan was measured

    def joined(self, others, n_kept):
        """Join others to these, and keep the best ones and the best of each kind."""
        ranked, kinds = [*self.ranked, *others.ranked], [*self.kinds, *others.kinds]
        order = sorted(range(len(ranked)), key=lambda i: -ranked[i].similarity)
        rows = [order[i] for i in leading([kinds[i] for i in order], n_kept)]
        profiles = np.concatenate([self.profiles, others.profiles])[rows]
        return Candidates([ranked[i] for i in rows], [kinds[i] for i in rows], profiles)


class Wanted(NamedTuple):
    """Composition and expected volume of the crystal that is sought.

    Parameters
    ----------
    amounts : tuple of n_elements int
        Atoms of each element in the reduced formula.
    elements : ndarray of int, shape (n_elements,)
        Their atomic numbers.
    volumes : AtomicVolumes
        What was learned of volumes.
    """

    amounts: tuple
    elements: np.ndarray
    volumes: AtomicVolumes

    def ways(self, template):
        """All sets of elements that a template may have, (n_ways, n_kinds)."""
        chosen = assignments(template.amounts, self.amounts)
        return self.elements[np.array(chosen, dtype=int).reshape(len(chosen), -1)]

    def log_scales(self, template, ways):
        """Logarithms of the sizes that are expected, (n_ways,).

        Half of each as if the template were as dense as usual, half as if as it is.
        """
        wanted = np.log(self.volumes.volume[ways[:, template.kinds]].sum(1))
        usual, own = np.log(self.volumes.of(template.numbers)), np.log(template.volume)
        return (wanted - (usual + own) / 2) / 3


def candidates_of(query, templates, wanted, n_kept):
    """Give templates other elements and the size at which they are most alike to a scan.

    Parameters
    ----------
    query : QueryProfile
        The scan.
    templates : list of Template
        Of the right anonymous formula.
    wanted : Wanted
        What it consists of.
    n_kept : int
        How many are kept, beside the best one of each kind.

    Returns
    -------
    Candidates
        The best ones.
    """
    pairs = _with_ways(templates, wanted)
    items = ((template, ways, wanted.log_scales(template, ways)) for template, ways in pairs)
    return _best(query, items, "template", FREEDOM, n_kept)


def candidates_on(query, templates, wanted, cells, n_kept, origin="cell", variants=None):
    """Give templates the lattices of found cells, and other elements.

    Parameters
    ----------
    query, templates, wanted, n_kept
        As of `candidates_of`.
    cells : sequence of FoundCell
        The cells.
    origin : str, default="cell"
        What candidates say of it.
    variants : callable, default=None
        Lists what is compared in place of a template that was laid onto a cell; itself if None.

    Returns
    -------
    Candidates
        The best ones.
    """
    sizes = [wanted.log_scales(*pair).mean() for pair in _with_ways(templates, wanted)]
    volumes = np.exp(3 * np.array(sizes)) * [template.volume for template in templates]
    laid = laid_on(templates, cells, volumes)
    if variants is not None:
        laid = [one for template in laid for one in variants(template)]
    items = ((template, ways, np.zeros(len(ways))) for template, ways in _with_ways(laid, wanted))
    return _best(query, items, origin, FOUND_FREEDOM, n_kept)


def candidates_as_they_are(query, templates, cells, n_kept):
    """Compare templates that keep their elements, in about their own size or on found cells.

    Parameters
    ----------
    query, templates, n_kept
        As of `candidates_of`.
    cells : sequence of FoundCell or None
        The cells; the templates' own if None.

    Returns
    -------
    Candidates
        The best ones.
    """
    origin, freedom = "template", OWN_FREEDOM
    if cells is not None:
        origin, freedom = "cell", FOUND_FREEDOM
        templates = laid_on(templates, cells, np.array([t.volume for t in templates]))
    items = ((template, template.elements[None], np.zeros(1)) for template in templates)
    return _best(query, items, origin, freedom, n_kept)


def _with_ways(templates, wanted):
    return ((template, wanted.ways(template)) for template in templates)


def _best(query, items, origin, freedom, n_kept):
    """Compare templates, each with its sets of elements and expected sizes."""
    best = Candidates([], [], np.zeros((0, N_POINTS), dtype=np.float32))
    for batch in _batches(items):
        best = best.joined(_compared(query, batch, origin, freedom), n_kept)
    return best


def _batches(items):
    """Join templates to batches of about the same size."""
    batch, n = [], 0
    for item in items:
        batch.append(item)
        n += len(item[1])
        if n >= BATCH:
            yield batch
            batch, n = [], 0
    if batch:
        yield batch


def _compared(query, batch, origin, freedom):
    """Candidates of a batch and their profiles."""
    raw = [_sticks(query, *item) for item in batch]
    profiles = compared(np.concatenate(raw))
    log_scale = np.concatenate([scale for _, _, scale in batch])
    found = screened(query, profiles, log_scale, freedom, SPREAD)
    owners = [(template, way) for template, ways, _ in batch for way in ways]
    moved = _moved(profiles, np.rint((log_scale - found.log_scale) / STEP).astype(int))
    shown = moved * query.window
    shown /= np.maximum(np.linalg.norm(shown, axis=1, keepdims=True), 1e-12)
    numbers = zip(found.log_scale.tolist(), found.similarity.tolist(), strict=True)
    pairs = zip(owners, numbers, strict=True)
    made = [Candidate(*own, *number, origin) for own, number in pairs]
    return Candidates(made, [one.kind for one in made], shown.astype(np.float32))


def _sticks(query, template, ways, log_scale):
    """Profiles of one template with all sets of elements, not yet blurred."""
    partial = partial_factors(template.lattice, template.frac_coords, template.kinds)
    strength = intensities(partial, ways, query.radiation)
    place = places(partial.q) - log_scale[:, None] / STEP
    row = np.arange(len(ways)).repeat(len(partial.q))
    return spread(place.ravel(), strength.ravel(), len(ways), row)


def _moved(profiles, shifts):
    """Move each profile along the grid; what leaves it is lost."""
    columns = np.arange(N_POINTS) - shifts[:, None]
    inside = (columns >= 0) & (columns < N_POINTS)
    return np.take_along_axis(profiles, columns.clip(0, N_POINTS - 1), 1) * inside
