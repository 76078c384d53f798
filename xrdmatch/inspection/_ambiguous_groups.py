"""Entries of a gallery that one kind of measurement cannot tell apart."""

import numpy as np
from pymatgen.core import Structure
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import is_tokens
from xrdmatch.inspection._ambiguity.geometries import compared_as
from xrdmatch.inspection._ambiguity.options import (
    check_measurement,
    check_threshold,
    checked_simulator,
)
from xrdmatch.inspection._ambiguity.pair_facts import group_facts, pair_facts
from xrdmatch.inspection._ambiguity.phase_facts import PhaseFacts
from xrdmatch.inspection._ambiguity_report import AmbiguityReport
from xrdmatch.inspection._candidates import structures_of
from xrdmatch.inspection._embeddings import last_step


def ambiguous_groups(
    gallery,
    simulator=None,
    *,
    two_theta=(10.0, 80.0),
    fwhm=0.1,
    cell_change=0.01,
    severity=1.0,
    threshold=None,
    verbose=False,
):
    """Find the entries of a gallery that a measurement cannot tell apart, and what would.

    All entries are compared with each other as one kind of measurement sees them: a powder scan
    of one wavelength, or spots of the zero layer, whichever the simulator is for. Pairs that are
    alike are compared again as other measurements would see them.

    Parameters
    ----------
    gallery : StructureRetriever, Pipeline that ends in one, list of Structure or ndarray of tokens
        A fitted retriever, of which gallery, labels and simulator are used; or structures.
    simulator : DiffractionSimulator, default=None
        Geometry and radiation; the retriever's own if None, for structures the default simulator,
        which is for spots. A profile that it has is not used.
    two_theta : (float, float), default=(10.0, 80.0)
        Powder: the range that is measured [degrees].
    fwhm : float, default=0.1
        Powder: full width of its lines at half their height [degrees].
    cell_change : float, default=0.01
        Powder: by how much the size of a cell may be off, relative.
    severity : float, default=1.0
        Spots: severity of the standard perturbation, as in `perturb_patterns`.
    threshold : float, default=None
        Similarity from which on two entries count as alike, as `deciding_measurements` says: 0.99
        for powders and 0.998 for spots if None. Another measurement tells them apart where their
        difference, which is 1 minus the similarity, is twice as large as that allows.
    verbose : bool, default=False
        Whether bars show the progress.

    Returns
    -------
    AmbiguityReport
        A `Bunch` whose text is a summary, with

        - ``pairs``, ndarray of int (n_pairs, 2): positions of entries that are alike, each pair
          once; ``similarity`` (n_pairs,); and ``twins`` (n_pairs,), whether both have one formula
          and space group and so are one crystal, not an ambiguity (layers: unless a tilt tells
          them apart);
        - ``groups``, list of ndarrays of positions, the largest first: by complete linkage, so
          that every two of a group are alike, which a chain of pairs would not make sure; and
          ``n_crystals`` (n_groups,), how many of them are no twins of each other;
        - ``after``, dict by measurement of ndarrays (n_pairs,): the similarity that it leaves,
          NaN where it cannot be simulated; ``split_by``, dict of bool ndarrays (n_pairs,):
          whether it tells the pair apart, ``"elements"`` first; ``group_split_by``, dict of
          ndarrays (n_groups,): the share of the group's pairs that it tells apart, twins left
          out, NaN where all are twins; and ``words``, dict by measurement of what each is;
        - ``labels`` (n_gallery,), those of the retriever, or names of structures, positions where
          one has none; ``formulas`` (dict by position), ``measurement`` (str), ``threshold``.

    Raises
    ------
    ValueError
        If there are fewer than two entries or a number is out of range.
    TypeError
        If the simulator is none.

    See Also
    --------
    deciding_measurements : The same for two crystals.

    Notes
    -----
    Powders are first compared by blurred profiles, which bounds how alike they can be, then line
    by line. Layers are first compared by their lattices. 15,000 powders of up to 20 atoms take
    about two minutes of one processor and 1 GB, as ``docs/benchmarks/ambiguity.rst`` has it. X-rays
    are simulated without anomalous scattering, which would tell more near an absorption edge.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.inspection import ambiguous_groups
    >>> metals = {"Fe": ("bcc", 2.87), "Cr": ("bcc", 2.88), "W": ("bcc", 3.16), "Cu": ("fcc", 3.61)}
    >>> crystals = [Structure.from_prototype(p, [name], a=a) for name, (p, a) in metals.items()]
    >>> found = ambiguous_groups(crystals, DiffractionSimulator("powder", "CuKa"))
    >>> [group.tolist() for group in found.groups]
    [[0, 1]]
    >>> found.split_by["elements"]
    array([ True])
    """
    options = check_measurement(two_theta, fwhm, cell_change, severity)
    structures, labels, simulator = _opened(gallery, simulator)
    threshold = check_threshold(threshold, simulator.geometry)
    compare = compared_as(simulator.geometry)
    compared = compare(structures, simulator, verbose)
    measurement = compare.measurement(simulator, options)
    pairs, similarity = _alike(compared, measurement, threshold)
    entries, at = np.unique(pairs, return_inverse=True)
    some = structures_of(structures, entries.tolist())
    facts = PhaseFacts(some, simulator.geometry)
    found = AmbiguityReport(
        pairs=pairs,
        similarity=similarity,
        labels=labels,
        formulas={int(i): facts.formula(k) for k, i in enumerate(entries)},
        measurement=str(measurement),
        threshold=threshold,
        **_compared_again(compare, some, simulator, at.reshape(-1, 2), measurement, verbose),
    )
    found.update(pair_facts(found, facts, at.reshape(-1, 2)))
    found.update(group_facts(found))
    return found


def _opened(gallery, simulator):
    """Structures, their labels, and the simulator."""
    retriever = last_step(gallery)
    if hasattr(retriever, "kneighbors"):
        check_is_fitted(retriever, "gallery_")
        structures, labels = retriever.gallery_, np.asarray(retriever.classes_)
        simulator = retriever.simulator_ if simulator is None else simulator
    else:
        structures, labels = gallery, None
    if isinstance(structures, Structure) or not hasattr(structures, "__len__"):
        raise TypeError(
            "A gallery is a fitted retriever or a list of structures, got a single "
            f"{type(structures).__name__}; give a list of them."
        )
    if len(structures) < 2:
        raise ValueError(
            f"Entries of a gallery are compared with each other, got {len(structures)}; give at "
            "least two structures."
        )
    labels = _names(structures) if labels is None else labels
    return structures, labels, checked_simulator(simulator)


def _names(structures):
    """Label structures by their names, or by their positions where one has none."""
    names = [] if is_tokens(structures) else [(s.properties or {}).get("name") for s in structures]
    return np.array(names) if names and all(names) else np.arange(len(structures))


def _alike(compared, measurement, threshold):
    """Pairs that are alike, and how much."""
    pairs = compared.candidates(measurement, threshold)
    similarity = compared.similarity(pairs, measurement)
    keep = similarity >= threshold
    return pairs[keep], similarity[keep]


def _compared_again(compare, structures, simulator, pairs, measurement, verbose):
    """See what other measurements leave of the similarity of pairs."""
    others = measurement.others()
    after = {name: np.zeros(0) for name in others}
    if len(pairs):
        compared = compare(structures, simulator, verbose)
        compared.simulate([other for _, other in others.values()])
        after = {name: compared.similarity(pairs, other) for name, (_, other) in others.items()}
    words = {"elements": "the elements"} | {name: words for name, (words, _) in others.items()}
    return {"after": after, "words": words}
