"""Calibrations in files."""

import json

import numpy as np
import pytest

from xrdmatch import CalibratedRetriever, PatternMatcher
from xrdmatch.retrieval._calibration.calibration import Calibration
from xrdmatch.retrieval._calibration.confidence import learn_confidence
from xrdmatch.retrieval._calibration.evidence import Evidence
from xrdmatch.retrieval._storage.calibrations import (
    CALIBRATION,
    read_calibration,
    write_calibration,
)


def drawn(n, mean, seed):
    """Queries with one candidate, of which one fact is known."""
    facts = np.random.default_rng(seed).normal(mean, 1, (n, 1, 1))
    return Evidence(np.zeros((n, 1), int), np.ones((n, 1)), np.zeros((n, 1), int), facts, ("fact",))


def learned(n):
    known, unknown = drawn(n, 1, 0), drawn(n, -1, 1)
    confidence = learn_confidence(known, np.ones((n, 1), dtype=bool), unknown, 0.5)
    return Calibration(confidence, None, source="simulated", n_queries=n, n_gallery=7)


@pytest.fixture(params=[40, 600], ids=["lines", "curves"])
def written(request, tmp_path):
    """A calibration, and the folder that it was written to."""
    retriever = CalibratedRetriever(PatternMatcher())
    retriever.calibration_ = learned(request.param)
    write_calibration(retriever, tmp_path)
    return retriever.calibration_, tmp_path


def test_what_was_learned_is_read_again(written):
    calibration, folder = written
    read = read_calibration(CalibratedRetriever(PatternMatcher()), folder).calibration_
    asked = drawn(50, 0, 2)
    assert str(read) == str(calibration)
    pairs = (read.nothing, calibration.nothing)
    first, second = (one.phase_probability(asked) for one in pairs)
    np.testing.assert_array_equal(first, second)


def test_files_of_straight_laws_alone_are_read(tmp_path):
    retriever = CalibratedRetriever(PatternMatcher())
    retriever.calibration_ = learned(40)
    write_calibration(retriever, tmp_path)
    file = tmp_path / CALIBRATION
    content = json.loads(file.read_text(encoding="utf-8"))
    for name in ("beta", "curves"):
        del content["nothing"][name]
    del content["nothing"]["shares"]["crowding"]
    file.write_text(json.dumps(content), encoding="utf-8")
    read = read_calibration(CalibratedRetriever(PatternMatcher()), tmp_path).calibration_
    assert str(read) == str(retriever.calibration_)
