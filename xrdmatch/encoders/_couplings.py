"""Spherical harmonics and equivariant tensor products."""

import torch
from torch import nn

TINY = 1e-12


def e3nn_o3():
    """Return e3nn's part about rotations, or say how to install it."""
    try:
        from e3nn import o3
    except ImportError as error:
        raise ImportError(
            "The equivariant tower needs e3nn, which is not installed; "
            "pip install 'xrdmatch[equivariant]'."
        ) from error
    return o3


def degrees(max_l):
    """Return the degree l of each of the ``(max_l + 1)^2`` harmonics, a Tensor."""
    return torch.cat([torch.full((2 * n + 1,), n) for n in range(max_l + 1)])


def harmonics(vectors, max_l):
    """Real spherical harmonics in the directions of vectors.

    Parameters
    ----------
    vectors : Tensor of shape (n, 3)
        The vectors; their lengths are not used.
    max_l : int
        Highest degree.

    Returns
    -------
    Tensor of shape (n, (max_l + 1)^2)
        In the order l = 0, 1, ..., normalised to ``2 l + 1`` for each degree.

    See Also
    --------
    Coupling : Products of two functions on the sphere, each coupled by Clebsch-Gordan coefficients.
    """
    return e3nn_o3().spherical_harmonics(
        [*range(max_l + 1)], vectors, normalize=True, normalization="component"
    )


def coupling_paths(max_l):
    """Triples (l1, l2, l3) that couple and keep the parity of harmonics, ``l1 + l2 + l3`` even."""
    every = range(max_l + 1)
    return [
        (a, b, c)
        for a in every
        for b in every
        for c in every
        if abs(a - b) <= c <= a + b and (a + b + c) % 2 == 0
    ]


class Coupling(nn.Module):
    """Products of two functions on the sphere, each coupled by Clebsch-Gordan coefficients.

    Every triple of degrees that keeps the parity is a path, with a learned weight for each
    channel: equation 2 of [1]_, one product at a time. Without other paths, what comes out is
    the same for a crystal and for its mirror image.

    Parameters
    ----------
    n_channels : int
        Number of channels, which are not mixed.
    max_l : int
        Highest degree of what comes in and of what is kept.

    See Also
    --------
    DegreeLinear : Mix channels, each degree with weights of its own; what turned turns as before.
    harmonics : Real spherical harmonics in the directions of vectors.

    References
    ----------
    .. [1] Zhang, Wang and Hu, preprint 202504.1913 (2025).

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.encoders import Coupling
    >>> product = Coupling(n_channels=8, max_l=2)
    >>> product(torch.randn(5, 8, 9), torch.randn(5, 8, 9)).shape
    torch.Size([5, 8, 9])
    """

    def __init__(self, n_channels, max_l):
        super().__init__()
        paths = coupling_paths(max_l)
        first, size = [n * n for n in range(max_l + 2)], (max_l + 1) ** 2
        table = torch.zeros(size, size, 0)
        into, path = [], []
        for i, (a, b, c) in enumerate(paths):
            part = torch.zeros(size, size, 2 * c + 1)
            block = e3nn_o3().wigner_3j(a, b, c) * (2 * c + 1) ** 0.5
            part[first[a] : first[a + 1], first[b] : first[b + 1]] = block
            table = torch.cat([table, part], 2)
            into += range(first[c], first[c + 1])
            path += [i] * (2 * c + 1)
        self.register_buffer("table", table.flatten(0, 1))
        self.register_buffer("into", torch.eye(size)[into])
        self.register_buffer("path", torch.tensor(path))
        self.weight = nn.Parameter(torch.randn(n_channels, len(paths)) / len(paths) ** 0.5)

    def forward(self, first, second):
        """Couple functions (n, n_channels, (max_l + 1)^2)."""
        products = (first[..., :, None] * second[..., None, :]).flatten(-2)
        coupled = products @ self.table  # (n, n_channels, all paths' entries)
        return (coupled * self.weight[:, self.path]) @ self.into


class DegreeLinear(nn.Module):
    """Mix channels, each degree with weights of its own; what turned turns as before.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of channels.
    max_l : int
        Highest degree.

    See Also
    --------
    Coupling : Products of two functions on the sphere, each coupled by Clebsch-Gordan coefficients.
    """

    def __init__(self, n_in, n_out, max_l):
        super().__init__()
        self.register_buffer("degree", degrees(max_l))
        self.mix = nn.Parameter(torch.randn(max_l + 1, n_in, n_out) / n_in**0.5)

    def forward(self, x):
        """Map (n, n_in, (max_l + 1)^2) to (n, n_out, (max_l + 1)^2)."""
        return torch.einsum("nim,mio->nom", x, self.mix[self.degree])


def lengths_of(x, max_l):
    """Norms of each degree: (n, n_channels, (max_l + 1)^2) to (n, n_channels, max_l + 1)."""
    squares = [part.square().sum(-1) for part in x.float().split(_sizes(max_l), -1)]
    return (torch.stack(squares, -1) + TINY).sqrt()


def tamed(x, degree):
    """Shorten each degree from its norm to log (1 + norm), which keeps products from growing."""
    norm = lengths_of(x, int(len(degree) ** 0.5) - 1)
    return x * (torch.log1p(norm) / norm)[..., degree]


def invariants(x, max_l):
    """Take what no rotation changes: the part of degree 0, and the norms of the others."""
    return torch.cat([x[..., :1].float(), lengths_of(x, max_l)[..., 1:]], -1).flatten(1)


def _sizes(max_l):
    return [2 * n + 1 for n in range(max_l + 1)]
