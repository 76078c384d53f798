"""Options of a library of templates, checked before anything is computed."""

from numbers import Integral, Real

from xrdmatch.simulation import DiffractionSimulator


def check_library_options(library):
    """Raise an error for the first option that cannot be used."""
    for name in ("n_intervals", "n_templates", "n_clusters"):
        check_count(name, getattr(library, name))
    if not (isinstance(library.interval, Real) and library.interval > 0):
        raise ValueError(
            f"interval must be positive [degrees], got {library.interval!r}; 0.1 is usual."
        )
    if not library.n_intervals * library.interval <= 180:
        raise ValueError(
            "Intervals end at 180 degrees at the latest, got "
            f"{library.n_intervals} of {library.interval:g} degrees; take fewer or smaller ones."
        )


def check_count(name, value):
    """Check that something is a whole number of at least 1."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(
            f"{name} must be a whole number of at least 1, got {value!r}; use 4, for example."
        )


def powder_simulator(simulator, wavelength):
    """Take the simulator of a parameter, or the default one for a wavelength."""
    if simulator is None:
        return DiffractionSimulator("powder", wavelength=wavelength)
    if not isinstance(simulator, DiffractionSimulator) or simulator.geometry != "powder":
        raise ValueError(
            f"Templates are powders: simulator must be a DiffractionSimulator('powder', ...), got "
            f"{simulator!r}; leave it out and give wavelength."
        )
    return simulator
