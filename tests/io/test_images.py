"""Images from files: every number as stored, a scale only where one is stated, else a sentence."""

import sys
import warnings

import image_files as files
import numpy as np
import pytest

from xrdmatch.crystallography import Picture
from xrdmatch.io import ImageWarning, read_image

LOSSLESS = [name for name in files.FILES if name not in (".jpg", ".bmp")]


@pytest.fixture
def write(tmp_path):
    def written(content, name="a.tif"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


@pytest.mark.parametrize("name", LOSSLESS)
def test_every_number_is_read_as_it_was_stored(write, name):
    picture = read_image(write(files.FILES[name](), f"a{name}"))
    np.testing.assert_array_equal(picture.counts, files.COUNTS)
    assert picture.metadata["bits"] == 16
    assert picture.metadata["colour"] == "grey"


def test_eight_bits_are_said(write):
    picture = read_image(write(files.FILES[".bmp"](), "a.bmp"))
    np.testing.assert_array_equal(picture.counts, files.BYTES)
    assert picture.metadata["bits"] == 8
    assert "lossy" not in picture.metadata


def test_jpeg_is_near_and_said_to_be_lossy(write):
    smooth = np.add.outer(np.arange(20), np.arange(24)).astype(np.uint8)
    picture = read_image(write(files.pillow("JPEG", smooth), "a.jpeg"))
    assert np.abs(picture.counts - smooth).max() <= 3
    assert picture.metadata["lossy"] is True
    assert (picture.metadata["format"], picture.metadata["bits"]) == ("JPEG", 8)


def test_metadata_of_a_plain_file(write):
    path = write(files.tiff())
    assert dict(read_image(path).metadata) == {
        "file": str(path),
        "frame": 0,
        "n_frames": 1,
        "format": "TIFF",
        "bits": 16,
        "colour": "grey",
        "logarithmic": None,
        "pixel": None,
    }


@pytest.mark.parametrize(
    "name", [name for name in LOSSLESS if "imagej" not in name and "ome" not in name]
)
def test_what_states_no_scale_has_none(write, name):
    picture = read_image(write(files.FILES[name](), f"a{name}"))
    assert (picture.scale, picture.space) == (None, None)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.tif"])
def test_print_resolutions_are_no_scale(write, name):
    kind = {"jpg": "JPEG", "tif": "TIFF"}.get(name[2:], name[2:])
    content = files.pillow(kind, files.BYTES, dpi=(300, 300))
    assert read_image(write(content, name)).scale is None


def test_what_the_content_is_counts_not_what_it_is_called(write):
    picture = read_image(write(files.FILES[".png"](), "a.tif"))
    assert picture.metadata["format"] == "PNG"
    np.testing.assert_array_equal(picture.counts, files.COUNTS)
    assert read_image(write(files.tiff(), "A.TIFF")).metadata["format"] == "TIFF"


def test_a_scale_that_is_given(write):
    path = write(files.tiff())
    assert read_image(path, 96, "reciprocal").scale == 96.0
    assert read_image(path, 0.03409, "real").pixel_size == 0.03409
    assert read_image(path, space="reciprocal").space == "reciprocal"
    with pytest.raises(ValueError, match="scale=96 without its space; add space='reciprocal'"):
        read_image(path, 96)
    with pytest.raises(ValueError, match="scale must be a positive number"):
        read_image(path, "96", "real")
    with pytest.raises(ValueError, match="space must be 'reciprocal' or 'real'"):
        read_image(path, space="k")


def test_a_scale_that_is_given_replaces_the_headers_and_is_compared(write):
    path = write(files.imagej(0.02, "nm"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_image(path, 0.201).scale == 0.201
        assert read_image(path, space="real").scale == pytest.approx(0.2)
    with pytest.warns(ImageWarning, match=r"a\.tif: its header has the scale 0\.2, but 0\.3 was"):
        assert read_image(path, 0.3).scale == 0.3
    with pytest.warns(ImageWarning, match="has a scale in real space, but space='reciprocal' was"):
        picture = read_image(path, 40, "reciprocal")
    assert (picture.scale, picture.space) == (40.0, "reciprocal")
    with pytest.warns(ImageWarning, match="has a scale in real space, but space='reciprocal' was"):
        picture = read_image(path, space="reciprocal")
    assert (picture.scale, picture.space) == (None, "reciprocal")


def test_pixels_that_are_not_square(write):
    path = write(files.ome(0.02, "nm", size_y=0.03))
    said = r"not square, 0\.03 nm from row to row and 0\.02 nm from column to column"
    with pytest.raises(ValueError, match=rf"{said}; resample it, or say by scale= and space="):
        read_image(path)
    with pytest.warns(ImageWarning, match=rf"{said}; the scale that was given is used for both"):
        assert read_image(path, 0.25, "real").scale == 0.25


STACK = np.stack([files.COUNTS, files.COUNTS[::-1], 2 * files.COUNTS])


def test_a_frame_is_chosen_or_all_are_taken(write):
    path = write(files.imagej(0.02, "nm", STACK, axes="ZYX"))
    with pytest.raises(ValueError, match=r"holds 3 pictures; choose one by frame=0 to 2, or take"):
        read_image(path)
    picture = read_image(path, frame=np.int64(1))
    np.testing.assert_array_equal(picture.counts, STACK[1])
    assert (picture.metadata["frame"], picture.metadata["n_frames"]) == (1, 3)
    assert picture.scale == pytest.approx(0.2)
    last = read_image(path, frame=-1)
    np.testing.assert_array_equal(last.counts, STACK[2])
    assert last.metadata["frame"] == 2
    pictures = read_image(path, frame="all")
    np.testing.assert_array_equal([p.counts for p in pictures], STACK)
    assert [p.metadata["frame"] for p in pictures] == [0, 1, 2]


@pytest.mark.parametrize("frame", [3, -4, "first", 1.0, [0]])
def test_a_frame_that_there_is_not(write, frame):
    path = write(files.tiff(STACK, photometric="minisblack"))
    with pytest.raises(
        ValueError, match=r"has no frame .*; it holds 3: choose an index from 0 to 2"
    ):
        read_image(path, frame=frame)


def test_one_frame_may_be_named_or_all_listed(write):
    path = write(files.tiff())
    np.testing.assert_array_equal(read_image(path, frame=0).counts, files.COUNTS)
    (picture,) = read_image(path, frame="all")
    assert isinstance(picture, Picture)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("log10 of the counts", True),
        ("intensities on a log scale", True),
        ("scale: logarithmic", True),
        ("not logarithmic", False),
        ("non-logarithmic", False),
        ("camera log: catalogue 10, logged by hand", None),
        ("", None),
    ],
)
def test_logarithms_are_what_the_header_says(write, text, stated):
    path = write(files.tiff(description=text or None, metadata=None))
    assert read_image(path).metadata["logarithmic"] is stated


def test_logarithms_are_never_guessed_but_may_be_told(write):
    path = write(files.tiff(np.log10(files.COUNTS).astype(np.float32)))
    assert read_image(path).metadata["logarithmic"] is None
    assert read_image(path, logarithmic=True).metadata["logarithmic"] is True
    path = write(files.tiff(description="log10", metadata=None))
    with pytest.warns(
        ImageWarning, match="says logarithmic=True, but False was given and is noted"
    ):
        assert read_image(path, logarithmic=False).metadata["logarithmic"] is False


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.tif", b"", r"Cannot read .*a\.tif: the file is empty\."),
        ("a.tif", b"no picture at all", r"it is called \.tif but holds something else or only a"),
        ("a.png", b"\x89PNG", r"it is called \.png but holds something else or only a part of it"),
        ("a.png", b"\x89PNG\r\n\x1a\n", r"it breaks off or is damaged \(UnidentifiedImageError"),
        ("a.tif", b"II*\0", "it holds no picture, or breaks off before it|it breaks off"),
        (
            "a.gif",
            b"GIF89a",
            r"files called \*\.gif have no reader, only these have: \.tif, .*\.ser",
        ),
        ("scan", b"20 100\n", r"files called \* have no reader"),
        ("a.dm3", b"II*\0" + bytes(40), r"it is called \.dm3 but holds something else"),
        ("a.tif", files.tiff(files.COUNTS[:2]), r"at least 3 pixels, got shape \(2, 24\)"),
        ("a.tif", files.tiff(np.ones((9, 9), np.complex64)), "real numbers, got complex64"),
        ("a.tif", files.tiff(np.full((9, 9), np.inf)), "got 81 infinite ones"),
    ],
)
def test_what_is_no_image(write, name, content, message):
    with pytest.raises(ValueError, match=message) as caught:
        read_image(write(content, name))
    assert str(caught.value).startswith("Cannot read ")


def test_what_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no file .*b\.tif' as seen from"):
        read_image(tmp_path / "b.tif")
    with pytest.raises(ValueError, match=r"A picture is one file, and .* is a folder; name a file"):
        read_image(tmp_path)
    with pytest.raises(TypeError, match=r"got ndarray; make one of an array by Picture\(counts\)"):
        read_image(files.COUNTS)


def test_a_file_that_may_not_be_read_is_no_damaged_one(write, monkeypatch):
    path = write(files.tiff())

    def refuse(self, mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(PermissionError, match="Permission denied"):
        read_image(path)


@pytest.mark.parametrize(("library", "name"), [("PIL", ".png"), ("tifffile", ".tif")])
def test_a_library_that_is_not_installed(write, monkeypatch, library, name):
    path = write(files.FILES[name](), f"a{name}")
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        ImportError, match=r"needs (pillow|tifffile); .*`pip install xrdmatch\[io\]`"
    ):
        read_image(path)


def picture_or_sentence(path):
    """The counts, or None where one sentence refused the file; what was warned of."""
    counts, said = None, f"Cannot read {path}: none."
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            counts = read_image(path).counts
        except ValueError as error:
            said = str(error)
    assert said.startswith(f"Cannot read {path}: ")
    assert said.endswith(".")
    assert "\n" not in said
    assert all(issubclass(entry.category, ImageWarning) for entry in caught)
    return counts, caught


@pytest.mark.parametrize("name", files.FILES)
def test_a_file_that_breaks_off_is_never_read_as_if_it_were_whole(write, name):
    content = files.FILES[name]()
    whole = read_image(write(content, f"a{name}")).counts
    for end in range(1, len(content), max(1, len(content) // 60)):
        counts, caught = picture_or_sentence(write(content[:end], f"a{name}"))
        assert counts is None or caught or np.array_equal(counts, whole)


@pytest.mark.parametrize(
    "n_each", [20, pytest.param(600, marks=pytest.mark.slow)], ids=["some", "thousands"]
)
def test_mutated_images_end_in_pictures_or_a_sentence(write, n_each):
    """Of nine files each; 600 make 5,400."""
    rng = np.random.default_rng(5)
    assert 600 * len(files.FILES) >= 5000
    for name, make in files.FILES.items():
        content = make()
        for _ in range(n_each):
            damaged = bytearray(content)
            end = rng.choice([len(damaged), min(300, len(damaged))])  # headers half of the time
            for place in rng.integers(0, end, rng.integers(1, 10)):
                damaged[place] = rng.integers(256)
            counts, _ = picture_or_sentence(write(bytes(damaged), f"a{name}"))
            assert counts is None or not np.isinf(counts).any()


def test_all_pictures_of_the_development_data_are_read(shared_data):
    paths = [*shared_data.glob("stem/*/*.png"), *shared_data.glob("electron/**/*.tif")]
    if not paths:
        pytest.skip("no pictures among the development data")
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = read_image(path)
        assert min(picture.shape) >= 250
        assert picture.scale is None  # none of them states one
        assert np.ptp(picture.counts) > 0
