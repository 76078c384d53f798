"""Symmetry stated in a CIF: the settings among which the atoms decide."""

from typing import NamedTuple

from xrdmatch.io._cif.space_group_names import settings_named, settings_numbered
from xrdmatch.io._cif.symmetry_operations import Setting, setting_of_hall, setting_of_triplets

_OPERATIONS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_MAGNETIC = ("_space_group_symop_magn_operation_xyz", "_space_group_symop_magn_centering_xyz")
_HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_SYMBOLS = (
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_full",
    "_space_group_name_h-m_ref",
)
_NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
_CODE = "_space_group_it_coordinate_system_code"
_MODULATED = (
    "_space_group_ssg_",
    "_space_group_symop_ssg_",
    "_cell_wave_vector",
    "_cell_modulation_dimension",
    "_cell_subsystem",
    "_atom_site_fourier",
    "_atom_site_displace_fourier",
    "_atom_site_occ_fourier",
)

_EXACT = 1e-4  # of the metric tensor: angles by 0.005 degrees


class StatedSymmetry(NamedTuple):
    """Settings that a data block may mean, and whether its statements contradict each other."""

    settings: list[Setting]
    contradicts: bool


def stated_symmetry(facts, lattice):
    """List the settings that a data block may mean; several where it leaves or makes a doubt.

    Listed operations come first. Where they are a group of the kind that the symbol names, they
    are the only ones: they tell origin and axes, which a symbol leaves open.

    Parameters
    ----------
    facts : Facts
    lattice : pymatgen.core.Lattice

    Returns
    -------
    StatedSymmetry

    Raises
    ------
    ValueError
        When no symmetry is stated, none that is known, or none that the cell has.
    """
    _refuse_modulated(facts)
    named = _Names(facts)
    try:
        listed, error = _listed(facts), None
    except ValueError as no_group:
        listed, error = None, no_group
    if error and not named.are_known():
        raise error
    if not (listed or named.texts):
        raise ValueError(
            "it states no symmetry, neither operations nor a space group; add "
            "_space_group_name_H-M_alt 'P 1' where the list of atoms is complete"
        )
    if listed and named.agree_with(listed):
        return StatedSymmetry(_fitting([listed], lattice), contradicts=False)
    candidates = [*([listed] if listed else []), *named.settings(lattice, required=not listed)]
    settings = _fitting(candidates, lattice)
    contradicts = bool(listed or error) or len({setting.number for setting in settings}) > 1
    return StatedSymmetry(settings, contradicts)


def _fitting(settings, lattice):
    fitting = [setting for setting in settings if setting.fits(lattice)]
    if not fitting:
        cell = ", ".join(f"{value:.4g}" for value in lattice.parameters)
        raise ValueError(
            f"its cell ({cell}) has not the symmetry of {settings[0].name}; one of them is wrong"
        )
    return fitting


def _refuse_modulated(facts):
    tag = facts.starting(*_MODULATED)
    if tag is None or (tag == "_cell_modulation_dimension" and facts.texts(tag) == ["0"]):
        return
    raise ValueError(
        f"it is a modulated structure ({tag}), whose symmetry has more than three dimensions; "
        "write its average structure, or a commensurate supercell, to a file of its own"
    )


def _listed(facts):
    """Make the group of the listed operations, None where there are none."""
    if triplets := facts.texts_of_first(*_OPERATIONS):
        return setting_of_triplets(triplets)
    if magnetic := facts.texts_of_first(_MAGNETIC[0]):
        centrings = facts.texts_of_first(_MAGNETIC[1]) or ("x,y,z",)
        return setting_of_triplets(_without_time(magnetic), _without_time(centrings))
    if tag := facts.starting("_space_group_magn_", "_space_group_symop_magn_"):
        raise ValueError(f"it states a magnetic symmetry ({tag}) without its operations; list them")
    return None


def _without_time(triplets):
    """Operations on the atoms alone: without the reversal of moments behind the third comma."""
    return tuple(",".join(triplet.split(",")[:3]) for triplet in triplets)


class _Names:
    """The space group by its names: Hall and Hermann-Mauguin symbols, and numbers."""

    def __init__(self, facts):
        self.texts = facts.texts(*_HALL, *_SYMBOLS, *_NUMBERS)
        halls = map(setting_of_hall, facts.texts(*_HALL))
        self._halls = [setting for setting in halls if setting]
        codes = facts.texts(_CODE)  # of the origin or the axes
        named = [settings_named(text) for text in facts.texts(*_SYMBOLS)]
        self._tiers = [_coded(tiers, codes) for tiers in named if tiers]
        numbers = [int(text) for text in facts.texts(*_NUMBERS) if text.isdecimal()]
        self._numbers = [number for number in numbers if 0 < number < 231]

    def agree_with(self, listed):
        """Whether listed operations are of the kind that the names say."""
        kinds = [{group.number for tier in tiers for group in tier} for tiers in self._tiers]
        kinds += [{setting.number} for setting in self._halls] + [{n} for n in self._numbers]
        if not kinds:
            return listed.number > 1 or not self.texts  # an unknown symbol hardly means P 1
        return all(listed.number in numbers for numbers in kinds)

    def are_known(self):
        """Whether one of them is a space group's."""
        return bool(self._halls or self._tiers or self._numbers)

    def settings(self, lattice, required):
        """Find what the names stand for: one setting where they decide, else several."""
        if required and not self.are_known():
            raise ValueError(
                f"{self.texts[0]!r} is no space group known here; list its symmetry operations, "
                "or write the symbol as the International Tables do"
            )
        named = _common([_first_fitting(tiers, lattice) for tiers in self._tiers])
        if self._halls and (not named or self._halls[0].number in {s.number for s in named}):
            named = self._halls
        known = {setting.number for setting in [*named, *self._halls]}
        others = [g for n in self._numbers if n not in known for g in settings_numbered(n)]
        settings = [*named, *self._halls, *map(_of_group, others)]
        return list({setting.name: setting for setting in settings}.values())


def _coded(tiers, codes):
    """Keep the settings with the code that is stated, if there are any."""
    wanted = {code.upper() for code in codes}
    coded = [[g for g in tier if wanted & {g.ext, g.qualifier.upper()}] for tier in tiers]
    return list(filter(None, coded)) or tiers


def _common(named):
    """Drop what one symbol leaves open and another one decides."""
    names = [{setting.name for setting in settings} for settings in named]
    kept = [own for own in names if not any(other < own for other in names)]
    return [s for settings in named for s in settings if any(s.name in own for own in kept)]


def _first_fitting(tiers, lattice):
    """Find settings that the cell allows: those meant by convention before those of other axes.

    An angle of 90.5 degrees tells the unique axis: the others are 90 exactly.
    """
    tiers = [[_of_group(group) for group in tier] for tier in tiers]
    fitting = [[setting for setting in tier if setting.fits(lattice)] for tier in tiers]
    exact = [tier for tier in fitting if tier and tier[0].misfit(lattice) < _EXACT]
    return next(filter(None, exact + fitting), tiers[0])


def _of_group(group):
    return setting_of_hall(group.hall)._replace(name=group.xhm())
