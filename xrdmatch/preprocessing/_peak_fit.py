"""A few neighbouring peaks fitted to the counts as measured."""

import numpy as np

_REACH = 2.5  # widths on either side of a group that are fitted
_LARGEST_MOVE = 0.75  # widths by which a peak may leave its start
_FEWEST_STEPS = 2  # of a scan that a peak is wide; a narrower one may be a single count
_MOST_STEPS = 30
_SMALLEST_GAIN = 1e-4  # relative, of the misfit, at which steps end
_HOPELESS = 1e6  # damping
_GAUSSIAN_AREA = np.sqrt(np.pi / (4 * np.log(2)))  # of unit height and width
_LORENTZIAN_AREA = np.pi / 2


def fit_group(scan, sigma, starts, width):
    """Fit pseudo-Voigt peaks of one width and shape on a straight background.

    Parameters
    ----------
    scan : Scan
        The scan.
    sigma : ndarray of shape (n_points,)
        Uncertainties of its counts.
    starts : ndarray of shape (n_peaks,)
        Where the peaks are, roughly [degrees].
    width : float
        Their full width at half maximum, roughly [degrees].

    Returns
    -------
    ndarray of shape (n_peaks, 6) or None
        Position of the strongest line and its standard uncertainty [degrees], area over all lines
        and its own [counts degree], width [degrees], and how many times the area exceeds the
        uncertainty that counting alone leaves, its shape held. None where the points are too few.
    """
    lines = np.array([wavelength for wavelength, _ in scan.radiation.lines])
    last = _images(starts[-1:], lines / _strongest(scan.radiation))[0].max()
    part = (scan.two_theta >= starts[0] - _REACH * width) & (
        scan.two_theta <= last + _REACH * width
    )
    n_peaks = len(starts)
    if part.sum() <= 2 * n_peaks + 4:
        return None
    x, y, s = scan.two_theta[part], scan.counts[part], sigma[part]
    model = _Model(x, scan.radiation)
    start = np.r_[starts, np.log(width), 0.5]
    narrowest = min(max(width / 4, _FEWEST_STEPS * scan.step), width)
    bounds = (
        np.r_[starts - _LARGEST_MOVE * width, np.log(narrowest), 0.0],
        np.r_[starts + _LARGEST_MOVE * width, np.log(width * 4), 1.0],
    )
    parameters, heights = _fit(model, start, bounds, y, s)
    return _with_uncertainties(model, parameters, heights, y, s)


def _strongest(radiation):
    return max(radiation.lines, key=lambda line: line[1])[0]


class _Model:
    """Peaks of unit height and two columns of background, with their derivatives.

    Parameters are the positions of the strongest line, the log of the width and the share of
    the Lorentzian.
    """

    def __init__(self, x, radiation):
        lines = np.array(sorted(radiation.lines, key=lambda line: -line[1]))
        self.ratios, self.weights = lines[:, 0] / lines[0, 0], lines[:, 1] / lines[0, 1]
        self.x = x
        self.background = np.column_stack([np.ones_like(x), (x - x.mean()) / np.ptp(x)])

    def __call__(self, parameters):
        """Return shapes (n_points, n_peaks) and slopes by position, log width and share."""
        width, share = np.exp(parameters[-2]), parameters[-1]
        images, pace = _images(parameters[:-2], self.ratios)  # (n_lines, n_peaks)
        u = (self.x[:, None, None] - images) / width  # (n_points, n_lines, n_peaks)
        lorentz, gauss = 1 / (1 + 4 * u**2), np.exp(-4 * np.log(2) * u**2)
        # The slope by u squared, times u.
        slope = -u * (4 * share * lorentz**2 + 4 * np.log(2) * (1 - share) * gauss)
        parts = (
            share * lorentz + (1 - share) * gauss,
            -2 * slope * pace / width,
            -2 * slope * u,
            lorentz - gauss,
        )
        return [np.einsum("xlp,l->xp", part, self.weights) for part in parts]

    def jacobian(self, parameters, heights):
        """Return the counts and their slopes by all parameters, then by all heights."""
        shapes, by_place, by_width, by_share = self(parameters)
        linear = np.column_stack([shapes, self.background])
        peaks = heights[: shapes.shape[1]]
        shared = np.column_stack([by_width @ peaks, by_share @ peaks])
        return linear @ heights, np.column_stack([by_place * peaks, shared, linear])


def _images(two_theta, ratios):
    """Angles of all lines, (n_lines, n_peaks), and how fast they move with the first one's."""
    theta = np.radians(two_theta / 2)
    sines = np.minimum(ratios[:, None] * np.sin(theta), 1 - 1e-9)
    return 2 * np.degrees(np.arcsin(sines)), ratios[:, None] * np.cos(theta) / np.sqrt(1 - sines**2)


def _fit(model, parameters, bounds, y, s):
    """Levenberg and Marquardt's steps, within bounds."""
    linear = np.column_stack([model(parameters)[0], model.background]) / s[:, None]
    heights = np.linalg.lstsq(linear, y / s, rcond=None)[0]
    n, damping = len(parameters), 1e-2
    fitted, jacobian = model.jacobian(parameters, heights)
    misfit = np.sum(((y - fitted) / s) ** 2)
    for _ in range(_MOST_STEPS):
        scaled = jacobian / s[:, None]
        square = scaled.T @ scaled
        square[np.diag_indices_from(square)] *= 1 + damping
        square[np.diag_indices_from(square)] += 1e-12 * np.trace(square)
        step = np.linalg.solve(square, scaled.T @ ((y - fitted) / s))
        trial = np.clip(parameters + step[:n], *bounds), heights + step[n:]
        new_fitted, new_jacobian = model.jacobian(*trial)
        new_misfit = np.sum(((y - new_fitted) / s) ** 2)
        gain = misfit - new_misfit
        damping = damping / 5 if gain > 0 else damping * 8
        if gain > 0:
            (parameters, heights), fitted, jacobian = trial, new_fitted, new_jacobian
            misfit = new_misfit
        if damping > _HOPELESS or 0 <= gain < _SMALLEST_GAIN * misfit:
            break
    return parameters, heights


def _with_uncertainties(model, parameters, heights, y, s):
    """Rows of `fit_group`, the covariance taken over all parameters together."""
    n_peaks = len(parameters) - 2
    fitted, jacobian = model.jacobian(parameters, heights)
    jacobian = jacobian / s[:, None]
    misfit = np.sum(((fitted - y) / s) ** 2) / (len(y) - jacobian.shape[1])
    covariance = np.linalg.pinv(jacobian.T @ jacobian, hermitian=True)
    counting = np.sqrt(np.maximum(np.diag(covariance), np.finfo(float).tiny))
    deviation = counting * np.sqrt(max(misfit, 1.0))
    width, share = np.exp(parameters[-2]), parameters[-1]
    # As many uncertainties as the misfit's root grows by without the peak, its shape held.
    linear = jacobian[:, n_peaks + 2 :]
    alone = np.sqrt(np.diag(np.linalg.pinv(linear.T @ linear, hermitian=True))[:n_peaks])
    area = width * (share * _LORENTZIAN_AREA + (1 - share) * _GAUSSIAN_AREA) * model.weights.sum()
    rows = slice(n_peaks + 2, 2 * n_peaks + 2)
    return np.column_stack(
        [
            parameters[:n_peaks],
            deviation[:n_peaks],
            area * heights[:n_peaks],
            area * deviation[rows],
            np.full(n_peaks, width),
            heights[:n_peaks] / np.maximum(alone, np.finfo(float).tiny),
        ]
    )
