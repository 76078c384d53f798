"""What microscopes write: numbers, frames, and scales in the units of the axes."""

import gc
import sys
import warnings

import image_files as files
import numpy as np
import pytest

from xrdmatch.io import ImageWarning, read_image

SQUARES = files.BYTES[:, :20] + np.arange(6, dtype=np.uint8)[:, None, None]


def test_without_the_library_a_sentence_says_what_it_is_and_how_it_is_licensed(read, monkeypatch):
    for name in ("rsciio", "rsciio.digitalmicrograph"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"RosettaSciIO \(licensed under the GPL-3\); install it"):
        read(files.dm3(), "a.dm3")


@pytest.fixture
def read(tmp_path):
    def reading(content, name, **options):
        path = tmp_path / name
        path.write_bytes(content)
        return read_image(path, **options)

    return reading


@pytest.fixture(scope="module")
def rsciio():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that it imports
        return pytest.importorskip("rsciio", reason="no RosettaSciIO: xrdmatch[microscopy]")


@pytest.fixture
def write(rsciio, tmp_path):
    """Write a signal by RosettaSciIO itself, as `.hspy` or `.emd`."""

    def written(name, data, *axes):
        from importlib import import_module

        size = dict(enumerate(data.shape))
        axes = [
            {
                "name": f"axis-{i}",
                "size": size[i],
                "scale": scale,
                "offset": 0.0,
                "units": unit,
                "navigate": navigate,
                "index_in_array": i,
                "_type": "UniformDataAxis",
                "is_binned": False,
            }
            for i, (scale, unit, navigate) in enumerate(axes)
        ]
        metadata = {"General": {"title": "a"}, "Signal": {"signal_type": ""}}
        signal = {
            "data": data,
            "axes": axes,
            "metadata": metadata,
            "original_metadata": {},
            "attributes": {"_lazy": False, "ragged": False},
            "learning_results": {},
            "package_info": {"name": "a", "version": "1"},
            "tmp_parameters": {},
            "models": {},
        }
        path = tmp_path / name
        plugin = import_module(f"rsciio.{path.suffix[1:]}")
        plugin.file_writer(str(path), signal)
        return path

    return written


@pytest.mark.parametrize(
    ("size", "unit", "scale", "space"),
    [
        (0.02, "nm", 0.2, "real"),
        (0.2, "1/nm", 50.0, "reciprocal"),
        (2e-5, "µm", 0.2, "real"),
        (8.0, "", None, None),
        (0.1, "mrad", None, None),
    ],
)
@pytest.mark.usefixtures("rsciio")
def test_gatan(read, size, unit, scale, space):
    picture = read(files.dm3(size, unit), "a.dm3")
    np.testing.assert_array_equal(picture.counts, files.COUNTS)
    assert picture.scale == (None if scale is None else pytest.approx(scale, rel=1e-6))
    assert picture.space == space
    assert (picture.metadata["format"], picture.metadata["bits"]) == ("DM3", 16)


@pytest.mark.usefixtures("rsciio")
def test_mrc_of_one_image_and_of_a_stack(read):
    picture = read(files.mrc(2.5), "a.mrc")
    np.testing.assert_array_equal(picture.counts, files.COUNTS)
    assert picture.pixel_size == pytest.approx(2.5)
    stack = np.stack([files.COUNTS, files.COUNTS[::-1]])
    with pytest.raises(ValueError, match="holds 2 pictures; choose one by frame=0 to 1"):
        read(files.mrc(2.5, stack), "a.mrc")
    np.testing.assert_array_equal(read(files.mrc(2.5, stack), "a.mrc", frame=1).counts, stack[1])


@pytest.mark.parametrize("size", [0.0, 1.0])
@pytest.mark.usefixtures("rsciio")
def test_mrc_that_knows_no_scale_says_one_angstrom(read, size):
    picture = read(files.mrc(size), "a.mrc")
    assert (picture.scale, picture.space) == (None, None)


@pytest.mark.usefixtures("rsciio")
def test_metres_of_tia_may_be_either(read):
    picture = read(files.ser(2e-11), "a.ser")
    np.testing.assert_array_equal(picture.counts, files.COUNTS)
    assert (picture.scale, picture.metadata["pixel"]) == (None, "2e-11 m or 1/m")
    assert read(files.ser(2e-11), "a.ser", space="real").scale == pytest.approx(0.2)
    diffraction = read(files.ser(2e8), "a.ser", space="reciprocal")
    assert diffraction.scale == pytest.approx(50)


@pytest.mark.usefixtures("rsciio")
def test_a_map_of_patterns(read):
    content = files.blo(SQUARES, n_columns=3)
    pictures = read(content, "a.blo", frame="all")
    np.testing.assert_array_equal([p.counts for p in pictures], SQUARES)
    known = pictures[4].metadata
    assert (known["frame"], known["n_frames"], known["grid"]) == (4, 6, (2, 3))
    assert pictures[4].scale is None  # the pitch of the camera alone gives none
    assert known["pixel"] == "0.02 cm"


@pytest.mark.usefixtures("rsciio")
def test_a_map_of_one_pattern_takes_no_scale_from_the_scan(read):
    picture = read(files.blo(SQUARES[:1], n_columns=1), "a.blo")
    np.testing.assert_array_equal(picture.counts, SQUARES[0])
    assert picture.scale is None


@pytest.mark.usefixtures("rsciio")
def test_a_map_that_breaks_off_is_not_filled_up(read):
    content = files.blo(SQUARES, n_columns=3)[:-500]
    with pytest.raises(ValueError, match=r"Cannot read .*a\.blo: "):
        read(content, "a.blo", frame=5)


@pytest.mark.parametrize("name", ["a.hspy", "a.emd"])
def test_images_with_calibrated_axes(write, name):
    axis = (0.2, "1/nm", False)
    picture = read_image(write(name, files.COUNTS, axis, axis))
    np.testing.assert_array_equal(picture.counts, files.COUNTS)
    assert (picture.scale, picture.space) == (pytest.approx(50), "reciprocal")


def test_axes_of_different_size(write):
    path = write("a.hspy", files.COUNTS, (0.2, "nm", False), (0.3, "nm", False))
    with pytest.raises(ValueError, match=r"not square, 0\.2 nm from row to row and 0\.3 nm from"):
        read_image(path)


def test_a_scan_of_patterns_with_frames_first(write):
    scan = np.stack([files.COUNTS + i for i in range(6)]).reshape(2, 3, 20, 24)
    steps, axis = (1.0, "nm", True), (0.2, "1/nm", False)
    path = write("a.hspy", scan, steps, steps, axis, axis)
    picture = read_image(path, frame=4)
    np.testing.assert_array_equal(picture.counts, scan[1, 1])
    assert picture.metadata["grid"] == (2, 3)
    assert picture.space == "reciprocal"


def test_spectra_are_no_pictures(write):
    spectra = np.ones((4, 5, 60))
    steps, energy = (1.0, "nm", True), (0.1, "eV", False)
    path = write("a.hspy", spectra, steps, steps, energy)
    with pytest.raises(ValueError, match="it holds no picture, but spectra or nothing"):
        read_image(path)


@pytest.fixture
def open_files():
    """RosettaSciIO leaves its file open where it fails; it is closed here, not in another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.parametrize("name", files.MICROSCOPY)
@pytest.mark.usefixtures("rsciio", "open_files")
def test_files_that_break_off(read, name):
    content = files.MICROSCOPY[name]()
    whole = read(content, f"a{name}").counts
    for end in range(1, len(content), len(content) // 25):
        counts, said = None, "Cannot read "
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                counts = read(content[:end], f"a{name}").counts
            except ValueError as error:
                said = str(error)
        kinds = {entry.category for entry in caught}
        assert said.startswith("Cannot read ")
        assert kinds <= {ImageWarning, ResourceWarning}
        assert counts is None or ImageWarning in kinds or np.array_equal(counts, whole)


@pytest.mark.usefixtures("rsciio")
def test_real_files_of_the_development_data(shared_data):
    folder = shared_data / "electron" / "pictures"
    if not folder.is_dir():
        pytest.skip("no pictures of microscopes among the development data")
    rings = read_image(folder / "scikit-ued_bismuth.dm3")
    assert (rings.shape, rings.scale) == ((256, 256), None)
    patterns = read_image(folder / "rosettasciio_test1.blo", frame="all")
    assert [pattern.shape for pattern in patterns] == [(144, 144)] * 6
    assert patterns[0].metadata["grid"] == (3, 2)
