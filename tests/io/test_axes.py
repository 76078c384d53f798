"""An axis is what its file calls it: 2 theta in degrees is read, others by request or never."""

import re

import numpy as np
import pytest
import scan_files as files

from xrdmatch.io import ScanWarning, list_scans, read_pattern
from xrdmatch.io._axes import parse_axis

WAVELENGTH = 0.7
SINE = np.sin(np.radians(files.TWO_THETA / 2))
D = WAVELENGTH / 2 / SINE  # [Å], by Bragg's law
Q = 2 * np.pi / D

TWO_THETA_NAMES = (
    "2theta|2Theta|TwoTheta|two theta|2-Theta|2_theta|2*theta|2th_deg|tth|tt|2θ (°)|°2Th.|Angle|"
    "Pos. [°2Th.]|Position [°2Theta] (Copper (Cu))|2-Theta Angle (Degrees)|Two Theta (deg)|Gonio|"
    "COUPLED|2Theta-Omega|TwoThetaTheta|2-Theta/Omega|2θ/θ|2\x83Æ/\x83Æ|theta/2-theta|"
    "$2\\theta$ ($^\\circ$)|degrees 2-theta"
)
OTHER_NAMES = {
    "q": "q_A^-1|Q (1/Å)|q [nm^-1]|Q/Å⁻¹|q-value|scattering vector (nm-1)|1/d (1/A)|2 sin(θ)/λ",
    "d": "d|d (A)|d-spacing [nm]|dspacing|d_hkl|interplanar distance (Å)",
    "theta": "theta|Theta (deg)|th|θ [rad]",
    "radians": "2th_rad|2theta (radians)|2θ [mrad]|Angle (rad)",
    None: "omega|Phi|CHI|KHI|psi|rocking|TwoThetaChi|energy (keV)|E [eV]|channel|Pixel|r (Å)|r_mm|"
    "Radial Distance (mm)|TOF (us)|time-of-flight|wavelength (A)|azimuth (deg)|s (1/nm)",
}


@pytest.mark.parametrize("name", TWO_THETA_NAMES.split("|"))
def test_names_of_two_theta(name):
    assert parse_axis(name).is_two_theta


@pytest.mark.parametrize(
    ("option", "name"), [(o, name) for o, names in OTHER_NAMES.items() for name in names.split("|")]
)
def test_names_of_other_axes(option, name):
    axis = parse_axis(name)
    assert not axis.is_two_theta
    assert axis.option == option


@pytest.mark.parametrize("name", ["Counts", "Intensity", "Detector", "x", "quartz", "I", "A-1"])
def test_names_of_no_axis(name):
    assert parse_axis(name) is None


def columns(folder, heading, x, separator=" "):
    rows = zip(x, files.COUNTS, strict=True)
    body = "".join(f"{a:.9f}{separator}{y:.0f}\n" for a, y in rows)
    path = folder / "scan.txt"
    path.write_text(f"{heading}\n{body}", encoding="utf-8")
    return path


CONVERTED = [  # heading, its values, what asks for it
    ("# q_A^-1 I", Q, "q"),
    ("Q(nm^-1)\tI", 10 * Q, "q"),
    ("1/d(1/A) I", 1 / D, "q"),
    ("sin(theta)/lambda(1/A) I", SINE / WAVELENGTH, "q"),
    ("x\ty\nQ\tI\nnm^-1\ta.u.", 10 * Q, "q"),
    ("# xaxis: q_nm^-1", 10 * Q, "q"),
    ("scan\nQ (nm^-1)\nIntensity\n    121", 10 * Q, "q"),
    ("", Q, "q"),
    ("d(A) counts", D, "d"),
    ("d-spacing(nm) counts", D / 10, "d"),
    ("", D, "d"),
    ("#   2th_rad   I", np.radians(files.TWO_THETA), "radians"),
    ("2theta(mrad) I", 1000 * np.radians(files.TWO_THETA), "radians"),
    ("Theta(deg) Counts", files.TWO_THETA / 2, "theta"),
    ("theta(rad) Counts", np.radians(files.TWO_THETA) / 2, "theta"),
]


@pytest.mark.parametrize(("heading", "x", "axis"), CONVERTED, ids=[c[0] for c in CONVERTED])
def test_other_axes_are_converted_when_asked(tmp_path, heading, x, axis):
    path = columns(tmp_path, heading, x, "\t" if "\t" in heading else " ")
    scan = read_pattern(path, wavelength=WAVELENGTH, axis=axis)
    np.testing.assert_allclose(scan.two_theta, files.TWO_THETA, atol=1e-5)
    np.testing.assert_array_equal(scan.counts, files.COUNTS)
    if heading:
        with pytest.raises(ValueError, match=rf"its axis is .*; convert it by axis='{axis}' \("):
            read_pattern(path, wavelength=WAVELENGTH)


def test_the_mean_wavelength_converts(tmp_path):
    path = columns(tmp_path, "# q_A^-1 I", Q)
    scan = read_pattern(path, wavelength="CuKa", axis="q")
    np.testing.assert_allclose(2 * np.pi * scan.q, Q, rtol=1e-9)


@pytest.mark.parametrize(
    ("heading", "x", "axis", "message"),
    [
        ("# q_A^-1 I", Q, "d", r"its axis is q_A\^-1, but axis='d' was asked for; convert it by"),
        ("2theta I", files.TWO_THETA, "q", "its axis is 2theta, but .* asked for; leave axis"),
        ("Energy(keV) I", Q, "q", "its axis is Energy.*; export the scan over 2 theta in degrees"),
        ("# q_A^-1 I", 10 * Q, "q", "leaves what 0.7 Å can reach; check the wavelength and the"),
    ],
)
def test_contradictions_are_refused(tmp_path, heading, x, axis, message):
    path = columns(tmp_path, heading, x)
    with pytest.raises(ValueError, match=message):
        read_pattern(path, wavelength=WAVELENGTH, axis=axis)


def test_what_conversion_needs(tmp_path):
    path = columns(tmp_path, "# q_A^-1 I", Q)
    with pytest.raises(ValueError, match=r"q_A.*, which is converted with the wavelength; give it"):
        read_pattern(path, axis="q")
    with pytest.raises(ValueError, match="axis must be one of 'q', 'd', 'radians', 'theta', or"):
        read_pattern(path, axis="energy")
    path = columns(tmp_path, "Q I", Q)
    with pytest.warns(ScanWarning, match=r"took its axis Q for 2 pi / d in 1/Å, for it states no"):
        read_pattern(path, wavelength=WAVELENGTH, axis="q")


@pytest.mark.parametrize("name", ["Energy(keV)", "Channel", "omega", "r(A)", "TOF(us)", "Time(s)"])
def test_what_is_no_diffraction_angle_is_refused_by_its_name(tmp_path, name):
    path = columns(tmp_path, f"{name} Counts", files.TWO_THETA)
    with pytest.raises(ValueError, match=f"^Cannot read .*{re.escape(name)}.*"):
        read_pattern(path, wavelength=WAVELENGTH)


@pytest.mark.parametrize(
    "remarks", ["# measured at d = 12 mm", "# theta offset", "# q range 1 to 4", "# energy stable"]
)
def test_remarks_name_no_axis(tmp_path, remarks):
    path = columns(tmp_path, remarks, files.TWO_THETA)
    assert read_pattern(path, wavelength=WAVELENGTH).n_points == files.N_POINTS


def test_an_unknown_name_is_taken_for_2_theta_and_said(tmp_path):
    path = columns(tmp_path, "Winkelgrad\tCounts", files.TWO_THETA, "\t")
    with pytest.warns(ScanWarning, match="took the column 'Winkelgrad' for 2 theta in degrees"):
        read_pattern(path, wavelength=WAVELENGTH)


def test_arrays_are_converted_too():
    scan = read_pattern((Q, files.COUNTS), wavelength=WAVELENGTH, axis="q")
    np.testing.assert_allclose(scan.two_theta, files.TWO_THETA, atol=1e-9)


def test_a_powder_cif_over_d(tmp_path):
    rows = zip(D, files.COUNTS, strict=True)
    head = "data_x\nloop_\n_pd_proc_d_spacing\n_pd_proc_intensity_total\n"
    path = tmp_path / "scan.cif"
    path.write_text(head + "".join(f"{d:.9f} {y:.0f}\n" for d, y in rows))
    scan = read_pattern(path, wavelength=WAVELENGTH, axis="d")
    np.testing.assert_allclose(scan.two_theta, files.TWO_THETA, atol=1e-5)
    assert "d (Å)" in list_scans(path, wavelength=WAVELENGTH)[0].reason


@pytest.mark.parametrize("internal", ["TwoThetaTheta", ""])
@pytest.mark.parametrize("shown", ["2-Theta", "2-Theta/Omega", "2θ/θ"])
def test_rigaku_names_its_axis_in_the_users_language(tmp_path, shown, internal):
    line = f'*MEAS_SCAN_AXIS_X_INTERNAL "{internal}"\r\n' if internal else ""
    text = files.ras(axis="AXIS").decode()
    text = text.replace("*MEAS_SCAN_SPEED", f"{line}*MEAS_SCAN_SPEED").replace("AXIS", shown)
    path = tmp_path / "scan.ras"
    path.write_bytes(text.encode("cp932"))
    assert read_pattern(path).n_points == files.N_POINTS


def test_rigaku_s_internal_name_decides(tmp_path):
    line = b'*MEAS_SCAN_AXIS_X_INTERNAL "Omega"\r\n*MEAS_SCAN_SPEED'
    path = tmp_path / "scan.ras"
    path.write_bytes(files.ras(axis="2-Theta").replace(b"*MEAS_SCAN_SPEED", line))
    with pytest.raises(ValueError, match="a scan of Omega, not of 2 theta"):
        read_pattern(path)


LINES = [  # what stands above the columns, and what it makes of them
    ('\'Id: "a" Anode: "Cu" Scantype: "Coupled TwoTheta/Theta" TimePerStep: "1"', None),
    ('\'Id: "a" Anode: "Cu" Scantype: "Rocking Curve" TimePerStep: "1"', "Rocking Curve"),
    ("Scan axis,Gonio\nAngle,Intensity", None),
    ("Scan axis,Omega\nAngle,Intensity", "Omega"),
    ("# units: radians\n# 2theta I", "2 theta in radians"),
    ("# unit: 1/nm", r"x \(1/nm\)"),
    ("# unit: deg", None),
    ("sample\n2-Theta Angle (Degrees)\nIntensity\n    121", None),
    ("sample\nRadial Distance (mm)\nIntensity\n    121", r"Radial Distance \(mm\) \(radius\)"),
    ('"x","y_obs","weight","y_calc","y_bkg","Q"', None),
]


@pytest.mark.parametrize(("above", "axis"), LINES)
def test_lines_above_the_columns(tmp_path, above, axis):
    separator = "," if "," in above else " "
    values = files.TWO_THETA, files.COUNTS
    if "y_obs" in above:
        values = (*values, 1 / files.COUNTS, files.COUNTS, files.COUNTS, Q)
    rows = (separator.join(f"{value:.6f}" for value in row) for row in zip(*values, strict=True))
    path = tmp_path / "scan.txt"
    path.write_text(f"{above}\n" + "\n".join(rows))
    if axis is None:
        np.testing.assert_allclose(read_pattern(path, wavelength="CuKa").counts, files.COUNTS)
        return
    with pytest.raises(ValueError, match=f"Cannot read .*its axis is {axis}, not 2 theta"):
        read_pattern(path, wavelength="CuKa")
