"""Training on several processes: two are launched, once, and compared with one."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from two_processes import CASES, learned

from xrdmatch.learning import PairDataset, Rescaling
from xrdmatch.learning._process_net import draw_apart, shared_batch_size

TESTS = Path(__file__).parents[1]
LAUNCH = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
ROUNDING = 1e-6  # of sums over a batch in another order, in weights of single precision
TIMEOUT = 300  # seconds; about 12 on an idle core


@pytest.fixture(scope="module")
def launched(tmp_path_factory):
    """What both processes wrote, and what they said."""
    pytest.importorskip("accelerate", reason="accelerate is not installed")
    folder = tmp_path_factory.mktemp("processes")
    said = subprocess.run(
        [*LAUNCH, str(TESTS / "two_processes.py"), str(folder)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    written = [torch.load(folder / f"{i}.pt", weights_only=False) for i in range(2)]
    return written, said


@pytest.mark.parametrize("case", [*CASES, "drawn", "again"])
def test_processes_end_with_the_same_towers(launched, case):
    first, second = (written[case] for written in launched[0])
    assert np.isfinite(first["losses"]).all()
    np.testing.assert_array_equal(first["losses"], second["losses"])
    for name, values in first["weights"].items():
        assert torch.equal(values, second["weights"][name])


@pytest.mark.parametrize("case", CASES)
def test_two_processes_learn_what_one_does(launched, case):
    """From the same batches: the loss compares all pairs, not those of a process only."""
    (two, _), one = launched[0], learned(CASES[case]())
    np.testing.assert_allclose(two[case]["losses"], one["losses"], rtol=1e-5)
    for name, values in one["weights"].items():
        torch.testing.assert_close(two[case]["weights"][name], values, rtol=0, atol=ROUNDING)


def test_each_pair_is_read_by_one_process(launched):
    first, second = (written["groups"] for written in launched[0])
    assert {len(share) for share in first + second} == {8}
    for epoch in (slice(2), slice(2, 4)):
        shown = [group for share in first[epoch] + second[epoch] for group in share]
        assert len(set(shown)) == len(shown) == 32


def test_one_process_speaks(launched):
    said = launched[1]
    assert said.stdout.count("going on after epoch 2 of 2") == 1
    assert said.stderr.count("epoch=2/2") == 2  # the last line of one bar is drawn twice


def test_a_training_that_is_done_goes_on_to_its_end(launched):
    (first, _), _ = launched
    np.testing.assert_array_equal(first["drawn"]["losses"], first["again"]["losses"])
    for name, values in first["drawn"]["weights"].items():
        assert torch.equal(values, first["again"]["weights"][name])


def test_one_process_by_accelerate_is_one_process(tiny, layers, patterns):
    pytest.importorskip("accelerate", reason="accelerate is not installed")
    alone, launched = (
        learned(tiny(batch_size=15, device=device).fit(layers, patterns))["weights"]
        for device in ("cpu", "accelerate")
    )
    for name, values in alone.items():
        assert torch.equal(values, launched[name])


def test_processes_draw_numbers_of_their_own():
    drawn = []
    for process in (0, 0, 1, 2):
        pairs = PairDataset(None, None, np.arange(3), Rescaling(np.random.RandomState(0)))
        torch.manual_seed(5)
        draw_apart(pairs, process)
        drawn.append((float(torch.rand(1)), *pairs.augmentation.factors(2)))
    assert drawn[0] == drawn[1]
    assert len({x for numbers in drawn[1:] for x in numbers}) == 9


@pytest.mark.parametrize(("n_pairs", "size"), [(1000, 384), (384, 384), (383, 382), (3, 2)])
def test_batches_are_shared_evenly(n_pairs, size):
    assert shared_batch_size(384, n_pairs, 2) == size


def test_batches_that_cannot_be_shared():
    with pytest.raises(ValueError, match="a multiple of the number of processes, got 15 for 4; 12"):
        shared_batch_size(15, 100, 4)
    with pytest.raises(ValueError, match="needs a pair to train on, got 3 for 4 processes; start"):
        shared_batch_size(16, 3, 4)


def test_accelerate_is_an_extra(tiny, layers, patterns, monkeypatch):
    monkeypatch.setitem(sys.modules, "accelerate", None)
    with pytest.raises(ImportError, match=r"pip install 'xrdmatch\[distributed\]'"):
        tiny(device="accelerate").fit(layers, patterns)


def test_processes_need_a_common_beginning(tiny, layers, patterns):
    with pytest.raises(ValueError, match="needs a random_state, got None; set one, so that all"):
        tiny(device="accelerate", random_state=None).fit(layers, patterns)
