"""What a gallery takes: all structures, or those that can be taken."""

import warnings

import numpy as np

from xrdmatch.io import SkippedStructureWarning

N_NAMED = 10  # structures that a warning names


def usable_rows(structures, labels, encode):
    """Find the structures that can be encoded; the others are named in a warning.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The candidates for the gallery.
    labels : ndarray of shape (n_structures,)
        Their names.
    encode : callable
        Raises a TypeError or ValueError for structures that it cannot take.

    Returns
    -------
    list of int
        Positions of the others.

    Raises
    ------
    ValueError
        If none can be taken.
    """
    reasons = _failures(structures, 0, encode)
    if len(reasons) == len(structures):
        raise ValueError(f"A gallery needs structures that can be taken, got none: {reasons[0]}.")
    named = [f"{labels[i]}: {reason}" for i, reason in list(reasons.items())[:N_NAMED]]
    more = f" ... and {len(reasons) - N_NAMED} more" if len(reasons) > N_NAMED else ""
    warnings.warn(
        f"Left {len(reasons)} of {len(structures)} structures out of the gallery: "
        f"{'; '.join(named)}{more}",
        SkippedStructureWarning,
        stacklevel=4,
    )
    return [i for i in range(len(structures)) if i not in reasons]


def _failures(structures, first, encode):
    """Reasons by position, found by halving: few failures among many cost few attempts."""
    try:
        encode(structures)
    except (TypeError, ValueError) as error:
        if len(structures) == 1:
            return {first: str(error).replace("at position 0", f"at position {first}").rstrip(".")}
        middle = len(structures) // 2
        return _failures(structures[:middle], first, encode) | _failures(
            structures[middle:], first + middle, encode
        )
    return {}


def label_array(labels):
    """One label for each entry, of the type that it was given as; shape (n,)."""
    whole = np.empty(len(labels), dtype=object)
    whole[:] = list(labels)
    are_texts = {isinstance(label, str) for label in whole}
    if len(are_texts) > 1 or any(isinstance(label, tuple | list) for label in whole):
        return whole  # numpy would turn numbers among texts into texts, and tuples into rows
    return np.asarray(labels)


def picked(structures, rows):
    """Pick some of the structures, in the form they have."""
    if isinstance(structures, np.ndarray):
        return structures[rows]
    return [structures[i] for i in rows]


def joined(first, second):
    """Put two galleries into one, in the form they have."""
    if isinstance(first, np.ndarray) != isinstance(second, np.ndarray):
        raise TypeError(
            "A gallery is made of structures or of tokens, got both; convert one with "
            "CrystalTokenizer."
        )
    if not isinstance(first, np.ndarray):
        return [*first, *second]
    length = max(first.shape[1], second.shape[1])
    padding = [((0, 0), (0, length - part.shape[1])) for part in (first, second)]
    return np.concatenate(
        [
            np.pad(part, width, constant_values=np.nan)
            for part, width in zip((first, second), padding, strict=True)
        ]
    )


def joined_labels(first, second):
    """Labels of two galleries, each of the type it had."""
    if first.dtype.kind != second.dtype.kind:
        first, second = first.astype(object), second.astype(object)
    return np.concatenate([first, second])
