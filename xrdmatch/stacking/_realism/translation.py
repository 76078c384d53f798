"""Both translations of a pair of images, and back again: what the losses compare."""

from torch import nn

from xrdmatch.stacking._realism.discriminators import ContentDiscriminator, ImageDiscriminator
from xrdmatch.stacking._realism.encoders import (
    DOMAINS,
    AttributeEncoder,
    ContentEncoder,
    drawn_attributes,
    of_each_domain,
)
from xrdmatch.stacking._realism.generator import Generator

OTHER = dict(zip(DOMAINS, reversed(DOMAINS), strict=True))


class TranslationModel(nn.Module):
    """Encoders, generators and discriminators of both domains.

    Parameters
    ----------
    size : NetworkSize
        Channels and layers.
    """

    def __init__(self, size):
        super().__init__()
        self.content = ContentEncoder(size)
        self.attributes = AttributeEncoder(size)
        self.generator = Generator(size)
        self.discriminators = of_each_domain(lambda: ImageDiscriminator(size))
        self.content_discriminator = ContentDiscriminator(size)

    def translators(self):
        """Return the parameters that the discriminators work against."""
        parts = (self.content, self.attributes, self.generator)
        return [parameter for part in parts for parameter in part.parameters()]

    def judges(self):
        """Return the parameters of the discriminators."""
        parts = (self.discriminators, self.content_discriminator)
        return [parameter for part in parts for parameter in part.parameters()]

    def encode(self, images):
        """Encode images {domain: (B, 1, h, w)}: contents, moments and attributes by domain."""
        content = {domain: self.content(x, domain) for domain, x in images.items()}
        moments = {domain: self.attributes(x, domain) for domain, x in images.items()}
        attributes = {domain: drawn_attributes(*pair) for domain, pair in moments.items()}
        return content, moments, attributes

    def translate(self, content, attributes):
        """Draw each domain with the other's content."""
        return {
            domain: self.generator(content[OTHER[domain]], attributes[domain], domain)
            for domain in DOMAINS
        }

    def forward(self, simulated, experimental):
        """Translate images of shape (B, 1, h, w) into the other domain, and back.

        Parameters
        ----------
        simulated, experimental : Tensor of shape (B, 1, h, w)
            Standardised images.

        Returns
        -------
        dict
            By name and domain: ``real``, ``content``, ``moments``, ``own`` (drawn again with own
            content and attributes), ``fake`` (with the other's content), ``cycle`` (the fakes
            translated back).
        """
        real = dict(zip(DOMAINS, (simulated, experimental), strict=True))
        content, moments, attributes = self.encode(real)
        own = {d: self.generator(content[d], attributes[d], d) for d in DOMAINS}
        fake = self.translate(content, attributes)
        cycle = self.translate(*self.encode(fake)[::2])
        return {
            "real": real,
            "content": content,
            "moments": moments,
            "own": own,
            "fake": fake,
            "cycle": cycle,
        }

    def realistic(self, images, look):
        """Draw simulated images as experimental ones.

        Parameters
        ----------
        images : Tensor of shape (B, 1, h, w)
            Standardised simulated images.
        look : Tensor of shape (B, 8)
            Attributes of experimental images.

        Returns
        -------
        Tensor of shape (B, 1, h, w)
            Images of the experimental domain.
        """
        return self.generator(self.content(images, "simulated"), look, "experimental")
