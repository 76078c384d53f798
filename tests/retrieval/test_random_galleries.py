"""Truths about searches among any crystals: a simulated scan or picture finds its own."""

import warnings

import numpy as np
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import DomainWarning
from xrdmatch.simulation import PowderProfile

EXAMPLES = settings(max_examples=15, deadline=None)
SCANNED = DiffractionSimulator("powder", "CuKa", profile=PowderProfile(np.arange(10, 90, 0.02)))
MATCHER = PatternMatcher(DiffractionSimulator("powder", "CuKa"))


def galleries(n):
    """Crystals that differ: they are drawn apart."""
    return st.lists(strategies.structures(), min_size=n, max_size=n)


@EXAMPLES
@given(galleries(4))
def test_a_simulated_scan_finds_its_own(crystals):
    found = MATCHER.fit(crystals).kneighbors(SCANNED.transform(crystals), 4)
    distances, indices = found
    own = np.array([d[i == k][0] for k, (d, i) in enumerate(zip(distances, indices, strict=True))])
    # Equal crystals, or equal up to what is seen, may stand before it, none that is better.
    assert (own <= distances[:, 0] + 2e-3).all()


@EXAMPLES
@given(strategies.structures(), st.floats(0, 3000))
def test_a_constant_background_changes_no_answer(crystal, offset):
    others = [crystal.copy() for _ in range(3)]
    for i, other in enumerate(others):
        other.scale_lattice(crystal.volume * (1.2 + 0.3 * i))
    matcher = MATCHER.fit([*others, crystal])
    (scan,) = SCANNED.transform([crystal])
    scan = Scan(scan.two_theta, scan.counts * 1e4 / scan.counts.max() + 10, radiation="CuKa")
    raised = Scan(scan.two_theta, scan.counts + offset, radiation="CuKa")
    assert matcher.predict([scan])[0] == matcher.predict([raised])[0] == 3


def outcome(ask, query):
    """An answer, or a sentence of a ValueError; of warnings only the one of odd patterns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DomainWarning)
        try:
            distances, indices = ask([query])
        except ValueError as error:
            return str(error)
    assert np.isfinite(distances).all()
    assert sorted(indices[0]) == [0, 1, 2]
    return ""


def is_sentence(said):
    return not said or (said.endswith(".") and "\n" not in said and len(said) < 500)


@settings(max_examples=60, deadline=None)
@given(strategies.scans(wavelengths=("CuKa", "MoKa", 0.5)))
def test_any_scan_has_an_answer_or_a_sentence(standards, scan):
    assert is_sentence(outcome(lambda scans: standards.kneighbors(scans, 3), scan))


@settings(max_examples=60, deadline=None)
@given(strategies.patterns(2))
def test_any_pattern_has_an_answer_or_a_sentence(few_layers, pattern):
    assert is_sentence(outcome(lambda patterns: few_layers.kneighbors(patterns, 3), pattern))
