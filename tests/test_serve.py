"""The command `serve`: it says where the page is, and leaves nothing when it ends."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from scan_page import FACTS, save_minerals, scan_file

from xrdmatch._cli import main
from xrdmatch._commands import serve as serve_command


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "minerals"
    save_minerals(path)
    return path


class Server:
    """The command in a process of its own, on a free port, with a folder for private files."""

    def __init__(self, library, folder):
        command = [sys.executable, "-m", "xrdmatch", "serve", "--library", str(library)]
        self.folder = folder
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--max-upload-mb", "1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": str(folder)},
            start_new_session=True,
        )
        self.said = ""
        while "The page is at" not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", self.said)[1])
        self.children = children_of(self.process.pid)

    def end(self, number):
        """Send a signal; returns the exit code and what was said."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=20)
        return self.process.returncode, self.said + rest

    def post(self, content, n_bytes=None):
        """Upload a scan, or only so many bytes of it; returns the status."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        made.request("GET", "/")
        answer = made.getresponse()
        answer.read()
        body = form_of({b"wavelength": b"CuKa", b'files"; filename="a.xy': content})
        made.putrequest("POST", "/scans")
        made.putheader("Cookie", answer.getheader("set-cookie").split(";")[0])
        made.putheader("Content-Type", "multipart/form-data; boundary=x")
        made.putheader("Content-Length", str(len(body)))
        made.endheaders()
        made.send(body[:n_bytes])
        status = None
        if n_bytes is None:
            answer = made.getresponse()
            answer.read()
            status = answer.status
        made.close()
        return status


def form_of(fields):
    """Body of a form."""
    head = b'--x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    return b"".join(head % field for field in fields.items()) + b"--x--\r\n"


def children_of(pid):
    """Processes that a process has started."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("needs /proc to see processes")
    return [int(child) for child in found.read_text().split()]


def is_running(pid):
    """Whether a process runs; one that has ended and waits to be forgotten does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def server(library, tmp_path):
    server = Server(library, tmp_path)
    yield server
    if server.process.poll() is None:  # where a test has failed
        server.process.kill()
        server.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_with_all_that_it_started(server, library, tmp_path, number):
    assert server.children
    server.post(scan_file(), n_bytes=1000)  # a browser that is closed in the middle
    assert server.post(scan_file()) == 303
    code, said = server.end(number)
    assert code == 0
    assert said.splitlines() == [
        f"Opening {library} ...",
        f"7 structures. The page is at http://127.0.0.1:{server.port}/ ; Ctrl-C ends it.",
        "Ended; nothing is kept.",
    ]
    end = time.monotonic() + 10
    while any(map(is_running, server.children)):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_end_it_before_it_serves_too(number):
    before = signal.signal(number, signal.SIG_DFL)  # a shell may have it ignored, as nohup does
    try:
        with pytest.raises(KeyboardInterrupt), serve_command._ended_by_signals():
            signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with serve_command._ended_by_signals():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def stopped(*arguments, capsys):
    """What the command says of a mistake, in one sentence."""
    with pytest.raises(SystemExit) as stop:
        main(["serve", *map(str, arguments)])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_a_library_that_is_not_there_is_a_mistake(tmp_path, capsys):
    said = stopped("--library", tmp_path / "none", "--port", "0", capsys=capsys)
    assert "none" in said


def test_a_port_that_is_taken_is_said_at_once(library, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = stopped("--library", library, "--port", port, capsys=capsys)
    assert f"Cannot listen to 127.0.0.1, port {port} (Address already in use); give" in said


@pytest.mark.parametrize("options", [["--port", 70000], ["--host", "no.such.host.invalid"]])
def test_an_address_that_cannot_be_is_a_mistake(library, options, capsys):
    assert "Cannot listen to " in stopped("--library", library, *options, capsys=capsys)


def test_what_is_missing_is_named_with_its_extra(library, monkeypatch, capsys):
    found = serve_command.find_spec
    monkeypatch.setattr(
        serve_command, "find_spec", lambda name: found(name) if name == "jinja2" else None
    )
    said = stopped("--library", library, capsys=capsys)
    assert "needs starlette, uvicorn, python-multipart, which is not installed" in said
    assert "pip install 'xrdmatch[web]'" in said


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_alone_needs_no_warning(host, capsys):
    serve_command._announce(host, 8080, FACTS, browse=False)
    said = capsys.readouterr()
    assert said.err == ""
    assert ":8080/ ; Ctrl-C ends it" in said.out


def test_what_is_to_be_said_of_the_library_is_said(capsys):
    serve_command._announce("127.0.0.1", 8080, FACTS | {"remark": "Only standards."}, browse=False)
    assert capsys.readouterr().out.startswith("Only standards.\n7 structures. ")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "lab.example"])
def test_other_addresses_are_warned_of(host, capsys):
    serve_command._announce(host, 8080, FACTS, browse=False)
    said = capsys.readouterr()
    assert f"with --host {host} everyone who reaches this machine can send scans" in said.err
    assert "http://0.0.0.0" not in said.out


def test_no_browser_on_the_machine_is_said(monkeypatch, capsys):
    monkeypatch.setattr(serve_command.webbrowser, "open", lambda address: False)
    serve_command._announce("127.0.0.1", 8080, FACTS, browse=True)
    assert "No browser was found on this machine; open the address" in capsys.readouterr().out
