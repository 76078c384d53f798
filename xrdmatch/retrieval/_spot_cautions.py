"""What makes the best candidate of a pattern of spots doubtful, however far it is before others."""


def spot_cautions(best, n_spots, phases):
    """Say what speaks against the best candidate.

    A lead is one over the other entries: where the right crystal is missing, or the scale is
    wrong, another one can lead by far.

    Parameters
    ----------
    best : dict
        The best candidate, as in `SpotAnswer`.
    n_spots : int
        Spots that it was compared with.
    phases : list of RankedPhase
        All crystals that were compared, best first.

    Returns
    -------
    list of str
        Sentences; empty where nothing does.
    """
    said = []
    if len(phases) > 1 and not any(phase.is_fitted for phase in phases[1:]):
        said.append(
            "No other crystal of the library has a lattice like that of the spots: only the "
            "lattice decides."
        )
    explained = n_spots - best["n_extra"]
    if best["n_missing"] > explained:
        said.append(
            f"{best['label']} explains {explained} spots, and {best['n_missing']} of its own are "
            "not seen: the crystal may be another one, or the scale wrong."
        )
    return said
