"""How large the networks of a content and attribute model are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NetworkSize:
    """Channels and layers of a content and attribute model.

    Parameters
    ----------
    channels : int
        Of the first layer of an encoder; two halvings of the image double them twice.
    n_blocks : int
        Residual blocks of one domain, in its content encoder and in its generator.
    n_scales : int
        Resolutions at which a discriminator judges an image.
    content_kernel, content_layers : int
        Size of the filters [pixels] and number of halvings of the content discriminator.
    n_noise : int
        Maps of white noise that each stage of a generator is told beside the attributes; the
        paper's has noise in the content only, at a quarter of the resolution.
    """

    channels: int
    n_blocks: int
    n_scales: int
    content_kernel: int
    content_layers: int
    n_noise: int

    @property
    def content(self):
        """Number of channels of a content."""
        return 4 * self.channels

    @property
    def smallest_crop(self):
        """Size of the smallest image that the content discriminator reads [pixels]."""
        size = 4
        for _ in range(self.content_layers):
            size = 2 * (size - 1) + self.content_kernel - 2
        return 4 * size


SIZES = {
    "small": NetworkSize(8, 1, 2, content_kernel=3, content_layers=2, n_noise=1),
    "paper": NetworkSize(64, 3, 3, content_kernel=7, content_layers=3, n_noise=0),
}
