"""Attention as pictures."""

import numpy as np

from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection._attention import attention_maps, received_attention
from xrdmatch.inspection._plot.attention_axes import (
    as_grid,
    name_outer_axes,
    new_axes,
    new_grid,
    plan_size,
    spot_size,
)
from xrdmatch.inspection._plot.attention_panels import (
    colour_bar,
    draw_bars,
    draw_map,
    draw_plan,
    draw_spot_attention,
)

SHOWN = 0.999  # share of the weights that the scale of colours covers
FACTS = ("attention", "tokens", "read_out", "q", "intensity", "site", "structure")


class AttentionDisplay(ShortRepr):
    """One structure's or pattern's attention, as maps, bars, or over the crystal or its spots.

    Parameters
    ----------
    attention : ndarray of shape (n_layers, n_heads, T, T)
        The weights.
    tokens : list of str, of length T
        What each token is.
    read_out : ndarray of int
        The tokens that the embedding is made of.
    q : ndarray of shape (T, 2), default=None
        Scattering vectors of spots [1/Å], NaN for a mark.
    intensity : ndarray of shape (T,), default=None
        Their intensities.
    site : ndarray of int, shape (T,), default=None
        The site that each number belongs to, -1 for none.
    structure : Structure, default=None
        The crystal whose sites these are.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes or ndarray of them, of shape (n_layers, n_heads)
        Where it was drawn, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.

    See Also
    --------
    attention_maps : The same as data, for many items.
    attention_faithfulness : Whether this explains anything.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025), Figure 2.

    Examples
    --------
    >>> from xrdmatch import ContrastiveStructureRetriever
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import AttentionDisplay
    >>> layers = load_monolayers()[:10]
    >>> retriever = ContrastiveStructureRetriever(
    ...     "sequence", n_layers=1, n_heads=2, embedding_dim=16, max_epochs=1).fit(layers)
    >>> display = AttentionDisplay.from_estimator(retriever, layers[0])
    >>> display.plot().ax_.shape
    (1, 2)
    >>> display.plot(kind="plan").ax_.get_xlabel()
    'x [Å]'
    """

    def __init__(
        self, attention, tokens, read_out, *, q=None, intensity=None, site=None, structure=None
    ):
        self.attention = attention
        self.tokens = tokens
        self.read_out = read_out
        self.q = q
        self.intensity = intensity
        self.site = site
        self.structure = structure

    @classmethod
    def from_estimator(cls, retriever, x):
        """Look into a retriever while it reads one structure or pattern.

        Parameters
        ----------
        retriever : ContrastiveStructureRetriever, or Pipeline, search or wrapper that holds one
            A retriever that has learned.
        x : Structure, row of tokens, or pattern
            What it reads.

        Returns
        -------
        AttentionDisplay
            The display, not yet plotted.
        """
        is_row = isinstance(x, np.ndarray) and x.ndim == 1
        return cls.from_maps(attention_maps(retriever, x[None] if is_row else [x]))

    @classmethod
    def from_maps(cls, maps, item=0):
        """Take one item of `attention_maps`.

        Parameters
        ----------
        maps : Bunch
            Output of `attention_maps`.
        item : int, default=0
            Which structure or pattern.

        Returns
        -------
        AttentionDisplay
            The display, not yet plotted.
        """
        return cls(**{name: maps[name][item] for name in FACTS})

    def plot(self, ax=None, *, kind="heads", reduction="mean"):
        """Draw the attention.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, or array of them of shape (n_layers, n_heads), default=None
            Where; an array for ``kind="heads"``. A new figure if None.
        kind : {"heads", "read_out", "plan", "spots"}, default="heads"
            ``"heads"``: a map for each layer (down) and head (across), rows the tokens that look,
            columns those that are looked at; spots are sorted by their length. ``"read_out"``:
            what the tokens that are read out look at, as bars, one colour for each mark.
            ``"plan"``: the layer from above, each atom coloured by the attention that its four
            numbers receive; atoms above each other share a disc. ``"spots"``: reciprocal space,
            each spot coloured by the attention that it receives. In the last two, 1 is an even
            share.
        reduction : {"mean", "last", "rollout"}, default="mean"
            How layers come together in all but the maps, see `received_attention`.

        Returns
        -------
        AttentionDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the kind is unknown, or the tokens are of another kind than it shows.
        """
        if kind not in self._KINDS:
            raise ValueError(
                f"kind must be one of {', '.join(map(repr, self._KINDS))}, got {kind!r}; pick one."
            )
        self._KINDS[kind](self, ax, reduction)
        return self

    def _plot_heads(self, ax, reduction):
        n_layers, n_heads = self.attention.shape[:2]
        axes = new_grid(n_layers, n_heads) if ax is None else as_grid(ax, n_layers, n_heads)
        order = np.arange(len(self.tokens)) if self.q is None else _by_length(self.q)
        largest = np.quantile(self.attention, SHOWN)
        for (layer, head), panel in np.ndenumerate(axes):
            weights = self.attention[layer, head][order][:, order]
            image = draw_map(panel, weights, largest, *self._tick_labels(order))
            panel.set_title(f"layer {layer + 1}, head {head + 1}", fontsize=9)
        self.ax_, self.figure_ = axes, axes[0, 0].figure
        colour_bar(image, list(axes.ravel()), "attention weight", extend="max")
        name_outer_axes(axes)

    def _plot_read_out(self, ax, reduction):
        ax = new_axes((8, 3.2)) if ax is None else ax
        order = np.arange(len(self.tokens)) if self.q is None else _by_length(self.q)
        rows = [self.read_out] if len(self.read_out) > 2 else self.read_out[:, None]
        bars = {}
        for row in rows:
            name = (
                f"mean over all {self._parts}s" if len(row) > 1 else f"{self.tokens[row[0]]} mark"
            )
            bars[name] = received_attention(self.attention, row, reduction)[order]
        draw_bars(ax, bars, *self._tick_labels(order))
        ax.set_xlabel("token" if self.q is None else rf"$|q|$ of the {self._parts} [1/Å]")
        self.ax_, self.figure_ = ax, ax.figure

    def _plot_plan(self, ax, reduction):
        self._check_has("site", "plan", "crystals that the 'sequence' towers read")
        share = self._relative_attention(reduction)
        sites = np.array([share[self.site == i].mean() for i in range(len(self.structure))])
        ax = new_axes(plan_size(self.structure)) if ax is None else ax
        discs = draw_plan(ax, self.structure, sites)
        colour_bar(discs, ax, "attention to the atom, 1 = an even share")
        self.ax_, self.figure_ = ax, ax.figure

    def _plot_spots(self, ax, reduction):
        whose = "spots of layers, also those that the default towers read of crystals"
        self._check_has("q" if self._parts == "spot" else "site", "spots", whose)
        share = self._relative_attention(reduction)
        seen = np.isfinite(self.q[:, 0])
        ax = new_axes(spot_size(self.q[seen])) if ax is None else ax
        discs = draw_spot_attention(ax, self.q[seen], self.intensity[seen], share[seen])
        colour_bar(discs, ax, "attention to the spot, 1 = an even share")
        self.ax_, self.figure_ = ax, ax.figure

    def _relative_attention(self, reduction):
        received = received_attention(self.attention, self.read_out, reduction)
        return received * len(received)

    @property
    def _parts(self):
        """What has a scattering vector: a spot of a layer, or a powder's peak."""
        return "peak" if self.q is not None and self.q.shape[1] == 1 else "spot"

    def _check_has(self, name, kind, whose):
        if getattr(self, name) is None:
            flat = "spots" if self._parts == "spot" else "read_out"
            raise ValueError(
                f'kind="{kind}" shows {whose}, got tokens {", ".join(map(repr, self.tokens[:2]))} '
                f'...; use kind="{flat if self.site is None else "plan"}".'
            )

    def _tick_labels(self, order):
        """Names of the tokens in this order, and whether every one should be seen."""
        if self.q is None:
            return [pretty(name) for name in self.tokens], True
        length = np.linalg.norm(self.q[order], axis=1)
        names = [f"{value:.2f}" if np.isfinite(value) else "end" for value in length]
        return names, False

    _KINDS = {  # noqa: RUF012
        "heads": _plot_heads,
        "read_out": _plot_read_out,
        "plan": _plot_plan,
        "spots": _plot_spots,
    }


def pretty(name):
    """Write the angles as Greek letters."""
    return rf"$\{name}$" if name in ("alpha", "beta", "gamma") else name


def _by_length(q):
    """Order of the spots by their length, marks last."""
    return np.argsort(np.linalg.norm(q, axis=1).round(6), kind="stable")
