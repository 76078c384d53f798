"""Mixin of a retriever that builds towers and embeds with them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import as_structures, is_tokens
from xrdmatch.encoders import ContrastiveTowers
from xrdmatch.learning import Side, check_radiation, embeddings, take_weights, trained_net
from xrdmatch.preprocessing import are_patterns
from xrdmatch.retrieval._geometries import geometry_of
from xrdmatch.retrieval._tower_options import (
    SIDES,
    build_towers,
    options_of_side,
    tower_options,
)
from xrdmatch.retrieval._towers import check_same_towers, chosen_encoders
from xrdmatch.retrieval._types import Patterns, Structures

SIZES = ("n_layers", "n_heads", "embedding_dim", "dropout")
BUILT_FROM = ("structure_encoder", "pattern_encoder", *SIZES, "temperature")


class LearnedTowers:
    """Part of a retriever with `net_`: its towers, what they read, and what they make of it.

    ``_built_from`` are the parameters that the towers were built with, ``_learned_with`` the
    simulator's geometry and kind of radiation then.
    """

    net_: Any  # skorch has no types

    def encode_structures(self, structures: Structures) -> NDArray[np.float32]:
        """Embed structures.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The crystals.

        Returns
        -------
        ndarray of shape (n_structures, embedding_dim)
            Unit vectors.
        """
        encode = self._towers().encode_structures
        return self._embedded(encode, self._learned_structures(structures))

    def encode_patterns(self, patterns: Patterns) -> NDArray[np.float32]:
        """Embed patterns.

        Parameters
        ----------
        patterns : list of patterns
            The patterns.

        Returns
        -------
        ndarray of shape (n_patterns, embedding_dim)
            Unit vectors.

        Raises
        ------
        ValueError
            If a pattern says that it is of another kind of radiation than the towers learned
            with.
        """
        encode = self._towers().encode_patterns
        return self._embedded(encode, self._pattern_side(patterns, self._built_from))

    def structure_inputs(self, structures: Structures) -> dict[str, torch.Tensor]:
        """Make what the crystal tower reads.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The crystals.

        Returns
        -------
        dict of str to Tensor
            By the names of the tower's arguments, on its device.
        """
        self._towers()
        return self._on_device(self._learned_structures(structures))

    def pattern_inputs(self, patterns: Patterns) -> dict[str, torch.Tensor]:
        """Make what the pattern tower reads.

        Parameters
        ----------
        patterns : list of patterns
            The patterns.

        Returns
        -------
        dict of str to Tensor
            By the names of the tower's arguments, on its device: ``points``, of shape
            (n_patterns, n_points, n_columns), for those of xrdmatch.
        """
        self._towers()
        return self._on_device(self._pattern_side(patterns, self._built_from))

    def _embedded(self, encode, side):
        if not len(side.rows):
            return np.empty((0, self._built_from["embedding_dim"]), dtype=np.float32)
        return embeddings(encode, *side, self.net_.device)

    def _on_device(self, side):
        tensors = side.inputs.batch(side.rows)
        return {name: values.to(self.net_.device) for name, values in tensors.items()}

    def _towers(self):
        """Return the towers that have learned, if the simulator is of the kind they know."""
        check_is_fitted(self, "net_")
        self._check_learned_with()
        return self.net_.module_.towers.eval()

    def _options(self):
        """Return the parameters that new towers are built from."""
        built_from = {name: getattr(self, name) for name in BUILT_FROM}
        return built_from | {"net_params": tower_options(self.net_params)}

    def _encoders(self, options):
        """Look up both sides' entries, for options as the towers have or shall have them."""
        sides = options["structure_encoder"], options["pattern_encoder"]
        return chosen_encoders(self.simulator_.geometry, *sides)

    def _crystals(self, structures, options):
        """Pass structures through the structure transformer, if there is one."""
        if are_patterns(structures):  # which some tokenizers let pass
            raise TypeError(
                "Structures are due here, got patterns; pass structures first and patterns second."
            )
        make = self._encoders(options)[0].transformer
        own = self.structure_transformer
        if is_tokens(structures) or (make is None and own is None):
            return structures
        return as_structures((make() if own is None else clone(own)).fit_transform(structures))

    def _own_transformer(self, side, encoder):
        """Return what items of one side pass before the tower, or None."""
        own = getattr(self, side.replace("encoder", "transformer"))
        return encoder.transformer() if own is None and encoder.transformer else own

    def _structure_side(self, crystals, options):
        """Make what the crystal tower reads of structures that have passed the transformer."""
        inputs = self._encoders(options)[0].inputs(self.simulator_)
        return Side(inputs, inputs.of(crystals))

    def _learned_structures(self, structures):
        options = self._built_from
        return self._structure_side(self._crystals(structures, options), options)

    def _pattern_side(self, patterns, options):
        """Make what the pattern tower reads of patterns."""
        simulator, encoder = self.simulator_, self._encoders(options)[1]
        transformer = self._pattern_transformer(encoder)
        check_radiation(patterns, settings_of(simulator).radiation.kind)
        inputs = encoder.inputs(simulator, transformer)
        return Side(inputs, inputs.of(patterns))

    def _pattern_transformer(self, encoder):
        """Return what patterns pass before the tower, None where they are read as they are."""
        return None if encoder.transformer is None else self._transformer(encoder.transformer)

    def _module(self):
        """Build new towers, or with `warm_start` take those there are."""
        wanted, simulator = self._options(), self.simulator_
        if self.warm_start and hasattr(self, "net_"):
            self._check_learned_with()
            check_same_towers(self._built_from, wanted, simulator.geometry)
            return self.net_.module_
        settings = settings_of(simulator)
        size = {name: wanted[name] for name in SIZES}
        encoders = self._encoders(wanted)
        options = [
            options_of_side(side, self.net_params, self._own_transformer(side, encoder))
            for side, encoder in zip(SIDES, encoders, strict=True)
        ]
        towers = build_towers(*encoders, size, settings, options)
        self._built_from = wanted
        self._learned_with = simulator.geometry, settings.radiation.kind
        return ContrastiveTowers(towers, self.temperature)

    def _with_weights(self, weights):
        """Take trained weights in place of a fit."""
        with torch.random.fork_rng():
            module = self._module()
        take_weights(module, weights)
        self.net_ = trained_net(module, self._device())
        return self

    def _device(self):
        """Return where towers are that do not learn on several processes."""
        if self.device not in ("auto", "accelerate"):
            return self.device
        return "cuda" if torch.cuda.is_available() else "cpu"

    def _check_learned_with(self):
        """Check that the simulator is still of the kind that the towers know."""
        simulator = self.simulator_
        geometry, kind = self._learned_with
        if simulator.geometry != geometry:
            raise ValueError(
                f"The towers have learned with a simulator of the geometry {geometry!r}, got one "
                f"of {simulator.geometry!r}; set it back, or fit anew."
            )
        got = settings_of(simulator).radiation.kind
        if got != kind:
            raise ValueError(
                f"The towers have learned with a simulator of the radiation {kind!r}, got one of "
                f"{got!r}; set it back, or fit anew."
            )


def settings_of(simulator):
    return geometry_of(simulator).training().settings_of(simulator)
