"""Gradient caching: large contrastive batches in little memory."""

import torch


class PairChunks:
    """A batch of pairs in pieces, each of which fits into memory.

    Parameters
    ----------
    chunks : list of PairBatch
        The pieces.
    """

    def __init__(self, chunks):
        self.chunks = chunks

    def __len__(self):
        return sum(map(len, self.chunks))

    def to(self, device):
        """Return the same on a device."""
        return PairChunks([chunk.to(device) for chunk in self.chunks])

    def pin_memory(self):
        """Return the same in memory from which a GPU copies fast."""
        return PairChunks([chunk.pin_memory() for chunk in self.chunks])


def cached_step(infer, criterion, scale, chunks, groups):
    """Add the gradients of a whole batch's loss, never holding more than a piece's graph.

    1. Embed all pieces without a graph.
    2. The loss of all embeddings and its gradients with respect to them.
    3. Embed each piece again, with the same random numbers, and pass these gradients on.

    Parameters
    ----------
    infer : callable
        Maps a piece to embeddings of its sides and the scale.
    criterion : callable
        The loss, of (first, second, ..., scale) and the groups.
    scale : Tensor
        What similarities are multiplied with, with its graph.
    chunks : list of PairBatch
        The pieces.
    groups : Tensor of shape (B,)
        Which pairs are copies.

    Returns
    -------
    loss : Tensor
        Of the whole batch.
    embeddings : tuple of Tensor
        All sides', and the scale.

    References
    ----------
    Gao et al., Scaling deep contrastive learning batch size under memory limited setup (2021).
    """
    states, parts = [], []
    with torch.no_grad():
        for chunk in chunks:
            states.append(random_state())
            parts.append(infer(chunk)[:-1])
    sides = [torch.cat(side).requires_grad_() for side in zip(*parts, strict=True)]
    loss = criterion((*sides, scale), groups)
    loss.backward()
    sizes = [len(chunk) for chunk in chunks]
    gradients = zip(*(side.grad.split(sizes) for side in sides), strict=True)
    after = random_state()
    for chunk, state, own in zip(chunks, states, gradients, strict=True):
        set_random_state(state)
        pairs = zip(infer(chunk)[:-1], own, strict=True)
        sum((side * gradient).sum() for side, gradient in pairs).backward()
    set_random_state(after)
    return loss.detach(), (*(side.detach() for side in sides), scale.detach())


def random_state():
    """Return the state of torch's random numbers, of the processor and of all GPUs."""
    return torch.get_rng_state(), torch.cuda.get_rng_state_all()


def set_random_state(state):
    """Go on from a state."""
    torch.set_rng_state(state[0])
    torch.cuda.set_rng_state_all(state[1])
