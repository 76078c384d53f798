"""The training loop's joints: schedule, callbacks, progress, interruption."""

import pickle

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback


class Recorder(Callback):
    """Counts steps, notes learning rates and weights, and interrupts where told to."""

    def __init__(self, interrupt_at=None):
        self.interrupt_at = interrupt_at

    def on_train_begin(self, net, **kwargs):
        self.rates_, self.weights_ = [], []

    def on_batch_end(self, net, training=False, **kwargs):
        if not training:
            return
        self.rates_.append(net.optimizer_.param_groups[-1]["lr"])
        if len(self.rates_) == self.interrupt_at:
            raise KeyboardInterrupt

    def on_epoch_end(self, net, **kwargs):
        self.weights_.append({k: v.clone() for k, v in net.module_.state_dict().items()})


def same_weights(first, second):
    return all(torch.equal(x, second[name]) for name, x in first.items())


@pytest.mark.parametrize(("batch_size", "n_steps"), [(10, 4), (15, 2), (40, 1), (100, 1)])
def test_a_batch_is_whole_or_everything(tiny, layers, patterns, batch_size, n_steps):
    recorder = Recorder()
    tiny(batch_size=batch_size, validation_fraction=0, net_params={"callbacks": [recorder]}).fit(
        layers, patterns
    )
    assert len(recorder.rates_) == 2 * n_steps


def test_one_cycle_of_the_learning_rate(tiny, layers, patterns):
    recorder = Recorder()
    tiny(
        max_epochs=10,
        batch_size=8,
        lr=2e-3,
        validation_fraction=0,
        net_params={"callbacks": [recorder]},
    ).fit(layers, patterns)
    rates = np.array(recorder.rates_)
    top = rates.argmax()
    assert len(rates) == 50
    assert rates.max() == pytest.approx(2e-3, rel=1e-3)
    assert 8 <= top <= 11  # a fifth of the way
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert rates[-1] < 1e-5


def test_weights_of_the_best_epoch_are_kept(tiny, layers, patterns):
    """With a rate that soon spoils everything, the best epoch is not the last."""
    recorder = Recorder()
    retriever = tiny(
        max_epochs=8, lr=0.1, validation_fraction=0.2, net_params={"callbacks": [recorder]}
    ).fit(layers, patterns)
    losses = retriever.net_.history[:, "valid_loss"]
    best = int(np.argmin(losses))
    assert best < 7
    assert same_weights(retriever.net_.module_.state_dict(), recorder.weights_[best])


def test_interruption_keeps_the_best_so_far(tiny, layers, patterns):
    """Two steps an epoch: the seventh is in the middle of the fourth epoch."""
    recorder = Recorder(interrupt_at=7)
    retriever = tiny(
        max_epochs=50, batch_size=15, validation_fraction=0.2, net_params={"callbacks": [recorder]}
    ).fit(layers, patterns)
    losses = retriever.net_.history[:3, "valid_loss"]
    assert len(recorder.rates_) == 7
    best = recorder.weights_[int(np.argmin(losses))]
    assert same_weights(retriever.net_.module_.state_dict(), best)
    assert retriever.predict(patterns, k=3).shape == (40, 3)
    assert pickle.loads(pickle.dumps(retriever)).predict(patterns[:1]).shape == (1,)


def test_interruption_in_the_first_epoch(tiny, layers, patterns):
    retriever = tiny(batch_size=15, net_params={"callbacks": [Recorder(1)]}).fit(layers, patterns)
    assert retriever.predict(patterns).shape == (40,)


def test_parameters_reach_the_net(tiny, layers, patterns):
    net_params = {
        "optimizer__weight_decay": 0.2,
        "optimizer": torch.optim.SGD,
        "callbacks__clip__gradient_clip_value": 0.25,
        "callbacks__best__patience": 3,
    }
    net = tiny(validation_fraction=0.2, net_params=net_params).fit(layers, patterns).net_
    assert isinstance(net.optimizer_, torch.optim.SGD)
    assert max(group["weight_decay"] for group in net.optimizer_.param_groups) == 0.2
    callbacks = dict(net.callbacks_)
    assert callbacks["clip"].gradient_clip_value == 0.25
    assert callbacks["best"].patience == 3
    assert net_params["optimizer__weight_decay"] == 0.2  # given, not eaten


def test_unknown_parameter_of_the_net(tiny, layers, patterns):
    with pytest.raises(ValueError, match="flavour"):
        tiny(net_params={"flavour": "sweet"}).fit(layers, patterns)


def test_norms_biases_and_temperature_do_not_decay(tiny, layers, patterns):
    net = tiny("sequence").fit(layers, patterns).net_
    decays = {
        name: group["weight_decay"]
        for group in net.optimizer_.param_groups
        for name, parameter in net.module_.named_parameters()
        if any(parameter is member for member in group["params"])
    }
    assert len(decays) == len(list(net.module_.parameters()))
    free = {name for name, decay in decays.items() if not decay}
    assert {"log_scale", "towers.end_mark"} <= free
    assert {name for name in decays if "norm" in name or name.endswith("bias")} <= free
    assert "towers.token_map.weight" not in free


def test_progress_goes_to_stderr(tiny, layers, patterns, capsys):
    tiny(verbose=1, validation_fraction=0.2).fit(layers, patterns)
    captured = capsys.readouterr()
    assert not captured.out
    last = captured.err.rsplit("\r", 1)[-1]
    assert "2/2" in last
    assert "epoch=2/2" in last
    assert "train=" in last
    assert "valid=" in last


def test_silence_by_default(tiny, layers, patterns, capsys):
    tiny(validation_fraction=0.2).fit(layers, patterns)
    assert capsys.readouterr() == ("", "")


def test_the_net_carries_no_data(tiny, layers, patterns):
    """Its pickle is the weights and their history, whatever was learned from."""
    few = tiny(validation_fraction=0.2).fit(layers[:20], patterns[:20]).net_
    many = tiny(validation_fraction=0.2).fit(layers * 5, patterns * 5).net_
    assert abs(len(pickle.dumps(many)) - len(pickle.dumps(few))) < 2_000
