"""What could not be read; apart from the readers, which take long to import."""

from dataclasses import dataclass


class SkippedStructureWarning(UserWarning):
    """Some structures could not be read; the text names them and says why."""


@dataclass(frozen=True)
class SkippedStructure:
    """An item that could not be read, and why.

    Parameters
    ----------
    item : str
        Its file, with the entry where a file holds several; the index of an object.
    reason : str
        Why.
    kind : type
        Of the exception, should it be raised.
    """

    item: str
    reason: str
    kind: type

    def __str__(self):
        return f"{self.item} ({self.reason})"
