"""Copies of the whole site, taken while it runs, and the way back from one.

A backup is a folder: ``database.sqlite3`` or ``database.dump`` (PostgreSQL's format), ``media/`` with the files
and ``backup.json``, which says what it is. Files never change once they are there, so they are copied twice, around
the database: what came meanwhile is there, and what was deleted meanwhile is no more than one file too many.
"""

import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.utils import timezone

from accounts.models import User

ABOUT, MEDIA = "backup.json", "media"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_VERSION = 1


class BackupError(Exception):
    """It can't be done; the text says why."""


@dataclass(frozen=True)
class About:
    """What a backup is: ``files`` and ``bytes`` of the media; None where they lie in a bucket, which isn't copied."""

    version: int
    made_at: str
    engine: str
    database_sha256: str
    secret_key_mark: str
    files: int | None
    bytes: int | None


def make(folder: Path) -> About:
    """Write a backup into ``folder``, which must not be there yet; it appears whole. Raises ``BackupError``."""
    if folder.exists():
        raise BackupError(f"{folder} is there already.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    if unfinished.exists():
        shutil.rmtree(unfinished)
    unfinished.mkdir(mode=0o700, parents=True)
    made_at = timezone.now().isoformat(timespec="seconds")
    _copy_media(unfinished / MEDIA)
    database = unfinished / DATABASES[connection.vendor]
    _dump(database)
    _copy_media(unfinished / MEDIA)
    sizes = [file.stat().st_size for file in _files(unfinished / MEDIA)] if _media_root() else None
    about = About(
        version=_VERSION,
        made_at=made_at,
        engine=connection.vendor,
        database_sha256=_sha256(database),
        secret_key_mark=_mark(settings.SECRET_KEY),
        files=None if sizes is None else len(sizes),
        bytes=None if sizes is None else sum(sizes),
    )
    (unfinished / ABOUT).write_text(json.dumps(asdict(about), indent=2) + "\n")
    unfinished.rename(folder)
    return about


def read(folder: Path) -> About:
    """Return what the backup in ``folder`` is, after looking whether it is whole. Raises ``BackupError``."""
    try:
        about = About(**json.loads((folder / ABOUT).read_text()))
        name = DATABASES[about.engine]
        if _sha256(folder / name) != about.database_sha256:
            raise BackupError(f"{folder / name} isn't what was written: it was changed or damaged.")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{folder} isn't a backup: {error}") from None
    if about.files is not None and len(_files(folder / MEDIA)) != about.files:
        raise BackupError(f"{folder / MEDIA} has other files than were written.")
    return about


def restore(folder: Path, *, replace: bool) -> About:
    """Put the site into the state of the backup, with no process of it running. Raises ``BackupError``.

    A database with accounts is only overwritten with ``replace``. Files that came later stay: nothing leads to them.
    """
    about = read(folder)
    if about.engine != connection.vendor:
        raise BackupError(f"It is a backup of {about.engine}, and the database here is {connection.vendor}.")
    if not replace and _holds_accounts():
        raise BackupError("There are accounts in the database. --replace overwrites them.")
    _load(folder / DATABASES[about.engine])
    root = _media_root()
    if root and about.files:
        _copy(folder / MEDIA, root)
    return about


def fits_secret_key(about: About) -> bool:
    """Whether what was sealed with the key of then can be read here."""
    marks = {_mark(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    return about.secret_key_mark in marks


def _mark(key: str) -> str:
    """Return what tells a key from others and gives nothing of it away."""
    return hmac.digest(key.encode(), b"paperplane backup", "sha256").hex()[:16]


def _holds_accounts() -> bool:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return User._meta.db_table in tables and User.objects.exists()


# --- The database ------------------------------------------------------------


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_sqlite_file())) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        return
    _run_client("pg_dump", ["--format=custom", "--no-owner", f"--file={target}"])


def _load(source: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(_sqlite_file())) as target:
            copy.backup(target)
        return
    _run_client(
        "pg_restore",
        ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"]
        + [f"--dbname={connection.settings_dict['NAME']}", str(source)],
    )


def _sqlite_file() -> str:
    return str(connection.settings_dict["NAME"])


def _run_client(program: str, arguments: Sequence[str]) -> None:
    """Run a program of PostgreSQL's, which takes where the database is from its environment."""
    from django.db.backends.postgresql.client import DatabaseClient

    _command, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    said: dict[str, Any] = connection.settings_dict
    options = said.get("OPTIONS", {})
    where = {"PGHOST": said["HOST"] or options.get("host"), "PGPORT": said["PORT"] or options.get("port")}
    where |= {"PGUSER": said["USER"], "PGDATABASE": said["NAME"]}
    where |= {"PGTARGETSESSIONATTRS": options.get("target_session_attrs")}
    environment = {**os.environ, **(environment or {}), **{name: str(value) for name, value in where.items() if value}}
    try:
        subprocess.run([program, *arguments], env=environment, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError:
        raise BackupError(f"{program} isn't installed: it comes with the clients of PostgreSQL.") from None
    except subprocess.CalledProcessError as error:
        raise BackupError(f"{program} failed: {error.stderr.strip()}") from None


# --- The files ---------------------------------------------------------------


def _media_root() -> Path | None:
    """Return where the files are; None where a bucket has them."""
    return Path(settings.MEDIA_ROOT) if isinstance(default_storage, FileSystemStorage) else None


def _copy_media(target: Path) -> None:
    root = _media_root()
    if root:
        target.mkdir(exist_ok=True)
        _copy(root, target)


def _copy(source: Path, target: Path) -> None:
    """Copy what isn't there yet; what vanishes meanwhile is passed over."""
    for file in _files(source):
        copy = target / file.relative_to(source)
        if copy.exists():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        unfinished = copy.with_name(f".{copy.name}.unfinished")
        try:
            shutil.copy2(file, unfinished)
        except FileNotFoundError:
            continue
        unfinished.rename(copy)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".unfinished")]


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
