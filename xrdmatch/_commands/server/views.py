"""Pages from templates: the page with its list of scans, and sentences on what went wrong."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from xrdmatch import __version__
from xrdmatch._commands.arguments import AXES, RADIATIONS
from xrdmatch._commands.server.jobs import ANSWERED, ANSWERING, FAILED, INCOMPLETE, WAITING
from xrdmatch._commands.server.wishes import NUMBERS, in_words

LINES = ("CuKa", "CuKa1", "CoKa", "MoKa", "AgKa", "CrKa", "FeKa")
STATES = {
    WAITING: "waiting",
    ANSWERING: "being answered",
    ANSWERED: "answered",
    FAILED: "not answered",
    INCOMPLETE: "wavelength needed",
}
# The periodic table in its 18 columns; a dot is a place without an element.
ELEMENTS = """
H  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  He
Li Be .  .  .  .  .  .  .  .  .  .  B  C  N  O  F  Ne
Na Mg .  .  .  .  .  .  .  .  .  .  Al Si P  S  Cl Ar
K  Ca Sc Ti V  Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr
Rb Sr Y  Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I  Xe
Cs Ba .  Hf Ta W  Re Os Ir Pt Au Hg Tl Pb Bi .  .  .
.  .  La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu .
.  .  Ac Th Pa U  Np Pu .  .  .  .  .  .  .  .  .  .
"""
CHOICES = {
    "lines": LINES,
    "radiations": [*RADIATIONS.items()],
    "axes": [(axis, axis) for axis in AXES],
    "phases": [(n, "1: rank candidates for it" if n == "1" else f"up to {n}") for n in NUMBERS],
    "elements": [line.split() for line in ELEMENTS.strip().splitlines()],
}

_TEMPLATES = Environment(
    loader=PackageLoader(__name__.rpartition(".")[0], "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["in_words"] = in_words


class Views:
    """The pages of one server.

    Parameters
    ----------
    facts : dict
        On the library: ``name``, ``n_structures`` and ``remark``.
    max_upload_mb : int
        Of an upload.
    n_before : function of Job
        Counts the jobs that are answered before.
    """

    def __init__(self, facts, max_upload_mb, n_before):
        self._always = {"facts": facts, "max_upload_mb": max_upload_mb, "version": __version__}
        self._n_before = n_before

    def page(self, jobs, mistake="", fields=None):
        """Write the page with all scans of a session."""
        said = {"mistake": mistake, "fields": fields or {}}
        return self._written("page.html", scans=self.list_of(jobs), jobs=jobs, **said, **CHOICES)

    def list_of(self, jobs):
        """Write the list of scans alone, as the page asks for it again and again."""
        before = {job.id: self._n_before(job) for job in jobs}
        return self._written("scans.html", jobs=jobs, before=before, states=STATES, lines=LINES)

    def mistake(self, sentence):
        """Write a page that says what went wrong."""
        return self._written("mistake.html", mistake=sentence)

    def _written(self, name, **content):
        return Markup(_TEMPLATES.get_template(name).render(**self._always, **content))
