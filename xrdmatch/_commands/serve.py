"""The command `serve`: a page on this machine to drop scans on."""

import ipaddress
import os
import signal
import socket
import sys
import webbrowser
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec

from xrdmatch._commands import server
from xrdmatch._commands.server.job_queue import JobQueue
from xrdmatch._commands.server.worker import Worker

NEEDED = {"jinja2": "jinja2", "starlette": "starlette", "uvicorn": "uvicorn"}
NEEDED |= {"python_multipart": "python-multipart"}
ENDING = 3  # [s] for answers that are on their way when the server ends

say = partial(print, flush=True)


def serve(library, *, host="127.0.0.1", port=8080, max_upload_mb=20, instrument=None, browse=False):
    """Serve the page until Ctrl-C or SIGTERM.

    Parameters
    ----------
    library : Path or None
        What `index` made; None for the shipped standards.
    host : str, default="127.0.0.1"
        Address that is listened to; only this machine reaches the default.
    port : int, default=8080
        Its port; 0 for any that is free.
    max_upload_mb : int, default=20
        Largest upload [MB].
    instrument : Path, default=None
        What `calibrate` wrote of the diffractometer.
    browse : bool, default=False
        Whether the page is opened in the browser of this machine.

    Raises
    ------
    ImportError
        If what serves pages is not installed.
    ValueError
        If the library cannot be read.
    OSError
        If the address cannot be listened to.
    """
    _check_installed()
    worker = Worker(library, instrument)
    with _listening(host, port) as door, _ended_by_signals():
        try:
            say(f"Opening {library or 'the shipped standards'} ...")
            facts = worker.open()
            queue = JobQueue(worker)
            app = server.app.make_app(queue, facts, host=host, max_upload_mb=max_upload_mb)
            _announce(host, door.getsockname()[1], facts, browse)
            server.app.run(app, door, ending=ENDING)
        except KeyboardInterrupt:
            pass
        finally:
            worker.close()
    say("Ended; nothing is kept.")


def _check_installed():
    missing = [name for module, name in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise ImportError(
            f"The page needs {', '.join(missing)}, which is not installed; pip install "
            "'xrdmatch[web]'."
        )


@contextmanager
def _listening(host, port):
    """Listen before anything slow is done, so that a port that is taken is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise OSError(
            f"Cannot listen to {host}, port {port} ({_reason(error)}); give "
            "another --port, 0 for any that is free, or another --host."
        ) from None
    with door:
        yield door


def _reason(error):
    number = getattr(error, "errno", None) or 0
    return os.strerror(number) if number > 0 else str(error)


@contextmanager
def _ended_by_signals():
    """End by SIGTERM, and when the terminal is closed, as by Ctrl-C."""
    ends = {"SIGTERM": _interrupt, "SIGHUP": _terminate}
    known = {getattr(signal, name): end for name, end in ends.items() if hasattr(signal, name)}
    ours = [number for number in known if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:  # others are somebody's wish: nohup's, for example
        signal.signal(number, known[number])
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _interrupt(signum, frame):
    raise KeyboardInterrupt


def _terminate(signum, frame):
    signal.raise_signal(signal.SIGTERM)  # which the web server takes for itself while it serves


def _announce(host, port, facts, browse):
    address = f"http://{_name(host)}:{port}/"
    if not _is_local(host):
        print(
            f"note: with --host {host} everyone who reaches this machine can send scans to it and "
            "read what they are answered, unencrypted; leave it out for this machine alone",
            file=sys.stderr,
        )
    if facts["remark"]:
        say(facts["remark"])
    say(f"{facts['n_structures']} structures. The page is at {address} ; Ctrl-C ends it.")
    if browse and not webbrowser.open(address):
        say("No browser was found on this machine; open the address in one.")


def _name(host):
    """Name of a host as addresses of pages have it."""
    if host in ("0.0.0.0", "::"):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _is_local(host):
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
