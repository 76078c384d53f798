"""HTML representation of a pattern for notebooks."""

import numpy as np

from xrdmatch.crystallography._notebook_html import drawing_and_facts

_WIDTH, _HEIGHT, _SIDE = 480, 90, 240  # pixels, of sticks and of spots
_MOST = 2000  # spots or peaks that are drawn
_LARGEST = 6.0  # pixels, radius of the strongest spot


def pattern_to_html(pattern):
    """Draw a `DiffractionPattern` as sticks or spots above a table.

    Parameters
    ----------
    pattern : DiffractionPattern
        Of any dimension; spots are drawn by the first two components of q.

    Returns
    -------
    str
        HTML with an SVG, without scripts.
    """
    order = np.argsort(-pattern.intensity, kind="stable")[:_MOST]
    draw = _sticks if pattern.n_dimensions == 1 else _spots
    strongest = pattern.intensity.max() or 1.0
    drawing = draw(pattern.q[order], pattern.intensity[order] / strongest)
    return drawing_and_facts("DiffractionPattern", drawing, _facts(pattern))


def _facts(pattern):
    length = np.linalg.norm(pattern.q, axis=1)
    drawn = f", of which the strongest {_MOST} are drawn" if pattern.n_peaks > _MOST else ""
    return {
        "peaks" if pattern.n_dimensions == 1 else "spots": f"{pattern.n_peaks}{drawn}",
        "|q|": f"{length.min():.4g} to {length.max():.4g} {pattern.unit}",
        "intensities": f"{pattern.intensity.min():.4g} to {pattern.intensity.max():.4g}",
        "hkl": "known" if pattern.hkl is not None else "not known",
        "orientation": pattern.orientation,
        "radiation": _in_words(pattern.radiation),
    }


def _in_words(radiation):
    if radiation is None:
        return "not known"
    return ", ".join([radiation.kind, *(f"{x:.6g} Å" for x, _ in radiation.lines)])


def _sticks(q, relative):
    """Draw square roots of intensities, which let weak peaks be seen, along q from 0."""
    x = _WIDTH * q[:, 0] / (q.max() or 1.0)
    y = _HEIGHT * (1 - np.sqrt(relative))
    lines = "".join(f"M{a:.1f},{_HEIGHT}V{b:.1f}" for a, b in zip(x, y, strict=True))
    return _svg(f'<path d="{lines}" stroke="currentColor"/>', _WIDTH, _HEIGHT)


def _spots(q, relative):
    """Draw discs, q = 0 a cross in the middle, q_x to the right and q_y up."""
    middle = _SIDE / 2
    scale = (middle - _LARGEST) / (np.abs(q[:, :2]).max() or 1.0)
    places = middle + scale * q[:, :2] * [1, -1]
    radii = np.maximum(_LARGEST * relative**0.25, 0.5)
    discs = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}"/>'
        for (x, y), r in zip(places, radii, strict=True)
    )
    cross = f"M{middle - 4},{middle}h8M{middle},{middle - 4}v8"
    cross = f'<path d="{cross}" stroke="currentColor" opacity="0.5"/>'
    return _svg(f'<g fill="currentColor">{discs}</g>{cross}', _SIDE, _SIDE)


def _svg(content, width, height):
    box = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{content}</svg>'
