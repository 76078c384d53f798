"""Pages in a browser without a window, where there is one."""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--headless",
    "--no-sandbox",  # of containers, where the user is root
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no network
    "--virtual-time-budget=15000",
    "--enable-logging=stderr",
)
# Windows have a least width, frames have not: the page is opened in one and sends what it is like.
FRAME = """<!doctype html><body><iframe src="{page}" style="width: {width}px; height: 3000px">
</iframe><script>
addEventListener("message", (sent) => {{ document.body.dataset.sent = sent.data; }});
</script></body>"""
PROBE = """<script>(async () => {{
  const figures = [...document.querySelectorAll("figure.picture")]
    .filter((f) => !f.closest("details:not([open])"));
  const ended = (f) => ["drawn", "failed"].includes(f.dataset.state);
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  while (!figures.every(ended)) await wait(50);
  const said = {{
    states: figures.map((f) => f.dataset.state),
    width: innerWidth,
    needed: document.documentElement.scrollWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    canvases: figures.map((f) => f.querySelector(".plot").getBoundingClientRect().height),
  }};
  {more}
  parent.postMessage(JSON.stringify(said), "*");
}})();</script>"""
needs_browser = pytest.mark.skipif(BROWSER is None, reason="needs Chromium or Chrome")


def probed(html, width, folder, *, more=""):
    """Open a page in a frame of some width [pixels]; what it is like, and what was logged.

    `more` is a script that adds to `said`.
    """
    end = "</body>"
    page, frame = folder / "page.html", folder / "frame.html"
    page.write_text(html.replace(end, PROBE.format(more=more) + end), encoding="utf-8")
    frame.write_text(FRAME.format(page=page.as_uri(), width=width), encoding="utf-8")
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'user'}", "--window-size=1400,3200"]
    run = subprocess.run(
        [*command, "--dump-dom", frame.as_uri()], capture_output=True, text=True, timeout=120
    )
    sent = re.search(r'data-sent="([^"]*)"', run.stdout)
    assert sent, f"The page has sent nothing: {run.stderr[-2000:]}"
    return json.loads(unescape(sent.group(1))), re.findall(r"CONSOLE[^\n]*", run.stderr)
