"""Mixin of a retriever that trains its towers."""

import torch
from sklearn.utils import check_random_state

from xrdmatch.crystallography import is_tokens
from xrdmatch.learning import (
    PairDataset,
    Side,
    balanced_weights,
    check_different,
    formulas,
    powder_augmentation,
    split_groups,
    train,
    training_sets,
)
from xrdmatch.retrieval._geometries import geometry_of
from xrdmatch.retrieval._learned_towers import LearnedTowers, settings_of
from xrdmatch.retrieval._storage.parameters import to_plain
from xrdmatch.retrieval._tower_options import chunk_size, n_views, net_options, space_group_balance
from xrdmatch.retrieval._towers import with_both_sides

MADE_FOR = (
    "structure_encoder",
    "pattern_encoder",
    "structure_transformer",
    "pattern_transformer",
    "simulator",
)


class TowerTraining(LearnedTowers):
    """Part of a retriever that makes pairs and trains its towers on them."""

    def _fit_structures(self, structures, patterns):
        """Learn from structures and their patterns, which are simulated if None."""
        *sides, training, _ = self._pairs_of(structures, patterns)
        groups = training.groups()
        check_different(groups)
        self._learn(
            PairDataset(*sides, groups),
            formulas(training.crystals),
            training.augmentation,
            training,
        )

    def _fit_prepared(self, data):
        """Learn from `TrainingData`."""
        made_for = self._made_for()
        if data.made_for != made_for:
            changed = next(n for n in MADE_FOR if data.made_for.get(n) != made_for[n])
            raise ValueError(
                f"Training data are learned from with the options that they were made with, got "
                f"another {changed}; set it back, or prepare them anew."
            )
        structures, patterns = self._encoders(self._options())
        simulator = self.simulator_
        sides = (
            Side(structures.inputs(simulator), data.structures),
            Side(patterns.inputs(simulator, self._pattern_transformer(patterns)), data.patterns),
        )
        check_different(data.groups)
        if data.reflections is None and self.augmentation == "standard":
            raise ValueError(
                "An augmentation draws scans of reflections, got training data without; prepare "
                "them with a retriever of that augmentation, or set augmentation=None."
            )
        self._learn(
            PairDataset(*sides, data.groups),
            data.formulas,
            lambda name, rng: powder_augmentation(name, data, settings_of(simulator), rng),
            data,
        )

    def _pairs_of(self, structures, patterns=None):
        """Make both sides' rows, what else towers learn from, and the patterns."""
        options = self._options()
        crystals = self._crystals(structures, options)
        shown = crystals if is_tokens(crystals) else structures  # what can be simulated
        training = geometry_of(self.simulator_).training()(self.simulator_, shown)
        patterns = training.patterns() if patterns is None else patterns
        sides = self._structure_side(crystals, options), self._pattern_side(patterns, options)
        return *sides, training, patterns

    def _made_for(self):
        """Return what decides on rows, as plain data."""
        given = {name: getattr(self, name) for name in MADE_FOR}
        chosen = with_both_sides(given, self.simulator_.geometry)
        return {name: to_plain(value, name) for name, value in chosen.items()}

    def _learn(self, pairs, formula_groups, augmentation, source):
        """Train on pairs, some formulas held out; `source` may know their space groups."""
        pairs.chunk_size = chunk_size(self.net_params)
        pairs.n_views = n_views(self.net_params, self.augmentation)
        balance = space_group_balance(self.net_params, self.simulator_.geometry)
        rng = check_random_state(self.random_state)
        with torch.random.fork_rng():
            torch.manual_seed(rng.randint(2**31))
            rows = split_groups(formula_groups, self.validation_fraction, rng)
            weights = None
            if balance is not None:
                weights = balanced_weights(source.space_groups[rows[0]], balance)
            if self.augmentation is not None:
                pairs.augmentation = augmentation(self.augmentation, rng)
            self.net_ = self._trained(*training_sets(pairs, rows), weights)

    def _trained(self, shown, held_out, weights):
        """Train on pairs; return the net."""
        return train(
            self._module(),
            shown,
            held_out,
            max_epochs=self.max_epochs,
            batch_size=self.batch_size,
            lr=self.lr,
            device="accelerate" if self.device == "accelerate" else self._device(),
            verbose=self.verbose,
            net_params=net_options(self.net_params),
            weights=weights,
        )
