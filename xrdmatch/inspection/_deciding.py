"""Measurements that would distinguish two crystals."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.inspection._ambiguity.geometries import compared_as
from xrdmatch.inspection._ambiguity.options import (
    check_measurement,
    check_threshold,
    checked_simulator,
    told_apart,
)
from xrdmatch.inspection._ambiguity.phase_facts import PhaseFacts

PAIR = np.array([[0, 1]])


def deciding_measurements(
    first,
    second,
    simulator=None,
    *,
    two_theta=(10.0, 80.0),
    fwhm=0.1,
    cell_change=0.01,
    severity=1.0,
    threshold=None,
):
    """Find out which measurements would decide between two crystals, and how clearly.

    Two crystals are compared as one measurement sees them, then as others would. Each of these
    is simulated: a wider range of angles, another wavelength, neutrons, a better resolution and a
    cell that is known better for powders; a tilt, a wider range and another radiation for layers.
    Besides, elements that only one of them has decide where the chemistry is known.

    Parameters
    ----------
    first, second : Structure
        The crystals.
    simulator : DiffractionSimulator, default=None
        Geometry and radiation, for example ``DiffractionSimulator("powder", "CuKa")`` or that of a
        retriever, ``retriever.simulator_``; the default simulator, spots of layers, if None. A
        profile that it has is not used.
    two_theta : (float, float), default=(10.0, 80.0)
        Powder: the range that is measured [degrees].
    fwhm : float, default=0.1
        Powder: full width of its lines at half their height [degrees].
    cell_change : float, default=0.01
        Powder: by how much the size of a cell may be off, relative. The cells of computed
        structures are off by one percent or two, those of measured ones by less than 0.002.
    severity : float, default=1.0
        Spots: severity of the standard perturbation, as in `perturb_patterns`.
    threshold : float, default=None
        Similarity from which on crystals count as alike: 0.99 for powders and 0.998 for spots if
        None. They are told apart where their difference, which is 1 minus the similarity, is twice
        as large as that allows.

    Returns
    -------
    Bunch
        - ``similarity``, float: to this measurement, from 0 to 1;
        - ``alike``, bool: whether that is at least the threshold;
        - ``twins``, bool: whether they are alike and share formula and space group, and so are
          one crystal; layers only where a tilt does not tell them apart;
        - ``measurements``, list of Bunch: those that decide come first, the elements before
          others, then by falling difference. Each has ``name`` (short: ``"elements"``,
          ``"range"``, ``"wavelength"``, ``"neutron"``, ``"resolution"``, ``"cell"``, ``"tilt"``,
          ``"electron"``, ``"xray"``), ``before`` and ``after`` (similarities; ``after`` is None
          for the elements), ``decides`` (bool) and ``sentence``;
        - ``sentence``, str: the best of them in words.

    Raises
    ------
    ValueError
        If a number is out of range, or a crystal cannot be simulated.

    See Also
    --------
    ambiguous_groups : The same for all pairs of a gallery.

    Notes
    -----
    The similarity of powders is that of their lines alone, ``sum sqrt(p_1 p_2)`` over the points
    of profiles p that sum to one, at the best size of one of the cells [1]_. It is 0.99 where 2 %
    of the intensity of one are in lines that the other has not, or where intensities differ by 28
    % on average. Better resolution never makes powders more alike in this measure.

    For spots it is the same measure of the two distributions of each intensity, as geometric
    mean over the spots: the distributions hold what displacements and noise of the perturbation
    do. Cells must agree within 1.5 times the strain's spread; orientations are known. A tilt is
    taken about the axis that tells most, for layers turned to where their zero layers agree.

    References
    ----------
    .. [1] A. Bhattacharyya, Bull. Calcutta Math. Soc. 35, 99 (1943).

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.inspection import deciding_measurements
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.86)
    >>> cobalt = Structure.from_prototype("bcc", ["Co"], a=2.86)
    >>> found = deciding_measurements(iron, cobalt, DiffractionSimulator("powder", "CuKa"))
    >>> round(found.similarity, 2), found.alike
    (1.0, True)
    >>> print(found.sentence)
    Knowing the elements decides: the first has Fe, the second has Co.
    """
    options = check_measurement(two_theta, fwhm, cell_change, severity)
    simulator = checked_simulator(simulator)
    threshold = check_threshold(threshold, simulator.geometry)
    compared = compared_as(simulator.geometry)([first, second], simulator)
    measurement = compared.measurement(simulator, options)
    facts = PhaseFacts([first, second], simulator.geometry)
    compared.simulate([measurement, *(other for _, other in measurement.others().values())])
    before = float(compared.similarity(PAIR, measurement)[0])
    _check_seen(before)
    found = [_elements(facts, before), *_others(compared, measurement, before, threshold)]
    found.sort(key=lambda one: (not one.decides, 0.0 if one.after is None else one.after))
    alike = before >= threshold
    tilted = any(one.decides for one in found if one.name == "tilt")
    twins = alike and not tilted and facts.are_twins(0, 1)
    sentence = _in_words(found, before, alike, twins and facts)
    return Bunch(similarity=before, alike=alike, twins=twins, measurements=found, sentence=sentence)


def _check_seen(similarity):
    if np.isnan(similarity):
        raise ValueError(
            "Crystals are compared by their lines within the range, got one that has none there "
            "or no form factors; widen two_theta or change the radiation."
        )


def _elements(facts, before):
    """Say what knowing the elements is worth."""
    own = [facts.elements(i) for i in (0, 1)]
    only = [sorted(own[0] - own[1]), sorted(own[1] - own[0])]
    decides = own[0] != own[1]
    parts = [
        f"the {place} has {', '.join(those)}"
        for place, those in zip(("first", "second"), only, strict=True)
        if those
    ]
    words = f"decides: {', '.join(parts)}" if decides else "does not decide: both have the same"
    sentence = f"Knowing the elements {words}."
    return Bunch(name="elements", before=before, after=None, decides=decides, sentence=sentence)


def _others(compared, measurement, before, threshold):
    """See what other measurements leave of the similarity; those that can be simulated."""
    clear = min(told_apart(threshold), before)
    for name, (words, other) in measurement.others().items():
        after = float(compared.similarity(PAIR, other)[0])
        if np.isnan(after):
            continue
        decides = after < clear
        verdict = "tells" if decides else "does not tell"
        numbers = f"(similarity {before:.3f} -> {after:.3f})"
        sentence = f"{words[0].upper()}{words[1:]} {verdict} them apart {numbers}."
        yield Bunch(name=name, before=before, after=after, decides=decides, sentence=sentence)


def _in_words(found, before, alike, twins):
    """Put the best of all measurements into a sentence."""
    if twins:
        return (
            f"Both are {twins.formula(0)}, {twins.space_group(0)}, and count as one crystal "
            f"(similarity {before:.3f})."
        )
    if not alike:
        return f"This measurement tells them apart (similarity {before:.3f})."
    if found[0].decides:
        return found[0].sentence
    return f"None of the other measurements tells them apart (similarity {before:.3f})."
