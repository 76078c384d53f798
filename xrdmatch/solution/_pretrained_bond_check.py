"""A bond check that is fitted already."""

from pathlib import Path

from xrdmatch.solution._bond_check import BondCheck
from xrdmatch.solution._bonds.stored import read_check

SHIPPED = Path(__file__).parent / "weights" / "bonds.safetensors"


class PretrainedBondCheck(BondCheck):
    """Tell how plausible the bonds of a crystal are, by what was learned before.

    What is shipped was learned by a `BondCheck` of 8,000 crystals of the Materials Project of up to
    20 atoms, of other formulas than those its benchmark asks about.

    Parameters
    ----------
    path : str or Path, default=None
        What `BondCheck.save` wrote; what is shipped if None.
    n_jobs : int, default=None
        Processes that describe bonds, as in joblib.

    Attributes
    ----------
    statistics_, volumes_, models_, classifier_, classes_
        As of `BondCheck`.

    See Also
    --------
    BondCheck : Learns one.

    References
    ----------
    A. Jain et al., APL Materials 1, 011002 (2013), for the Materials Project (CC BY 4.0).

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import PretrainedBondCheck
    >>> def halite(a):
    ...     sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    ...     return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], sites)
    >>> check = PretrainedBondCheck().fit()
    >>> check.predict([halite(5.64), halite(5.0)]).tolist()
    [True, False]
    """

    def __init__(self, path=None, *, n_jobs=None):
        self.path = path
        self.n_jobs = n_jobs

    def fit(self, structures=None, groups=None):
        """Read what was learned.

        Parameters
        ----------
        structures, groups : ignored
            Not needed; there so that it may stand where a `BondCheck` stands.

        Returns
        -------
        PretrainedBondCheck
            The check itself.

        Raises
        ------
        ValueError
            If the file is none that `BondCheck.save` wrote.
        """
        found = read_check(SHIPPED if self.path is None else self.path)
        self.statistics_, self.volumes_, self.models_, self.classifier_ = found
        self.classes_ = self.classifier_.classes_
        return self
