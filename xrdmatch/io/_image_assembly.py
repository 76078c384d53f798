"""Assembly of a `Picture` from the header of a file and the options of the user."""

import re
import warnings
from dataclasses import replace

from xrdmatch.crystallography import Picture
from xrdmatch.io._image_channels import grey_values
from xrdmatch.io._image_scale import disagreement, pixel_text, scale_of_header

_LOGARITHM = re.compile(
    r"(not?[ -]*|non-?)?\b(logarithm\w*|log10|log[ _-]?scaled?)\b", re.IGNORECASE
)


def read_frame(build, channel=None, scale=None, space=None):
    """Make a picture, as yet without a scale, and find the one that the header states.

    Parameters
    ----------
    build : callable
        Makes a `StatedImage`.
    channel, scale, space : optional
        As in `read_image`.

    Returns
    -------
    picture : Picture
    stated : tuple of float and str, or None
        The header's scale and its space.

    Raises
    ------
    ValueError
        When it is in colour, when it is no picture, or when its pixels are not square and no scale
        is given.
    """
    image = build()
    counts, colour = grey_values(image.values, channel)
    known = {
        **image.facts,
        "bits": image.bits,
        "colour": colour,
        "logarithmic": _said_to_be_logarithmic(image.description),
        "pixel": pixel_text(image.pixel),
    }
    return Picture(counts, metadata=known), _stated_scale(image.pixel, scale, space)


def _stated_scale(pixel, scale, space):
    try:
        return scale_of_header(pixel, space)
    except ValueError as error:
        if scale is None:
            raise
        text = str(error).partition(";")[0]
        warnings.warn(f"{text}; the scale that was given is used for both", stacklevel=2)
        return None


def _said_to_be_logarithmic(text):
    """Whether a header's text says so; None where it says nothing of it."""
    found = _LOGARITHM.search(text)
    return None if found is None else not found[1]


def with_what_is_given(picture, stated, given, facts, notes):
    """Give a picture its scale and the rest of its metadata.

    Parameters
    ----------
    picture, stated
        What `read_frame` returned.
    given : tuple
        The user's scale, space and logarithmic; each None where the header's is meant.
    facts : dict
        The first entries of the metadata.
    notes : list of str
        Where the two contradict each other, it is added here.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        When scale or space is none, or nobody says what the scale means.
    """
    scale, space, logarithmic = given
    known = {**facts, **picture.metadata}
    known["logarithmic"] = _logarithmic(known["logarithmic"], logarithmic, notes)
    return replace(_scaled(picture, stated, scale, space, notes), metadata=known)


def _scaled(picture, stated, scale, space, notes):
    if scale is None and stated is not None and space in (None, stated[1]):
        return picture.with_scale(*stated)
    picture = picture.with_scale(scale, space or (stated and stated[1]))
    if stated is not None and (note := disagreement(picture, stated)):
        notes.append(note)
    return picture


def _logarithmic(stated, given, notes):
    if None not in (stated, given) and stated != given:
        notes.append(f"its header says logarithmic={stated}, but {given} was given and is noted")
    return stated if given is None else given
