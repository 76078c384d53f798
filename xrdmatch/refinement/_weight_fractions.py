"""Weight fractions from the scales of phases that were refined together."""

import numpy as np

from xrdmatch.refinement._powders import strength_unit

N_DIRECTIONS = 500  # over which texture is averaged


def weight_fractions(fit, masses):
    """Weight fractions of the crystalline phases of a mixture.

    ``W_p = S_p (Z M V)_p / sum_k S_k (Z M V)_k``, with the scale S, the mass ZM of the cell and
    its volume V [1]_. Texture is divided by its mean over all directions, so that it moves
    intensity between reflections and adds none.

    Parameters
    ----------
    fit : MixtureFit
        The phases.
    masses : sequence of n_phases floats
        Masses of their cells, in any unit.

    Returns
    -------
    fractions : ndarray of shape (n_phases,)
        Of all that is crystalline and known; they sum to 1. NaN where no phase shows.
    covariance : ndarray of shape (n_phases, n_phases)
        Of the fractions: counting errors, errors of the model, and what scales share with widths,
        texture and damping.

    See Also
    --------
    fit_mixture : Refine phases together, from where they stand.
    MixtureFit : Phases refined together.

    References
    ----------
    .. [1] Hill and Howard, J. Appl. Cryst. 20, 467 (1987).
    """
    worth = np.array([_worth(p, m, fit.query) for p, m in zip(fit.phases, masses, strict=True)])
    weights = fit.scale * worth
    if not weights.sum() > 0:
        nothing = np.full(len(weights), np.nan)
        return nothing, np.full((len(weights),) * 2, np.nan)
    fractions = weights / weights.sum()
    slopes = (np.eye(len(worth)) - fractions[:, None]) * worth / weights.sum()
    return fractions, slopes @ fit.covariance[-len(worth) :, -len(worth) :] @ slopes.T


def _worth(phase, mass, query):
    """Mass that a scale of 1 stands for."""
    strain = np.tensordot(phase.parameters[phase.layout.strain], phase.powder.basis, 1)
    volume = abs(np.linalg.det(phase.powder.lattice)) / np.linalg.det(np.eye(3) - strain)
    unit = strength_unit(phase.powder, query)
    return mass * volume / unit * _mean_texture(phase)


def _mean_texture(phase):
    """Mean of the factor ``exp(n.T.n)`` over all directions n."""
    coefficients = phase.parameters[phase.layout.texture].astype(float)
    tensor = np.tensordot(coefficients, phase.powder.basis[1:], 1)
    n = _directions()
    return float(np.exp(np.einsum("ij,jk,ik->i", n, tensor, n)).mean())


def _directions():
    """Directions that cover the sphere evenly, on a spiral; (n_directions, 3)."""
    i = np.arange(N_DIRECTIONS) + 0.5
    z = 1 - 2 * i / N_DIRECTIONS
    angle = np.pi * (1 + np.sqrt(5)) * i
    r = np.sqrt(1 - z**2)
    return np.column_stack([r * np.cos(angle), r * np.sin(angle), z])
