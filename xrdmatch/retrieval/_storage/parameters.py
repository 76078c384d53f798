"""Parameters of an estimator as plain data that JSON can hold, and back."""

from dataclasses import fields, is_dataclass

import numpy as np
from sklearn.base import BaseEstimator

from xrdmatch import crystallography, preprocessing, refinement, simulation
from xrdmatch.simulation import Perturbation

OF_THE_MACHINE = ("device", "n_jobs", "verbose")  # parameters that do not travel
PLAIN = (bool, int, float, str, type(None))


PARTS = (crystallography, preprocessing, simulation, refinement)


def is_known(value):
    """Tell whether a value is a public estimator or frozen value of the subpackages below."""
    kind = type(value)
    return _known(kind.__name__) is kind


def _known(name):
    """Return the public class of that name, or None; others are not imported."""
    kinds = (getattr(part, name) for part in PARTS if name in part.__all__)
    kind = next((kind for kind in kinds if isinstance(kind, type)), None)
    savable = kind is not None and (is_dataclass(kind) or issubclass(kind, BaseEstimator))
    return kind if savable else None


def to_plain(value, name):
    """Write a parameter as numbers, texts, lists and dicts.

    Parameters
    ----------
    value : object
        Plain data, or an estimator or a frozen value of xrdmatch that is made of it.
    name : str
        What the parameter is called in a message.

    Returns
    -------
    object
        The same as plain data; an object becomes ``{"class": ..., "arguments": ...,
        "parameters": ...}``.

    Raises
    ------
    TypeError
        If it is made of anything else.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, list | tuple):
        return [to_plain(item, name) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: to_plain(item, f"{name}[{key!r}]") for key, item in value.items()}
    if not is_known(value):
        raise TypeError(
            f"A parameter that is saved is a number, a text, or one of xrdmatch's own objects, got "
            f"{value!r} as {name}; set another, or pickle the retriever."
        )
    arguments, parameters = _parts(value)
    return {
        "class": type(value).__name__,
        "arguments": to_plain(arguments, name),
        "parameters": to_plain(parameters, name),
    }


def from_plain(value):
    """Read a parameter back.

    Parameters
    ----------
    value : object
        Output of `to_plain`.

    Returns
    -------
    object
        The parameter; tuples come back as lists.

    Raises
    ------
    ValueError
        If it names a class that is not xrdmatch's.
    """
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "class" not in value:
        return {key: from_plain(item) for key, item in value.items()}
    kind = _known(value["class"])
    if kind is None:
        raise ValueError(
            f"Objects in a saved retriever are xrdmatch's own, got {value['class']!r}; save it "
            "anew, or with the version of xrdmatch that it is read with."
        )
    arguments, parameters = (from_plain(value[part]) for part in ("arguments", "parameters"))
    return kind(*arguments, **parameters)


def _parts(value):
    """Positional arguments and parameters that build the object again."""
    if isinstance(value, Perturbation):
        return list(value.effects), {"severity": value.severity}
    if isinstance(value, BaseEstimator):
        return [], value.get_params(deep=False)
    return [], {field.name: getattr(value, field.name) for field in fields(value) if field.init}
