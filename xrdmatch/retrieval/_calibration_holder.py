"""The part of a retriever that learns what its answers are worth, and keeps it."""

import warnings

from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._calibration.calibration import learn_calibration
from xrdmatch.retrieval._calibration.gathering import EvidenceGatherer
from xrdmatch.retrieval._calibration.simulated_queries import simulated_queries
from xrdmatch.retrieval._calibration.truths import positions_of
from xrdmatch.retrieval._entry_facts import EntryFacts
from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._wrapper import RetrieverWrapper


class CalibrationHolder(RetrieverWrapper):
    """Wrapper of a retriever that has a calibration, made when it is first needed."""

    def calibrate(self, patterns=None, labels=None):
        """Learn what answers are worth.

        Parameters
        ----------
        patterns : list of patterns, default=None
            Queries whose crystals are known; simulated from the gallery if None.
        labels : sequence, default=None
            The label in the gallery of each one's crystal.

        Returns
        -------
        CalibratedRetriever
            The retriever itself.

        Raises
        ------
        ValueError
            If a label is not in the gallery, there are too few queries, none is answered rightly,
            or nothing is left once their crystals are taken out.
        """
        self._check_options()
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        simulated = patterns is None
        patterns, truth = self._simulated() if simulated else self._given(patterns, labels)
        self.calibration_ = learn_calibration(
            self._gatherer(),
            patterns,
            truth,
            source="simulated" if simulated else "measured",
            prior_unknown=self.prior_unknown,
            verbose=bool(self.verbose),
        )
        return self

    def take_gallery(self, before=None):
        """Forget what was learned by simulation; take along what measured patterns taught.

        Parameters
        ----------
        before : sequence, default=None
            The gallery that the new one begins with, if it has grown.
        """
        known = getattr(self, "calibration_", None)
        if known is not None and known.source == "measured":
            warnings.warn(
                f"The calibration is of {known.n_queries} measured patterns among "
                f"{known.n_gallery} structures, and is taken along to {len(self.gallery_)}; call "
                "calibrate once more.",
                UserWarning,
                stacklevel=3,
            )
        elif known is not None:
            del self.calibration_

    def _simulated(self):
        rng = check_random_state(self.random_state)
        asked = self.n_queries, self.severity, self.cells
        return simulated_queries(self.inner_, *asked, rng)

    def _given(self, patterns, labels):
        return list(patterns), positions_of(labels, patterns, self.classes_)

    def _known_calibration(self):
        """Return what was learned, made when it is first asked for."""
        if getattr(self, "calibration_", None) is None:
            self.calibrate()
        return self.calibration_

    def _gatherer(self):
        """Return what asks the retriever inside, kept as long as the gallery is the same."""
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        known, inner = getattr(self, "_gathers", None), self.inner_
        if known is None or known.retriever is not inner or known.of is not self.gallery_:
            self._gathers = EvidenceGatherer(inner, EntryFacts(self.gallery_))
        return self._gathers
