"""Run the whole suite on both engines, and end with one count: `run_tests.py [pytest arguments]`.

Browser tests run one at a time: a server, a browser and a test fill two cores already.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import chromium  # noqa: E402
from tests.servers import exit_on_sigterm, servers  # noqa: E402

BUILD = ROOT / "build"
NO_TESTS = 5  # pytest's exit status when everything was deselected


@dataclass(frozen=True)
class Part:
    """One call of pytest."""

    engine: str
    name: str
    marks: str
    workers: int


PARTS = (
    Part("sqlite", "sqlite", "not browser", workers=2),
    Part("sqlite", "sqlite-browser", "browser", workers=0),
    Part("postgres", "postgres", "not browser and not sqlite_only and not once", workers=2),
    Part("postgres", "postgres-browser", "browser and both_engines and not sqlite_only", workers=0),
)


@dataclass(frozen=True)
class Result:
    """What one call of pytest came to."""

    part: Part
    status: int
    passed: int
    failed: int
    skipped: int
    seconds: float

    def __str__(self) -> str:
        """Return its line of the closing table."""
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.part.name:18}{self.passed:5} passed, {self.failed} failed{skipped} in {self.seconds:.0f} s"


def run(part: Part, arguments: list[str], environment: dict[str, str]) -> Result:
    """Call pytest for one part; its output goes to the terminal as it comes."""
    print(f"\n=== {part.name} ===", flush=True)
    report = BUILD / f"junit-{part.name}.xml"
    report.unlink(missing_ok=True)
    started = time.monotonic()
    status = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", part.marks, "-n", str(part.workers)]
        + [f"--junitxml={report}", f"--output={BUILD / part.name}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, "PAPERPLANE_TEST_ENGINE": part.engine},
    ).returncode
    counts = count(report)
    return Result(part, status, *counts, seconds=time.monotonic() - started)


def count(report: Path) -> tuple[int, int, int]:
    """Read how many tests passed, failed (or broke down) and were skipped from pytest's report."""
    if not report.exists():
        return 0, 0, 0
    suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314  (we wrote it ourselves)
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in suites:
        for name in totals:
            totals[name] += int(suite.get(name, 0))
    failed = totals["failures"] + totals["errors"]
    return totals["tests"] - failed - totals["skipped"], failed, totals["skipped"]


@contextmanager
def engine(name: str) -> Iterator[dict[str, str]]:
    """Give what the environment needs for the engine, and run its servers meanwhile."""
    if name == "sqlite":
        yield {}
    else:
        with servers() as addresses:
            yield addresses


def main() -> None:
    """Run every part, whatever becomes of the others, and end with a failure if any failed."""
    exit_on_sigterm()
    BUILD.mkdir(exist_ok=True)
    arguments = sys.argv[1:]
    os.environ["CHROMIUM"] = chromium.ensure()
    results = []
    for name in dict.fromkeys(part.engine for part in PARTS):
        with engine(name) as environment:
            results += [run(part, arguments, environment) for part in PARTS if part.engine == name]

    print()
    for result in results:
        print(result)
    # A chosen few (ARGS="-k …") may lie in one part alone; without a choice, an empty part is a fault.
    failed = [result for result in results if result.status and not (result.status == NO_TESTS and arguments)]
    for result in failed:
        reason = "ran no test" if result.status == NO_TESTS else f"failed (pytest's status {result.status})"
        print(f"{result.part.name}: {reason}")
    passed, failures, skipped = (sum(getattr(r, key) for r in results) for key in ("passed", "failed", "skipped"))
    # A part that fails without a failing test (a broken import, say) counts as one.
    failures = max(failures, len(failed)) if passed else failures or 1
    print(f"total: {passed} passed, {failures} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
