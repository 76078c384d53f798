"""What speaks against the best candidate of a pattern of spots."""

import pytest

from xrdmatch.retrieval import RankedPhase, spot_cautions

FIRST, RIVAL = RankedPhase("A", 9.0, (0,), True), RankedPhase("B", 3.0, (1,), True)
WITHOUT_LATTICE = RankedPhase("C", -9.0, (2,), False)


LABEL = "A [1 0 0]"


def test_a_good_fit_before_a_rival_raises_none():
    assert spot_cautions(LABEL, 90, 39, 3, [FIRST, RIVAL, WITHOUT_LATTICE]) == []


def test_a_lead_over_entries_of_other_lattices_is_none():
    (said,) = spot_cautions(LABEL, 90, 0, 0, [FIRST, WITHOUT_LATTICE])
    assert said.endswith("only the lattice decides.")


def test_a_single_crystal_is_said_elsewhere():
    assert spot_cautions(LABEL, 90, 0, 0, [FIRST]) == []


@pytest.mark.parametrize(("n_missing", "n_said"), [(18, 0), (19, 1)])
def test_more_spots_unseen_than_explained(n_missing, n_said):
    said = spot_cautions(LABEL, 23, 5, n_missing, [FIRST, RIVAL])
    assert len(said) == n_said
    assert all("A [1 0 0] explains 18 spots, and 19 of its own are not seen" in s for s in said)
