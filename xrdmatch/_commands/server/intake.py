"""Uploads become jobs: files are read, scans queued, refusals reported."""

import anyio

from xrdmatch._commands.server.jobs import FAILED, INCOMPLETE, Job, TooManyError, Upload
from xrdmatch._commands.server.uploads import as_label, read_upload
from xrdmatch._commands.server.wishes import read_wishes

HELD = 10  # uploads of the largest size that wait for their wavelengths


class Intake:
    """Takes files in.

    Parameters
    ----------
    queue : JobQueue
        Where scans are answered.
    sessions : Sessions
        All of them.
    largest : int
        Bytes of an upload.
    """

    def __init__(self, queue, sessions, largest):
        self._queue, self._sessions, self._most_held = queue, sessions, HELD * largest
        self._one_at_a_time = anyio.Semaphore(1)  # reading takes memory

    async def add(self, session, files, fields):
        """Ask about the scans of files.

        Parameters
        ----------
        session : Session
            Whose they are.
        files : list of UploadFile
            What was sent.
        fields : dict of str to str
            What was said of them.

        Returns
        -------
        str
            Why none of them can be read; empty where one can.

        Raises
        ------
        ValueError
            If no file was sent, a field says what cannot be, or there is no room.
        """
        reading, asked = read_wishes(fields)
        files = [file for file in files if file.filename]
        if not files:
            raise ValueError("No file was sent; choose one, or drop it on the page.")
        session.check_room(len(files))
        jobs = []
        for file in files:
            content = await file.read()
            jobs += await self._jobs(as_label(file.filename), content, reading, asked)
        return self._queued(session, jobs)

    async def complete(self, session, job, wavelength):
        """Read a file again with its wavelength; returns and raises as `add` does."""
        said, _ = read_wishes({"wavelength": wavelength})
        if said["wavelength"] is None or job.state != INCOMPLETE:
            raise ValueError(
                "Only a scan that lacks its wavelength is given one, as CuKa or a number in Å; got "
                f"{wavelength!r} for {job.label}."
            )
        content, reading, asked = job.upload
        reading = reading | {"wavelength": said["wavelength"]}
        jobs = await self._jobs(job.label, content, reading, asked)
        session.jobs.pop(job.id, None)
        return self._queued(session, jobs)

    def report_all(self, session):
        """Ask for one report of all scans of a session that are answered.

        Raises
        ------
        ValueError
            If none is.
        """
        answered = [job.answered for job in session.jobs.values() if job.answered]
        if not answered:
            raise ValueError("One report is of scans that are answered, and none is; wait for one.")
        job = Job("all scans", ("report", answered))
        session.check_room()
        session.jobs[job.id] = job
        self._queue.add(job, first=True)

    async def _jobs(self, label, content, reading, asked):
        """Read a file: one job for each scan, one for all where the wavelength is missing."""
        async with self._one_at_a_time:
            found = await anyio.to_thread.run_sync(read_upload, label, content, reading)
        missing = [scan for scan in found if scan.needs_wavelength]
        if missing:
            self._check_held(len(content))
            held = Upload(content, reading, asked)
            return [Job(label, (), INCOMPLETE, missing[0].reason, upload=held)]
        return [_job(scan, asked, reading) for scan in found]

    def _queued(self, session, jobs):
        session.check_room(len(jobs))
        for job in jobs:
            session.jobs[job.id] = job
            if job.is_open:
                self._queue.add(job)
        failed = [job for job in jobs if job.state == FAILED]
        return failed[0].message if len(failed) == len(jobs) else ""

    def _check_held(self, n_bytes):
        jobs = (job for session in self._sessions for job in session.jobs.values())
        held = sum(len(job.upload.content) for job in jobs if job.upload is not None)
        if n_bytes + held > self._most_held:
            raise TooManyError(
                f"Files that wait for their wavelengths have at most {self._most_held // 10**6} MB "
                "together; give the wavelength with the files."
            )


def _job(uploaded, asked, reading):
    label, notes = uploaded.label, uploaded.notes
    if uploaded.scan is None:
        return Job(label, (), FAILED, uploaded.reason, notes)
    question = ("answer", uploaded.source, uploaded.scan, asked, reading, notes)
    return Job(label, question, notes=notes)
