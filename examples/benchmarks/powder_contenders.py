"""What is asked to name the phase of a measured scan."""

from copy import copy
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.ndimage import gaussian_filter1d

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.preprocessing import BackgroundRemover, PatternProfile, PeakFinder
from xrdmatch.retrieval import (
    EncodedGallery,
    StructureRetriever,
    load_pretrained,
    make_powder_retriever,
)

STEP = 0.04  # degrees
START, STOP = 5.0, 90.0
FWHM = 0.24  # degrees, of the Gaussian that the gallery's peaks are drawn with
TO_SIGMA = 1 / np.sqrt(8 * np.log(2))
POWDER = DiffractionSimulator("powder", "CuKa")


class MaskedCosine(StructureRetriever):
    """The naive baseline: one Gaussian, one cosine over the measured range."""

    def __init__(self, simulator=POWDER, n_jobs=None, score_k=1):
        self.simulator, self.n_jobs, self.score_k = simulator, n_jobs, score_k

    def fit(self, structures, patterns=None, labels=None):
        """Take the structures as the gallery."""
        return self.set_gallery(structures, labels)

    def encode_gallery(self, structures):
        """Draw patterns."""
        rows = [self._drawn(structures[i : i + 512]) for i in range(0, len(structures), 512)]
        return DrawnGallery(np.concatenate(rows))

    def _drawn(self, structures):
        """Patterns as rows of length 1, in half precision."""
        n = round((STOP - START) / STEP) + 1
        rows = np.zeros((len(structures), n), dtype=np.float32)
        for row, pattern in zip(rows, self.simulator.transform(structures), strict=True):
            angle = 2 * np.degrees(np.arcsin(pattern.q[:, 0] * pattern.radiation.wavelength / 2))
            place = np.rint((angle - START) / STEP).astype(int)
            inside = (place >= 0) & (place < n)
            row += np.bincount(place[inside], pattern.intensity[inside], n)
        rows = gaussian_filter1d(rows, FWHM * TO_SIGMA / STEP, axis=1, mode="constant")
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)

    def encode_queries(self, patterns):
        """Scans without background on the same axis, NaN where nothing was measured."""
        axis = PatternProfile(
            "two_theta", start=START, stop=STOP, step=STEP, wavelength="CuKa", scale="norm"
        )
        return axis.transform(BackgroundRemover().transform(patterns))


@dataclass(frozen=True, eq=False)
class DrawnGallery(EncodedGallery):
    """Patterns as rows of length 1, compared where a scan was measured."""

    rows: np.ndarray
    n_entries = 4096

    def __len__(self):
        return len(self.rows)

    def joined(self, other):
        """Both in one."""
        return DrawnGallery(np.concatenate([self.rows, other.rows]))

    def distances(self, queries, rows):
        """1 minus the cosines."""
        masks = np.isfinite(queries)
        queries = np.maximum(np.where(masks, queries, 0.0), 0.0).astype(np.float32)
        queries /= np.linalg.norm(queries, axis=1, keepdims=True)
        entries = self.rows[rows].astype(np.float32)
        lengths = np.sqrt(masks.astype(np.float32) @ np.square(entries).T)
        return 1 - queries @ entries.T / np.maximum(lengths, 1e-3)


def around(retriever):
    """What make_powder_retriever gives, around a retriever that has its gallery."""
    return make_powder_retriever().set_params(retriever=retriever)


def around_computed(matcher):
    """What make_powder_retriever gives for computed cells, around a matcher with its gallery."""
    strained = copy(matcher).set_params(comparison="strained_profile")
    return make_powder_retriever(cells="computed").set_params(retriever=strained)


def of_peaks(matcher):
    """Compare the peaks found in a scan rather than its profile."""
    return copy(matcher).set_params(pattern_transformer=PeakFinder())


# name -> what encodes a gallery, not fitted
GALLERIES = {"cosine": MaskedCosine, "profiles": partial(PatternMatcher, POWDER)}
# name -> whose gallery it searches, and what is made of the retriever that has it
CONTENDERS = {
    "masked cosine, 0.24 degrees": ("cosine", copy),
    "PatternMatcher": ("profiles", copy),
    "PatternMatcher of peaks": ("profiles", of_peaks),
    "make_powder_retriever": ("profiles", around),
}
# as CONTENDERS, where the gallery's cells are computed
CONTENDERS_COMPUTED = {"make_powder_retriever, computed": ("profiles", around_computed)}
EXPLAINED = "make_powder_retriever"  # whose failures are listed


def add_tower(path):
    """Let a tower that `powder_tower.py` trained take part, alone and refined."""
    name = f"tower-{path.name}"  # also of its file in the cache
    GALLERIES[name] = partial(load_pretrained, path)
    CONTENDERS["learned tower"] = (name, copy)
    CONTENDERS["learned tower, refined"] = (name, around)
