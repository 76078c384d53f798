"""The contrastive loss."""

from itertools import combinations

import torch
from torch import nn


class ContrastiveCrossEntropy(nn.Module):
    """Symmetric cross-entropy over the batch [1]_, of two sides or of several views.

    Row i of the similarity matrix asks which pattern belongs to structure i, column i which
    structure belongs to pattern i. Other members of a group (copies of one structure) are left
    out of the denominators: they are no wrong answers. Where there are several patterns of each
    structure, such as the two views of [2]_, the loss is the mean over these, and views among
    each other add as much as `between_views` says.

    Parameters
    ----------
    between_views : float, default=0.5
        Weight of the mean loss of two views of a structure, the one taken for the structures'
        side; 0 compares patterns with structures only. With two views, 0.5 weighs all three pairs
        of sides alike.

    See Also
    --------
    ContrastiveTowers : Embed structures and patterns for the contrastive loss.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025), equation 4.
    .. [2] Zhang, Wang and Hu, preprint 202504.1913 (2025), equation 4.

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.encoders import ContrastiveCrossEntropy
    >>> sides = torch.eye(2), torch.eye(2)
    >>> loss = ContrastiveCrossEntropy()
    >>> loss((*sides, 2.0), groups=torch.arange(2)).round(decimals=4)  # log(1 + exp(-2))
    tensor(0.1269)
    >>> loss((*sides, torch.eye(2), 2.0), groups=torch.arange(2)).round(decimals=4)
    tensor(0.1904)
    """

    def __init__(self, between_views=0.5):
        super().__init__()
        self.between_views = between_views

    def forward(self, outputs, groups):
        """Return the loss of (structure embeddings, pattern embeddings, ..., scale), (B, d)."""
        structures, *views, scale = outputs
        copies = groups[:, None] == groups[None]
        copies.fill_diagonal_(False)
        loss = mean([symmetric(structures, view, scale, copies) for view in views])
        if len(views) > 1 and self.between_views:
            pairs = combinations(views, 2)
            among = mean([symmetric(*pair, scale, copies) for pair in pairs])
            loss = loss + self.between_views * among
        return loss


def symmetric(first, second, scale, copies):
    """Ask from both sides which row of the other belongs to a row, copies left out."""
    logits = scale * first @ second.T  # (B, B)
    logits = logits.masked_fill(copies, -torch.inf)
    target = torch.arange(len(logits), device=logits.device)
    loss = nn.functional.cross_entropy
    return (loss(logits, target) + loss(logits.T, target)) / 2


def mean(values):
    return sum(values) / len(values)
