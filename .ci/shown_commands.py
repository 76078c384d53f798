"""Run what README and the first pages of the documentation show, as a reader would.

Of each page, every line that begins with `$` is run in a temporary folder of the page's own, one
after the other, and then every `>>>`; the first that fails ends the page. `pip install` is left
out: what is tested is the environment whose Python runs this. Pages are run side by side.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "docs/quickstart.rst", "docs/identify.rst")
DOCTEST = ("-m", "doctest", "-o", "ELLIPSIS", "-o", "NORMALIZE_WHITESPACE")


def commands_of(text):
    """List the command lines that a page shows, installing left out."""
    shown = re.findall(r"^ *\$ (.+)$", text, flags=re.MULTILINE)
    return [line for line in shown if not line.startswith("pip install")]


def run_page(path):
    """Run a page; the exit code of the first thing that fails, or 0, and all that was said."""
    start, said = perf_counter(), []
    bin_folder = Path(sys.executable).parent
    environment = {
        **os.environ,
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
    }
    with TemporaryDirectory() as folder:
        script = Path(folder, ".commands")
        script.write_text("\n".join(commands_of(path.read_text(encoding="utf-8"))) + "\n")
        doctest = [sys.executable, *DOCTEST, str(path.resolve())]
        for asked in (["bash", "-euv", "-o", "pipefail", script], doctest):
            done = subprocess.run(
                asked,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            said.append(done.stdout)
            if done.returncode:
                break
    said.append(f"{path}: {perf_counter() - start:.0f} s, exit code {done.returncode}\n")
    return done.returncode, "".join(said)


def main(pages):
    """Run pages and print what they said; the exit code is 1 where one has failed."""
    with ThreadPoolExecutor(len(pages)) as pool:
        answers = list(pool.map(run_page, map(Path, pages)))
    for _, said in answers:
        print(said)
    return int(any(code for code, _ in answers))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [ROOT / page for page in PAGES]))
