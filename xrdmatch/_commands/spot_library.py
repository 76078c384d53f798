"""The library that pictures of spots are asked of."""

import sys
from functools import partial

from xrdmatch.retrieval import PatternMatcher, PhysicsReranker, RetrieverWrapper, load_library

N_FITTED = 50  # candidates of a picture

note = partial(print, file=sys.stderr)


def open_spot_library(path, scale_error=None):
    """Load a library, ready to be asked about spots in any orientation.

    Parameters
    ----------
    path : Path
        What ``index --spots`` or ``--zones`` made, or `save_library` of any retriever of spots.
    scale_error : float, default=None
        Relative standard error of the scales; the library's own, or 0.03, if None.

    Returns
    -------
    PhysicsReranker
        Around a matcher of unknown orientation.

    Raises
    ------
    ValueError
        If it cannot be read, or is one of powders.
    """
    retriever = load_library(path)
    while isinstance(retriever, RetrieverWrapper):
        retriever = retriever.inner_
    if retriever.simulator_.geometry != "zone_axis":
        raise ValueError(
            f"Spots are compared with a library of spots, got one of powders, {path}; make one "
            "with `xrdmatch index --zones 2`, of crystals, or `--spots`, of layers."
        )
    if getattr(retriever, "orientation", "known") != "unknown":
        retriever = _turned(retriever)
    if scale_error is not None:
        retriever.set_params(scale_error=scale_error)
    return PhysicsReranker(retriever, n_candidates=N_FITTED)


def _turned(retriever):
    """Simulate a library anew that is for patterns in its own frame."""
    gallery = retriever.gallery_
    note(
        "note: the library is for patterns of known orientation; simulating its "
        f"{len(gallery)} entries anew"
    )
    matcher = PatternMatcher(retriever.simulator_, orientation="unknown")
    return matcher.set_gallery(gallery, labels=retriever.classes_, on_error="skip")
