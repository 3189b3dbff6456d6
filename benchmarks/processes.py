"""Servers that are measured: run, and what they use read from ``/proc``, whole trees so that no child is forgotten."""

import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers import STOP_DEADLINE_S, stop, wait_until

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PARENT, _TIMES = 1, slice(11, 13)  # places in /proc/PID/stat, counted after the command
_LISTENS, _INODE = "0A", 5  # a state in /proc/net/tcp, and a place after it


def cpu_seconds(roots: Iterable[int]) -> float:
    """Return the processor time that the trees of ``roots`` have used so far."""
    return sum(sum(map(int, _stat(pid)[_TIMES])) for pid in tree(roots)) / _TICKS_A_SECOND


def memory_bytes(roots: Iterable[int]) -> int:
    """Return what the trees of ``roots`` have in memory."""
    total = 0
    for pid in tree(roots):
        try:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_BYTES
        except OSError:
            continue
    return total


def tree(roots: Iterable[int]) -> set[int]:
    """Return ``roots`` and all processes below them."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        children.setdefault(int(_stat(pid)[_PARENT]), []).append(pid)
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def serving(url: str) -> list[int]:
    """Return the process that listens where ``url`` leads, if that is on this machine: the first, of several."""
    sockets = {f"socket:[{inode}]" for inode in _listening_at(urlsplit(url).port)}
    found = {pid for pid in _pids() if sockets & _open_files(pid)}
    return sorted(pid for pid in found if int(_stat(pid)[_PARENT]) not in found)[:1]


def _listening_at(port: int | None) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _number, here, _there, state, *_more = line.split()
            if state == _LISTENS and int(here.rsplit(":", 1)[1], 16) == port:
                yield _more[_INODE]


def _open_files(pid: int) -> set[str]:
    folder = f"/proc/{pid}/fd"
    found = set()
    try:
        for name in os.listdir(folder):
            found.add(os.readlink(f"{folder}/{name}"))
    except OSError:  # it ended meanwhile, or is another's
        pass
    return found


def listens(port: int) -> bool:
    """Whether anything answers at ``port`` of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], folder: Path, port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run a server in ``folder``, wait until it listens, yield its process, end it. Raises ``RuntimeError``."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until(lambda: listens(port), process, folder / "output")
        yield process.pid
    finally:
        with _ended(tree([process.pid]) - {process.pid}):
            stop(process)


@contextmanager
def _ended(pids: Iterable[int]) -> Iterator[None]:
    """End processes, those too that a session of their own (``su``) keeps from hearing that their parent ends."""
    with ExitStack() as stack:
        handles = []  # a number may be another's by then, a handle not
        for pid in pids:
            with suppress(ProcessLookupError):
                handles.append(os.pidfd_open(pid))
                stack.callback(os.close, handles[-1])
        yield
        for how in (signal.SIGTERM, signal.SIGKILL):
            for handle in handles:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(handle, how)
            deadline = time.monotonic() + STOP_DEADLINE_S
            handles = [handle for handle in handles if not _ends(handle, deadline)]


def _ends(handle: int, deadline: float) -> bool:
    poll = select.poll()  # select() itself takes no number over 1,024, and the client has many sockets
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(max(0, deadline - time.monotonic()) * 1000))


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:  # it ended meanwhile
        return ["0"] * 40
