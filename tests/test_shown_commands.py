"""The script that runs what the first pages show, and the files that it is run with."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from xrdmatch._cli import main
from xrdmatch.io import read_pattern, read_structures

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "shown_commands.py"
PAGE = """\
Title

.. code-block:: console

   $ pip install no-such-package
   $ mkdir made && cd made
   $ echo written > here.txt  # a comment

>>> from pathlib import Path
>>> Path("made/here.txt").read_text()
'written\\n'
"""


def run(folder, text):
    page = folder / "page.rst"
    page.write_text(text, encoding="utf-8")
    done = subprocess.run([sys.executable, SCRIPT, page], capture_output=True, text=True)
    return done.returncode, done.stdout


def command_named(name):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.search(rf"<!-- command: {name} -->\n```bash\n(.*)\n```", text).group(1)


def test_commands_and_examples_of_a_page_run_in_one_folder(tmp_path):
    code, said = run(tmp_path, PAGE)
    assert code == 0, said
    assert "echo written" in said
    assert "no-such-package" not in said
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("   $ false\n   $ touch never", "false"),
        ("   $ cat no-such-file | wc", "no-such-file"),
        (">>> 1 + 1\n3", "Expected"),
    ],
)
def test_what_fails_is_said(line, reason, tmp_path):
    code, said = run(tmp_path, f"Title\n\n{line}\n")
    assert code == 1
    assert reason in said
    assert "touch never" not in said


def test_the_main_job_runs_the_first_commands_and_then_all_others():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"^```bash\n(.*)\n```", text, flags=re.MULTILINE).group(1)
    assert command_named("main-job") == f"{first} && .venv/bin/python .ci/shown_commands.py"


def test_files_to_try_are_read_without_a_word(tmp_path):
    assert main(["demo", "--files", str(tmp_path / "to-try")]) == 0
    made = tmp_path / "to-try"
    assert {s.properties["name"] for s in read_structures(made / "new-cifs")} == {
        "CaF2", "LiF", "ZnO",
    }  # fmt: skip
    assert len(read_structures(made / "my-cifs")) == 7
    assert read_pattern(made / "mixture.xrdml").radiation.lines[0][0] == pytest.approx(1.540598)
    scans = read_pattern(made / "run", "CuKa", scan="all")
    assert [scan.name for scan in scans] == ["run_1", "run_2", "run_3"]
    assert scans[0].counts.max() == pytest.approx(3000, rel=0.1)


def test_files_that_are_there_stay(tmp_path, capsys):
    (tmp_path / "to-try").mkdir()
    with pytest.raises(SystemExit):
        main(["demo", "--files", str(tmp_path / "to-try")])
    assert "new folder" in capsys.readouterr().err
    assert list((tmp_path / "to-try").iterdir()) == []
