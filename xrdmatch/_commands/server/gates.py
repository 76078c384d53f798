"""Middleware that checks the host, origin and size of each request."""

import ipaddress
import socket
from urllib.parse import urlsplit

import anyio
from starlette.responses import PlainTextResponse

SAFE_METHODS = ("GET", "HEAD")
SMALL = 64 * 1024  # bytes of a request without files, and of what surrounds files
DRAINED = 5.0  # [s] for which a refused body is thrown away, so that browsers show the answer
LOCAL = ("localhost", "127.0.0.1", "::1")


class TooLargeError(ValueError):
    """A body turned out to be larger than is allowed.

    Parameters
    ----------
    largest : int
        Bytes that are allowed.
    """

    def __init__(self, largest):
        super().__init__(largest)
        self.largest = largest


class OwnHostOnly:
    """Refuse requests that are addressed to another host, or sent by another site's page.

    A page of another site may know the server's address, and a name may be made to lead to it.

    Parameters
    ----------
    app : ASGI application
        What is behind.
    host : str
        What the server is bound to.
    """

    def __init__(self, app, host):
        self._app = app
        self._names = {*LOCAL, host.lower(), socket.gethostname().lower()}

    async def __call__(self, scope, receive, send):
        """Pass a request on, or refuse it."""
        reason = self._refusal(scope) if scope["type"] == "http" else ""
        answer = PlainTextResponse(reason, 403) if reason else self._app
        await answer(scope, receive, send)

    def _refusal(self, scope):
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if not self._is_own(host):
            return f"This server is not called {host!r}; open it at the address that it printed."
        if scope["method"] in SAFE_METHODS:
            return ""
        origin, site = headers.get(b"origin"), headers.get(b"sec-fetch-site", "same-origin")
        if site not in ("same-origin", "none") or origin not in (None, f"http://{host}"):
            return f"Only the server's own page may send this, and it came from {origin!r}."
        return ""

    def _is_own(self, host):
        """Whether a name is ours; an address is nobody's name, and cannot be made to mislead."""
        name = (_hostname(host) or "").lower()
        return name in self._names or _is_address(name)


def _hostname(host):
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(name):
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class LimitedBody:
    """Refuse bodies above a size before they are read, and stop reading those that do not say it.

    Parameters
    ----------
    app : ASGI application
        What is behind.
    path : str
        Where files are sent to.
    largest : int
        Bytes of a body that is sent there; those sent elsewhere are small.
    refuse : function of (int)
        Makes the answer to a body above so many bytes.
    """

    def __init__(self, app, path, largest, refuse):
        self._app, self._path, self._largest, self._refuse = app, path, largest, refuse

    async def __call__(self, scope, receive, send):
        """Pass a request on, its body counted, or refuse it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        largest = self._largest if scope["path"] == self._path else SMALL
        if _stated_length(scope) > largest:
            return await self._refused(largest, scope, receive, send)
        return await self._app(scope, _counted(receive, largest), send)

    async def _refused(self, largest, scope, receive, send):
        if b"expect" not in dict(scope["headers"]):  # who asked first sends nothing
            await _thrown_away(receive)
        await self._refuse(scope, largest)(scope, receive, send)


def _stated_length(scope):
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _counted(receive, largest):
    """Receive a body, up to a size."""
    n_bytes = 0

    async def receive_more():
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > largest:
            raise TooLargeError(largest)
        return message

    return receive_more


async def _thrown_away(receive):
    with anyio.move_on_after(DRAINED):
        while (await receive()).get("more_body", False):
            pass
