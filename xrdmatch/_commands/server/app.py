"""The web application: which request does what."""

import re
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from xrdmatch._commands.server.gates import SMALL, LimitedBody, OwnHostOnly, TooLargeError
from xrdmatch._commands.server.headers import PAGE_HEADERS, REPORT_HEADERS
from xrdmatch._commands.server.intake import Intake
from xrdmatch._commands.server.jobs import Sessions, TooManyError
from xrdmatch._commands.server.views import Views
from xrdmatch._commands.server.wishes import in_words

MB = 1_000_000  # bytes
FILES = 200  # of one request
BROKEN_OFF = "The upload broke off before it was complete; send it again."


def make_app(queue, facts, *, host="127.0.0.1", max_upload_mb=20):
    """Make the application.

    Parameters
    ----------
    queue : JobQueue
        What answers scans; it is closed when the application ends.
    facts : dict
        On the library: ``name``, ``n_structures`` and ``remark``.
    host : str, default="127.0.0.1"
        What the server is bound to.
    max_upload_mb : int, default=20
        Largest upload [MB].

    Returns
    -------
    Starlette
        The application.
    """
    pages = Pages(queue, facts, max_upload_mb)
    largest = max_upload_mb * MB + SMALL
    return Starlette(
        routes=pages.routes(),
        middleware=[
            Middleware(OwnHostOnly, host=host),
            Middleware(LimitedBody, path="/scans", largest=largest, refuse=pages.too_large),
        ],
        exception_handlers={
            **dict.fromkeys((HTTPException, ValueError), pages.mistake),
            ClientDisconnect: pages.broken_off,
            Exception: pages.fault,
        },
        lifespan=pages.lifespan,
    )


def run(app, door, ending):
    """Serve an application until Ctrl-C or SIGTERM.

    Parameters
    ----------
    app : Starlette
        The application.
    door : socket
        What is listened to.
    ending : int
        Seconds for answers that are on their way at the end.
    """
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=ending,
    )
    uvicorn.Server(config).run(sockets=[door])


class Pages:
    """Handlers of requests.

    Parameters
    ----------
    queue, facts, max_upload_mb
        As `make_app` takes them.
    """

    def __init__(self, queue, facts, max_upload_mb):
        self._queue, self._max_upload_mb = queue, max_upload_mb
        self._views = Views(facts, max_upload_mb, queue.n_before)
        self._sessions = Sessions()
        self._intake = Intake(queue, self._sessions, max_upload_mb * MB)

    def routes(self):
        """List what can be asked for."""
        static = StaticFiles(directory=Path(__file__).parent / "pages" / "static")
        return [
            Route("/", self.page),
            Route("/scans", self.scans),
            Route("/scans", self.add, methods=["POST"]),
            Route("/scans/remove-done", self.remove_done, methods=["POST"]),
            Route("/scans/report", self.report_all, methods=["POST"]),
            Route("/scans/{id}/remove", self.remove, methods=["POST"]),
            Route("/scans/{id}/wavelength", self.complete, methods=["POST"]),
            Route("/reports/{id}", self.report),
            Mount("/static", static),
        ]

    @asynccontextmanager
    async def lifespan(self, app):
        """End the queue with the server."""
        yield
        await anyio.to_thread.run_sync(self._queue.close)

    async def page(self, request):
        """Show the page; a browser that comes for the first time gets a session."""
        cookie = _cookie(request)
        token = request.cookies.get(cookie, "")
        session = self._sessions.find(token)
        if session is None:
            token = self._sessions.open()
            session = self._sessions.find(token)
        response = HTMLResponse(self._views.page([*session.jobs.values()]), headers=PAGE_HEADERS)
        response.set_cookie(cookie, token, max_age=7 * 24 * 3600, httponly=True, samesite="strict")
        return response

    async def scans(self, request):
        """Show the list of scans alone."""
        jobs = [*self._session(request).jobs.values()]
        return HTMLResponse(self._views.list_of(jobs), headers=PAGE_HEADERS)

    async def add(self, request):
        """Take files and ask about their scans."""
        session = self._session(request)
        async with request.form(max_files=FILES, max_fields=50, max_part_size=SMALL) as form:
            files = [item for item in form.getlist("files") if hasattr(item, "filename")]
            fields = {name: text for name, text in form.items() if isinstance(text, str)}
            refused = await self._intake.add(session, files, fields)
        return self._done(request, refused)

    async def complete(self, request):
        """Read a file again, with the wavelength that was missing."""
        session, job = self._job(request)
        async with request.form(max_files=0, max_fields=5, max_part_size=SMALL) as form:
            refused = await self._intake.complete(session, job, form.get("wavelength", ""))
        return self._done(request, refused)

    async def remove(self, request):
        """Remove a scan; one that is being answered is given up."""
        session, job = self._job(request)
        del session.jobs[job.id]
        await anyio.to_thread.run_sync(self._queue.remove, job)
        return self._done(request)

    async def remove_done(self, request):
        """Remove all scans for which no answer is to come."""
        session = self._session(request)
        session.jobs = {name: job for name, job in session.jobs.items() if job.is_open}
        return self._done(request)

    async def report_all(self, request):
        """Ask for one report of all scans that are answered."""
        self._intake.report_all(self._session(request))
        return self._done(request)

    async def report(self, request):
        """Show the report of a scan, or send it as a file."""
        _, job = self._job(request)
        if not job.report:
            raise HTTPException(404, "There is no report of this scan; wait for its answer.")
        headers = REPORT_HEADERS
        if "download" in request.query_params:
            name = re.sub(r"[^A-Za-z0-9._-]+", "_", job.label).strip("._") or "scan"
            headers = headers | {"Content-Disposition": f'attachment; filename="{name}.html"'}
        return HTMLResponse(job.report, headers=headers)

    def too_large(self, scope, largest):
        """Answer a request whose body is too large."""
        return self.mistake(Request(scope), TooLargeError(largest))

    def broken_off(self, request, error):
        """Answer an upload whose browser was closed, though nobody may read it."""
        return self._said(request, 400, BROKEN_OFF)

    def fault(self, request, error):
        """Say that it is our fault; where is logged."""
        return self._said(request, 500, f"{type(error).__name__}: {error}; the terminal has more.")

    def mistake(self, request, error):
        """Say in one sentence what is wrong with a request."""
        code, sentence = getattr(error, "status_code", 400), str(getattr(error, "detail", error))
        if isinstance(error, TooLargeError):
            code, sentence = 413, self._size_rule(error.largest)
        elif isinstance(error, TooManyError):
            code = 429
        return self._said(request, code, sentence)

    def _size_rule(self, largest):
        if largest <= SMALL:
            return f"This request takes at most {SMALL // 1024} kB; files are dropped on the page."
        return (
            f"An upload has at most {self._max_upload_mb} MB; send fewer files at a time, or start "
            "the server with a larger --max-upload-mb."
        )

    def _done(self, request, refused=""):
        """Answer what changed the list; `refused` says why nothing of it can be asked about."""
        if refused:
            return self._said(request, 415, refused)
        if _wants_data(request):
            return JSONResponse({"error": ""})
        return RedirectResponse("/", 303)

    def _said(self, request, code, sentence):
        if _wants_data(request):
            return JSONResponse({"error": in_words(sentence)}, code, headers=PAGE_HEADERS)
        return HTMLResponse(self._views.mistake(sentence), code, headers=PAGE_HEADERS)

    def _session(self, request):
        session = self._sessions.find(request.cookies.get(_cookie(request), ""))
        if session is None:
            raise HTTPException(403, "The page comes first; open it at / and allow its cookie.")
        return session

    def _job(self, request):
        session = self._session(request)
        job = session.jobs.get(request.path_params["id"])
        if job is None:
            raise HTTPException(404, "There is no such scan among yours; it may have been removed.")
        return session, job


def _cookie(request):
    """Name of the cookie; browsers send those of one port to all servers of a machine."""
    return f"xrdmatch-{request.url.port or 80}"


def _wants_data(request):
    return "application/json" in request.headers.get("accept", "")
