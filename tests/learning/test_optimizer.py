"""Muon and AdamW as one: who learns by which, schedules, states, minima."""

import copy
import pickle

import pytest
import torch
from torch.optim import AdamW, Muon

from xrdmatch.learning._optimizer import MATRIX_RATIO, MuonAdamW
from xrdmatch.learning._training import one_cycle


@pytest.fixture(autouse=True)
def _seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture
def net():
    return torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3))


def grouped(net):
    """The inner matrix for Muon, all else for AdamW."""
    rest = [net[0].bias, net[2].weight, net[2].bias]
    return [{"params": [net[0].weight], "matrices": True}, {"params": rest}]


def learn(net, optimizer, n_steps, schedule=None):
    """Take steps towards one target, the same for all; return the losses."""
    generator = torch.Generator().manual_seed(1)
    x, y = torch.randn(32, 4, generator=generator), torch.randn(32, 3, generator=generator)
    losses = []
    for _ in range(n_steps):
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        if schedule is not None:
            schedule.step()
        losses.append(loss.item())
    return losses


def weights(net):
    return torch.cat([p.detach().flatten() for p in net.parameters()])


@pytest.mark.parametrize("encoder", ["structure_factor", "sequence"])
def test_every_parameter_of_the_towers_is_in_one_group(fitted_once, encoder):
    """Matrices of the transformers' layers, and nothing else, learn by Muon."""
    net = fitted_once[encoder].net_
    named = dict(net.module_.named_parameters())
    groups = net.optimizer_.param_groups
    members = [id(p) for group in groups for p in group["params"]]
    assert sorted(members) == sorted(id(p) for p in named.values())
    by_muon = {id(p) for group in groups if "ns_steps" in group for p in group["params"]}
    assert by_muon
    for name, parameter in named.items():
        is_inner = "layers." in name and parameter.ndim == 2 and not name.endswith("bias")
        assert (id(parameter) in by_muon) == is_inner, name


def test_each_part_takes_its_own(net):
    """One step is that of torch's two optimisers side by side."""
    twin = copy.deepcopy(net)
    muon = Muon([twin[0].weight], lr=0.01 * MATRIX_RATIO, weight_decay=0.03)
    adam = AdamW([twin[0].bias, *twin[2].parameters()], lr=0.01, weight_decay=0.03)
    learn(net, MuonAdamW(grouped(net), lr=0.01, weight_decay=0.03), 1)
    learn(twin, muon, 1)  # leaves the gradients of all behind
    assert torch.equal(net[0].weight, twin[0].weight)
    assert not torch.equal(net[2].weight, twin[2].weight)
    adam.step()
    torch.testing.assert_close(weights(net), weights(twin))


def test_groups_keep_their_own_options(net):
    groups = grouped(net)
    groups[1] |= {"weight_decay": 0.0, "lr": 0.5}
    optimizer = MuonAdamW(groups, lr=0.003, weight_decay=0.2)
    first, second = optimizer.param_groups
    assert (first["lr"], first["weight_decay"]) == (pytest.approx(0.04), 0.2)
    assert (second["lr"], second["weight_decay"]) == (0.5, 0.0)


def test_what_is_no_matrix_goes_to_adamw():
    """Muon knows matrices only; a vector that was put among them learns all the same."""
    vector, matrix = torch.nn.Parameter(torch.ones(3)), torch.nn.Parameter(torch.ones(3, 3))
    both = [{"params": [vector], "matrices": True}, {"params": [matrix], "matrices": True}]
    rates = {p.ndim: g["lr"] for g in MuonAdamW(both, lr=0.01).param_groups for p in g["params"]}
    assert rates == {1: 0.01, 2: pytest.approx(0.01 * MATRIX_RATIO)}
    mixed = MuonAdamW([{"params": [vector, matrix], "matrices": True}], lr=0.01)
    rates = {p.ndim: g["lr"] for g in mixed.param_groups for p in g["params"]}
    assert sorted(rates) == [1, 2]
    assert rates[1] == 0.01


def test_either_part_may_be_empty(net):
    for is_matrix in (True, False):
        lone = MuonAdamW([{"params": [net[0].weight], "matrices": is_matrix}], lr=0.01)
        losses = learn(net, lone, 3)
        assert losses[-1] < losses[0]


def test_groups_without_parameters_are_left_out(net):
    """A pattern of names that no parameter has."""
    groups = [*grouped(net), {"params": [], "weight_decay": 0.0}]
    assert len(MuonAdamW(groups, lr=0.01).param_groups) == 2


def test_a_schedule_reaches_both_parts(net):
    """At rate zero nothing moves; a cycle takes both up and down in step."""
    optimizer = MuonAdamW(grouped(net), lr=0.01, weight_decay=0.0)
    start = weights(net)
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    learn(net, optimizer, 2)
    torch.testing.assert_close(weights(net), start, rtol=0, atol=0)
    schedule = one_cycle(optimizer := MuonAdamW(grouped(net), lr=0.01), total_steps=10)
    rates = []
    for _ in range(9):
        rates.append([group["lr"] for group in optimizer.param_groups])
        learn(net, optimizer, 1, schedule)
    for of_matrices, of_others in rates:
        assert of_matrices == pytest.approx(of_others * MATRIX_RATIO)
    others = [rate for _, rate in rates]
    assert max(others) == pytest.approx(0.01, rel=0.1)
    assert others[0] < max(others) > others[-1]


def test_a_schedule_at_its_end_stops_every_part(net):
    optimizer = MuonAdamW(grouped(net), lr=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: float(step < 2))
    learn(net, optimizer, 2, schedule)
    before = weights(net)
    learn(net, optimizer, 3, schedule)
    assert torch.equal(weights(net), before)


def test_states_go_on_identically(net):
    """Through state_dict, on twins, with a schedule that was under way."""
    optimizer = MuonAdamW(grouped(net), lr=0.01)
    schedule = one_cycle(optimizer, total_steps=20)
    learn(net, optimizer, 5, schedule)
    twin = copy.deepcopy(net)
    resumed = MuonAdamW(grouped(twin), lr=0.9)
    resumed_schedule = one_cycle(resumed, total_steps=20)
    resumed.load_state_dict(pickle.loads(pickle.dumps(optimizer.state_dict())))
    resumed_schedule.load_state_dict(schedule.state_dict())
    for mine, theirs in zip(optimizer.param_groups, resumed.param_groups, strict=True):
        assert mine["lr"] == theirs["lr"]
    assert learn(net, optimizer, 5, schedule) == learn(twin, resumed, 5, resumed_schedule)
    assert torch.equal(weights(net), weights(twin))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_go_on_identically(net, copied):
    """The net and its optimiser together, as in a pickled retriever."""
    optimizer = MuonAdamW(grouped(net), lr=0.01)
    learn(net, optimizer, 3)
    twin, other = copied((net, optimizer))
    assert learn(net, optimizer, 3) == learn(twin, other, 3)
    assert torch.equal(weights(net), weights(twin))


def test_a_quadratic_is_minimised():
    """Its minimum is known; a schedule to zero lets Muon's steps of constant size die out."""
    target = torch.randn(5, 3), torch.randn(4)
    matrix, vector = (torch.nn.Parameter(torch.zeros_like(x)) for x in target)
    groups = [{"params": [matrix], "matrices": True}, {"params": [vector]}]
    optimizer = MuonAdamW(groups, lr=0.02, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, total_iters=400)
    for _ in range(400):
        optimizer.zero_grad()
        loss = ((matrix - target[0]) ** 2).sum() + ((vector - target[1]) ** 2).sum()
        loss.backward()
        optimizer.step()
        schedule.step()
    assert loss.item() < 1e-3


def test_closure(net):
    """It is evaluated once, with gradients, and its loss is returned."""
    optimizer = MuonAdamW(grouped(net), lr=0.01)
    start, calls = weights(net), []

    def closure():
        optimizer.zero_grad()
        loss = net(torch.ones(2, 4)).square().sum()
        loss.backward()
        calls.append(loss.item())
        return loss

    assert optimizer.step(closure).item() == calls[0]
    assert len(calls) == 1
    assert not torch.equal(weights(net), start)
    assert optimizer.step() is None
