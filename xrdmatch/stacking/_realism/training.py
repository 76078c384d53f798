"""Training of a content and attribute model with skorch."""

from functools import partial

import torch
from skorch import NeuralNet
from skorch.callbacks import LRScheduler, PassthroughScoring

from xrdmatch.learning import TrainingProgress, set_net_params
from xrdmatch.stacking._realism.losses import WEIGHTS, judging_loss, translation_losses
from xrdmatch.stacking._realism.translation import TranslationModel


class TranslationNet(NeuralNet):
    """skorch's net with two losses, whose gradients go to different parameters.

    Adam scales the step of every number by itself, so that one Adam serves both sides.
    """

    def train_step_single(self, batch, **fit_params):
        """Compute gradients: the discriminators' of theirs, everything else's of the other."""
        self._set_training(True)
        made = self.infer(batch[0], **fit_params)
        losses = translation_losses(self.module_, made)
        loss = sum(self.weights[name] * value for name, value in losses.items())
        loss.backward(inputs=self.module_.translators())
        judging = judging_loss(self.module_, made)
        judging.backward(inputs=self.module_.judges())
        self._record(losses, judging)
        return {"loss": loss.detach(), "y_pred": made["fake"]["experimental"].detach()}

    def _record(self, losses, judging):
        for name, value in (*losses.items(), ("judging", judging)):
            self.history.record_batch(name, float(value.detach()))


def trained_model(pairs, size, *, max_epochs, batch_size, lr, weights, device, verbose, net_params):
    """Train a model on unlike pairs of images.

    Parameters
    ----------
    pairs : CropPairs
        Simulated and experimental images.
    size : NetworkSize
        Channels and layers.
    max_epochs, batch_size : int
        How long, and how many pairs a step sees.
    lr : float
        Learning rate, which falls to nothing over the second half; the content discriminator's
        is 2.5 times less.
    weights : dict
        Weights of losses that differ from `WEIGHTS`.
    device : str
        Torch device.
    verbose : int
        Whether to show a progress bar.
    net_params : dict
        For `skorch.NeuralNet.set_params`.

    Returns
    -------
    TranslationNet
        The trained net.
    """
    names = [*WEIGHTS, "judging"]
    n_steps = max_epochs * -(-len(pairs) // batch_size)
    net = TranslationNet(
        TranslationModel,
        module__size=size,
        criterion=torch.nn.Identity,  # the losses are the net's
        optimizer=partial(torch.optim.Adam, betas=(0.5, 0.999), weight_decay=1e-4),
        optimizer__param_groups=[("content_discriminator.*", {"lr": lr / 2.5})],
        lr=lr,
        max_epochs=max_epochs,
        batch_size=batch_size,
        train_split=None,
        device=device,
        verbose=0,
        callbacks=[
            *((name, PassthroughScoring(name, on_train=True)) for name in names),
            ("schedule", LRScheduler("LambdaLR", lr_lambda=partial(second_half, max_epochs))),
            *([("progress", TrainingProgress(n_steps))] if verbose else []),
        ],
    )
    net.weights = {**WEIGHTS, **weights}
    set_net_params(net, net_params)
    return net.fit(pairs)


def second_half(max_epochs, epoch):
    """Return the share of the learning rate that is left in an epoch.

    Parameters
    ----------
    max_epochs, epoch : int
        Of how many, and which.

    Returns
    -------
    float
        1 in the first half, then less and less.
    """
    return min(1.0, 2 * (1 - epoch / max(max_epochs, 1)))
