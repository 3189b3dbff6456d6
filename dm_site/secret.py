"""A secret key for development, made once and kept out of git."""

import secrets
from pathlib import Path


def development_secret_key(path: Path) -> str:
    """Return the key kept in ``path``; make it on the first call, readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
