"""`UNKNOWN`: the answer for a crystal that is probably not in the gallery."""


class Unknown:
    """The answer where a crystal is probably not in the gallery; `UNKNOWN` is the only one.

    It stands for a label: what `xrdmatch.retrieval.CalibratedRetriever` predicts where the
    crystal is probably not in the gallery. It is false, equal to itself only, and stays the same
    object when it is copied or pickled.

    See Also
    --------
    log_loss_with_unknown
        Average the negative logarithm of the probability that was given to the truth.
    xrdmatch.retrieval.CalibratedRetriever
        Say how probable each answer is, and whether the crystal is in the gallery at all.

    Examples
    --------
    >>> from xrdmatch import UNKNOWN
    >>> UNKNOWN, bool(UNKNOWN)
    (UNKNOWN, False)
    >>> import pickle
    >>> pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    True
    """

    _only = None

    def __new__(cls):
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self):
        return False

    def __repr__(self):
        return "UNKNOWN"

    def __reduce__(self):
        return Unknown, ()


UNKNOWN = Unknown()
