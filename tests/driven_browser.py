"""A headless Chromium that tests drive over a pipe, by the DevTools protocol."""

import base64
import json
import os
import shutil
import signal
import time

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE = 30  # [s]
BETWEEN = 250  # a file descriptor that is free
OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # no network
)


def find_browser():
    """Path of a browser; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser to look at the page with: install one of {', '.join(NAMES)}")
    return found


class Browser:
    """One page of a headless browser.

    Parameters
    ----------
    folder : Path
        For its profile and what it downloads.
    """

    def __init__(self, folder):
        command = [find_browser(), *OPTIONS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
        to_read, self._out = os.pipe()
        self._in, to_write = os.pipe()
        self._pid = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[
                *((os.POSIX_SPAWN_OPEN, end, os.devnull, os.O_RDWR, 0) for end in (1, 2)),
                (os.POSIX_SPAWN_DUP2, to_read, BETWEEN),  # for it may be 4 itself
                (os.POSIX_SPAWN_DUP2, to_write, 4),
                (os.POSIX_SPAWN_DUP2, BETWEEN, 3),
                (os.POSIX_SPAWN_CLOSE, BETWEEN),
            ],
        )
        os.close(to_read)
        os.close(to_write)
        self._rest, self._number, self._session = b"", 0, None
        self.events = []
        target = self.command("Target.createTarget", url="about:blank")["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)
        self._session = session["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.command(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *error):
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._in)
        os.close(self._out)

    def command(self, method, **params):
        """Send a command and wait for its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._receive()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _receive(self):
        while b"\0" not in self._rest:
            read = os.read(self._in, 2**20)
            if not read:
                raise RuntimeError("The browser has ended.")
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def open(self, address, width=1280, height=900):
        """Open a page in a window of some size [pixels]."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        self.command("Page.navigate", url=address)
        self.wait_for("document.readyState === 'complete'")

    def look(self, expression):
        """Value of an expression on the page."""
        said = self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in said:
            raise RuntimeError(said["exceptionDetails"]["exception"]["description"])
        return said["result"].get("value")

    def wait_for(self, expression):
        """Wait until an expression holds, and return it."""
        end = time.monotonic() + PATIENCE
        while not (value := self.look(expression)):
            if time.monotonic() > end:
                raise TimeoutError(f"{expression} did not come; the page: {self.text()}")
            time.sleep(0.1)
        return value

    def text(self):
        """What can be read on the page."""
        return self.look("document.body.innerText")

    def choose_files(self, selector, *paths):
        """Put files into an input."""
        document = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]
        self.command("DOM.setFileInputFiles", nodeId=node, files=[*map(str, paths)])

    def drop_files(self, selector, *paths):
        """Drop files on an element, as from the desktop."""
        x, y = self.look(
            f"(() => {{ const r = document.querySelector({selector!r}).getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        data = {"items": [], "files": [*map(str, paths)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.command("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def picture(self, path):
        """Take a picture of the whole page."""
        shown = self.command("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shown["data"]))

    def complaints(self):
        """Errors that the page wrote to the console, or did not catch."""
        logged = [e["params"]["entry"] for e in self.events if e["method"] == "Log.entryAdded"]
        thrown = [e for e in self.events if e["method"] == "Runtime.exceptionThrown"]
        return [entry["text"] for entry in logged if entry["level"] == "error"] + thrown
