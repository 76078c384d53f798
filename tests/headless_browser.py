"""Pages in a browser without a window, where there is one."""

import re
import shutil
import subprocess

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--headless",
    "--no-sandbox",  # of containers, where the user is root
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no network
    "--virtual-time-budget=8000",
    "--enable-logging=stderr",
)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome")


def loaded(page, width, folder):
    """Open a page in a frame of some width [pixels]: its document afterwards, and what was logged.

    The frame is needed because windows have a least width.
    """
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder}", f"--window-size={width},4000"]
    run = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120
    )
    return run.stdout, re.findall(r"CONSOLE[^\n]*", run.stderr)
