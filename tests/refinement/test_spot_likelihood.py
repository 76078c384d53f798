"""The likelihood of imperfect patterns: densities, what must not change it, what it finds."""

import math
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest
import torch
from pymatgen.core import Lattice, Structure
from scipy import stats

from xrdmatch import DiffractionSimulator, PatternPointCloud
from xrdmatch.encoders import SpotSums
from xrdmatch.refinement import _spot_likelihood
from xrdmatch.refinement._spot_likelihood import (
    FLOOR,
    OUTLIER,
    _log_below,
    _paired,
    fit_candidates,
    with_outliers,
)
from xrdmatch.refinement._spot_moments import moment_library
from xrdmatch.simulation import (
    CrystalEffect,
    IntensityNoise,
    Perturbation,
    ThermalDisplacement,
    check_settings,
    perturb_patterns,
)

ROUNDING = 2e-3  # of log likelihoods of several hundred, in single precision
LEAST_CORRELATION = 0.9  # of ranks: ten layers at six severities, one snapshot each
SEVERITIES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Deformation(CrystalEffect):
    """One known in-plane deformation for all: L becomes L D."""

    matrix: tuple

    def __call__(self, framed, severity, rng):
        whole = np.eye(3)
        whole[:2, :2] = self.matrix
        return replace(framed, lattice=framed.lattice @ whole)


def library_of(structures, **options):
    return moment_library(structures, check_settings(DiffractionSimulator(**options)))


@pytest.fixture(scope="module")
def library(layers):
    return library_of(layers)


def assert_alike(ours, theirs, looser=1):
    for name, value in values_of(ours).items():
        expected = values_of(theirs)[name]
        np.testing.assert_allclose(
            value, expected, atol=looser * ROUNDING, rtol=looser * 1e-5, err_msg=name
        )


def points_of(patterns):
    return PatternPointCloud().transform(patterns)


def everyone(points, library):
    return np.tile(np.arange(len(library.reciprocal)), (len(points), 1))


def values_of(fits):
    """What was fitted, by name: all but the candidates and what a known orientation leaves out."""
    own = ("distances", "indices", "owners", "placement", "setting")
    return {f.name: getattr(fits, f.name) for f in fields(fits) if f.name not in own}


def squeezed(fits, at):
    """Fits with an index taken out of every field."""
    return replace(fits, **{name: value[at] for name, value in values_of(fits).items()})


def fits_of_truth(patterns, library):
    """Fit pattern i with structure i; every field squeezed to one candidate."""
    points = points_of(patterns)
    fits = fit_candidates(points, library, np.arange(len(points))[:, None])
    return squeezed(fits, (slice(None), 0))


def gamma_logs(ratio, shape):
    """Log density of ln(ratio), where ratio has a Gamma distribution of mean one."""
    return stats.gamma.logpdf(ratio, shape, scale=1 / shape) + np.log(ratio)


@pytest.mark.parametrize("noise", [0.05, 0.4])
def test_density_is_that_of_gamma_variables(noise):
    """With mean and variance as told, on the scale that suits best; the rest are outliers."""
    rng = np.random.default_rng(0)
    mean, spread = rng.uniform(0.5, 3, 12), rng.uniform(0.1, 0.6, 12)
    seen = 1.7 * mean * rng.gamma(8, 1 / 8, 12)
    paired = np.arange(12) < 9
    values = (mean, (spread * mean) ** 2, seen / mean, np.log(seen / mean))
    ours, scale = _paired(torch.tensor(paired), *map(torch.tensor, values), noise)
    scale = scale.item()
    variance = (spread * mean) ** 2 * (1 + noise**2) + (noise * mean) ** 2
    shape = (mean**2 / variance)[paired]
    logs = gamma_logs((seen / mean)[paired] / scale, shape)
    np.testing.assert_allclose(
        ours.item(),
        with_outliers(torch.tensor(logs)).sum() - math.log(shape.sum()) / 2,
        atol=20 * FLOOR,  # nine spots whose means have the floor on top
    )
    for other in (0.9 * scale, 1.1 * scale):
        assert gamma_logs((seen / mean)[paired] / other, shape).sum() < logs.sum()


def test_outliers_bound_what_a_spot_may_cost():
    """An impossible intensity costs an outlier's log probability; a likely one hardly knows."""
    assert with_outliers(torch.tensor(-1e4)).item() == pytest.approx(math.log(OUTLIER), abs=1e-3)
    likely = with_outliers(torch.tensor(2.0)) - with_outliers(torch.tensor(1.0))
    assert likely.item() == pytest.approx(1.0, abs=1e-2)


def test_chance_of_staying_invisible():
    """Nothing is invisible for sure; a strong spot only as an outlier."""
    nothing = SpotSums(*torch.zeros(6, 1))
    strong = SpotSums(*torch.tensor([[9.0], [3.0], [0.0], [0.0], [9.0], [3.0]]))
    at = (torch.tensor([x]) for x in (0.5, 0.05, 0.1, 1.0, 0.5))
    length, u, noise, scale, faintest = at
    assert _log_below(nothing, length, u, noise, scale, faintest).item() == pytest.approx(0.0)
    chance = _log_below(strong, length, u, noise, scale, faintest).item()
    assert chance == pytest.approx(math.log(OUTLIER), abs=0.01)


def test_shapes(imperfect, library):
    points = points_of(imperfect[:5])
    fits = fit_candidates(points, library, np.arange(15).reshape(5, 3))
    for name, value in values_of(fits).items():
        assert value.shape == ((5, 3, 2, 2) if name == "strain" else (5, 3)), name
        assert np.isfinite(value).all(), name


def test_few_entries_at_a_time(monkeypatch, imperfect, library):
    """Pieces of candidates and of queries, down to one pair."""
    points = points_of(imperfect[:6])
    candidates = everyone(points, library)[:, ::3]
    expected = fit_candidates(points, library, candidates)
    for most in (1, 5 * points.shape[1], 20 * points.shape[1]):
        monkeypatch.setattr(_spot_likelihood, "MAX_ENTRIES", most)
        assert_alike(fit_candidates(points, library, candidates), expected)


def test_company_and_padding_do_not_matter(layers, imperfect, library):
    """One query and one candidate alone, and beside queries with more spots."""
    wide = perturb_patterns(layers[:2], simulator=DiffractionSimulator(hk_max=8), random_state=0)
    together = points_of([imperfect[0], *wide])
    assert together.shape[1] > len(points_of(imperfect[:1])[0])
    candidates = np.tile([3, 0, 7], (3, 1))
    mixed = fit_candidates(together, library, candidates)
    alone = fit_candidates(points_of(imperfect[:1]), library, np.array([[0]]))
    assert_alike(squeezed(mixed, (slice(1), slice(1, 2))), alone)


def test_unit_of_intensity_does_not_matter(imperfect, library):
    points = points_of(imperfect[:5])
    scaled = points + np.array([0.0, 0.0, math.log(370.0)])
    candidates = everyone(points, library)
    ours, theirs = (fit_candidates(x, library, candidates) for x in (scaled, points))
    assert_alike(ours, theirs, looser=10)


def test_clean_patterns_fit_as_they_are(patterns, library):
    """No strain, the least displacement and noise there are, scale 1, every spot in its place."""
    fits = fits_of_truth(patterns, library)
    assert np.abs(fits.strain).max() < 1e-5
    assert fits.displacement.max() < 0.02
    assert fits.noise.max() <= min(_spot_likelihood.NOISES) * 1.1
    np.testing.assert_allclose(fits.scale, 1, atol=0.02)
    assert fits.n_extra.sum() == fits.n_missing.sum() == 0


def test_truth_is_the_most_probable(layers, patterns, imperfect, library):
    for queries, share in ((patterns, 1.0), (imperfect, 0.9)):
        points = points_of(queries)
        best = fit_candidates(points, library, everyone(points, library)).log_likelihood.argmax(1)
        assert (best == np.arange(len(layers))).mean() >= share


@pytest.mark.parametrize(
    ("fitted", "effect"),
    [("displacement", ThermalDisplacement), ("noise", IntensityNoise)],
)
def test_fitted_strengths_follow_the_true_ones(layers, library, fitted, effect):
    found = []
    for severity in SEVERITIES:
        perturbation = Perturbation(effect(), severity=severity)
        queries = perturb_patterns(layers[:10], perturbation=perturbation, random_state=1)
        found.append(getattr(fits_of_truth(queries, library), fitted))
    assert stats.spearmanr(np.repeat(SEVERITIES, 10), np.ravel(found))[0] > LEAST_CORRELATION
    means = np.mean(found, axis=1)
    assert (np.diff(means[1:]) > 0).all()
    assert means[-1] > 4 * means[0]


def test_fitted_displacement_is_about_the_true_one(layers, library):
    """The median layer's, within the spacing of the grid."""
    for u in (0.05, 0.11, 0.2):
        perturbation = Perturbation(ThermalDisplacement(u))
        queries = perturb_patterns(layers, perturbation=perturbation, random_state=2)
        median = np.median(fits_of_truth(queries, library).displacement)
        assert u / 1.5 < median < 1.5 * u


@pytest.mark.parametrize(
    "matrix", [((1.02, 0.0), (0.0, 0.985)), ((0.99, 0.015), (-0.02, 1.03))], ids=["cell", "turned"]
)
def test_fitted_strain_is_the_true_deformation(layers, library, matrix):
    """D - 1 of the cell L D, but for a prior that 84 spots outweigh."""
    queries = perturb_patterns(layers, perturbation=Perturbation(Deformation(matrix)))
    fits = fits_of_truth(queries, library)
    expected = np.tile(np.array(matrix) - np.eye(2), (len(layers), 1, 1))
    np.testing.assert_allclose(fits.strain, expected, atol=1e-3)
    assert fits.n_extra.sum() == 0


def test_strain_of_a_strained_structure(layers, library):
    """The same through a structure of its own: a shorter by 2 %, b turned a little."""
    strained = layers[0].copy()
    cell = strained.lattice.matrix.copy()
    stretch = np.diag([0.98, 1.0, 1.0])
    strained.lattice = Lattice(cell @ stretch)
    (pattern,) = DiffractionSimulator().transform([strained])
    fits = fits_of_truth([pattern], library)
    np.testing.assert_allclose(fits.strain[0], stretch[:2, :2] - np.eye(2), atol=1e-3)


def fit_of(points, library, row=0):
    fits = fit_candidates(points[None], library, np.array([[row]]))
    return squeezed(fits, (0, 0))


def test_a_strong_spot_that_is_missing_costs(imperfect, library):
    for row, points in enumerate(points_of(imperfect[:5])):
        whole = fit_of(points, library, row)
        inner = np.linalg.norm(points[:, :2], axis=1) < 0.8 * np.linalg.norm(points[-1, :2])
        strongest = np.argmax(np.where(inner, points[:, 2], -np.inf))
        without = fit_of(np.delete(points, strongest, axis=0), library, row)
        assert without.n_missing == whole.n_missing + 1
        assert without.n_extra == whole.n_extra
        assert without.log_likelihood < whole.log_likelihood - 2


def test_a_spot_too_many_costs(layers, imperfect, library):
    """In the middle of a mesh, where it cannot be one of the candidate's."""
    for row, points in enumerate(points_of(imperfect[:5])):
        whole = fit_of(points, library, row)
        cell = (
            library.reciprocal[row]
            @ torch.linalg.inv(torch.eye(2) + torch.as_tensor(whole.strain)).T
        )
        middle = (torch.tensor([1.5, 1.5]) @ cell).numpy()
        more = fit_of(np.vstack([points, [*middle, points[:, 2].mean()]]), library, row)
        assert more.n_extra == whole.n_extra + 1
        assert more.n_missing == whole.n_missing
        assert more.log_likelihood < whole.log_likelihood - 3


def test_a_spot_too_many_next_to_the_beam_costs(imperfect, library):
    """Nearer to 000 than to any spot, where a crystal with a larger cell may have one."""
    points = points_of(imperfect[:1])[0]
    whole = fit_of(points, library)
    early = (torch.tensor([0.4, 0.0]) @ library.reciprocal[0]).numpy()
    more = fit_of(np.vstack([points, [*early, points[:, 2].mean()]]), library)
    assert more.n_extra == whole.n_extra + 1
    assert more.log_likelihood < whole.log_likelihood - 3


@pytest.fixture(scope="module")
def centred():
    """A rectangular cell with a centred mesh: spots with h + k odd are extinct."""
    return Structure(
        Lattice.orthorhombic(3.1, 4.7, 20), ["Mo", "Mo"], [[0, 0, 0.5], [0.5, 0.5, 0.5]]
    )


def test_what_nobody_could_see_may_be_missing(centred):
    """Extinct spots that are not there cost next to nothing, those with intensity a lot."""
    library = library_of([centred])
    odd = (library.hk.sum(1) % 2 == 1).numpy()
    (pattern,) = DiffractionSimulator(friedel_half=True).transform([centred])
    rows = np.column_stack([pattern.q, pattern.intensity])
    seen = fit_of(points_of([rows[~odd]])[0], library)
    reach = np.linalg.norm(pattern.q[~odd], axis=1).max()
    n_within = (odd & (np.linalg.norm(pattern.q, axis=1) <= reach)).sum()
    assert n_within > 30
    assert seen.n_missing == n_within
    sums = library.sums.clone()
    sums[:, odd] = torch.nan  # a candidate that never had them
    ignorant = fit_of(points_of([rows[~odd]])[0], replace(library, sums=sums))
    assert ignorant.n_missing == 0
    assert ignorant.log_likelihood - seen.log_likelihood < 0.01 * n_within
    even = np.flatnonzero(~odd)
    fewer = fit_of(points_of([rows[even[np.argsort(rows[even, 2])[:-3]]]])[0], library)
    assert fewer.n_missing >= n_within - 10
    assert fewer.log_likelihood < seen.log_likelihood - 5


def test_nothing_in_common(layers, library):
    """A pattern far from all of a candidate's spots: bad, but a number."""
    q = np.array([[0.05, 0.03], [0.04, -0.06], [9.0, 0.1]])
    pattern = np.column_stack([q, [1.0, 2.0, 3.0]])
    fits = fit_candidates(points_of([pattern]), library, np.arange(40)[None])
    assert np.isfinite(fits.log_likelihood).all()
    truth = fits_of_truth(DiffractionSimulator().transform(layers[:1]), library)
    assert fits.log_likelihood.max() < truth.log_likelihood.min()


def test_beyond_the_range_nothing_is_judged(layers, library):
    """Spots of a query that reaches farther are nobody's, wherever a library ends."""
    wide = DiffractionSimulator(hk_max=9).transform(layers[:10])
    fits = fits_of_truth(wide, library)
    assert fits.n_extra.sum() == 0


def test_company_in_the_library_does_not_matter(layers, imperfect):
    """Within q_max a large cell has more indices than a small one, which therefore is padded."""
    order = np.argsort([max(layer.lattice.abc[:2]) for layer in layers], kind="stable")
    whole = library_of(layers, q_max=1.2)
    part = library_of([layers[i] for i in order[:5]], q_max=1.2)
    assert part.largest_index < whole.largest_index
    points = points_of(imperfect[:5])
    ours = fit_candidates(points, whole, np.tile(order[:5], (5, 1)))
    theirs = fit_candidates(points, part, np.tile(np.arange(5), (5, 1)))
    assert_alike(ours, theirs)


def test_strain_carries_spots_across_the_edge(layers):
    """What q_max lets in because the cell is strained is not one spot too many."""
    simulator = DiffractionSimulator(q_max=1.2)
    queries = perturb_patterns(
        layers,
        simulator=simulator,
        perturbation=Perturbation(Deformation(((1.02, 0.0), (0.0, 1.02)))),
    )
    n_within = [p.n_peaks for p in simulator.transform(layers)]
    assert any(q.n_peaks > n for q, n in zip(queries, n_within, strict=True))
    assert fits_of_truth(queries, library_of(layers, q_max=1.2)).n_extra.sum() == 0
