"""Make sure the tests have a Chromium, and what drives it can run; print the browser's path."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# What distributions call it; the system's own build, for Playwright's is not among the requirements. Debian's build
# without windows comes first: it has no frame of a browser to draw around each page, which takes a quarter of the time.
WINDOWLESS = "chromium-headless-shell"
NAMES = (WINDOWLESS, "chromium", "chromium-browser", "google-chrome")
BROWSER_PACKAGES = [WINDOWLESS, "fonts-noto-color-emoji"]
# The Node.js inside Playwright is linked against it, and a bare Debian has none.
DRIVER_PACKAGES = ["libatomic1"]


def find() -> str | None:
    """Return the path of the browser that `CHROMIUM` names, or of one on the path."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def driver_runs() -> bool:
    """Tell whether the program that Playwright talks to the browser with can be started."""
    spec = importlib.util.find_spec("playwright")
    if spec is None or spec.origin is None:
        return False
    node = Path(spec.origin).parent / "driver" / "node"
    return subprocess.run([node, "--version"], capture_output=True).returncode == 0


def missing() -> list[str]:
    """Name the Debian packages that would provide what isn't there."""
    return ([] if find() else BROWSER_PACKAGES) + ([] if driver_runs() else DRIVER_PACKAGES)


def install(packages: list[str]) -> None:
    """Install Debian's packages, if they are to be had; what apt says goes beside the path that is printed."""
    print(f"Installing {', '.join(packages)} …", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr)


def ensure() -> str:
    """Return the path of a Chromium; install what is missing if allowed, else end with the remedy."""
    if (chosen := os.environ.get("CHROMIUM")) and not find():
        sys.exit(f"CHROMIUM names {chosen}, and no such program is there.")
    if os.geteuid() == 0 and shutil.which("apt-get"):
        wanted = missing() or ([] if chosen or shutil.which(WINDOWLESS) else [WINDOWLESS])
        if wanted:
            install(wanted)
        if find() is None:  # a distribution that has only the one with windows
            install(["chromium", *missing()[1:]])
    if packages := missing():
        sys.exit(
            f"The browser tests need {' and '.join(packages)}. Install what is missing (on Debian: "
            f"`sudo apt-get install {' '.join(packages)}`), or set CHROMIUM to the path of a Chromium; "
            "then run make again."
        )
    return str(find())


if __name__ == "__main__":
    print(ensure())
