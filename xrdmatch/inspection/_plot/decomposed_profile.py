"""The profile of a mixture, phase by phase."""

from xrdmatch.retrieval import DecomposedScan


def decomposed_profile(found):
    """Take what is drawn of a mixture.

    Parameters
    ----------
    found : DecomposedScan
        Its phases.

    Returns
    -------
    dict
        Arguments of `ProfileDisplay`; phases are named by formula and share.

    Raises
    ------
    TypeError
        If it is no `DecomposedScan`.
    """
    if not isinstance(found, DecomposedScan):
        raise TypeError(
            "A mixture is drawn from one DecomposedScan, got "
            f"{type(found).__name__}; take one of what PhaseDecomposition.decompose returns."
        )
    profile, names = found.profiles, phase_names(found)
    return {
        "x": profile.two_theta,
        "observed": profile.observed,
        "calculated": profile.calculated,
        "ticks": dict(zip(names, profile.ticks, strict=True)),
        "r_wp": found.r_wp,
        "phases": dict(zip(names, profile.phases + profile.background, strict=True)),
    }


def phase_names(found):
    """Name each phase by its formula and share; by its label too where formulas are the same."""
    formulas = found.formulas.tolist()
    return [
        f"{formula}{f' ({label})' if formulas.count(formula) > 1 else ''}, {100 * share:.1f} %"
        for formula, label, share in zip(formulas, found.labels, found.weight_fraction, strict=True)
    ]
