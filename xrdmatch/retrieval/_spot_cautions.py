"""Cautions about the best candidate of a pattern of spots."""


def spot_cautions(label, n_spots, n_extra, n_missing, phases):
    """Say what speaks against the best candidate.

    A lead is one over the other entries: where the right crystal is missing, or the scale is
    wrong, another one can lead by far.

    Parameters
    ----------
    label : str
        The best entry of the best crystal.
    n_spots : int
        Spots that it was compared with.
    n_extra : int
        Spots that it does not explain.
    n_missing : int
        Its own spots that are not seen.
    phases : list of RankedPhase
        All crystals that were compared, best first, as `ranked_phases` gives them.

    Returns
    -------
    list of str
        Sentences; empty where nothing does.

    See Also
    --------
    mostly_unseen : Decides on one of them.

    Examples
    --------
    >>> from xrdmatch.retrieval import spot_cautions
    >>> spot_cautions("NaCl [0 0 1]", n_spots=9, n_extra=7, n_missing=20, phases=[])[0][:29]
    'NaCl [0 0 1] explains 2 spots'
    """
    said = []
    if len(phases) > 1 and not any(phase.is_fitted for phase in phases[1:]):
        said.append(
            "No other crystal of the library has a lattice like that of the spots: only the "
            "lattice decides."
        )
    if mostly_unseen(n_spots, n_extra, n_missing):
        said.append(
            f"{label} explains {n_spots - n_extra} spots, and {n_missing} of its own are "
            "not seen: the crystal may be another one, or the scale wrong."
        )
    return said


def mostly_unseen(n_spots, n_extra, n_missing):
    """Whether a candidate lacks more spots than it explains.

    Parameters
    ----------
    n_spots, n_extra, n_missing : int
        As in `spot_cautions`.

    Returns
    -------
    bool
        True where it does.

    See Also
    --------
    spot_cautions : Says so.

    Examples
    --------
    >>> from xrdmatch.retrieval import mostly_unseen
    >>> mostly_unseen(n_spots=9, n_extra=7, n_missing=3)
    True
    """
    return bool(n_missing > n_spots - n_extra)
