"""Peaks of a scan: where they are, how strong, and how surely."""

from numbers import Real

import numpy as np
from scipy.signal import find_peaks, peak_widths
from sklearn.utils import Bunch

from xrdmatch.crystallography import DiffractionPattern
from xrdmatch.preprocessing._noise import averaging_sigma
from xrdmatch.preprocessing._peak_fit import fit_group
from xrdmatch.preprocessing._scan_transformer import ScanTransformer

_KERNEL = 0.5  # width of the smoothing, in widths of a peak
_FEWEST_POINTS = 16  # of a scan in which peaks are sought
_GROUP_GAP = 3.0  # widths between peaks that are fitted each on its own
_LARGEST_GROUP = 6  # peaks fitted together
_SAME_PLACE = 0.3  # widths from where another line is due
_WEAKER = 1.6  # times as strong as due is still that line, on the first one's tail
_TO_SIGMA = 1 / np.sqrt(8 * np.log(2))  # from a full width at half maximum
_N_FOR_WIDTH = 15  # strongest peaks whose width is the scan's
_CLEARLY = 2.0  # times the significance of a peak, for one whose width is measured
_FINEST = 3  # points of the first smoothing in which widths are measured, and the least width
_COARSEST = 0.5  # [degrees] of the last one
_WIDEST = 2.0  # [degrees]
_SIGNIFICANT = 5.0  # standard deviations by which peaks stand out whose width is asked for
_WITHOUT_PEAKS = 5  # steps that a peak is taken to be wide where none stands out


class PeakFinder(ScanTransformer):
    """Find the Bragg peaks of scans: scans in, powder patterns out.

    1. The scan's peak width is the median of its strongest peaks' own, measured in counts that
       are smoothed as much as it takes for them to stand out. Noise is that of independent counts,
       or as much more as averages over neighbours are seen to scatter: files are smoothed and
       interpolated more often than they say.
    2. The counts are smoothed with a Gaussian of half that width, which tells peaks from noise
       almost as well as one of the full width and parts neighbours better; local maxima that
       stand out are candidates.
    3. Neighbouring candidates are fitted together to the counts as measured: for each a
       pseudo-Voigt peak of every line of the radiation, all of one width and shape, on a straight
       background. So K-alpha 2 needs no stripping, and positions are those of the strongest line.
    4. What is not significantly above zero in the fit is dropped.

    Parameters
    ----------
    min_significance : float, default=5.0
        How far a peak must stand out, in standard deviations of the smoothed counts, and how many
        standard uncertainties, of counting, its fitted area must have, its shape held.
    min_intensity : float, default=0.0
        Smallest area kept, in units of the strongest.
    width : float, default=None
        Full width at half maximum from which to start [degrees]; None measures it.

    See Also
    --------
    xrdmatch.preprocessing.BackgroundRemover : Not needed before, but a steep background hides
        weak peaks.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Scan
    >>> from xrdmatch.preprocessing import PeakFinder
    >>> x = np.arange(20, 30, 0.02)
    >>> peak = 100 + 2000 * np.exp(-4 * np.log(2) * ((x - 25.003) / 0.12) ** 2)
    >>> scan = Scan(x, np.random.default_rng(0).poisson(peak), radiation="CuKa1")
    >>> found = PeakFinder().find(scan)
    >>> bool(abs(found.two_theta[0] - 25.003) < 4 * found.two_theta_sigma[0] < 0.01)
    True
    >>> PeakFinder().transform([scan])
    [DiffractionPattern(1 peaks, |q| <= 0.281 1/Å, xray)]
    """

    def __init__(self, min_significance=5.0, *, min_intensity=0.0, width=None):
        self.min_significance = min_significance
        self.min_intensity = min_intensity
        self.width = width

    def find(self, scan):
        """Find the peaks of one scan, with their uncertainties.

        Parameters
        ----------
        scan : Scan
            The scan, with its radiation.

        Returns
        -------
        Bunch
            ``pattern``, the `DiffractionPattern`; and in its order, each of shape (n_peaks,):
            ``two_theta`` and ``two_theta_sigma`` [degrees], of the strongest line; ``q`` and
            ``q_sigma`` [1/Å]; ``intensity`` and ``intensity_sigma``, areas over all lines
            [counts degree]; ``fwhm`` [degrees]. Uncertainties are standard ones from the fit,
            widened where it leaves more than noise; systematic errors such as a displaced sample
            are not in them.

        Raises
        ------
        ValueError
            If the wavelength is unknown, the scan too short, or no peak stands out.
        """
        self._check_options()
        _check_scan(scan)
        sigma = averaging_sigma(scan)
        width = self.width or _typical_width(scan, sigma, self.min_significance)
        width = width or _WITHOUT_PEAKS * scan.step
        starts = _candidates(scan, sigma, width, self.min_significance)
        groups = _groups(scan.two_theta[starts], _GROUP_GAP * width)
        fits = [fit_group(scan, sigma, group, width) for group in groups]
        peaks = np.concatenate([fit for fit in fits if fit is not None] or [np.empty((0, 6))])
        return _bunch(scan, self._kept(peaks))

    def _transform_one(self, scan):
        return self.find(scan).pattern

    def _kept(self, peaks):
        """Rows of `fit_group` for significant peaks, in order."""
        good = (peaks[:, 5] > self.min_significance) & (peaks[:, 1] < peaks[:, 4])
        peaks = peaks[good]
        if not len(peaks):
            raise ValueError(
                f"no peak stands out by {self.min_significance:g} standard deviations; lower "
                "min_significance, or check that this is a scan of something crystalline."
            )
        peaks = peaks[peaks[:, 2] >= self.min_intensity * peaks[:, 2].max()]
        return peaks[np.argsort(peaks[:, 0])]

    def _check_options(self):
        for name, least in (("min_significance", 0), ("min_intensity", 0), ("width", 0)):
            value = getattr(self, name)
            if name == "width" and value is None:
                continue
            if not (isinstance(value, Real) and least <= value < np.inf):
                raise ValueError(f"{name} must be a number of at least {least}, got {value!r}.")


def _check_scan(scan):
    if scan.radiation is None or not scan.radiation.lines:
        raise ValueError(
            "peaks need the wavelength of their scan, got a scan without; give radiation='CuKa' "
            "or what it was taken with."
        )
    if scan.n_points < _FEWEST_POINTS:
        raise ValueError(
            f"peaks are sought in scans of at least {_FEWEST_POINTS} points, got {scan.n_points}."
        )


def line_width(scan):
    """Measure how wide the lines of a scan typically are.

    Parameters
    ----------
    scan : Scan
        The scan.

    Returns
    -------
    float or None
        Median full width at half maximum of its strongest peaks [degrees], no less than three
        steps; None where no peak stands out.

    See Also
    --------
    PeakFinder : Find the Bragg peaks of scans: scans in, powder patterns out.
    """
    return _typical_width(scan, averaging_sigma(scan), _SIGNIFICANT)


def _typical_width(scan, sigma, min_significance):
    """Median full width at half maximum [degrees] of the strongest peaks; None without peaks.

    Weak scans have to be smoothed more until a peak stands out.
    """
    points = _FINEST
    while points == _FINEST or points * scan.step <= _COARSEST:
        smooth, noise = _smoothed(scan.counts, points), sigma / _averaging(points)
        tops, found = find_peaks(smooth, prominence=_CLEARLY * min_significance * noise)
        strongest = tops[np.argsort(found["prominences"])[::-1][:_N_FOR_WIDTH]]
        wide = peak_widths(smooth, strongest)[0]
        wide = wide[wide * scan.step < _WIDEST]  # wider ones are humps
        if len(wide):
            own = np.sqrt(max(np.median(wide) ** 2 - points**2, 0))
            return float(max(own, _FINEST) * scan.step)
        points *= 2
    return None


def _averaging(points):
    """How many times less than a point a Gaussian average of this full width scatters."""
    return np.sqrt(max(2 * np.sqrt(np.pi) * points * _TO_SIGMA, 1.0))


def _smoothed(counts, width):
    """Fold counts with a Gaussian whose full width at half maximum is so many points."""
    reach = int(np.ceil(1.5 * width))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (width * _TO_SIGMA)) ** 2)
    padded = np.pad(counts, reach, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def _candidates(scan, sigma, width, min_significance):
    """Find the points at which peaks may be."""
    points = _KERNEL * width / scan.step
    smooth, noise = _smoothed(scan.counts, points), sigma / _averaging(points)
    tops, _ = find_peaks(smooth, prominence=min_significance * noise)
    return tops[~_second_lines(scan, tops, smooth, width)]


def _second_lines(scan, tops, smooth, width):
    """Mark maxima that are a weaker line of a stronger one, itself none, at a smaller angle."""
    (first, weight), *others = sorted(scan.radiation.lines, key=lambda line: -line[1])
    marked = np.zeros(len(tops), bool)
    places, heights = scan.two_theta[tops], smooth[tops]
    for i, place in enumerate(places):
        for wavelength, other in others if not marked[i] else ():
            sine = min(np.sin(np.radians(place / 2)) * wavelength / first, 1.0)
            near = np.abs(places - 2 * np.degrees(np.arcsin(sine))) < _SAME_PLACE * width
            marked |= near & (heights < _WEAKER * other / weight * heights[i])
    return marked


def _groups(two_theta, gap):
    """Split rising positions where they are far apart, and long runs at their widest gap."""
    groups = np.split(two_theta, np.flatnonzero(np.diff(two_theta) > gap) + 1)
    while max(map(len, groups)) > _LARGEST_GROUP:
        i = max(range(len(groups)), key=lambda j: len(groups[j]))
        # The gaps at the ends would leave groups of one.
        cut = 2 + int(np.argmax(np.diff(groups[i])[1:-1]))
        groups[i : i + 1] = [groups[i][:cut], groups[i][cut:]]
    return [group for group in groups if len(group)]


def _bunch(scan, peaks):
    two_theta, two_theta_sigma, area, area_sigma, fwhm, _ = peaks.T
    wavelength = max(scan.radiation.lines, key=lambda line: line[1])[0]
    theta = np.radians(two_theta / 2)
    q = 2 * np.sin(theta) / wavelength
    return Bunch(
        pattern=DiffractionPattern(q[:, None], area, radiation=scan.radiation),
        two_theta=two_theta,
        two_theta_sigma=two_theta_sigma,
        q=q,
        q_sigma=np.cos(theta) / wavelength * np.radians(two_theta_sigma),
        intensity=area,
        intensity_sigma=area_sigma,
        fwhm=fwhm,
    )
