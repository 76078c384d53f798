"""Simulated images made realistic by a trained content and attribute model."""

import torch
from torch.nn import functional

from xrdmatch.stacking._realism.crops import CropPairs, drawn_crop, standardised
from xrdmatch.stacking._realism.sizes import SIZES
from xrdmatch.stacking._realism.training import trained_model

STRIDE = 4  # pixels of an image to one of its content


class TranslatedLook:
    """Simulated images with the attributes of experimental crops.

    Parameters
    ----------
    net : TranslationNet
        Trained.
    experimental : list of ndarray of shape (h, w)
        Images whose attributes and contrasts are drawn.
    crop : int
        Size of what attributes are read from [pixels].
    """

    def __init__(self, net, experimental, crop):
        self.net = net
        self.experimental = experimental
        self.crop = crop

    @classmethod
    def learned(cls, options, simulated, experimental, rng):
        """Train the model.

        Parameters
        ----------
        options : ImageRealism
            Size, crop and what training needs.
        simulated, experimental : list of ndarray of shape (h, w)
            Images, each at least as large as a crop.
        rng : numpy.random.Generator
            Draws crops and weights.

        Returns
        -------
        TranslatedLook
            What translates images.
        """
        torch.manual_seed(int(rng.integers(2**31)))
        pairs = CropPairs(simulated, experimental, options.crop, options.n_pairs, rng)
        net = trained_model(
            pairs,
            SIZES[options.size],
            max_epochs=options.max_epochs,
            batch_size=options.batch_size,
            lr=options.lr,
            weights=options.weights or {},
            device=options.device,
            verbose=options.verbose,
            net_params=options.net_params or {},
        )
        return cls(net, experimental, options.crop)

    def draw(self, image, rng):
        """Translate an image.

        Parameters
        ----------
        image : ndarray of shape (h, w)
            Simulated image.
        rng : numpy.random.Generator
            Draws the experimental crop that it shall look like, and noise.

        Returns
        -------
        ndarray of shape (h, w)
            Image with a mean of about 1.
        """
        like = drawn_crop(self.experimental, self.crop, rng)
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(rng.integers(2**31)))
            drawn = self._translated(standardised(image), standardised(like))
        return 1 + standardised(drawn) * like.std() / like.mean()

    def _translated(self, image, like):
        """Draw a standardised image; sides are filled up to what the network can halve."""
        model = self.net.module_.eval()
        image, like = (
            torch.as_tensor(x, device=self.net.device)[None, None] for x in (image, like)
        )
        h, w = image.shape[2:]
        full = functional.pad(image, (0, -w % STRIDE, 0, -h % STRIDE), mode="replicate")
        look, _ = model.attributes(like, "experimental")
        return model.realistic(full, look)[0, 0, :h, :w].cpu().numpy()
