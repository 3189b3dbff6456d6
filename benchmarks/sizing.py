"""What a site of a given size needs, from what was measured (docs/performance.md): ``python -m benchmarks.sizing``.

A model to argue with: each figure below can be set, and each result is one multiplication away from them.
"""

import argparse
import math
from dataclasses import dataclass

DAY_S, YEAR_DAYS = 86_400, 365
GIB, KIB = 1 << 30, 1 << 10


@dataclass(frozen=True)
class Site:
    """How many people there are and what they do."""

    accounts: int
    active: float  # of them, on a day
    messages: float  # by each of those, a day
    pages: float  # opened by each of those, a day, with what comes after them over HTTP
    online: float  # of the active, with a tab open at the busiest time
    peak: float  # the busiest second, in times of the mean one


@dataclass(frozen=True)
class Measured:
    """What one thing costs."""

    send_cpu_ms: float  # of the site's process, for one message
    page_cpu_ms: float
    database_cpu_ms: float
    redis_cpu_ms: float
    socket_kib: float
    sockets_a_process: int
    message_bytes: float  # in PostgreSQL, indexes included
    busy: float  # how much of a core may be used on purpose


def needs(site: Site, measured: Measured) -> dict[str, str]:
    """Return what is needed, in words, by its name."""
    a_day = site.accounts * site.active * site.messages
    peak = a_day / DAY_S * site.peak
    pages = site.accounts * site.active * site.pages / DAY_S * site.peak
    sockets = site.accounts * site.active * site.online
    by_sends = peak * measured.send_cpu_ms / 1000 / measured.busy
    by_pages = pages * measured.page_cpu_ms / 1000 / measured.busy
    by_sockets = sockets / measured.sockets_a_process
    processes = max(2, math.ceil(max(by_sends + by_pages, by_sockets)))
    return {
        "messages": f"{a_day:,.0f} a day, {peak:,.0f} in the busiest second",
        "pages": f"{pages:,.0f} in the busiest second",
        "open tabs": f"{sockets:,.0f}",
        "processes": f"{processes:,} (sends need {by_sends:,.1f}, pages {by_pages:,.1f}, tabs {by_sockets:,.1f})",
        "memory of tabs": f"{sockets * measured.socket_kib * KIB / GIB:,.1f} GiB",
        "database": f"{peak * measured.database_cpu_ms / 1000 / measured.busy:,.1f} cores, "
        f"{a_day * YEAR_DAYS * measured.message_bytes / GIB:,.0f} GiB more a year",
        "Redis": f"{max(1, math.ceil(peak * measured.redis_cpu_ms / 1000 / measured.busy)):,} (each one core)",
    }


def main() -> None:
    """Read the options, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.sizing", description=str(__doc__).splitlines()[0])
    parser.add_argument("--accounts", type=int, nargs="*", default=[1_000, 100_000, 10_000_000])
    parser.add_argument("--active", type=float, default=0.2, help="share of them on a day (0.2)")
    parser.add_argument("--messages", type=float, default=20, help="by each of those, a day (20)")
    parser.add_argument("--pages", type=float, default=30, help="opened by each of those, a day (30)")
    parser.add_argument("--online", type=float, default=0.1, help="of the active at the busiest time (0.1)")
    parser.add_argument("--peak", type=float, default=4, help="the busiest second, in times of the mean (4)")
    parser.add_argument("--send-cpu-ms", type=float, default=0.5)
    parser.add_argument("--page-cpu-ms", type=float, default=35)
    parser.add_argument("--database-cpu-ms", type=float, default=0.2)
    parser.add_argument("--redis-cpu-ms", type=float, default=0.1)
    parser.add_argument("--socket-kib", type=float, default=30)
    parser.add_argument("--sockets-a-process", type=int, default=5_000)
    parser.add_argument("--message-bytes", type=float, default=560)
    parser.add_argument("--busy", type=float, default=0.5, help="of a core, on purpose (0.5)")
    options = vars(parser.parse_args())
    everyone = options.pop("accounts")
    of_site = {name: options.pop(name) for name in ("active", "messages", "pages", "online", "peak")}
    for accounts in everyone:
        print(f"{accounts:,} accounts")
        for name, text in needs(Site(accounts, **of_site), Measured(**options)).items():
            print(f"  {name:15} {text}")


if __name__ == "__main__":
    main()
