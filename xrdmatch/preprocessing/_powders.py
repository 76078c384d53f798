"""What a powder retriever may be asked about."""

from xrdmatch.crystallography import DiffractionPattern, Scan

PEAKS_FROM = 0.1  # [1/Å] a list of peaks is taken to say from here on that there are no others


def check_powders(patterns):
    """Check that all queries are scans or peaks of powders."""
    for i, pattern in enumerate(patterns):
        if isinstance(pattern, DiffractionPattern) and pattern.n_dimensions != 1:
            raise ValueError(
                "A retriever with a powder's simulator compares scans, or powder peaks with one "
                f"component of q, got spots with {pattern.n_dimensions} components as pattern "
                f"{i}; ask one with DiffractionSimulator(geometry='zone_axis')."
            )
        if not isinstance(pattern, DiffractionPattern | Scan):
            raise TypeError(
                "A retriever with a powder's simulator compares scans and powder peaks, got "
                f"{type(pattern).__name__} as pattern {i}; read a scan with "
                "xrdmatch.io.read_pattern."
            )
