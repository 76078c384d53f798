"""Refined structures that nobody refined."""

from types import SimpleNamespace

import numpy as np
import pytest
from solved_crystals import rutile

from xrdmatch.solution import Proposal


@pytest.fixture(scope="session")
def refined():
    """Function of a residual and more: a refined structure with 100 net counts and errors of 10."""

    def make(residual, n_free=3, space_group=136, structure=None):
        profile = SimpleNamespace(
            observed=np.full(4, 26.0), background=np.full(4, 1.0), sigma=np.full(4, 2.5)
        )
        structure = rutile() if structure is None else structure
        return SimpleNamespace(
            residual=residual,
            n_free=n_free,
            space_group=space_group,
            structure=structure,
            profile=profile,
            r_wp=residual,
        )

    return make


@pytest.fixture(scope="session")
def proposal():
    """Function of a label and a structure: a proposal."""

    def make(label, structure=None):
        return Proposal(rutile() if structure is None else structure, label, "template", 0.5, 0.0)

    return make
