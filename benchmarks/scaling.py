"""What more processes of the site bring, where each has a processor's share of its own.

``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.scaling`` confines each process to
``--share`` of a core (by root, through Linux's control groups), so that on a small machine the load client, PostgreSQL
and Redis have what they want, as on machines of their own. The two of a pair are at different processes: everything
goes through the layer. Sites of one, two and three processes take their windows by turns; printed are medians, and how
many times as many messages as one process.
"""

import argparse
import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import sending
from benchmarks.load import Load, Window, median, show

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 10_000


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


async def measure(options: argparse.Namespace, stack: ExitStack) -> dict[int, list[Window]]:
    """Return the windows of each number of processes."""
    loads: dict[int, Load] = {}
    for number in options.processes:
        servers = stack.enter_context(sending.site(number))
        load = loads[number] = Load(options.pairs, options.in_flight, sending.roots_of(servers))
        await sending.connect(load, servers)
        for server in servers:
            stack.enter_context(confined(server.pid, options.share))
    found: dict[int, list[Window]] = {number: [] for number in loads}
    for _number in range(options.windows):
        for number, load in loads.items():
            found[number].append(await load.saturate(options.seconds, options.warm))
    return found


def report(found: dict[int, list[Window]], share: float) -> None:
    """Print medians, and what each number of processes is beside the first."""
    first = median(next(iter(found.values())), _rate)
    for number, windows in found.items():
        show(f"{number} of {share:.2f} cores", windows)
        print(f"{'':28} {median(windows, _rate) / first:.2f} times {next(iter(found))}")


def _rate(window: Window) -> float:
    return window.rate


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.scaling", description=str(__doc__).splitlines()[0])
    sending.windows_wanted(parser)
    parser.set_defaults(in_flight=400)  # or several have less to do at once than one, and share less of it
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--share", type=float, default=0.2, help="of a core, for each process (0.2)")
    options = parser.parse_args()
    with ExitStack() as stack:
        found = asyncio.run(measure(options, stack))
    print(f"{os.environ.get('PAPERPLANE_TEST_ENGINE', 'sqlite')}, {os.cpu_count()} cores, {options.pairs} pairs")
    report(found, options.share)


if __name__ == "__main__":
    main()
