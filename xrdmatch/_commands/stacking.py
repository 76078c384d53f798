"""The command `stacking`: images of stacked layers, their slips as a table, and pictures."""

import re
import sys
from functools import partial

import numpy as np
from threadpoolctl import threadpool_limits

from xrdmatch._commands.named_layers import named_layers
from xrdmatch.io import read_image
from xrdmatch.stacking import StackFitter, StackingDisplay, StackingMap, StackingMapDisplay

MISTAKES = (ValueError, TypeError, OSError)  # of an image, said in one sentence
N_LAYERS = (2, 3)  # that may be named; one leaves their number open
HEADER = (
    f"{'layers':8} {'slip (a, b)':>16} {'± [Å]':>13} {'slip [Å]':>16} {'twist [°]':>9}  {'name':18}"
)

say = partial(print, flush=True)


def stacking(paths, layers, *, pixel_size=None, twist=False, window=None, step=10.0, output=None):
    """Read stacks from images.

    Parameters
    ----------
    paths : list of Path
        The images.
    layers : str
        Names, formulas or files of the layers, with commas between them.
    pixel_size : float, default=None
        [Å]; the header's if None, and where it says none, the one at which a layer fits.
    twist : bool, default=False
        Whether layers may be twisted by any angle.
    window : float, default=None
        Edge of the windows of a map [Å]; no map if None.
    step : float, default=10.0
        From one window to the next [Å].
    output : Path, default=None
        The picture; of several images each has its name added.

    Returns
    -------
    int
        Exit code: 0, or 1 where some of several images could not be read.

    Raises
    ------
    ValueError
        If a layer is not found, or no image can be read.
    """
    structures = named_layers(layers)
    fitter = StackFitter(_n_layers(structures), "free" if twist else "aligned").fit(structures)
    answer = partial(_mapped, window=window, step=step) if window else _read
    errors = []
    with threadpool_limits(1):
        for path in paths:
            picture = _picture_of(output, path, len(paths))
            errors.append(_answered(path, fitter, pixel_size, answer, picture))
    failed = [error for error in errors if error]
    if len(failed) == len(paths):
        raise ValueError(
            failed[0] if len(paths) == 1 else f"None of {len(paths)} images: {failed[0]}"
        )
    return int(bool(failed))


def _n_layers(structures):
    if len(structures) == 1:
        return "auto"
    if len(structures) not in N_LAYERS:
        raise ValueError(
            f"A stack of 2 or 3 layers is read, got {len(structures)}; name one layer to leave "
            "their number open."
        )
    return len(structures)


def _picture_of(output, path, n_images):
    if output is None or n_images == 1:
        return output
    name = re.sub(r"[^\w.+-]+", "_", path.stem)
    return output.with_name(f"{output.stem}-{name}{output.suffix}")


def _answered(path, fitter, pixel_size, answer, output):
    """Read one image and say what was found; why it could not be, else nothing."""
    try:
        picture = read_image(path, scale=pixel_size, space=None if pixel_size is None else "real")
        say(f"{path}: {' x '.join(map(str, picture.counts.shape[::-1]))} pixels")
        display = answer(fitter, picture)
    except MISTAKES as error:
        say(f"{path}: not read: {error}")
        return str(error)
    if output is not None:
        _save(display, output)
    return ""


def _read(fitter, picture):
    """Say what one image is of; its picture."""
    fits = fitter.fit_images([picture])
    if fits.stacks[0] is None:
        raise ValueError(fits.failures[0])
    stack = fits.stacks[0]
    say(
        f"{_layers(stack)}, {stack.name()}: residual {fits.residual[0]:.3f}, rotation "
        f"{fits.rotation[0]:.2f}°, {_told(picture)} {fits.pixel_size[0]:.5f} Å\n{HEADER}"
    )
    _say_rows(stack, fits.slip_std[0])
    if fits.second[0] is not None:
        say(f"second best, residual {fits.second_residual[0]:.3f}:")
        _say_rows(fits.second[0], np.full(fits.second[0].slip.shape, np.nan))
    return StackingDisplay.from_fits(fits, [picture])


def _mapped(fitter, picture, window, step):
    """Say what the windows of one image are of; their picture."""
    found = StackingMap(fitter, window, step, verbose=sys.stderr.isatty()).fit(picture)
    n = found.motif_.size
    say(
        f"{n} windows of {window:g} Å, residual {np.nanmedian(found.residual_):.3f}, "
        f"{_told(picture)} {found.pixel_size_:.5f} Å\n{HEADER}   share"
    )
    for i, motif in enumerate(found.motifs_):
        own = found.motif_ == i
        spread = np.sqrt(np.nanmean(found.slip_std_[own] ** 2, axis=0))
        _say_rows(motif, spread, f" {100 * own.mean():5.1f} %")
    if not found.motifs_:
        say(f"no motif: slips change all over the image; twist {_twists(found)}")
    for line in found.boundaries_:
        x, y = line.centre
        say(f"boundary {' | '.join(line.names)}: {line.length:.0f} Å around ({x:.1f}, {y:.1f}) Å")
    for reason in dict.fromkeys(found.failures_.values()):
        count = list(found.failures_.values()).count(reason)
        say(f"{count} of {n} windows have no answer: {reason}")
    return StackingMapDisplay.from_estimator(found, picture.counts)


def _twists(found):
    """Mean and standard deviation of the twist of each layer against the one below."""
    values = found.twist_.reshape(-1, found.twist_.shape[-1])
    pairs = zip(np.nanmean(values, axis=0), np.nanstd(values, axis=0), strict=True)
    return ", ".join(f"{mean:.2f} ± {std:.2f}°" for mean, std in pairs)


def _told(picture):
    return "pixel size" if picture.scale is not None else "pixel size, found:"


def _layers(stack):
    return "/".join(layer.reduced_formula for layer in stack.layers)


def _say_rows(stack, spread, end=""):
    """Say one row for each layer that lies on another; the name is of all."""
    rows = zip(stack.slip, spread, stack.slip_angstrom, stack.twist, strict=True)
    for i, (slip, std, angstrom, twist) in enumerate(rows):
        name, end = (stack.name(), end) if i == 0 else ("", "")
        say(
            f"{f'{i + 2} on {i + 1}':8} {_pair(slip.round(3) % 1, 3):>16} {_pair(std, 3):>13} "
            f"{_pair(angstrom, 3):>16} {twist:9.2f}  {name:18}{end}"
        )


def _pair(values, digits):
    if not np.isfinite(values).all():
        return ""
    return ", ".join(f"{value:z.{digits}f}" for value in values)


def _save(display, output):
    """Write a picture, or say why there is none."""
    try:
        display.save(output)
    except ImportError as error:
        print(error, file=sys.stderr)
        return
    say(f"Picture: {output.absolute()}")
