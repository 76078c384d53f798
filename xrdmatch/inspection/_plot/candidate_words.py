"""Titles of candidates in pictures."""

TITLE_LENGTH = 30  # characters that fit over a panel


def candidate_title(candidate, probability=None):
    """Say rank, label and probability; formula, point group and distance.

    Parameters
    ----------
    candidate : Bunch
        One of the output of `describe_candidates`.
    probability : float, default=None
        That it is the crystal.

    Returns
    -------
    str
        Two lines; a long label is cut.
    """
    end = "" if probability is None else f"  {percent(probability)}"
    label = f"{candidate.rank}  {candidate.label}"
    length = TITLE_LENGTH - len(end)
    if len(label) > length:
        label = label[: length - 1] + "…"
    facts = (candidate.formula, candidate.point_group, f"distance {candidate.distance:.4f}")
    return f"{label}{end}\n{', '.join(facts)}"


def percent(share):
    """Write a probability in whole percents, which never says that something is impossible.

    Parameters
    ----------
    share : float
        Between 0 and 1.

    Returns
    -------
    str
        Such as ``"82 %"``; ``"< 1 %"`` and ``"> 99 %"`` at the ends.
    """
    if share < 0.01:
        return "< 1 %"
    return "> 99 %" if share > 0.99 else f"{100 * share:.0f} %"
