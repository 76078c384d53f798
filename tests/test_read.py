"""The command `read`: what would be understood of files, and what not."""

import pytest
import scan_files as files

from xrdmatch._cli import main


@pytest.fixture
def read(tmp_path, capsys):
    """Function of files and arguments: what the command says of them."""

    def run(contents, *arguments):
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
        assert main(["read", *(str(tmp_path / name) for name in contents), *arguments]) == 0
        return capsys.readouterr().out.replace(str(tmp_path), "")

    return run


def test_a_scan(read):
    assert read({"a.xrdml": files.xrdml()}).splitlines() == [
        "/a.xrdml",
        "  axis      called '2 theta'",
        "  2 theta   20 to 26 degrees, step 0.05, 121 points",
        "  counts    43 to 953, no uncertainties stated",
        "  lines     1.5406 + 1.54443 Å, X-rays",
    ]


def test_several_scans_and_what_is_none(read):
    said = read({"a.xrdml": files.xrdml(files.xrdml_scan(axis="Phi"), files.xrdml_scan())})
    assert "  --scan 'Phi-0'\n  not read  it is a scan of Phi, not of 2 theta\n" in said
    assert "  --scan 'Gonio-1'\n  axis      called '2 theta'\n" in said


def test_what_is_off(read):
    text = b"# 2theta I\n# wavelength 0.15406\n" + files.xy().replace(b"22.0000 ", b"22.OO ", 1)
    said = read({"a.xy": text})
    assert "  axis      called '2theta'\n" in said
    assert "  lines     not stated; give --wavelength CuKa, another tube's line, or a num" in said
    assert "  note      the wavelength of 0.15406 that it states has no unit and is Cu" in said
    assert "  note      left out 1 of 121 lines, for they are no rows of 2 numbers (line 43" in said


def test_one_bad_file_never_hides_the_others(read):
    contents = {"bad.xy": b"", "q.csv": b"Q (1/A),I\n" + files.xy().replace(b" ", b",")}
    said = read({**contents, "good.udf": files.udf()})
    assert "/bad.xy\n  not read  the file is empty\n" in said
    assert "convert it by axis='q' (--axis q)\n" in said
    assert "/good.udf\n  axis " in said
    said = read(contents, "--axis", "q", "--wavelength", "0.3", "--radiation", "neutron")
    assert "  axis      called 'Q (1/A)'\n" in said
    assert "  lines     0.3 Å, neutrons\n" in said


def test_folders(read, tmp_path, capsys):
    read({"a.xrdml": files.xrdml(), "b.udf": files.udf()})
    main(["read", str(tmp_path)])
    said = capsys.readouterr().out
    assert said.index("a.xrdml") < said.index("b.udf")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("none.xy", "There is no file "), ("empty.xy", "Cannot read .*the file is empty")],
)
def test_nothing_to_read(tmp_path, capsys, name, sentence):
    (tmp_path / "empty.xy").touch()
    with pytest.raises(SystemExit) as stop:
        main(["read", str(tmp_path / name)])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("xrdmatch read: ")
    assert said.count("\n") == 1
