"""Slips of stacks read from images by a network."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import ObjectInput
from xrdmatch.stacking._fitter import StackFitter
from xrdmatch.stacking._regression.alignment import aligned_images
from xrdmatch.stacking._regression.label_frames import in_their_frames
from xrdmatch.stacking._regression.learning import learned_reader
from xrdmatch.stacking._regression.options import check_options
from xrdmatch.stacking._regression.stack_kind import common_kind, kind_of_layers
from xrdmatch.stacking._regression.training_cells import training_cells
from xrdmatch.stacking._regression.training_images import check_lengths, simulated_images
from xrdmatch.stacking._stack_readings import readings_of


class StackingRegressor(ObjectInput, BaseEstimator):
    """Read slips of stacked layers from images by a residual network.

    1. The lattice of an image is found by a `StackFitter`, so that rotation, mirror image, strain
       and pixel size need not be learned.
    2. Windows of the image are averaged over its cells, by least squares on the lattice's
       harmonics: 32 x 32 pixels in fractions of a and b, whatever the image's size.
    3. A small residual network, whose convolutions go round the cell, tells from these the
       cosines of the slip's shortest lattice harmonics (sines as well for unlike layers). They
       are equal for equal stacks: s, s + lattice vector, and -s where two layers are alike.
    4. The numbers are averaged over the windows, and the nearest slip is found by least squares.
       The windows' spread says how far it may be off.

    It learns one kind of stack, whose layers have one lattice: its images differ in slip alone.

    Parameters
    ----------
    twist, face : float or array-like, default=0.0, 1
        Of the stacks that `fit` simulates of layers, as in `Stack`.
    simulator : StackSimulator, default=None
        Simulates the images to learn from; None is `defect_mixture`. Its rotation and strain are
        put aside, since what the network reads is aligned.
    realism : transformer, default=None
        Changes the simulated images before they are learned from, by ``transform(images)``:
        for example a fitted `ImageRealism`.
    n_images : int, default=5000
        How many are simulated.
    crop : float, default=13.0
        Side of the windows [Å], one and a half lattice spacings at least.
    n_windows, n_harmonics : int, default=4, 8
        Windows that are cut from each image to learn from; harmonics that the network tells.
    max_epochs, batch_size : int, default=24, 64
        How long (the defaults: six minutes of one core), and how many images at a time.
    lr : float, default=4e-3
        Peak of the one-cycle schedule.
    validation_fraction : float, default=0.05
        Share of the images that is not learned from; it calibrates standard deviations and
        misfits. 0 leaves both as they are.
    fitter : StackFitter, default=None
        Finds lattices; None is one for the number of layers.
    device : str, default="auto"
        Torch device; ``"auto"`` takes a GPU where there is one.
    random_state, verbose : int or None, default=None, 0
        Makes a fit repeatable; 1 shows progress bars.
    net_params : dict, default=None
        Further parameters of the `skorch.NeuralNet`: ``module__width``, ``module__n_blocks``,
        ``optimizer__weight_decay``; ``callbacks`` are added.

    Attributes
    ----------
    net_ : skorch.NeuralNet
        The trained net, with its history.
    layers_, fitter_ : tuple of Structure, StackFitter
        The layers, from bottom to top; what finds lattices.

    See Also
    --------
    StackFitter : Reads the same by least squares, without training.
    StackReadings : What `read_images` returns.

    References
    ----------
    Huang et al., Nat. Commun. (2025), read stacks by a residual network from images that were not
    aligned.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack, StackingRegressor, StackSimulator
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> mos2 = by_name["MoS2-2H"]
    >>> regressor = StackingRegressor(n_images=40, max_epochs=1, crop=8, random_state=0)
    >>> regressor.fit([mos2, mos2])  # far too short a training
    StackingRegressor(crop=8, max_epochs=1, n_images=40, random_state=0)
    >>> images = StackSimulator(random_state=0).transform([Stack([mos2, mos2], (0.1, 0.3))])
    >>> regressor.predict(images, pixel_size=0.136)[0].slip.shape
    (1, 2)
    """

    _three_d_array = True

    def __init__(
        self,
        twist=0.0,
        face=1,
        *,
        simulator=None,
        realism=None,
        n_images=5000,
        crop=13.0,
        n_windows=4,
        n_harmonics=8,
        max_epochs=24,
        batch_size=64,
        lr=4e-3,
        validation_fraction=0.05,
        fitter=None,
        device="auto",
        random_state=None,
        verbose=0,
        net_params=None,
    ):
        self.twist = twist
        self.face = face
        self.simulator = simulator
        self.realism = realism
        self.n_images = n_images
        self.crop = crop
        self.n_windows = n_windows
        self.n_harmonics = n_harmonics
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.lr = lr
        self.validation_fraction = validation_fraction
        self.fitter = fitter
        self.device = device
        self.random_state = random_state
        self.verbose = verbose
        self.net_params = net_params

    def fit(self, X, stacks=None, pixel_size=None, lattices=None):
        """Learn from images whose stacks are known, or from simulations of layers.

        Parameters
        ----------
        X : list of Structure, or images of shape (n_images, h, w)
            Without `stacks`, the layers of the stack from bottom to top, of which images are
            simulated; else images.
        stacks : list of Stack, default=None
            What the images show; they differ in slip alone.
        pixel_size : float or array-like of shape (n_images,), default=None
            Of the images [Å]; None looks for it.
        lattices : array-like of shape (2, 2) or (n_images, 2, 2), default=None
            The first layer's a and b in the images, right and up [Å]; None finds them, which
            takes longer than learning.

        Returns
        -------
        StackingRegressor
            The regressor itself.

        Raises
        ------
        ValueError
            If an option is out of its range, layers have no common lattice, stacks differ in more
            than slip, or no image can be learned from.
        """
        check_options(self)
        rng = check_random_state(self.random_state)
        make = self._simulated if stacks is None else self._labelled
        kind, blocks = make(X, stacks, pixel_size, lattices, rng)
        data = training_cells(blocks, self.crop, self.n_windows, self.validation_fraction, rng)
        return self._with_reader(learned_reader(self, kind, data, rng))

    def predict(self, images, pixel_size=None, lattices=None):
        """Read the stacks.

        Parameters
        ----------
        images : ndarray of shape (n_images, h, w), or list of ndarray or Picture
            Images, their first row the highest.
        pixel_size : float or array-like of shape (n_images,), default=None
            [Å]; None looks for it.
        lattices : array-like of shape (2, 2) or (n_images, 2, 2), default=None
            The first layer's a and b in the images, right and up [Å]; None finds them.

        Returns
        -------
        list of Stack or None
            One for each image; None, with a warning that says why, where there is no answer.
        """
        readings = self.read_images(images, pixel_size, lattices)
        for i, sentence in readings.failures.items():
            warnings.warn(f"Image {i} was not read: {sentence}", stacklevel=2)
        return readings.stacks

    def read_images(self, images, pixel_size=None, lattices=None):
        """Read the stacks, and how far they may be off.

        Parameters
        ----------
        images, pixel_size, lattices : object
            As in `predict`.

        Returns
        -------
        StackReadings
            Stacks, standard deviations and misfits.
        """
        check_is_fitted(self, "reader_")
        kind = self.reader_.kind
        aligned = aligned_images(images, kind, self.fitter_, pixel_size, lattices)
        return readings_of(self.reader_, aligned)

    def score(self, images, stacks, pixel_size=None, lattices=None):
        """Return minus the median distance from the true stacks [pm]; greater is better.

        Parameters
        ----------
        images, stacks, pixel_size, lattices : object
            As in `predict`, and what the images show.

        Returns
        -------
        float
            Images without an answer count as infinitely far.
        """
        pairs = zip(stacks, self.read_images(images, pixel_size, lattices).stacks, strict=True)
        return -float(np.median([s.distance(own) if own else np.inf for s, own in pairs]))

    def _simulated(self, layers, stacks, pixel_size, lattices, rng):
        """Kind of stack, and blocks of simulated images; the simulator knows their lattices."""
        kind = kind_of_layers(layers, self.twist, self.face)
        return kind, simulated_images(self, kind, rng)

    def _labelled(self, images, stacks, pixel_size, lattices, rng):
        """Kind of stack, and one block of given images."""
        check_lengths(images, stacks)
        kind = common_kind(stacks)
        aligned = aligned_images(images, kind, self._fitter(kind), pixel_size, lattices)
        return kind, [in_their_frames(kind, stacks, aligned)]

    def _fitter(self, kind):
        return clone(self.fitter or StackFitter(len(kind.like.layers))).fit(kind.like.layers)

    def _with_reader(self, reader):
        self.reader_, self.net_ = reader, reader.net
        self.layers_, self.fitter_ = reader.kind.like.layers, self._fitter(reader.kind)
        return self
