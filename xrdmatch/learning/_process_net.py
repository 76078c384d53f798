"""Training on several processes, each with its share of every batch."""

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from xrdmatch.learning._contrastive_net import ContrastiveNet, trained_net


class ProcessNet(ContrastiveNet):
    """A net of which every process has a copy; all take the same steps.

    1. A process embeds its share of the batch.
    2. Embeddings are gathered, so that every process has the loss of the whole batch, and passes
       it on to its own embeddings.
    3. Gradients are averaged, and every process takes the step of the whole batch.

    One average a step needs nothing of the module, which may have parts that a batch does not
    use, and may be run piece by piece.

    Parameters
    ----------
    *args, **kwargs
        Those of `ContrastiveNet`, without the device.
    accelerator : accelerate.Accelerator
        Knows the processes and this one's device; divides batches.
    """

    def __init__(self, *args, accelerator, **kwargs):
        device = accelerator.device
        device = "cpu" if device.type == "cpu" else str(device)  # torch.load knows no cpu:0
        super().__init__(*args, device=device, **kwargs)
        self.accelerator = accelerator

    @property
    def is_main(self):
        """Whether this is the first process."""
        return self.accelerator.is_main_process

    def get_iterator(self, dataset, training=False):
        """Return this process's shares of batches to train on; all watch all held-out pairs."""
        iterator = super().get_iterator(dataset, training)
        return self.accelerator.prepare(iterator) if training else iterator

    def get_loss(self, y_pred, y_true, X=None, training=False):
        """Return the loss of the whole batch while training."""
        if training:
            *sides, scale = y_pred
            y_pred = *map(self._gathered, sides), scale
            y_true = self.accelerator.gather(y_true.to(self.device))
        return super().get_loss(y_pred, y_true, X, training)

    def _gathered(self, embeddings):
        """Put these among those of all processes; the average of gradients divides theirs by n."""
        n, own = self.accelerator.num_processes, embeddings.view_as(embeddings)
        own.register_hook(lambda gradient: n * gradient)
        shares = list(self.accelerator.gather(embeddings.detach()).split(len(own)))
        shares[self.accelerator.process_index] = own
        return torch.cat(shares)

    def on_grad_computed(self, net, named_parameters, **kwargs):
        """Average the gradients over the processes."""
        gradients = [p.grad for p in self.module_.parameters() if p.grad is not None]
        mean = self.accelerator.reduce(parameters_to_vector(gradients), "mean")
        vector_to_parameters(mean, gradients)

    def validation_step(self, batch, **fit_params):
        """Return a loss that is the same everywhere, to the last digit: it decides when to stop."""
        step = super().validation_step(batch, **fit_params)
        return step | {"loss": self.accelerator.reduce(step["loss"], "mean")}

    def finished(self):
        """Return a net of one process with the weights and the history."""
        net = trained_net(self.module_, self.device)
        net.history_ = self.history_
        return net


def make_accelerator():
    """Ask accelerate which processes there are, all of which read parts of the same batches."""
    try:
        from accelerate import Accelerator
        from accelerate.utils import DataLoaderConfiguration
    except ImportError as error:
        raise ImportError(
            "Training on several processes needs accelerate, which is not installed; "
            "pip install 'xrdmatch[distributed]' brings it."
        ) from error
    return Accelerator(
        cpu=not torch.cuda.is_available(),
        device_placement=False,
        dataloader_config=DataLoaderConfiguration(split_batches=True),
    )


def shared_batch_size(batch_size, n_pairs, n_processes):
    """Return how many pairs a batch has, of which every process gets as many.

    Parameters
    ----------
    batch_size, n_pairs, n_processes : int
        As wanted, and what there is.

    Returns
    -------
    int
        `batch_size`, or less where there are fewer pairs.

    Raises
    ------
    ValueError
        If shares would be of different sizes, or empty.
    """
    if batch_size % n_processes:
        raise ValueError(
            f"batch_size must be a multiple of the number of processes, got {batch_size} for "
            f"{n_processes}; {max(batch_size // n_processes, 1) * n_processes} is one."
        )
    if n_pairs < n_processes:
        raise ValueError(
            f"Each process needs a pair to train on, got {n_pairs} for {n_processes} processes; "
            "start fewer."
        )
    return min(batch_size, n_pairs // n_processes * n_processes)


def draw_apart(pairs, process):
    """Let a process after the first draw numbers of its own: dropout, augmentation.

    Parameters
    ----------
    pairs : PairDataset or Subset of it
        What it trains on.
    process : int
        Its number, 0 for the first.
    """
    if not process:
        return
    torch.manual_seed(torch.initial_seed() + process)
    augmentation = getattr(pairs, "dataset", pairs).augmentation
    if augmentation is not None:
        augmentation.rng.seed(torch.initial_seed() % 2**32)
