"""Make or mend `.venv`: `bootstrap.py run` for the site alone, `bootstrap.py dev` with the tools.

Runs on the system's Python, before anything is installed, so it uses the standard library alone.
"""

import fcntl
import os
import shutil
import ssl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# What was installed last; equal to the requirements file, there is nothing to do.
STAMP = VENV / "installed.txt"
UV_REQUIREMENTS = ROOT / "scripts" / "uv.txt"
UV_STAMP = VENV / "installed-uv.txt"
DEV_MARK = VENV / "dev"
OLDEST_PYTHON = (3, 11)


def stop(message: str) -> None:
    """End with one sentence that says what is missing and how to mend it."""
    sys.exit(f"Paperplane can't be set up: {message}")


def run(*command: str | Path, environment: dict[str, str] | None = None) -> None:
    """Run a step; its own output tells what went wrong."""
    result = subprocess.run([str(part) for part in command], env=environment, cwd=ROOT)
    if result.returncode:
        stop(f"`{Path(command[0]).name} {command[1]} …` failed; its message is above.")


def venv_module_works() -> bool:
    """Tell whether this Python can make an environment with pip in it; Debian packages that apart."""
    return subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0


def ensure_venv_module() -> None:
    """Install Debian's package for it where we may, else name it."""
    if venv_module_works():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing python3-venv …", flush=True)
        apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-q", environment=apt)
        run("apt-get", "install", "-q", "-y", "--no-install-recommends", "python3-venv", environment=apt)
    if not venv_module_works():
        stop(
            f"{sys.executable} has no venv module with pip; install it (on Debian: "
            "`sudo apt-get install python3-venv`) and run make again."
        )


def ensure_environment() -> None:
    """Make the environment and put the pinned installer into it."""
    usable = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], capture_output=True).returncode == 0
    if not usable:
        ensure_venv_module()
        print("Making .venv …", flush=True)
        run(sys.executable, "-m", "venv", "--clear", VENV)
    if not same(UV_STAMP, UV_REQUIREMENTS):
        pip = (PYTHON, "-m", "pip", "--disable-pip-version-check")
        run(*pip, "install", "--quiet", "--require-hashes", "-r", UV_REQUIREMENTS)
        shutil.copyfile(UV_REQUIREMENTS, UV_STAMP)


def same(stamp: Path, requirements: Path) -> bool:
    """Compare by content: timestamps change with every checkout."""
    return stamp.exists() and stamp.read_bytes() == requirements.read_bytes()


def has_certificates() -> bool:
    """Tell whether the system keeps certificate authorities of its own."""
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).iterdir()))


def ensure_packages(kind: str) -> None:
    """Install exactly what the requirements file names; `run` never takes the tools away again."""
    if kind == "dev":
        DEV_MARK.touch()
    requirements = ROOT / ("requirements-dev.txt" if DEV_MARK.exists() else "requirements.txt")
    if same(STAMP, requirements):
        return
    print(f"Installing {requirements.name} …", flush=True)
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    # Python compiles what it imports as it goes; where it is told not to, every start would do so again.
    compiled = ["--compile-bytecode"] if os.environ.get("PYTHONDONTWRITEBYTECODE") else []
    # The system's certificates, where there are any: a company's proxy is known only there.
    certificates = ["--system-certs"] if has_certificates() else []
    # The installer's own file is listed too: `sync` removes what isn't.
    files = (requirements, UV_REQUIREMENTS)
    options = ("--quiet", "--require-hashes", *compiled, *certificates)
    run(VENV / "bin" / "uv", "pip", "sync", *options, *files, environment=environment)
    shutil.copyfile(requirements, STAMP)


def main() -> None:
    """Bring the environment up to date, one process at a time."""
    if sys.version_info < OLDEST_PYTHON:
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    kind = sys.argv[1] if len(sys.argv) > 1 else ""
    if kind not in ("run", "dev"):
        stop("say `bootstrap.py run` or `bootstrap.py dev`.")
    VENV.mkdir(exist_ok=True)
    with (ROOT / "requirements.in").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure_environment()
        ensure_packages(kind)


if __name__ == "__main__":
    main()
