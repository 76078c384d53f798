"""Simulated images that look measured."""

import zlib
from types import MappingProxyType

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import ObjectInput
from xrdmatch.stacking._realism.inputs import check_images
from xrdmatch.stacking._realism.losses import WEIGHTS
from xrdmatch.stacking._realism.randomised import RandomisedLook
from xrdmatch.stacking._realism.residuals import ResidualLook
from xrdmatch.stacking._realism.sizes import SIZES
from xrdmatch.stacking._realism.translated import TranslatedLook

KINDS = MappingProxyType(
    {
        "randomised": RandomisedLook,
        "disentangled": TranslatedLook,
        "residual": ResidualLook,
    }
)
SMALLEST = 32  # pixels, of an image with statistics


class ImageRealism(ObjectInput, TransformerMixin, BaseEstimator):
    """Make simulated images look like measured ones, of which no stack needs to be known.

    A realistic image is to show the stack of the simulated one: `label_drift` tells how far it
    has moved.

    Parameters
    ----------
    kind : {"randomised", "disentangled", "residual"}, default="randomised"
        What is done.

        - ``"randomised"``: blur, shifted rows, contrast, slopes and correlated noise are drawn
          from ranges that experimental images span.
        - ``"disentangled"``: networks learn to split images into a content, which both domains
          share, and eight attributes, and put the content of a simulated image together with the
          attributes of a measured one.
        - ``"residual"``: what a fit leaves of measured images is added to simulated ones, without
          what repeats with the lattice. The columns stay where they are by construction.
    fitter : StackFitter, default=None
        Fitted to the layers of the experimental images; for ``"residual"``.
    pixel_size : float, default=None
        Of the images [Å]; for ``"residual"``. None lets the fitter find it.
    size : {"small", "paper"}, default="small"
        Of the networks. The paper's have 38 million parameters and want a GPU.
    crop : int, default=64
        Size of what the networks are trained on [pixels].
    n_pairs : int, default=80
        Pairs of crops of an epoch.
    max_epochs : int, default=40
        Of the networks' training.
    batch_size : int, default=4
        Pairs of crops of a step.
    lr : float, default=1e-3
        Learning rate of the networks; it falls to nothing over the second half.
    weights : dict, default=None
        Weights of losses that differ from the paper's: ``"image"`` and ``"content"`` (1,
        adversarial), ``"kl"`` and ``"content_l2"`` (0.01), ``"self"`` and ``"cycle"`` (10),
        ``"direct"`` (0.5).
    net_params : dict, default=None
        Parameters for `skorch.NeuralNet.set_params`.
    device : str, default="cpu"
        Torch device of the networks.
    verbose : int, default=0
        Whether to show the progress of the training.
    random_state : int, RandomState instance or None, default=None
        Makes fit and images repeatable.

    Attributes
    ----------
    look_ : RandomisedLook, TranslatedLook or ResidualLook
        What was learned.
    seed_ : int
        From which, with the image itself, everything is drawn that an image is given.

    See Also
    --------
    label_drift : How far realistic images have moved from their stacks.
    StackSimulator : Simulated images.
    StackingRegressor : A network that can be trained on realistic images.

    Notes
    -----
    All images have one pixel size; those of `fit` need not be of one shape. Lattices should be
    turned alike, since discriminators also see that.

    ``"disentangled"`` is the model of [1]_ and [2]_ for one channel: content encoders that share
    their last block, encoders of the mean and the variance of eight attributes, generators, a
    discriminator of each domain and one of contents; the losses of [1]_, and the L1 distance of
    an image and its translation that [2]_ adds. Three things differ. Attributes are always read
    from measured images, so that there are no losses for attributes drawn from the normal
    distribution. Discriminators and the other networks take their steps at the same time. The
    small networks are told white noise at every resolution, since a perfect lattice gives them
    nothing to make noise of.

    References
    ----------
    .. [1] Lee et al., "Diverse image-to-image translation via disentangled representations",
       ECCV (2018).
    .. [2] Huang et al., "Auto-resolving the atomic structure at van der Waals interfaces using a
       generative model", Nature Communications 16 (2025).

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import ImageRealism, Stack, StackSimulator, defect_mixture
    >>> graphene = load_monolayers()[0]
    >>> stacks = [Stack([graphene, graphene], slip=(x, 0.1)) for x in (0.1, 0.3)]
    >>> simulated = StackSimulator(shape=(64, 64), random_state=0).transform(stacks)
    >>> measured = defect_mixture(shape=(64, 64), random_state=0).transform(stacks)
    >>> ImageRealism(random_state=0).fit(simulated, measured).transform(simulated).shape
    (2, 64, 64)
    """

    _three_d_array = True

    def __init__(
        self,
        kind="randomised",
        *,
        fitter=None,
        pixel_size=None,
        size="small",
        crop=64,
        n_pairs=80,
        max_epochs=40,
        batch_size=4,
        lr=1e-3,
        weights=None,
        net_params=None,
        device="cpu",
        verbose=0,
        random_state=None,
    ):
        self.kind = kind
        self.fitter = fitter
        self.pixel_size = pixel_size
        self.size = size
        self.crop = crop
        self.n_pairs = n_pairs
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.lr = lr
        self.weights = weights
        self.net_params = net_params
        self.device = device
        self.verbose = verbose
        self.random_state = random_state

    def fit(self, simulated_images, experimental_images):
        """Learn how experimental images look.

        Parameters
        ----------
        simulated_images : array-like of shape (n, h, w) or list of ndarray of shape (h, w)
            Images without experimental traits.
        experimental_images : array-like of shape (m, h, w) or list of ndarray of shape (h, w)
            A few measured images with the same pixel size; what they show need not be known.

        Returns
        -------
        ImageRealism
            The fitted transformer.

        Raises
        ------
        ValueError
            If an option is unknown, or images are missing, too small, flat or in colour.
        """
        self._check()
        smallest = self.crop if self.kind == "disentangled" else SMALLEST
        simulated = check_images("simulated_images", simulated_images, smallest)
        experimental = check_images("experimental_images", experimental_images, smallest)
        self.seed_ = int(check_random_state(self.random_state).randint(2**31))
        rng = np.random.default_rng(self.seed_)
        self.look_ = KINDS[self.kind].learned(self, simulated, experimental, rng)
        return self

    def transform(self, simulated_images):
        """Make images look measured.

        Parameters
        ----------
        simulated_images : array-like of shape (n, h, w) or list of ndarray of shape (h, w)
            Images like those of `fit`.

        Returns
        -------
        ndarray of float32, shape (n, h, w), or list of ndarray of shape (h, w)
            Images with a mean of about 1, of the same stacks; a list where shapes differ. What is
            drawn for an image depends on the image and `seed_` only, not on its neighbours.

        Raises
        ------
        ValueError
            If images are flat or in colour.
        """
        check_is_fitted(self)
        if not len(simulated_images):
            return np.empty((0, 0, 0), dtype=np.float32)
        images = check_images("simulated_images", simulated_images, 1)
        drawn = [self._drawn(image).astype(np.float32) for image in images]
        return np.stack(drawn) if len({image.shape for image in drawn}) == 1 else drawn

    def _drawn(self, image):
        rng = np.random.default_rng([self.seed_, zlib.crc32(image.tobytes())])
        return self.look_.draw(image, rng)

    def _check(self):
        check_choice("kind", self.kind, KINDS)
        check_choice("size", self.size, SIZES)
        for name in self.weights or {}:
            check_choice("A name in weights", name, WEIGHTS)
        smallest = SIZES[self.size].smallest_crop
        if self.crop < smallest or self.crop % 4:
            raise ValueError(
                f"crop must be a multiple of 4 and at least {smallest} pixels for "
                f"size={self.size!r}, got {self.crop}; "
                f"give {max(64, -(-smallest // 4) * 4)}, for example."
            )


def check_choice(name, value, choices):
    """Raise a ValueError with a sentence unless a value is one of the choices."""
    if value not in choices:
        known = ", ".join(map(repr, choices))
        raise ValueError(f"{name} must be one of {known}, got {value!r}; choose one of them.")
