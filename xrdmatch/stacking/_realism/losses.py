"""The losses of a content and attribute model."""

from types import MappingProxyType

import torch
from torch.nn import functional

from xrdmatch.stacking._realism.encoders import DOMAINS
from xrdmatch.stacking._realism.translation import OTHER

# Lee et al. (2018), and `direct` of Huang et al. (2025).
WEIGHTS = MappingProxyType(
    {
        "image": 1.0,  # a fake passes for real
        "content": 1.0,  # the domain does not show in the content
        "kl": 0.01,  # attributes are normally distributed
        "content_l2": 0.01,
        "self": 10.0,  # own content and attributes give the image back
        "cycle": 10.0,  # and so do those of its translation
        "direct": 0.5,  # a translation stays near its image
    }
)


def against(logits, truth):
    """Cross-entropy of logits with one truth, over all resolutions.

    Parameters
    ----------
    logits : list of Tensor
        Of patches.
    truth : float
        1 for real, 0 for generated, 0.5 for not to be told.

    Returns
    -------
    Tensor of shape ()
        The loss.
    """
    return sum(
        functional.binary_cross_entropy_with_logits(x, torch.full_like(x, truth)) for x in logits
    )


def judging_loss(model, made):
    """Loss of the discriminators, for which the images and contents are given.

    Parameters
    ----------
    model : TranslationModel
        Whose discriminators judge.
    made : dict
        What the model returned.

    Returns
    -------
    Tensor of shape ()
        The loss.
    """
    loss = 0.0
    for domain, judge in model.discriminators.items():
        loss = loss + against(judge(made["real"][domain]), 1.0)
        loss = loss + against(judge(made["fake"][domain].detach()), 0.0)
    for truth, domain in enumerate(DOMAINS):
        logits = model.content_discriminator(made["content"][domain].detach())
        loss = loss + against([logits], float(truth))
    return loss


def translation_losses(model, made):
    """Losses of encoders and generators, one for each of `WEIGHTS`.

    Parameters
    ----------
    model : TranslationModel
        Whose discriminators judge.
    made : dict
        What the model returned.

    Returns
    -------
    dict
        Losses of shape (), by name.
    """
    total = dict.fromkeys(WEIGHTS, 0.0)
    for domain in DOMAINS:
        for name, loss in _of_domain(model, made, domain).items():
            total[name] = total[name] + loss
    return total


def _of_domain(model, made, domain):
    real, content = made["real"][domain], made["content"][domain]
    return {
        "image": against(model.discriminators[domain](made["fake"][domain]), 1.0),
        "content": against([model.content_discriminator(content)], 0.5),
        "kl": normal_divergence(*made["moments"][domain]),
        "content_l2": content.square().mean(),
        "self": functional.l1_loss(made["own"][domain], real),
        "cycle": functional.l1_loss(made["cycle"][domain], real),
        "direct": functional.l1_loss(made["fake"][OTHER[domain]], real),
    }


def normal_divergence(mean, log_variance):
    """Divergence of normal distributions from the standard one, summed over the attributes.

    Parameters
    ----------
    mean, log_variance : Tensor of shape (n_images, n_attributes)
        Of the distributions.

    Returns
    -------
    Tensor of shape ()
        The Kullback-Leibler divergence, mean over the images.
    """
    each = (mean.square() + log_variance.exp() - 1 - log_variance) / 2
    return each.sum(dim=1).mean()
