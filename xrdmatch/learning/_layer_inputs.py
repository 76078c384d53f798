"""Inputs of towers for layers: sites, tokens and spots."""

import numpy as np
import torch

from xrdmatch.crystallography import Scan, form_factors, layer_frame, site_table
from xrdmatch.preprocessing import CrystalTokenizer, RaggedArray, Rows
from xrdmatch.simulation import check_settings

VACUUM = 40.0  # [Å] length of c that all structures get; thicker than any layer in use


def layer_tokenizer():
    """Make the tokenizer of layers where a retriever was given none: 40 Å of vacuum.

    See Also
    --------
    LayerTokens : Layers as sequences of numbers, which `SequenceTowers` read.
    xrdmatch.preprocessing.CrystalTokenizer : Write each crystal as one sequence of numbers.
    """
    return CrystalTokenizer(vacuum=VACUUM)


def framed_layers(crystals, settings):
    """Cells and sites of layers as the simulator sees them, a `SiteTable`.

    Parameters
    ----------
    crystals : ndarray of tokens, list of Structure, or SiteTable
        The layers.
    settings : Settings
        The simulator's options.

    Returns
    -------
    SiteTable
        In the layer's frame.

    Raises
    ------
    ValueError
        If an element has no form factor for the simulator's radiation.
    """
    framed = layer_frame(site_table(crystals), sort_lattice=settings.sort_lattice)
    form_factors(framed.numbers, 0.0, settings.radiation.kind)  # every element must have one
    return framed


class LayerSites:
    """Layers as cells and sites in the layer's frame, which `StructureFactorTowers` read.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"zone_axis"``; it says how the frame is chosen.

    See Also
    --------
    LayerTokens : The same layers as sequences of numbers.

    Examples
    --------
    >>> from xrdmatch import CrystalTokenizer, DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.learning import LayerSites
    >>> sites = LayerSites(DiffractionSimulator())
    >>> rows = sites.of(CrystalTokenizer(vacuum=40.0).transform(load_monolayers()[:4]))
    >>> {name: tuple(x.shape) for name, x in sites.batch(rows[:2]).items()}
    {'lattice': (2, 3, 3), 'frac_coords': (2, 2, 3), 'numbers': (2, 2)}
    """

    def __init__(self, simulator):
        self.settings = check_settings(simulator)

    def of(self, tokens):
        """Make rows of layers, output of `CrystalTokenizer`."""
        framed = framed_layers(tokens, self.settings)
        present = framed.numbers > 0
        starts = np.concatenate([[0], np.cumsum(framed.n_sites)])
        return Rows(
            lattice=framed.lattice.astype(np.float32),
            frac_coords=RaggedArray(framed.frac_coords[present].astype(np.float32), starts),
            numbers=RaggedArray(framed.numbers[present].astype(np.uint8), starts),
        )

    def batch(self, rows):
        """Return ``lattice`` (B, 3, 3) [Å], ``frac_coords`` (B, n, 3) and ``numbers`` (B, n)."""
        return {
            "lattice": torch.as_tensor(rows.lattice),
            "frac_coords": torch.as_tensor(rows.frac_coords.padded()),
            "numbers": torch.as_tensor(rows.numbers.padded()).long(),
        }


class LayerTokens:
    """Layers as sequences of numbers, which `SequenceTowers` read.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"zone_axis"``; every element must scatter its radiation.

    See Also
    --------
    LayerSites : The same layers as cells and sites.

    Examples
    --------
    >>> from xrdmatch import CrystalTokenizer, DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.learning import LayerTokens
    >>> inputs = LayerTokens(DiffractionSimulator())
    >>> rows = inputs.of(CrystalTokenizer(vacuum=40.0).transform(load_monolayers()[:4]))
    >>> inputs.batch(rows[:2])["tokens"].shape
    torch.Size([2, 180])
    """

    def __init__(self, simulator):
        self.settings = check_settings(simulator)

    def of(self, tokens):
        """Make rows of layers, output of `CrystalTokenizer`."""
        framed_layers(tokens, self.settings)
        return tokens.astype(np.float32)

    def batch(self, rows):
        """Return ``tokens`` (B, n_tokens), NaN as padding."""
        return {"tokens": torch.as_tensor(rows)}


class SpotPoints:
    """Patterns of layers as points, which all towers of layers read.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Of the geometry ``"zone_axis"``; not used, since points do not depend on it.
    transformer : PatternPointCloud or its like
        Turns patterns into points.

    See Also
    --------
    Inputs
        What a tower reads of a structure, or of a pattern: the methods that such an object has.
    xrdmatch.preprocessing.PatternPointCloud
        Turn patterns into points (q_x, q_y, log intensity), padded with NaN.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern, DiffractionSimulator, PatternPointCloud
    >>> from xrdmatch.learning import SpotPoints
    >>> inputs = SpotPoints(DiffractionSimulator(), PatternPointCloud())
    >>> rows = inputs.of([DiffractionPattern([[0.5, 0.0], [0.0, 0.4]], [2.0, 1.0])])
    >>> inputs.batch(rows)["points"].shape
    torch.Size([1, 2, 3])
    """

    def __init__(self, simulator, transformer):
        self.transformer = transformer

    def of(self, patterns):
        """Make rows of patterns: points (n_patterns, n_points, 3), NaN as padding."""
        _check_no_scans(patterns)
        return self.transformer.transform(patterns).astype(np.float32)

    def of_draws(self, draws, given):
        """Make rows of `DrawnSpots`."""
        if not hasattr(self.transformer, "transform_spots"):
            return self.of(draws.patterns())
        return self.transformer.transform_spots(draws.q, draws.intensity).astype(np.float32)

    def batch(self, rows):
        """Return ``points`` (B, n_points, 3): q_x, q_y [1/Å] and log intensity."""
        return {"points": torch.as_tensor(rows)}


def _check_no_scans(patterns):
    for i, pattern in enumerate(patterns if isinstance(patterns, list) else ()):
        if isinstance(pattern, Scan):
            raise ValueError(
                "A retriever with a simulator of spots reads the spots of layers, got a powder "
                f"scan as pattern {i}; ask one with DiffractionSimulator('powder', 'CuKa')."
            )
