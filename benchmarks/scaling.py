"""What more processes of the site bring, where each has a processor, or a share of one, to itself.

``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.scaling`` compares a machine of one
core with one process to machines of more cores with a process for each: PostgreSQL, Redis and the load client are on
the same cores. With ``--share`` each process is confined to that part of a core (by root, through Linux's control
groups), so that the others have what they want of all cores, as on machines of their own. The two of a pair are at
different processes: everything goes through the layer. The sites take their windows by turns; printed are medians, and
how many times as many messages as one process.
"""

import argparse
import asyncio
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from benchmarks import processes, sending
from benchmarks.load import Load, Window, median, show

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 10_000
_CORES = sorted(os.sched_getaffinity(0))


@contextmanager
def confined(pid: int, share: float) -> Iterator[None]:
    """Give a process, with all it starts, no more than ``share`` of a core. Raises ``OSError`` where one may not."""
    one = GROUPS / "cpu" if (GROUPS / "cpu").exists() else GROUPS  # the older control groups, or the newer ones
    group = one / f"paperplane-{pid}"
    group.mkdir()
    try:
        quota = int(share * PERIOD_US)
        if one == GROUPS:
            (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        else:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        (group / "cgroup.procs").write_text(str(pid))
        try:
            yield
        finally:
            (one / "cgroup.procs").write_text(str(pid))
    finally:
        group.rmdir()


def pin(pids: Iterable[int], cores: int) -> None:
    """Keep processes, with all below them and all their threads, on the first ``cores`` of those there are."""
    for pid in processes.tree(pids):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.sched_setaffinity(int(thread), _CORES[:cores])


async def measure(options: argparse.Namespace, stack: ExitStack) -> dict[int, list[Window]]:
    """Return the windows of each number of processes."""
    loads: dict[int, Load] = {}
    for number in options.processes:
        servers = stack.enter_context(sending.site(number))
        load = loads[number] = Load(options.pairs, options.in_flight, sending.roots_of(servers))
        await sending.connect(load, servers)
        if options.share:
            for server in servers:
                stack.enter_context(confined(server.pid, options.share))
    found: dict[int, list[Window]] = {number: [] for number in loads}
    for _number in range(options.windows):
        for number, load in loads.items():
            if not options.share:
                pin([os.getpid(), *load.roots], number)
            found[number].append(await load.saturate(options.seconds, options.warm))
    return found


def report(found: dict[int, list[Window]], share: float) -> None:
    """Print medians, and what each number of processes is beside the first."""
    first = median(next(iter(found.values())), _rate)
    for number, windows in found.items():
        show(f"{number} of {share:.2f} cores" if share else f"{number} on {number} cores", windows)
        print(f"{'':28} {median(windows, _rate) / first:.2f} times {next(iter(found))}")


def _rate(window: Window) -> float:
    return window.rate


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.scaling", description=str(__doc__).splitlines()[0])
    sending.windows_wanted(parser)
    parser.set_defaults(in_flight=400)  # or several have less to do at once than one, and share less of it
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--share", type=float, default=0, help="of a core, for each process, instead of a whole one")
    options = parser.parse_args()
    if not options.share and max(options.processes) > len(_CORES):
        parser.error(f"There are {len(_CORES)} cores: more processes need --share.")
    with ExitStack() as stack:
        found = asyncio.run(measure(options, stack))
    print(f"{os.environ.get('PAPERPLANE_TEST_ENGINE', 'sqlite')}, {os.cpu_count()} cores, {options.pairs} pairs")
    report(found, options.share)


if __name__ == "__main__":
    main()
