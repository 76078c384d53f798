"""`TrainingHistoryDisplay`: losses and scores over the epochs."""

import numpy as np

from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection._embeddings import last_step
from xrdmatch.inspection._plot.pyplot import import_pyplot

# Okabe and Ito's blue and vermilion, and a grey behind them.
COLOURS = {"train": "#0072B2", "valid": "#D55E00", "lr": "0.55"}
NAMES = {"train": "training", "valid": "validation"}
MARKERS = {"train": "o", "valid": "s"}
WIDE = 10.0  # ratio of largest and smallest loss from which on the axis is logarithmic
MOST_MARKED = 40  # epochs whose values are marked one by one


class TrainingHistoryDisplay(ShortRepr):
    """Losses and learning rate of each epoch.

    A dotted line marks the epoch with the smallest validation loss; a
    `ContrastiveStructureRetriever` keeps its weights, or those of an earlier one within 0.01 % of
    it. The loss has a logarithmic axis where it falls by more
    than a factor of ten.

    Parameters
    ----------
    epoch : ndarray of shape (n_epochs,)
        Counted from 1.
    losses : dict of str to ndarray of shape (n_epochs,)
        ``"train"``, ``"valid"`` or both.
    lr : ndarray of shape (n_epochs,), default=None
        Learning rate at the end of each epoch, where it is known.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the losses, once plotted.
    lr_ax_ : matplotlib.axes.Axes or None
        Axes with the learning rate, on the right-hand side.
    figure_ : matplotlib.figure.Figure
        Their figure.
    lines_ : dict of str to matplotlib.lines.Line2D
        ``"train"``, ``"valid"`` and ``"lr"``, those that there are.

    See Also
    --------
    xrdmatch.retrieval.ContrastiveStructureRetriever
        Find structures by embeddings that are learned from pairs of structures and patterns.

    Examples
    --------
    >>> from xrdmatch.inspection import TrainingHistoryDisplay
    >>> rows = [{"epoch": 1, "train_loss": 5.9, "valid_loss": 5.7},
    ...         {"epoch": 2, "train_loss": 3.1, "valid_loss": 3.4}]
    >>> display = TrainingHistoryDisplay.from_history(rows).plot()
    >>> display.best_epoch, display.ax_.get_xlabel()
    (2, 'epoch')
    """

    def __init__(self, epoch, losses, lr=None):
        self.epoch = epoch
        self.losses = losses
        self.lr = lr

    @classmethod
    def from_estimator(cls, retriever):
        """Take the history of a retriever that has been fitted.

        Parameters
        ----------
        retriever : ContrastiveStructureRetriever or Pipeline that ends in one
            A fitted one; what `load_pretrained` gives has no history.

        Returns
        -------
        TrainingHistoryDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If the retriever has no history.
        """
        net = getattr(last_step(retriever), "net_", None)
        if not getattr(net, "history", None):
            raise ValueError(
                "A history is made by a fit in this process, got a "
                f"{type(last_step(retriever)).__name__} without one; fit it, or pass a history "
                "that was saved to from_history."
            )
        return cls.from_history(net.history)

    @classmethod
    def from_history(cls, history):
        """Read losses and learning rates out of a history.

        Parameters
        ----------
        history : skorch.history.History or list of dict
            One entry an epoch with ``"train_loss"``, ``"valid_loss"`` or both; ``"epoch"`` and
            ``"event_lr"`` where they are known.

        Returns
        -------
        TrainingHistoryDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If there is no epoch, or none has a loss.
        """
        rows = list(history)
        losses = {name: _column(rows, f"{name}_loss") for name in NAMES}
        losses = {name: values for name, values in losses.items() if np.isfinite(values).any()}
        if not losses:
            raise ValueError(
                "A history needs epochs with a train_loss or valid_loss, got "
                f"{len(rows)} epochs with none; pass the history of a net that was trained."
            )
        lr = np.array([_learning_rate(row) for row in rows])
        epoch = np.array([row.get("epoch", i) for i, row in enumerate(rows, start=1)])
        return cls(epoch, losses, lr if np.isfinite(lr).any() else None)

    @property
    def best_epoch(self):
        """Epoch with the smallest validation loss; None without one."""
        if "valid" not in self.losses:
            return None
        return int(self.epoch[np.nanargmin(self.losses["valid"])])

    def plot(self, ax=None):
        """Draw losses, best epoch and learning rate.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        TrainingHistoryDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=(7, 4.5), layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self.lines_ = {name: self._draw_loss(name) for name in self.losses}
        if self.best_epoch is not None:
            label = f"best epoch: {self.best_epoch} ({np.nanmin(self.losses['valid']):.3g})"
            ax.axvline(self.best_epoch, color="0.2", linestyle=":", linewidth=1.2, label=label)
        self.lr_ax_ = None if self.lr is None else self._draw_lr()
        ax.set(xlabel="epoch", ylabel="loss")
        if self._is_wide():
            _make_logarithmic(ax)
        ax.xaxis.get_major_locator().set_params(integer=True)
        self._add_legend()
        return self

    def _draw_loss(self, name):
        marker = MARKERS[name] if len(self.epoch) <= MOST_MARKED else None
        return self.ax_.plot(
            self.epoch, self.losses[name], color=COLOURS[name], marker=marker, markersize=4,
            label=NAMES[name],
        )[0]  # fmt: skip

    def _draw_lr(self):
        ax = self.ax_.twinx()
        self.ax_.set_zorder(ax.get_zorder() + 1)  # losses in front
        self.ax_.patch.set_visible(False)
        style = {"color": COLOURS["lr"], "linestyle": "--", "label": "learning rate"}
        (self.lines_["lr"],) = ax.plot(self.epoch, self.lr, **style)
        ax.set_ylabel("learning rate at the end of the epoch", color="0.35")
        ax.set_ylim(bottom=0)
        ax.yaxis.set_major_formatter("{x:.1e}")
        return ax

    def _is_wide(self):
        values = np.concatenate(list(self.losses.values()))
        low, high = np.nanmin(values), np.nanmax(values)
        return low > 0 and high / low > WIDE

    def _add_legend(self):
        """One legend for both axes, above them where it hides nothing."""
        handles = self.ax_.get_legend_handles_labels()[0]
        handles += [self.lines_["lr"]] if "lr" in self.lines_ else []
        self.ax_.legend(
            handles=handles, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(handles),
            frameon=False, fontsize=9,
        )  # fmt: skip


def _make_logarithmic(ax):
    """Set a logarithmic axis with plain numbers at 1, 2 and 5 of each decade."""
    from matplotlib.ticker import LogLocator, NullFormatter

    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_major_formatter("{x:g}")
    ax.yaxis.set_minor_formatter(NullFormatter())


def _column(rows, name):
    return np.array([row.get(name, np.nan) for row in rows], dtype=float)


def _learning_rate(row):
    """Learning rate of an epoch: its own entry, or that of its last batch that has one."""
    batches = [batch["event_lr"] for batch in row.get("batches", []) if "event_lr" in batch]
    return float(row.get("event_lr", batches[-1] if batches else np.nan))
