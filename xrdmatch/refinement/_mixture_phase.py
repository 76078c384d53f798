"""One phase of a mixture on the grid of a scan, and projection of phases out of a scan."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from xrdmatch.refinement._fit_powders import at_rest_before
from xrdmatch.refinement._powders import Powder
from xrdmatch.refinement._scan_fit import TINY
from xrdmatch.refinement._scan_model import Layout, calculated


class MixturePhase(NamedTuple):
    """One phase before a scan.

    Parameters
    ----------
    powder : Powder
        Its reflections.
    at_rest : tuple of Candidates
        What strains hardly change, before each stage of the scan.
    parameters : ndarray of shape (n_parameters,)
        Where it stands, in the columns of `Layout`.

    See Also
    --------
    mixture_phase : Make a phase ready.
    fit_mixture : Refine phases together, from where they stand.
    """

    powder: Powder
    at_rest: tuple
    parameters: np.ndarray

    @property
    def layout(self):
        """Which of its parameters is what."""
        return Layout(len(self.powder.basis))


def mixture_phase(queries, powder, parameters, monochromator=0.0):
    """Make a phase ready.

    Parameters
    ----------
    queries : tuple of ScanQuery
        Output of `scan_queries`.
    powder : Powder
        Its reflections.
    parameters : ndarray of shape (n_parameters,)
        Where it starts.
    monochromator : float, default=0.0
        As in `lorentz_polarization` [degrees].

    Returns
    -------
    MixturePhase
        The phase.

    See Also
    --------
    MixturePhase : One phase before a scan.
    fit_mixture : Refine phases together, from where they stand.
    """
    return MixturePhase(powder, at_rest_before(queries, [powder], monochromator), parameters)


def without_phases(queries, phases):
    """Project phases out of a scan, as its background is.

    Parameters
    ----------
    queries : tuple of ScanQuery
        Output of `scan_queries`.
    phases : sequence of MixturePhase
        What is known to be in it, where it stands.

    Returns
    -------
    tuple of ScanQuery
        In which nothing along these phases' profiles counts.

    See Also
    --------
    fit_mixture : Refine phases together, from where they stand.
    """
    return tuple(_without(query, phases, stage) for stage, query in enumerate(queries))


def _without(query, phases, stage):
    profiles = [
        calculated(phase.parameters[None], phase.at_rest[stage], query)[0] * query.weight
        for phase in phases
    ]
    if not profiles:
        return query
    rows = [p / max(np.linalg.norm(p), TINY) for p in profiles]
    columns = np.column_stack([query.background, *rows])
    background = np.linalg.qr(columns)[0].astype(np.float32)
    target = query.target - background @ (background.T @ query.target)
    return replace(query, background=background, target=target)
