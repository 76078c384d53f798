"""One small scan in every format that is read, as the formats' makers describe them."""

import io
import struct
import zipfile

import numpy as np

KA1, KA2, KB = 1.540598, 1.544426, 1.39225
START, STEP, N_POINTS = 20.0, 0.05, 121
TWO_THETA = START + STEP * np.arange(N_POINTS)
COUNTS = np.round(50 + 900 * np.exp(-(((TWO_THETA - 23) / 0.2) ** 2)) + 7 * np.sin(40 * TWO_THETA))
SIGMA = np.sqrt(COUNTS)


def joined(values, separator=" ", form="{:.0f}"):
    return separator.join(form.format(value) for value in values)


def xy():
    return "".join(f"{x:.4f} {y:.0f}\n" for x, y in zip(TWO_THETA, COUNTS, strict=True)).encode()


def xye():
    rows = zip(TWO_THETA, COUNTS, SIGMA, strict=True)
    return ("# quartz\n" + "".join(f"{x:.4f} {y:.0f} {s:.6f}\n" for x, y, s in rows)).encode()


def csv():
    head = "[Measurement conditions]\nK-Alpha1 wavelength,1.540598\nK-Alpha2 wavelength,1.544426\n"
    head += "Ratio K-Alpha2/K-Alpha1,0.50000\n[Scan points]\nAngle,Intensity\n"
    rows = zip(TWO_THETA, COUNTS, strict=True)
    return (head + "".join(f"{x:.4f},{y:.0f}\n" for x, y in rows)).encode()


def txt():
    head = "##NAMES=Quartz\n##X-RAY WAVELENGTH=1.541838\n##RRUFF ID=R000001.1\n"
    rows = zip(TWO_THETA, COUNTS, strict=True)
    return (head + "".join(f"{x:.4f}, {y:.0f}\n" for x, y in rows) + "##END=\n").encode()


def xrdml_scan(axis="Gonio", omega=START / 2, counts=COUNTS, data=None, kind="Scan", optics=""):
    """One ``xrdMeasurement``."""
    half = STEP * (len(counts) - 1) / 2
    data = data or f'<intensities unit="counts">{joined(counts)}</intensities>'
    return f"""<xrdMeasurement measurementType="{kind}">
    <usedWavelength intended="K-Alpha"><kAlpha1 unit="Angstrom">{KA1}</kAlpha1>
    <kAlpha2 unit="Angstrom">{KA2}</kAlpha2><kBeta unit="Angstrom">{KB}</kBeta>
    <ratioKAlpha2KAlpha1>0.5000</ratioKAlpha2KAlpha1></usedWavelength>
    <incidentBeamPath>{optics}</incidentBeamPath>
    <scan scanAxis="{axis}"><dataPoints>
    <positions axis="2Theta" unit="deg"><startPosition>{START}</startPosition>
    <endPosition>{START + 2 * half}</endPosition></positions>
    <positions axis="Omega" unit="deg"><startPosition>{omega}</startPosition>
    <endPosition>{omega + half}</endPosition></positions>
    <commonCountingTime unit="seconds">2.0</commonCountingTime>{data}
    </dataPoints></scan></xrdMeasurement>"""


def xrdml(*measurements):
    root = '<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed">'
    body = "".join(measurements or [xrdml_scan()])
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}{root}<sample><id>quartz</id></sample>{body}</xrdMeasurements>".encode()


def ras(unit="counts", factor=1.0, axis="TwoThetaTheta", n_scans=1):
    rows = zip(TWO_THETA, COUNTS, strict=True)
    data = "".join(f"{x:.4f} {y / factor:.4f} {factor:.4f}\r\n" for x, y in rows)
    block = f"""*RAS_HEADER_START
*FILE_SAMPLE "quartz"
*HW_XG_TARGET_NAME "Cu"
*HW_XG_WAVE_LENGTH_ALPHA1 "{KA1}"
*HW_XG_WAVE_LENGTH_ALPHA2 "{KA2}"
*HW_XG_WAVE_LENGTH_BETA "{KB}"
*MEAS_SCAN_AXIS_X "{axis}"
*MEAS_SCAN_SPEED "6.0"
*MEAS_SCAN_STEP "{STEP}"
*MEAS_SCAN_UNIT_Y "{unit}"
*RAS_HEADER_END
*RAS_INT_START
{data}*RAS_INT_END
"""
    return f"*RAS_DATA_START\n{block * n_scans}*RAS_DATA_END\n".replace("\n", "\r\n").encode(
        "latin-1"
    )


def archive(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            entry = zipfile.ZipInfo(
                name
            )  # without the time, which would make names of tests differ
            target.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def rasx(axis="TwoThetaTheta", wave="Ka"):
    rows = zip(TWO_THETA, COUNTS, strict=True)
    profile = "\ufeff" + "".join(f"{x:.4f}\t{y:.0f}\t1\r\n" for x, y in rows)
    conditions = f"""<?xml version="1.0" encoding="utf-8"?><MeasurementConditions>
    <HWConfigurations><XrayGenerator><TargetName>Cu</TargetName><WaveType>{wave}</WaveType>
    <WavelengthKbeta>{KB}</WavelengthKbeta><WavelengthKalpha1>{KA1}</WavelengthKalpha1>
    <WavelengthKalpha2>{KA2}</WavelengthKalpha2></XrayGenerator></HWConfigurations>
    <ScanInformation><AxisName>{axis}</AxisName><Step>{STEP}</Step><Speed>6</Speed>
    <IntensityUnit>counts</IntensityUnit></ScanInformation></MeasurementConditions>"""
    named = {"Data0/Profile0.txt": profile, "Data0/MesurementConditions0.xml": conditions}
    return archive({**named, "root.xml": "<Root/>"})


def brml_route(offset=0.0):
    rows = "".join(
        f"<Datum>2,1,{x:.4f},{x / 2 + offset:.4f},{y:.0f}</Datum>"
        for x, y in zip(TWO_THETA, COUNTS, strict=True)
    )
    return f"""<DataRoute RouteFlag="Measured">{rows}<DataViews>
    <RawDataView xsi:type="FixedRawDataView" Start="0" Length="1" LogicName="MeasuredTime"/>
    <RawDataView xsi:type="FixedRawDataView" Start="1" Length="1" LogicName="AbsorptionFactor"/>
    <RawDataView xsi:type="VaryingRawDataView" Start="2" Length="2"><Varying>
    <FieldDefinitions FieldName="TwoTheta" AxisId="TwoTheta"/>
    <FieldDefinitions FieldName="Theta" AxisId="Theta"/></Varying></RawDataView>
    <RawDataView xsi:type="RecordedRawDataView" Start="4" Length="1"/></DataViews></DataRoute>"""


def brml(route=None, n_files=1, more="</PrimaryTracks>"):
    raw = f"""<RawData xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DataRoutes>
    {route or brml_route()}</DataRoutes><PrimaryTracks><Tube>
    <WaveLengthAlpha1 Unit="Å" Value="{KA1}"/><WaveLengthAlpha2 Unit="Å" Value="{KA2}"/>
    <WaveLengthRatio Unit="" Value="0.5"/><TubeMaterial>Cu</TubeMaterial></Tube>{more}
    <InfoItem Name="SampleName" Value="quartz" Unit=""/></RawData>"""
    members = {f"Experiment0/RawData{i}.xml": raw for i in range(n_files)}
    return archive({"Experiment0/DataContainer.xml": "<DataContainer/>", **members})


def segment(kind, body):
    return struct.pack("<II", kind, len(body) + 8) + body


def raw4(kind="Locked Coupled", theta=START / 2):
    text = bytes(4) + b"SAMPLEID".ljust(24, b"\0") + b"quartz\0"
    lines = struct.pack("<5d", (2 * KA1 + KA2) / 3, KA1, KA2, KB, 0.5)
    source = bytes(64) + lines + bytes(4) + b"Cu\0\0" + bytes(12)
    drives = b"".join(
        segment(
            50, bytes(4) + name.ljust(24, b"\0") + bytes(20) + struct.pack("<d", at) + bytes(28)
        )
        for name, at in ((b"2Theta", START), (b"Theta", theta))
    )
    scan = bytearray(160)
    scan[32:56] = kind.encode().ljust(24, b"\0")
    struct.pack_into("<ddI", scan, 72, START, STEP, N_POINTS)
    struct.pack_into("<II", scan, 136, 4, len(drives))
    head = b"RAW4.00".ljust(61, b"\0") + segment(10, text) + segment(30, source)
    return head + bytes(scan) + drives + COUNTS.astype("<f4").tobytes()


def raw3(kind=0, n_ranges=1):
    head = bytearray(712)
    head[:8] = b"RAW1.01\0"
    struct.pack_into("<II", head, 8, 1, n_ranges)
    head[326:332] = b"quartz"
    head[608:610] = b"Cu"
    struct.pack_into("<5d", head, 616, (2 * KA1 + KA2) / 3, KA1, KA2, KB, 0.5)
    scan = bytearray(304)
    struct.pack_into("<IIdd", scan, 0, 304, N_POINTS, START / 2, START)
    struct.pack_into("<d", scan, 176, STEP)
    struct.pack_into("<I", scan, 196, kind)
    struct.pack_into("<III", scan, 248, 0, 4, 0)
    return bytes(head) + (bytes(scan) + COUNTS.astype("<f4").tobytes()) * n_ranges


def in_lines(words, n):
    return "".join("".join(words[i : i + n]).ljust(80) + "\n" for i in range(0, len(words), n))


def gsas(kind="FXYE", binning=None):
    axis = binning or f"CONST {100 * START:.2f} {100 * STEP:.2f} 0 0"
    head = "quartz".ljust(80) + f"\nBANK 1 {N_POINTS} {N_POINTS} {axis} {kind}\n"
    if kind == "FXYE":
        rows = zip(100 * TWO_THETA, COUNTS, SIGMA, strict=True)
        body = "".join(f"{x:14.4f}{y:14.3f}{s:14.6f}\n" for x, y, s in rows)
    elif kind == "ESD":
        pairs = zip(COUNTS, SIGMA, strict=True)
        body = in_lines([f"{value:8.3f}"[:8] for pair in pairs for value in pair], 10)
    else:
        body = in_lines([f"  {y:6.0f}" for y in COUNTS], 10)
    return (head + body).encode()


def udf():
    words = [f"{y:8.0f}" for y in COUNTS]
    rows = ",\n".join(",".join(words[i : i + 8]) for i in range(0, len(words), 8))
    head = f"""SampleIdent,quartz,/
Anode,Cu,/
LabdaAlpha1,{KA1:10.6f},/
LabdaAlpha2,{KA2:10.6f},/
RatioAlpha21,   0.50000,/
DataAngleRange,{TWO_THETA[0]:10.4f},{TWO_THETA[-1]:10.4f},/
ScanStepSize,{STEP:10.4f},/
RawScan
"""
    return f"{head}{rows}/\n".encode()


def cif(axis="range", lines=True):
    head = "data_quartz\n"
    if lines:
        head += "loop_\n_diffrn_radiation_wavelength\n_diffrn_radiation_wavelength_wt\n"
        head += f"{KA1} 1.0\n{KA2} 0.5\n"
    ends = {"min": TWO_THETA[0], "max": TWO_THETA[-1], "inc": STEP}
    if axis == "range":
        head += "".join(f"_pd_meas_2theta_range_{x} {value:.4f}\n" for x, value in ends.items())
        return (head + "loop_\n_pd_meas_counts_total\n" + joined(COUNTS, "\n") + "\n").encode()
    rows = zip(TWO_THETA, COUNTS, SIGMA, strict=True)
    head += "loop_\n_pd_meas_2theta_scan\n_pd_meas_intensity_total\n"
    return (head + "".join(f"{x:.4f} {y:.0f}({s:.0f})\n" for x, y, s in rows)).encode()


FILES = {
    ".xy": xy,
    ".xye": xye,
    ".csv": csv,
    ".txt": txt,
    ".xrdml": xrdml,
    ".ras": ras,
    ".rasx": rasx,
    ".brml": brml,
    "-4.raw": raw4,
    "-3.raw": raw3,
    ".fxye": gsas,
    "-esd.gsas": lambda: gsas("ESD"),
    ".XRA": lambda: gsas("STD"),
    ".udf": udf,
    ".cif": cif,
    "-points.cif": lambda: cif("points"),
}
WITHOUT_LINES = (".xy", ".xye", ".fxye", "-esd.gsas", ".XRA")
WITH_SIGMA = (".xye", ".fxye", "-esd.gsas", "-points.cif")
