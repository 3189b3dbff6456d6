"""`manage.py export_account` and `manage.py delete_account`, as a program and a person run them."""

import json
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command, load_command_class

from accounts.erasure import request_deletion
from accounts.models import DataCopy, User
from messaging import actions
from tests.messaging.belongings import make_photo, make_video
from tests.messaging.talk import dialogue

pytestmark = pytest.mark.django_db(transaction=True)


def run(name, *arguments):
    output = StringIO()
    call_command(name, *arguments, stdout=output)
    return output.getvalue()


def refused(name, *arguments):
    with pytest.raises(CommandError) as error:
        run(name, *arguments)
    assert error.value.returncode == 1
    return str(error.value)


def test_an_account_is_exported(mira, tom, tmp_path):
    conversation = dialogue(mira, tom)
    target = tmp_path / "mira.zip"
    answer = json.loads(run("export_account", "@Mira", "--output", str(target), "--json"))
    assert answer == {"username": "mira", "file": str(target), "files": 4, "bytes": target.stat().st_size}
    assert f"conversations/tom-{conversation.pk}.html" in zipfile.ZipFile(target).namelist()
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["mira.zip"]
    assert not DataCopy.objects.exists()


def test_it_has_a_name_of_its_own(mira, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "Wrote 2 files of @mira to paperplane-mira-" in run("export_account", "mira")


def test_what_cannot_be_exported_is_said(mira, tmp_path):
    assert "no account @nobody" in refused("export_account", "nobody", "--output", str(tmp_path / "x.zip"))
    assert "No such file" in refused("export_account", "mira", "--output", str(tmp_path / "nowhere" / "x.zip"))
    (tmp_path / "mine.zip").write_text("mine")
    assert "exists" in refused("export_account", "mira", "--output", str(tmp_path / "mine.zip"))
    assert (tmp_path / "mine.zip").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.zip"]


def test_a_dry_run_changes_nothing(mira, tom):
    dialogue(mira, tom)
    make_video(mira)
    make_photo(mira)
    for options in ((), ("--now",)):
        answer = json.loads(run("delete_account", "mira", "--dry-run", "--json", *options))
        assert (answer["dry_run"], answer["erased"], answer["erase_at"]) == (True, False, None)
        assert answer["plan"]["account"]["follows"] == 2
        assert answer["plan"]["videos"] == {"videos": 1, "likes": 0}
        assert answer["plan"]["messages"] == {"conversations": 1, "unsent_photos": 1, "stickers": 0, "gifs": 0}
    assert "nothing was changed" in run("delete_account", "mira", "--dry-run")
    mira.refresh_from_db()
    assert (mira.is_active, mira.deletion_requested_at) == (True, None)


def test_it_starts_the_thirty_days_once(mira):
    assert "@mira is closed" in run("delete_account", "mira")
    mira.refresh_from_db()
    assert (mira.is_active, mira.erased_at, mira.display_name) == (False, None, "Mira Sol")
    assert mira.deletion_can_be_undone
    assert "closed already" in refused("delete_account", "mira")
    assert "no account @nobody" in refused("delete_account", "nobody")


@pytest.mark.parametrize("asked_before", [False, True])
def test_now_erases_at_once(asked_before, mira, tom):
    dialogue(mira, tom)
    if asked_before:
        request_deletion(mira)
    answer = json.loads(run("delete_account", "mira", "--now", "--json"))
    assert (answer["username"], answer["erased"], answer["plan"]["messages"]["conversations"]) == ("mira", True, 1)
    mira.refresh_from_db()
    assert mira.display_name == "Deleted account"
    assert "no account @mira" in refused("delete_account", "mira", "--now")
    assert "no account" in refused("delete_account", mira.username, "--now")
    assert User.objects.get(username="tom").is_active


def test_what_fails_is_said_and_can_be_run_again(mira, monkeypatch):
    make_photo(mira)
    original = actions.discard_photo
    monkeypatch.setattr(actions, "discard_photo", lambda *args: 1 / 0)
    assert "Not all could be erased" in refused("delete_account", "mira", "--now")
    monkeypatch.setattr(actions, "discard_photo", original)
    mira.refresh_from_db()
    assert "is erased" in run("delete_account", mira.username, "--now")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("export_account", ("--output", "--json", "ZIP", "exit status")),
        ("delete_account", ("--now", "--dry-run", "--json", "30 days", "exit status")),
    ],
)
def test_help_says_how(name, words):
    text = load_command_class("accounts", name).create_parser("manage.py", name).format_help()
    assert all(word in " ".join(text.split()) for word in words)
