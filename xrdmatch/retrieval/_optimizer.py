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
        Parameter groups. Those with ``matrices=True`` that hold nothing but matrices go to Muon,
        at `MATRIX_RATIO` times the learning rate.
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
    >>> from xrdmatch.retrieval._optimizer import MuonAdamW
    >>> layer = torch.nn.Linear(2, 2)
    >>> groups = [{"params": [layer.weight], "matrices": True}, {"params": [layer.bias]}]
    >>> [group["lr"] for group in MuonAdamW(groups, lr=0.003).param_groups]
    [0.04, 0.003]
    """

    def __init__(self, params, lr, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay, "matrices": False})
        groups = [group for group in self.param_groups if group["params"]]
        chosen = [g["matrices"] and all(p.ndim == 2 for p in g["params"]) for g in groups]
        for group, is_matrix in zip(groups, chosen, strict=True):
            group["lr"] *= MATRIX_RATIO if is_matrix else 1.0
        self._parts = [
            kind([{**g} for g, is_matrix in zip(groups, chosen, strict=True) if is_matrix == wanted])
            for kind, wanted in ((Muon, True), (AdamW, False))
            if wanted in chosen
        ]
        self._link()

    def _link(self):
        """One list of groups: a schedule that changes them changes the parts'."""
        self.param_groups = [group for part in self._parts for group in part.param_groups]

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
