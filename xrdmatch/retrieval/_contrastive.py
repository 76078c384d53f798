"""`ContrastiveStructureRetriever`: retrieval by learned embeddings."""

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from xrdmatch.crystallography import as_structures
from xrdmatch.learning import TrainingData
from xrdmatch.retrieval._options import check_options
from xrdmatch.retrieval._queries import check_lengths
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._search import EmbeddedGallery
from xrdmatch.retrieval._tower_training import TowerTraining
from xrdmatch.retrieval._towers import PatternEncoder, StructureEncoder
from xrdmatch.retrieval._types import Labels, Patterns, Structures
from xrdmatch.simulation import DiffractionSimulator, Perturbation


class ContrastiveStructureRetriever(TowerTraining, StructureRetriever):
    """Find structures by embeddings that are learned from pairs of structures and patterns.

    Two towers map crystals and patterns to unit vectors; training pulls those of a pair together
    and pushes the other members of the batch away, by the symmetric cross-entropy of [1]_. A
    gallery is embedded once and searched by inner product.

    Parameters
    ----------
    structure_encoder : str or StructureEncoder, default="structure_factor"
        ``"structure_factor"``: a crystal enters as the spots, or the powder peaks, it is expected
        to give. ``"sequence"``, for layers: the crystal tower of [1]_, which reads tokens; with
        n_layers=4, n_heads=4, embedding_dim=384 it is the paper's. ``"equivariant"``, for powders:
        graphs, read by the `EquivariantTower` of [2]_; ``"peaks"``: another name for
        ``"structure_factor"`` of powders. Others are entries of
        `xrdmatch.retrieval.STRUCTURE_ENCODERS`, or a `StructureEncoder` of your own.
    pattern_encoder : str or PatternEncoder, default=None
        None is the one that belongs to the structure encoder: ``"spots"``, or ``"peaks"`` of
        powders, whose transformer also reads the crystals of ``"structure_factor"``;
        ``"sequence"``, the pattern tower of [1]_, for ``"sequence"``; ``"resnet1d"``, which reads
        the vectors of a `BinnedPattern`, for ``"equivariant"``. Any of the simulator's geometry
        goes with any structure encoder: `xrdmatch.retrieval.PATTERN_ENCODERS`.
    n_layers : int, default=3
        Layers of each transformer.
    n_heads : int, default=4
        Heads of each layer; divides `embedding_dim`.
    embedding_dim : int, default=160
        Width of the transformers and length of the embeddings.
    dropout : float, default=0.0
        Share of attention weights and of feed-forward outputs left out while training.
    temperature : "learned" or float, default="learned"
        Divides the similarities. Learned from 0.07 on (inverse clipped at 100); 1.0 is the
        equation as printed in [1]_.
    augmentation : {"standard", "rescaled"}, Perturbation or None, default="standard"
        ``"standard"`` simulates queries afresh in every epoch: of layers from structures perturbed
        with severities between 0 and 1.5, except for 20 % that stay as given; of powders as the
        peaks found in noisy scans (Notes), except for 10 %. ``"rescaled"``, of powders: crystals
        and their peaks become up to 3 % larger or smaller together. None trains on the patterns as
        given, which is the paper's protocol. A `Perturbation` is one of layers.
    batch_size : int, default=384
        Pairs compared at a time.
    max_epochs : int, default=40
        Passes over the pairs; the schedule (one cycle of learning rate) spans them.
    lr : float, default=1.5e-3
        Peak learning rate.
    validation_fraction : float, default=0.05
        Share of the pairs, whole reduced formulas, whose loss decides which epoch's weights are
        kept; 0 trains on all and keeps the last.
    warm_start : bool, default=False
        Whether `fit` goes on from the towers it has.
    structure_transformer : CrystalTokenizer, default=None
        What structures pass before the tower. If None, layers become tokens with 40 Å of vacuum
        for the towers that read these; powders need none.
    pattern_transformer : PatternPointCloud, PeakFinder or their like, default=None
        What the pattern tower is given patterns by. If None, the encoder's own: the default point
        cloud of spots, or the default finder of the peaks of powder scans.
    simulator : DiffractionSimulator, default=None
        Simulates patterns for training; the default simulator if None. Its geometry says whether
        layers and spots are learned, or crystals of any size and powders.
    score_k : int, default=1
        k of the accuracy that `score` gives.
    device : str, default="auto"
        Torch device; ``"auto"`` takes a GPU where there is one. On a GPU, training runs in mixed
        precision. ``"accelerate"``, in a script that accelerate or torchrun launches: processes
        that share every batch, each on a device of its own.
    random_state : int, RandomState or None, default=None
        Makes a fit repeatable.
    n_jobs : int, default=None
        Number of joblib workers for simulations.
    verbose : int, default=0
        1 shows a progress bar with epochs, losses and the time left.
    net_params : dict, default=None
        Further parameters of the `skorch.NeuralNet`, such as ``optimizer__weight_decay``,
        ``callbacks__clip__gradient_clip_value`` or ``callbacks__best__patience``. A list of
        ``callbacks``, such as a `skorch.callbacks.Checkpoint`, is added to the retriever's own.
        Names that begin with ``structure_encoder__`` or ``pattern_encoder__`` are options of that
        tower: ``structure_encoder__channels`` is one of an `EquivariantTower`. ``chunk_size``
        embeds so many pairs at a time, so that a batch of thousands fits into memory; gradients
        are those of the whole batch. ``space_group_balance``, of powders, draws pairs by weights
        m^-balance, m the number of those of the same space group, in place of each once an epoch.
        ``n_views`` draws so many patterns of each crystal at a time, and compares these too, by
        ``criterion__between_views``.

    Attributes
    ----------
    net_ : skorch.NeuralNet
        The trained net, with its history.
    gallery_ : list of Structure or ndarray of tokens
        The structures among which is searched, as given.
    classes_ : ndarray of shape (n_gallery,)
        Their labels.

    See Also
    --------
    PatternMatcher : Simulates and compares, without training.

    Notes
    -----
    Interrupting a fit (Ctrl-C) keeps the best weights so far.

    **Layers.** Tokens carry no occupancies; disordered structures are refused. The
    ``"structure_factor"`` tower computes a structure's spots up to the simulator's `hk_max`, and
    within its `q_max`, with its form factors and `b_iso`. What ``intensity="paper"`` changes in
    the patterns, it has to learn from the pairs.

    **Powders.** Queries are scans of any wavelength, whose peaks a `PeakFinder` finds, or powder
    peaks. Either side is a set of peaks, q and log intensity with the Lorentz-polarisation
    factor of the simulator's radiation; a query also says where its range begins and ends. The
    scans of the augmentation have cells that are off by up to 3 %, along each axis that the
    crystal system leaves free, a zero shift, a displaced sample, peaks widened by instrument,
    size and strain so that neighbours merge, texture, background, counting noise in which weak
    peaks are lost, foreign peaks, and ranges of many lengths. K-alpha 2 is not among it, since
    the finder takes it off. Disordered structures are taken.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025).
    .. [2] Zhang, Wang and Hu, preprint 202504.1913 (2025).

    Examples
    --------
    >>> from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> layers = load_monolayers()[:20]
    >>> patterns = DiffractionSimulator().transform(layers)
    >>> retriever = ContrastiveStructureRetriever(
    ...     n_layers=1, embedding_dim=32, max_epochs=2, random_state=0)
    >>> retriever.fit(layers, patterns).predict(patterns[:2], k=10).shape
    (2, 10)
    """

    def __init__(
        self,
        structure_encoder: str | StructureEncoder = "structure_factor",
        *,
        pattern_encoder: str | PatternEncoder | None = None,
        n_layers: int = 3,
        n_heads: int = 4,
        embedding_dim: int = 160,
        dropout: float = 0.0,
        temperature: Literal["learned"] | float = "learned",
        augmentation: str | Perturbation | None = "standard",
        batch_size: int = 384,
        max_epochs: int = 40,
        lr: float = 1.5e-3,
        validation_fraction: float = 0.05,
        warm_start: bool = False,
        structure_transformer: Any = None,
        pattern_transformer: Any = None,
        simulator: DiffractionSimulator | None = None,
        score_k: int = 1,
        device: str = "auto",
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = None,
        verbose: int = 0,
        net_params: dict[str, Any] | None = None,
    ) -> None:
        self.structure_encoder = structure_encoder
        self.pattern_encoder = pattern_encoder
        self.n_layers = n_layers
        self.n_heads = n_heads
        self.embedding_dim = embedding_dim
        self.dropout = dropout
        self.temperature = temperature
        self.augmentation = augmentation
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.lr = lr
        self.validation_fraction = validation_fraction
        self.warm_start = warm_start
        self.structure_transformer = structure_transformer
        self.pattern_transformer = pattern_transformer
        self.simulator = simulator
        self.score_k = score_k
        self.device = device
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.net_params = net_params

    def fit(
        self,
        structures: Structures | TrainingData,
        patterns: Patterns | None = None,
        labels: Labels | None = None,
    ) -> Self:
        """Learn from pairs, then take the structures as the gallery.

        Parameters
        ----------
        structures : list of Structure or Atoms, ndarray of tokens, or TrainingData
            The crystals; or what `prepare_training` made of many, which leaves the gallery unset.
            ASE's Atoms become structures.
        patterns : list of patterns, default=None
            Row i came from structure i; simulated if None.
        labels : sequence, default=None
            Names of the structures; 0 to n - 1 if None.

        Returns
        -------
        ContrastiveStructureRetriever
            The retriever itself.

        Raises
        ------
        ValueError
            If lengths differ, fewer than two different structures are given, an option is
            unknown, `warm_start` is to go on from towers of another size, or a pattern is of
            another kind of radiation than the simulator's.
        """
        check_options(self)
        if isinstance(structures, TrainingData):
            self._fit_prepared(structures)
            return self
        for name, others in (("patterns", patterns), ("labels", labels)):
            if others is not None:
                check_lengths(structures, others, name)
        self._fit_structures(structures := as_structures(structures), patterns)
        return self.set_gallery(structures, labels)

    def encode_gallery(self, structures: Structures) -> EmbeddedGallery:
        """Embed structures as a gallery; see `encode_structures`."""
        return EmbeddedGallery(self.encode_structures(structures))

    def encode_queries(self, patterns: Patterns) -> NDArray[np.float32]:
        """Embed patterns; see `encode_patterns`."""
        return self.encode_patterns(patterns)

    def log_prior(self, distances: NDArray[Any]) -> NDArray[Any]:
        """Similarities times the scale that they were trained with."""
        return -self.net_.module_.scale.item() * distances
