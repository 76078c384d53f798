"""Bond checks that were learned before."""

import pytest
from pymatgen.core import Composition, Lattice, Structure
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution import BondCheck, PretrainedBondCheck

SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]
SIZES = {
    "LiF": 4.03, "LiCl": 5.13, "NaF": 4.62, "NaCl": 5.64, "KF": 5.35, "KCl": 6.29,
    "RbCl": 6.58, "NaBr": 5.97, "KBr": 6.60, "MgO": 4.21, "CaO": 4.81, "SrO": 5.16,
}  # fmt: skip


@pytest.fixture(scope="module")
def salts():
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), list(Composition(name)), SITES)
        for name, a in SIZES.items()
    ]


def learned(salts, classifier):
    return BondCheck(classifier, random_state=0).fit(salts)


def test_what_was_saved_answers_as_before(salts, tmp_path):
    check = learned(salts, HistGradientBoostingClassifier(max_iter=10, min_samples_leaf=3))
    check.save(tmp_path / "bonds.safetensors")
    again = PretrainedBondCheck(tmp_path / "bonds.safetensors").fit()
    assert again.predict_proba(salts) == pytest.approx(check.predict_proba(salts))
    assert again.transform(salts) == pytest.approx(check.transform(salts))
    assert again.get_feature_names_out().tolist() == check.get_feature_names_out().tolist()
    assert again.explain(salts[3]) == check.explain(salts[3])


def test_another_classifier_is_not_saved(salts, tmp_path):
    check = learned(salts, LogisticRegression(max_iter=5000, C=1e-3))
    with pytest.raises(ValueError, match=r"got LogisticRegression; leave `classifier` out"):
        check.save(tmp_path / "bonds.safetensors")


def test_another_file_is_refused(tmp_path):
    (tmp_path / "some.safetensors").write_bytes(b"not at all")
    with pytest.raises(ValueError, match=r"what `BondCheck\.save` wrote"):
        PretrainedBondCheck(tmp_path / "some.safetensors").fit()


@pytest.mark.parametrize("crystal", [rutile(), fluorite(), perovskite()])
def test_what_is_shipped_tells_well_known_crystals_from_pressed_ones(crystal):
    """By a fifth of the volume."""
    pressed = crystal.copy()
    pressed.scale_lattice(0.8 * crystal.volume)
    right, wrong = PretrainedBondCheck().fit().predict_proba([crystal, pressed])[:, 1]
    assert right > 0.5 > wrong


def test_parameters_survive_a_clone():
    assert clone(PretrainedBondCheck("some", n_jobs=1)).get_params() == {
        "path": "some",
        "n_jobs": 1,
    }
