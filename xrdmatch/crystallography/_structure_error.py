"""The error about one structure of a list, which knows where in the list it stands."""


class StructureError(ValueError):
    """A structure that cannot be used.

    Whoever works through a long list in pieces catches it and says where the structure stands in
    the whole list, by `at`.

    Parameters
    ----------
    text : str
        The sentence, with ``{place}`` where it says which structure it is about.
    position : int
        Where the structure stands in its list.
    name : str, default=""
        How the structure is called, its formula for example.

    See Also
    --------
    NoStructureError : What stands where a structure is due is none.
    SkippedStructure : An item that was left out, and why.

    Examples
    --------
    >>> from xrdmatch.crystallography import StructureError
    >>> error = StructureError("A cell must have a volume, got none {place}; mend it.", 2)
    >>> error.at(1026)
    StructureError('A cell must have a volume, got none at position 1026; mend it.')
    """

    def __init__(self, text, position, name=""):
        super().__init__(text, position, name)  # with all arguments it can be pickled
        self.text, self.position, self.name = text, int(position), name

    def __str__(self):
        place = f"{self.name} at position {self.position}".lstrip()
        return self.text.replace("{place}", place)

    def __repr__(self):
        return f"{type(self).__name__}({str(self)!r})"

    def at(self, position):
        """Return the same error about a structure at another position."""
        return type(self)(self.text, position, self.name)


class NoStructureError(StructureError, TypeError):
    """What stands where a structure is due is none.

    See Also
    --------
    StructureError : A structure that cannot be used.
    """
