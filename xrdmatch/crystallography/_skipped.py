"""Structures that are left out of a list, how a warning names them, and why."""

import warnings
from dataclasses import dataclass

N_NAMED = 10  # items that one warning names


class SkippedStructureWarning(UserWarning):
    """Some structures were left out; the text names them and says why.

    See Also
    --------
    SkippedStructure : An item that was left out, and why.
    warn_of_skipped : Warn once of everything that was skipped; say nothing where nothing was.
    """


@dataclass(frozen=True)
class SkippedStructure:
    """An item that was left out, and why.

    Parameters
    ----------
    item : str
        Its file, with the entry where a file holds several; its label in a gallery; the index of
        an object.
    reason : str
        Why.
    kind : type, default=ValueError
        Of the exception, should it be raised.

    See Also
    --------
    SkippedStructureWarning : Some structures were left out; the text names them and says why.
    xrdmatch.io.stream_structures
        Read structures one at a time, so that they need never be in memory together.
    """

    item: str
    reason: str
    kind: type = ValueError

    def __str__(self):
        return f"{self.item} ({self.reason})"


class NothingLeftError(ValueError):
    """All structures of a list had to be skipped.

    Parameters
    ----------
    rule : str
        What was needed.
    skipped : list of SkippedStructure
        All of them, at least one.

    See Also
    --------
    SkippedStructure : An item that was left out, and why.
    StructureError : A structure that cannot be used.
    """

    def __init__(self, rule, skipped):
        super().__init__(rule, skipped)
        self.rule, self.skipped = rule, skipped

    def __str__(self):
        return f"{self.rule}, got none: {self.skipped[0].reason}."


def skipped_summary(skipped):
    """Name the first ten of what was skipped, with reasons, and count the rest.

    Parameters
    ----------
    skipped : list of SkippedStructure
        What was left out.

    Returns
    -------
    str
        One line.

    See Also
    --------
    warn_of_skipped : Warn once of everything that was skipped; say nothing where nothing was.
    SkippedStructure : An item that was left out, and why.
    """
    named = "; ".join(map(str, skipped[:N_NAMED]))
    n_more = len(skipped) - N_NAMED
    return f"{named}; and {n_more} more" if n_more > 0 else named


def warn_of_skipped(skipped, what, *, stacklevel=2):
    """Warn once of everything that was skipped; say nothing where nothing was.

    Parameters
    ----------
    skipped : list of SkippedStructure
        What was left out.
    what : str
        The sentence's beginning, ``"Skipped 2 of 10 structures"`` for example.
    stacklevel : int, default=2
        Whose line the warning shows: 2 is the caller's.

    See Also
    --------
    skipped_summary : Name the first ten of what was skipped, with reasons, and count the rest.
    SkippedStructureWarning : Some structures were left out; the text names them and says why.
    """
    if skipped:
        text = f"{what}: {skipped_summary(skipped)}."
        warnings.warn(text, SkippedStructureWarning, stacklevel=stacklevel + 1)
