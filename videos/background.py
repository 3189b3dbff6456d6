"""Work that nobody waits for: done by huey, in this process or in ones of their own.

The queue only wakes somebody up. What there is to do stands in the database, so a task that is lost with its
queue, or interrupted by a restart, is found again by the next sweep.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils.module_loading import autodiscover_modules
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer

logger = logging.getLogger(__name__)
Parameters = ParamSpec("Parameters")
WORKERS = 2
MAX_POLL_SECONDS = 1.0


def _make_queue() -> Huey:
    """Return the queue the settings ask for."""
    name = f"paperplane{settings.BACKGROUND_QUEUE_SUFFIX}"
    if settings.BACKGROUND_WORKER == "immediate":  # tests: where it is asked for, it is done
        return MemoryHuey(name, immediate=True, results=False)
    if settings.REDIS_URL:
        return RedisHuey(name, url=settings.REDIS_URL, results=False)
    path = Path(settings.BACKGROUND_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(name, filename=str(path), results=False)


queue = _make_queue()


def task(function: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Make ``function`` a task: calling it has it done later, after the commit of what asks for it."""
    waiting = queue.task()(_with_fresh_connection(function))

    @wraps(function)
    def ask(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        transaction.on_commit(lambda: _enqueue(waiting, *args, **kwargs))

    return ask


def every(*, minutes: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Have a function done again and again, and once when a worker starts."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        guarded = _with_fresh_connection(function)
        at = {"minute": f"*/{minutes}"} if minutes < 60 else {"minute": "7", "hour": f"*/{minutes // 60}"}
        queue.periodic_task(crontab(**at), name=f"{function.__module__}.{function.__name__}")(guarded)
        queue.on_startup(name=f"{function.__module__}.{function.__name__}")(guarded)
        return function

    return register


def later(function: Callable[[], None], after: timedelta) -> None:
    """Have a periodic function done once more, after a while: sooner than its turn."""
    if queue.immediate:
        return
    timer = threading.Timer(after.total_seconds(), _with_fresh_connection(function))
    timer.daemon = True
    timer.start()


def find_tasks() -> None:
    """Load the ``tasks`` of every app, which registers them."""
    autodiscover_modules("tasks")


class Worker(Consumer):
    """A consumer inside of a process that has signals of its own."""

    def _set_signal_handlers(self) -> None:
        """Leave the process's signals alone: its threads end with it."""


def start_embedded() -> None:
    """Work in threads of this process, if the settings say so."""
    find_tasks()
    if settings.BACKGROUND_WORKER == "embedded":
        Worker(queue, **consumer_options(), check_worker_health=False).start()


def consumer_options() -> dict[str, Any]:
    """Return how a consumer looks for work: often right after some, at least once a second."""
    return {"workers": WORKERS, "max_delay": MAX_POLL_SECONDS}


def _enqueue(waiting: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    try:
        waiting(*args, **kwargs)
    except Exception:
        # The row is written, and a sweep will find it; whoever wrote it has nothing to mend.
        if settings.BACKGROUND_WORKER == "immediate":
            raise
        logger.exception("The queue of background work can't be reached.")


def _with_fresh_connection(function: Callable[..., None]) -> Callable[..., None]:
    if queue.immediate:  # in the thread, and the transaction, of whoever asks
        return function

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> None:
        close_old_connections()
        try:
            function(*args, **kwargs)
        finally:
            close_old_connections()

    return run
