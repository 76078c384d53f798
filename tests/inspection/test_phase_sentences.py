"""What is said of phases: their number, notes, and peaks that are left."""

from types import SimpleNamespace

import numpy as np

from xrdmatch.inspection import describe_phases


def found(n_phases, peaks=(), notes=()):
    left = SimpleNamespace(share=0.123, two_theta=np.array(peaks))
    return SimpleNamespace(n_phases=n_phases, r_wp=0.0567, unexplained=left, notes=notes)


def test_numbers():
    (said,) = describe_phases(found(2))
    assert said.startswith("2 phases explain the scan: R_wp 5.7 %, 12.3 % of the net counts unexp")
    assert describe_phases(found(1))[0].startswith("One phase explains the scan: ")


def test_no_phase():
    assert describe_phases(found(0))[0].startswith("No phase of the library explains the scan")


def test_notes_are_sentences():
    assert describe_phases(found(1, notes=["broad humps have 5 %"]))[1] == "Broad humps have 5 %."


def test_the_strongest_peaks_are_named():
    said = describe_phases(found(1, peaks=[30.123, 20.0, 50, 60, 70, 80]))[-1]
    assert said.startswith("Peaks at 30.12, 20.00, 50.00, 60.00, 70.00 degrees are unexplained")
