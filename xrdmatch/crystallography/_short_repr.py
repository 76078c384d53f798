"""Mixin of objects that hold data and say in one line which."""

from inspect import signature

import numpy as np

LONGEST = 60  # characters of one argument


class ShortRepr:
    """Part of a class whose repr has its arguments, long ones by type and size only.

    Every parameter of the constructor is an attribute; those that are None are left out.

    See Also
    --------
    xrdmatch.inspection.RetrievalDisplay
        A query's spots over those that its best candidates would give.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import ShortRepr
    >>> class Losses(ShortRepr):
    ...     def __init__(self, values, title=None):
    ...         self.values, self.title = values, title
    >>> Losses(np.zeros(200), "training")
    Losses(values=array of shape (200,), title='training')
    """

    def __repr__(self):
        values = {name: getattr(self, name, None) for name in signature(type(self)).parameters}
        shown = (f"{name}={_short(v)}" for name, v in values.items() if v is not None)
        return f"{type(self).__name__}({', '.join(shown)})"


def _short(value):
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}"
    if isinstance(value, list | tuple | dict) and len(value) > 3:
        return f"{type(value).__name__} of {len(value)}"
    text = repr(value)
    if len(text) <= LONGEST and "\n" not in text and " object at 0x" not in text:
        return text
    if isinstance(value, list | tuple | dict):
        return f"{type(value).__name__} of {len(value)}"
    return f"{text[: LONGEST - 4]}...'" if isinstance(value, str) else type(value).__name__
