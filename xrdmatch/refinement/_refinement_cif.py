"""A refined structure as a CIF, with the tags of the core and the powder dictionary."""

import gemmi
import numpy as np
import spglib
from gemmi import cif

from xrdmatch.simulation import check_powder_settings

SYMPREC = 0.01  # [Å] how far an atom may be from where its space group wants it
TWO_DIGITS = 19.5  # largest uncertainty that is written with two digits, in units of the last
PROBES = {"xray": "x-ray", "electron": "electron", "neutron": "neutron"}
CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
SITES = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")
ADP = ("adp_type", "B_iso_or_equiv")
CURVES = (
    "_pd_proc_2theta_corrected", "_pd_proc_intensity_total", "_pd_calc_intensity_total",
    "_pd_proc_intensity_bkg_calc", "_pd_proc_ls_weight",
)  # fmt: skip


def refinement_cif(refinement):
    """Write a refinement as the text of a CIF.

    Parameters
    ----------
    refinement : ScanRefinement
        What was refined.

    Returns
    -------
    str
        The text: one block.
    """
    document = cif.Document()
    block = document.add_new_block(_block_name(refinement.profile.name))
    composition = refinement.structure.composition
    block.set_pair("_chemical_formula_sum", cif.quote(composition.formula.replace("+", "")))
    for tag, *number in zip(CELL, refinement.lattice, refinement.lattice_sigma, strict=True):
        block.set_pair(f"_cell_{tag}", with_uncertainty(*number))
    block.set_pair("_cell_volume", f"{refinement.structure.volume:.4f}")
    _add_symmetry_and_sites(block, refinement)
    _add_radiation(block, check_powder_settings(refinement.simulator).radiation)
    _add_refinement(block, refinement)
    _add_profile(block, refinement)
    return document.as_string()


def with_uncertainty(value, sigma):
    """Write a number with its standard uncertainty in parentheses: 4.5937(12).

    Parameters
    ----------
    value, sigma : float
        The number and its uncertainty; without one where that is 0.

    Returns
    -------
    str
        As a CIF has it: two digits of the uncertainty up to 19, else one.

    See Also
    --------
    ScanRefinement : A structure refined against one scan.
    """
    if not sigma > 1e-9:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    decimals = 1 - int(np.floor(np.log10(sigma)))
    if sigma * 10**decimals > TWO_DIGITS:
        decimals -= 1
    digits = max(decimals, 0)
    shown = round(sigma * 10**decimals) * 10 ** max(-decimals, 0)
    return f"{round(value, decimals) + 0.0:.{digits}f}({shown})"  # no minus before 0


def _block_name(name):
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name or "") or "refinement"


def _add_symmetry_and_sites(block, refinement):
    """Operations in the cell as it is, and one site of each orbit."""
    structure = refinement.structure
    found = _symmetry(structure)
    operations, rows = [(np.eye(3, dtype=int), np.zeros(3))], np.arange(len(structure))
    if found is not None:
        operations = list(zip(found.rotations, found.translations, strict=True))
        rows = np.unique(found.equivalent_atoms)
        block.set_pair("_space_group_IT_number", str(found.number))
        if _is_standard(found):
            block.set_pair("_space_group_name_H-M_alt", cif.quote(_spaced(found)))
    loop = block.init_loop("_space_group_symop_", ["id", "operation_xyz"])
    for i, operation in enumerate(operations, 1):
        loop.add_row([str(i), cif.quote(_triplet(*operation))])
    sites = block.init_loop("_atom_site_", [*SITES, *ADP])
    b_iso = check_powder_settings(refinement.simulator).b_iso
    for row in _site_rows(structure, rows, b_iso, refinement.b_iso):
        sites.add_row(row)


def _symmetry(structure):
    """Symmetry in the cell as it is; None where spglib finds none."""
    kinds = {}
    numbers = [kinds.setdefault(site.species, len(kinds) + 1) for site in structure]
    crystal = structure.lattice.matrix, structure.frac_coords, numbers
    try:
        return spglib.get_symmetry_dataset(crystal, symprec=SYMPREC)
    except spglib.SpglibError:
        return None


def _is_standard(found):
    same = np.allclose(found.transformation_matrix, np.eye(3), atol=1e-4)
    return same and np.allclose(found.origin_shift % 1.0, 0, atol=1e-4)


def _spaced(found):
    """Hermann-Mauguin symbol with blanks, of the setting that the dataset names."""
    by_hall = gemmi.find_spacegroup_by_name(found.hall)
    return (by_hall or gemmi.find_spacegroup_by_number(found.number)).xhm()


def _triplet(rotation, translation):
    operation = gemmi.Op()
    operation.rot = (rotation * gemmi.Op.DEN).tolist()
    operation.tran = np.rint(translation % 1 * gemmi.Op.DEN).astype(int).tolist()
    return operation.wrap().triplet()


def _site_rows(structure, rows, b_iso, extra):
    """Rows of the loop of sites: one for each element of a site."""
    counted = {}
    for site in (structure[i] for i in rows):
        for specie, occupancy in site.species.items():
            symbol = getattr(specie, "symbol", str(specie))
            counted[symbol] = counted.get(symbol, 0) + 1
            places = [f"{x:.6f}" for x in site.frac_coords]
            damping = b_iso[min(specie.Z, len(b_iso) - 1)] + extra
            yield [
                f"{symbol}{counted[symbol]}", symbol, *places, f"{occupancy:g}", "Biso",
                f"{damping:.3f}",
            ]  # fmt: skip


def _add_radiation(block, radiation):
    block.set_pair("_diffrn_radiation_probe", PROBES[radiation.kind])
    loop = block.init_loop("_diffrn_radiation_wavelength", ["_id", "", "_wt"])
    heaviest = max(weight for _, weight in radiation.lines)
    for i, (wavelength, weight) in enumerate(radiation.lines, 1):
        loop.add_row([str(i), f"{wavelength:.6f}", f"{weight / heaviest:.4f}"])


def _add_refinement(block, refinement):
    """Say what the fit came to, in the words of the powder dictionary."""
    x = refinement.profile.two_theta
    net = refinement.profile.observed - refinement.profile.calculated
    plain = np.abs(net).sum() / np.abs(refinement.profile.observed).sum()
    zero = with_uncertainty(-refinement.zero_shift, refinement.zero_shift_sigma)
    ends = (f"{width:.4f}" for width in refinement.fwhm)
    for tag, value in (
        ("_pd_calib_2theta_offset", zero),
        ("_pd_proc_2theta_range_min", f"{x[0] - refinement.zero_shift:.5f}"),
        ("_pd_proc_2theta_range_max", f"{x[-1] - refinement.zero_shift:.5f}"),
        ("_pd_proc_2theta_range_inc", f"{x[1] - x[0]:.6f}"),
        ("_pd_proc_ls_prof_R_factor", f"{plain:.4f}"),
        ("_pd_proc_ls_prof_wR_factor", f"{refinement.r_wp:.4f}"),
        (
            "_pd_proc_ls_profile_function",
            f"pseudo-Voigt, FWHM {' to '.join(ends)} degrees, eta {refinement.eta:.3f}",
        ),
        ("_pd_proc_ls_background_function", "fixed baseline and 12 Chebyshev polynomials"),
        ("_refine_special_details", "Cell, profile, texture and damping refined; sites fixed."),
    ):
        block.set_pair(tag, cif.quote(value))


def _add_profile(block, refinement):
    profile = refinement.profile
    loop = block.init_loop("", CURVES)
    angles = profile.two_theta - refinement.zero_shift
    columns = (angles, profile.observed, profile.calculated, profile.background)
    for *row, sigma in zip(*columns, profile.sigma, strict=True):
        loop.add_row([f"{row[0]:.5f}", *(f"{x:.6g}" for x in row[1:]), f"{sigma**-2:.6g}"])
