"""The contrastive loss."""

import torch
from torch import nn


class ContrastiveCrossEntropy(nn.Module):
    """Symmetric cross-entropy over the batch (Fu et al. 2025, equation 4).

    Row i of the similarity matrix asks which pattern belongs to structure i, column i which
    structure belongs to pattern i. Other members of a group (copies of one structure) are left
    out of the denominators: they are no wrong answers.
    """

    def forward(self, outputs, groups):
        """Return the loss of (structure embeddings, pattern embeddings, scale), (B, d) each."""
        structures, patterns, scale = outputs
        logits = scale * structures @ patterns.T  # (B, B)
        copies = groups[:, None] == groups[None]
        copies.fill_diagonal_(False)
        logits = logits.masked_fill(copies, -torch.inf)
        target = torch.arange(len(logits), device=logits.device)
        loss = nn.functional.cross_entropy
        return (loss(logits, target) + loss(logits.T, target)) / 2
