"""Damaged CIFs end in a structure or in one sentence, never in a crash or a wait."""

import re
import time

import numpy as np
import pytest
from cif_files import ALL, P1, cif_text, cubic, formula, hexagonal, operations, symbol

from xrdmatch.io import SkippedStructure, stream_structures

ODD = ["?", ".", "'", '"', ";", "loop_", "data_", "_a", "1e999", "-1e300", "nan", "0", "x,y,z", "#"]
ODD += ["\0", "\u0304", "[", "1/0", "(5)", "0.5(", "save_", "global_", "$x", "F d -3 m", "9" * 400]


def originals(triclinic, disordered):
    spinel = ["Mg1 0.125 0.125 0.125", "Al1 0.5 0.5 0.5", "O1 0.262 0.262 0.262"]
    yield triclinic.to(fmt="cif")
    yield disordered.to(fmt="cif", symprec=0.01)
    yield cif_text(spinel, symbol("F d -3 m"), formula("Mg Al2 O4", 8), cell=cubic(8.08))
    yield cif_text(["Ti1 0.333 0.667 0.25"], symbol("P 63/m m c"), cell=hexagonal(2.95, 4.68))
    rows = ["OW1 H2O 0.5 0.5 0.5 1", "H1 H . . . 1", "Va1 Va 0 0 0 0.5", "Na1 Na+ 0 0 0 0.5(1)"]
    yield cif_text(rows, P1, operations("x,y,z", "-x,-y,-z"), columns=ALL)
    title = "_title\n;\ndata_ are here\n;"
    yield cif_text(["Si1 Si 0 0 0 1"], title, "_space_group_IT_number 227", columns=ALL) * 2


def mutated(text, rng):
    """Do one or two things to a text that editors, programs and networks do."""
    for _ in range(rng.integers(1, 3)):
        text = MUTATIONS[rng.integers(len(MUTATIONS))](text, rng) or " "
    return text


def other_character(text, rng):
    at = rng.integers(len(text))
    return text[:at] + chr(rng.integers(1, 300)) + text[at + 1 :]


def cut_off(text, rng):
    return text[: rng.integers(len(text))]


def without_a_line(text, rng):
    lines = text.split("\n")
    del lines[rng.integers(len(lines))]
    return "\n".join(lines)


def with_a_line_again(text, rng):
    lines = text.split("\n")
    i, j = rng.integers(len(lines), size=2)
    return "\n".join([*lines[:i], lines[j], *lines[i:]])


def with_an_odd_word(text, rng):
    words = text.split(" ")
    words[rng.integers(len(words))] = ODD[rng.integers(len(ODD))]
    return " ".join(words)


def with_something_between(text, rng):
    at = rng.integers(len(text))
    return text[:at] + ODD[rng.integers(len(ODD))] + text[at:]


def with_lines_exchanged(text, rng):
    lines = text.split("\n")
    i, j = rng.integers(len(lines), size=2)
    lines[i], lines[j] = lines[j], lines[i]
    return "\n".join(lines)


def with_another_digit(text, rng):
    digits = [i for i, letter in enumerate(text) if letter.isdecimal()] or [0]
    at = digits[rng.integers(len(digits))]
    return text[:at] + str(rng.integers(10)) + text[at + 1 :]


MUTATIONS = [
    *(other_character, cut_off, without_a_line, with_a_line_again),
    *(with_an_odd_word, with_something_between, with_lines_exchanged, with_another_digit),
]


@pytest.mark.parametrize("n", [60, pytest.param(1000, marks=pytest.mark.slow)])
def test_a_damaged_file_ends_in_a_structure_or_a_sentence(tmp_path, triclinic, disordered, n):
    rng = np.random.default_rng(n)
    texts, path = list(originals(triclinic, disordered)), tmp_path / "damaged.cif"
    verdicts = {"read": 0, "skipped": 0}
    for i in range(n):
        text = mutated(texts[i % len(texts)], rng)
        path.write_bytes(text.encode(errors="replace"))
        start = time.process_time()
        outcomes = [outcome for _, outcome in stream_structures(path)]
        assert time.process_time() - start < 3, text
        assert outcomes, text
        for outcome in outcomes:
            skipped = isinstance(outcome, SkippedStructure)
            verdicts["skipped" if skipped else "read"] += 1
            if skipped:
                assert "\n" not in outcome.reason, text
                assert not re.match(r"\w+Error", outcome.reason), f"{outcome.reason}\n{text}"
    assert min(verdicts.values()) > n / 10
