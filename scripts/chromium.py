"""Make sure there is a Chromium for the tests, and print its path."""

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-color-emoji")
# What distributions call it; the system's own build, for Playwright's is not among the requirements.
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Return the path of the browser that `CHROMIUM` names, or of one on the path."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install Debian's packages, where we may."""
    print(f"Installing {' and '.join(PACKAGES)} …", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, stdout=sys.stderr)
    subprocess.run(
        ["apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES], env=environment, stdout=sys.stderr
    )


def ensure() -> str:
    """Return the path of a Chromium; install one if need be and allowed, else end with the remedy."""
    may_install = os.geteuid() == 0 and shutil.which("apt-get") and not os.environ.get("CHROMIUM")
    if find() is None and may_install:
        install()
    if path := find():
        return path
    if chosen := os.environ.get("CHROMIUM"):
        sys.exit(f"CHROMIUM names {chosen}, and no such program is there.")
    sys.exit(
        "The browser tests need Chromium, and there is none. Install it (on Debian: "
        f"`sudo apt-get install {' '.join(PACKAGES)}`) or set CHROMIUM to its path, and run make again."
    )


if __name__ == "__main__":
    print(ensure())
