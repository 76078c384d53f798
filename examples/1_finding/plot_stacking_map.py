"""
Map how layers lie on each other
================================

A large image of a bilayer may show several stackings. Their lattice is one, so that the peaks of a
Fourier transform are at the same places for all; how the layers lie on each other is in the peaks'
strengths and phases. Here images are simulated, read window by window, and drawn as maps.
"""

# %%
# Two stackings in one image
# --------------------------
#
# On the left MoS2 lies on MoS2 as in 3R crystals, on the right as in 2H crystals, where the upper
# layer is turned by half a turn. The boundary is slanted and passes 8 Å to the right of the middle.

import matplotlib.pyplot as plt
import numpy as np

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import (
    SlipDisplay,
    Stack,
    StackFitter,
    StackingMap,
    StackingMapDisplay,
    StackSimulator,
    stacking_shares,
)

by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
mos2 = by_name["MoS2-2H"]
stacks = [Stack([mos2, mos2], slip=(1 / 3, 2 / 3)), Stack([mos2, mos2], (0, 0), twist=180)]
print(*stacks, sep="\n")

pixel_size = 0.136  # [Å]
microscope = StackSimulator(
    pixel_size, shape=(600, 800), dose=20, rotation=12, origin=(0, 0), random_state=0
)
left, right = microscope.transform(stacks)
rows, columns = np.mgrid[:600, :800]
x, y = (columns - 399.5) * pixel_size, (299.5 - rows) * pixel_size
normal = np.array([np.cos(0.4), np.sin(0.4)])
across = x * normal[0] + y * normal[1] - 8.0  # [Å] from the boundary
image = np.where(across < 0, left, right)

# %%
# What a Fourier transform shows
# ------------------------------
#
# The peaks of both stackings are at the same places.


def spectrum(image):
    """Strengths of the Fourier transform, without the middle."""
    part = image[:512, :512] * np.outer(np.hanning(512), np.hanning(512))
    return np.abs(np.fft.fftshift(np.fft.fft2(part - part.mean())))[170:342, 170:342]


fig, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
for ax, one, stack in zip(axes, (left, right), stacks, strict=True):
    ax.imshow(np.sqrt(spectrum(one)), cmap="gray_r")
    ax.set(title=stack.name(), xticks=[], yticks=[])
plt.show()

# %%
# The map
# -------
#
# The fitter knows which layers there may be. It reads a few places; then the layers' places are
# fitted to windows of 30 Å, parallel and antiparallel. Which stacking leaves least of the image,
# place by place, makes domains, whose boundary is known better than to the size of a window.

fitter = StackFitter(n_layers=2).fit([mos2])
found = StackingMap(fitter).fit(image, pixel_size)
print(found.name_.shape, "windows:", *np.unique(found.name_.astype(str)))
(boundary,) = found.boundaries_
off = boundary.points @ normal - 8.0
print(f"{boundary}: off by {np.abs(off).max():.2f} Å at most")

StackingMapDisplay.from_estimator(found, image).plot()
plt.show()

# %%
# The slips of all windows that are stacked as most are, in the unit cell. An ellipse is two
# standard deviations wide; windows that see the boundary are unsure, and say so.

SlipDisplay.from_estimator(found).plot()
plt.show()

# %%
# How much of each
# ----------------
#
# Over several images, the share of each stacking has an interval: whole images are drawn again and
# again, because windows of one image tend to be alike.

others = [np.where(across < shift, left, right) for shift in (-25.0, 20.0)]
maps = [found, *(StackingMap(fitter).fit(one, pixel_size) for one in others)]
shares = stacking_shares(maps)
for name, share, (low, high) in zip(shares.names, shares.share, shares.interval, strict=True):
    print(f"{name}: {100 * share:.0f} % of the windows ({100 * low:.0f} to {100 * high:.0f})")

# %%
# A moiré
# -------
#
# Where a layer is twisted by 2 degrees the slip changes all over the image, and goes through the
# whole unit cell. Colours are those of the cell at the side.

twisted = Stack([mos2, mos2], (0.1, 0.3), twist=2.0)
(moire,) = microscope.set_params(shape=(800, 800)).transform([twisted])
fitter = StackFitter(n_layers=2, twist="free").fit([mos2])
moire_map = StackingMap(fitter).fit(moire, pixel_size)
print(f"twist {moire_map.twist_.mean():.3f} ± {moire_map.twist_.std():.3f} degrees")
StackingMapDisplay.from_estimator(moire_map, moire, colour="slip").plot()
plt.show()
