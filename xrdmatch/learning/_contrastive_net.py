"""skorch net for contrastive training on pairs."""

import torch
from skorch import NeuralNet

from xrdmatch.encoders import ContrastiveCrossEntropy
from xrdmatch.learning._gradient_cache import PairChunks, cached_step


class ContrastiveNet(NeuralNet):
    """skorch's net; forward passes run in bfloat16 where there is a GPU."""

    is_main = True  # of several processes, the one that speaks and writes files

    def infer(self, x):
        """Run the module on a `PairBatch`."""
        x = x.to(self.device)
        kind = torch.device(self.device).type
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind == "cuda"):
            return self.module_(*x.sides)

    def train_step_single(self, batch, **fit_params):
        """Compute gradients of a batch, piece by piece where it comes in pieces."""
        x, groups = batch
        if not isinstance(x, PairChunks):
            return super().train_step_single(batch, **fit_params)
        self.module_.train()
        loss, embeddings = cached_step(
            self.infer, self._training_loss, self.module_.scale, x.chunks, groups
        )
        return {"loss": loss, "y_pred": embeddings}

    def finished(self):
        """Return the net when it is trained."""
        return self

    def _training_loss(self, outputs, groups):
        return self.get_loss(outputs, groups, training=True)


def trained_net(module, device):
    """Make the net of towers that are trained already.

    Parameters
    ----------
    module : ContrastiveTowers
        The towers.
    device : str
        Torch device.

    Returns
    -------
    ContrastiveNet
        An initialised net with an empty history.

    See Also
    --------
    take_weights : Put stored weights into towers, in the towers' own precision.
    embeddings : Embed structures or patterns.
    """
    return ContrastiveNet(
        module, criterion=ContrastiveCrossEntropy, device=device, verbose=0
    ).initialize()
