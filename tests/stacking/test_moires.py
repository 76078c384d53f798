"""Stacks whose Fourier peaks are at the same places are told apart by the fit."""

import numpy as np
import pytest
from boundary_images import MOS2, PIXEL
from scipy.ndimage import maximum_filter

from xrdmatch.stacking import Stack, StackSimulator
from xrdmatch.stacking._mapping.arrangement import arrange
from xrdmatch.stacking._mapping.blocks import levelled, tiling
from xrdmatch.stacking._mapping.reading import read_windows
from xrdmatch.stacking._poses import rotation

N_PEAKS = 18  # three stars of each of two lattices, one of each pair


def image_of(stack):
    simulator = StackSimulator(PIXEL, shape=(420, 420), rotation=5.0, dose=30, random_state=0)
    return simulator.transform([stack])[0]


def fourier_peaks(image):
    """Positions of the strongest peaks [pixels of the transform], on one side."""
    n = len(image)
    taper = np.outer(np.hanning(n), np.hanning(n))
    strength = np.fft.fftshift(np.abs(np.fft.fft2((image - image.mean()) * taper)))
    strength[:, : n // 2 + 1] = 0
    peaks = np.argwhere((strength == maximum_filter(strength, 9)) & (strength > 0))
    order = np.argsort(-strength[tuple(peaks.T)])
    return peaks[order[:N_PEAKS]]


def farthest(peaks, other):
    """Largest distance of a peak to the nearest of the others [pixels of the transform]."""
    return np.linalg.norm(peaks[:, None] - other[None], axis=-1).min(1).max()


def is_turned(reading, kind):
    """Whether an arrangement is the first one with one layer turned by 60 degrees more."""
    first, own = (reading.arrangements[i].stack.twist[0] for i in (0, kind))
    return bool(abs((own - first + 30) % 120 - 30) > 1)


@pytest.mark.parametrize("twist", [0.0, 10.0, 21.79])
def test_parallel_and_antiparallel_moires(twist):
    """Turning a layer by 60 degrees more leaves its lattice, and so the peaks, as they are."""
    slip = (1 / 3, 2 / 3)
    stacks = [Stack([MOS2, MOS2], slip, twist + turn) for turn in (0.0, 60.0)]
    images = [image_of(stack) for stack in stacks]
    n = 6 if twist == 0 else N_PEAKS  # of one lattice, those that no noise reaches
    peaks = [fourier_peaks(image)[:n] for image in images]
    if twist:
        assert farthest(*peaks) <= 1.5
    for is_antiparallel, image in zip((False, True), images, strict=True):
        image = levelled(image / image.mean(), PIXEL, 3.18)
        tiles = tiling(image.shape, PIXEL, 30.0, 10.0)
        base = arrange(stacks[0], rotation(5.0), 1.7)
        reading = read_windows(image, [base], tiles)
        assert {is_turned(reading, kind) for kind in reading.kind.ravel()} == {is_antiparallel}


def test_aligned_stackings_share_their_peaks_and_are_named():
    stacks = [
        Stack([MOS2, MOS2], slip, turn)
        for slip, turn in (((1 / 3, 2 / 3), 0), ((0, 0), 60), ((1 / 3, 2 / 3), 60))
    ]
    images = [image_of(stack) for stack in stacks]
    first = fourier_peaks(images[0])[:9]
    for stack, image in zip(stacks, images, strict=True):
        assert farthest(first[:3], fourier_peaks(image)) <= 1.5
        image = levelled(image / image.mean(), PIXEL, 3.18)
        tiles = tiling(image.shape, PIXEL, 30.0, 10.0)
        reading = read_windows(image, [arrange(stacks[0], rotation(5.0), 1.7)], tiles)
        expected = bool(stack.twist[0])
        assert {is_turned(reading, kind) for kind in reading.kind.ravel()} == {expected}
