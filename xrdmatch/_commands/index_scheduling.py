"""Parts of a library made by several processes or machines, in their order."""

from contextlib import contextmanager
from itertools import chain

from joblib import Parallel, delayed, effective_n_jobs, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

PATIENCE = 10  # [s] that a scheduler may take to answer
ENDED = "reading or simulating it ended the process that did so, by lack of memory for example"


def in_order(maker, jobs, n_jobs):
    """Yield what a function makes of jobs, several at once, in their order.

    A job that ends the process that does it is done once more item by item; only items that end
    their process again are given up.

    Parameters
    ----------
    maker : callable
        Called with the arguments of a job.
    jobs : iterator of tuple
        Arguments of each job: a list of items, and others.
    n_jobs : int or None
        How many at once; joblib's configuration counts if None.

    Yields
    ------
    list of (list, object or None)
        Items and what was made of them: all items of a job at once; or each alone, and None for
        those that were given up.
    """
    if effective_n_jobs(n_jobs) == 1:
        yield from ([(job[0], maker(*job))] for job in jobs)
        return
    started = []
    while True:
        tasks = (delayed(maker)(*job) for job in _noted(jobs, started))
        try:
            for result in Parallel(n_jobs, return_as="generator", pre_dispatch="2*n_jobs")(tasks):
                yield [(started.pop(0)[0], result)]
            return
        except TerminatedWorkerError:
            jobs = chain(list(started), jobs)
            started.clear()
            yield [*_one_by_one(maker, next(jobs), n_jobs)]


def _noted(jobs, started):
    """Yield jobs, and note those that have begun."""
    for job in jobs:
        started.append(job)
        yield job


def _one_by_one(maker, job, n_jobs):
    """Do a job item by item, each in another process than this one."""
    items, *others = job
    for item in items:
        single = ([item], *others)
        try:
            (result,) = Parallel(n_jobs)([delayed(maker)(*single)])
        except TerminatedWorkerError:
            result = None
        yield [item], result


@contextmanager
def workers_at(address):
    """Let joblib's work be done by a Dask cluster.

    Parameters
    ----------
    address : str or None
        That of its scheduler, such as ``tcp://10.0.0.1:8786``; None changes nothing.

    Raises
    ------
    ImportError
        If distributed is not installed.
    ValueError
        If no scheduler answers, or it has no workers.
    """
    if address is None:
        yield
        return
    with _client(address) as client:
        if not client.scheduler_info()["workers"]:
            raise ValueError(
                f"A scheduler shares work among its workers, got {address!r}, which has none; "
                "start some with `dask worker`."
            )
        with parallel_config(backend="dask", wait_for_workers_timeout=60):
            yield


def _client(address):
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError(
            "Work on many machines needs Dask, which is not installed; pip install xrdmatch[dask]."
        ) from error
    try:
        return Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise ValueError(
            f"A Dask scheduler answers at its address, got {address!r}, where none does ({error}); "
            "start one with `dask scheduler`, which says its address."
        ) from error
