"""Options of a query, the library that answers it, and the printed answer."""

from functools import partial

from xrdmatch._commands.answers import Answer
from xrdmatch._commands.arguments import AUTO_PHASES
from xrdmatch._commands.candidates import find_candidates, print_candidates
from xrdmatch._commands.certainty import find_certainty
from xrdmatch._commands.chemistry import known_elements, nothing_left
from xrdmatch._commands.libraries import Libraries
from xrdmatch._commands.phases import print_phases
from xrdmatch.refinement import InstrumentProfile

N_CANDIDATES = 10

say = partial(print, flush=True)


class Question:
    """Options of a query, the same for every scan.

    Parameters
    ----------
    k : int, default=None
        How many candidates for one phase; None for 10.
    phases : int, default=None
        Look for up to so many phases together, 1 for a ranking of candidates for one; None for a
        ranking where `k` is given, else for up to six phases.
    known : dict of str to str, default=None
        What is known of the elements, as `known_elements` takes it.
    instrument : Path, default=None
        What `calibrate` wrote of the diffractometer.
    full : bool, default=False
        Whether each entry is listed, rather than twins in one line.
    n_jobs : int, default=None
        Number of threads that compare a scan with the library, -1 for all cores.

    Attributes
    ----------
    most : int
        How many phases are looked for; 1 is a ranking.

    Raises
    ------
    ValueError
        If a symbol is no element, or the instrument cannot be read.
    """

    def __init__(self, k=None, phases=None, known=None, instrument=None, full=False, n_jobs=None):
        self._n_jobs = n_jobs
        self.most = phases or (AUTO_PHASES if k is None else 1)
        self._k, self._known, self._full = k or N_CANDIDATES, known or {}, full
        self._filter = known_elements(self._known)
        self._instrument = None if instrument is None else InstrumentProfile.from_json(instrument)

    def open(self, library):
        """Open the library, what `index` made, or the shipped standards where it is None."""
        self._libraries = Libraries(library, self._instrument, self.most)
        if self._libraries.remark:
            say(self._libraries.remark)

    def use(self, libraries):
        """Take a library that is open."""
        self._libraries = libraries.up_to(self.most)

    def answer(self, source, scan, expected=()):
        """Ask about one scan.

        Parameters
        ----------
        source : ScanSource
            Where it stands.
        scan : Scan
            The scan.
        expected : array-like of int, default=()
            Positions of entries that are expected in it.

        Returns
        -------
        Answer
            Phases or candidates.

        Raises
        ------
        ValueError
            If the scan cannot be refined, or no entry has such elements.
        """
        decomposition = self._libraries.decomposition(scan.radiation.kind)
        if self.most == 1:
            found = find_candidates(decomposition.retriever, scan, self._k, self._filter)
            if not found:
                raise ValueError(nothing_left(self._known))
            return Answer(source, scan, candidates=found, certainty=self._certainty(scan))
        decomposition.set_params(n_jobs=self._n_jobs)
        (phases,) = decomposition.decompose([scan], self._filter, expected=expected)
        if not phases.n_phases and self._filter is not None:
            self.check_any(decomposition.retriever, scan)
        certainty = self._certainty(scan) if phases.n_phases < 2 else None
        return Answer(source, scan, phases=phases, certainty=certainty)

    def _certainty(self, scan):
        """Say how sure the answer for one phase is, if the library has been calibrated."""
        return find_certainty(self._libraries.calibrated(scan.radiation.kind), scan, self._filter)

    def check_any(self, retriever, scan):
        """Refuse known elements that leave no entry."""
        _, nearest = retriever.kneighbors([scan], 1, elements=self._filter)
        if nearest[0, 0] < 0:
            raise ValueError(nothing_left(self._known))

    def gallery(self, answer):
        """Return the entries that an answer was found among."""
        return self._libraries.retriever(answer.scan.radiation.kind).gallery_

    def tell(self, answer):
        """Print an answer."""
        gallery = self.gallery(answer)
        say(f"{answer.scan} among {len(gallery)} structures\n")
        if answer.phases is None:
            print_candidates(answer.candidates, answer.certainty, full=self._full)
        else:
            print_phases(answer.phases, gallery, answer.certainty, full=self._full)
