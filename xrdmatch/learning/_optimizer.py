"""Muon for the transformers' matrices, AdamW for everything else."""

import torch
from torch.optim import AdamW, Muon

MATRICES = "*layers.*weight"  # names of the parameters that Muon takes
NO_DECAY = ["*.bias", "*norm*", "*log_scale", "*end_mark"]
PARAM_GROUPS = [
    *((name, {"weight_decay": 0.0}) for name in NO_DECAY),
    (MATRICES, {"matrices": True}),
]
MATRIX_RATIO = 40 / 3  # Muon's learning rate over AdamW's: 0.02 for 1.5e-3


class MuonAdamW(torch.optim.Optimizer):
    """Two optimisers that look like one.

    Muon [1]_ makes the update of a matrix orthogonal, so that all its directions learn at one
    pace. It is for the matrices inside of a network; biases, norms, embeddings and the maps in
    and out of it learn by AdamW.

    Parameters
    ----------
    params : list of dict
        Parameter groups. The matrices of those with ``matrices=True`` go to Muon, at
        `MATRIX_RATIO` times the learning rate.
    lr : float
        Learning rate of AdamW.
    weight_decay : float, default=0.01
        Decoupled weight decay, where a group has none of its own.

    References
    ----------
    .. [1] Jordan et al., Muon: an optimizer for hidden layers in neural networks (2024).

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.learning._optimizer import MuonAdamW
    >>> layer = torch.nn.Linear(2, 2)
    >>> groups = [{"params": [layer.weight], "matrices": True}, {"params": [layer.bias]}]
    >>> [group["lr"] for group in MuonAdamW(groups, lr=0.003).param_groups]
    [0.04, 0.003]
    """

    def __init__(self, params, lr, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "matrices": False})
        muon = [_part(group, MATRIX_RATIO, True) for group in self.param_groups]
        adamw = [_part(group, 1.0, False) for group in self.param_groups]
        chosen = ((Muon, muon), (AdamW, adamw))
        chosen = ((kind, [group for group in groups if group["params"]]) for kind, groups in chosen)
        self._parts = [kind(groups) for kind, groups in chosen if groups]
        self._link()

    def _link(self):
        """One list of groups: a schedule that changes them changes the parts'."""
        self.param_groups = [group for part in self._parts for group in part.param_groups]

    def __getstate__(self):
        return {**super().__getstate__(), "_parts": self._parts}

    def __setstate__(self, state):
        super().__setstate__(state)
        self._link()

    @torch.no_grad()
    def step(self, closure=None):
        """Update all parameters; `closure`, if given, evaluates the loss first."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for part in self._parts:
            part.step()
        return loss

    def state_dict(self):
        """Return the states of both."""
        return {"parts": [part.state_dict() for part in self._parts]}

    def load_state_dict(self, state_dict):
        """Go on from states that `state_dict` returned."""
        for part, state in zip(self._parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
        self._link()


def _part(group, ratio, is_muon):
    """Those of a group's parameters that one of the two takes."""
    params = [p for p in group["params"] if (group["matrices"] and p.ndim == 2) == is_muon]
    return {**group, "params": params, "lr": ratio * group["lr"]}
