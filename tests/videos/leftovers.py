"""What uploads leave behind, made in tests, and `manage.py clean_uploads` as a program and a person run it."""

import json
from datetime import timedelta
from io import StringIO

from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from messaging import actions
from messaging.models import LinkPreview, Photo, Sticker
from tests.messaging.belongings import make_gif, make_photo, make_sticker, make_video, store
from tests.messaging.people import change
from tests.messaging.talk import NOWHERE, say
from videos.models import Gif, Video

TOKEN = "a-token_of_22_letters-"
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)
KINDS = ("photos", "failed_videos", "stickers", "gifs", "previews", "orphans")


def clean(*options):
    """Run the command as a program does; return its answer, and whether it ended well."""
    output, ended_well = StringIO(), True
    try:
        call_command("clean_uploads", "--json", *options, stdout=output, stderr=StringIO())
    except CommandError as error:
        ended_well = error.returncode != 1
    return json.loads(output.getvalue()), ended_well


def read(*options):
    """Run the command as a person does; return what it says."""
    output = StringIO()
    call_command("clean_uploads", *options, stdout=output)
    return output.getvalue()


def unused(*options):
    """Run the command; return what it found unused, without what it looked for in vain."""
    answer, ended_well = clean(*options)
    assert ended_well
    assert tuple(answer["unused"]) == KINDS
    assert answer["removed"] == (0 if answer["dry_run"] else sum(map(len, answer["unused"].values())))
    return {kind: names for kind, names in answer["unused"].items() if names}


def files():
    """Return the names of all files of the storage."""
    found, folders = set(), [""]
    while folders:
        folder = folders.pop()
        inner, names = default_storage.listdir(folder)
        found |= {f"{folder}/{name}".strip("/") for name in names}
        folders += [f"{folder}/{name}".strip("/") for name in inner]
    return found


def rows():
    """Return what there is in the database."""
    return {
        (model.__name__, row.pk, getattr(row, "failure", ""))
        for model in (Photo, Video, Sticker, Gif, LinkPreview)
        for row in model.objects.all()
    }


def make_preview(url="https://example.org/"):
    preview = LinkPreview.objects.create(url=url, url_hash=LinkPreview.hash_of(url), state="ready", width=640)
    store(preview.file_name)
    return preview


def make_failed(author, **fields):
    video = Video.objects.create(author=author, state="failed", failure="broken", **fields)
    store(f"{video.folder}/source")
    return video


def make_orphans():
    """Put files into every folder that no row names; return what is to be removed."""
    names = [f"{folder}/{NOWHERE}" for folder in ("gifs", "photos", "videos")]
    store(f"gifs/{NOWHERE}/gif.webp")
    store(f"photos/{NOWHERE}/640.webp")
    store(f"photos/{NOWHERE}/2048.webp")
    store(f"videos/{NOWHERE}/source")
    single = [f"stickers/{NOWHERE}.webp", f"previews/{NOWHERE}.webp", f"avatars/{TOKEN}-64.webp"]
    for name in single:
        store(name)
    return sorted(names + single)


def make_unused(owner):
    """Make one of everything that nothing uses; return what is to be found of it."""
    return {
        "photos": [make_photo(owner).folder],
        "failed_videos": [make_failed(owner).folder],
        "stickers": [make_sticker(owner, removed_at=timezone.now()).file_name],
        "gifs": [make_gif(owner, kept_at=None).folder],
        "previews": [make_preview().file_name],
        "orphans": make_orphans(),
    }


def send(sender, other, kind, **carried):
    return say(sender, other, kind=kind, body="", wanted=actions.Wanted(**carried))


def make_used(owner, other):
    """Make everything that is used, each in all the ways it can be."""
    send(owner, other, "photo", photos=(make_photo(owner).pk,))
    sticker = make_sticker(owner)
    send(owner, other, "sticker", sticker=str(sticker.pk))
    Sticker.objects.filter(pk=sticker.pk).update(removed_at=timezone.now())
    make_sticker(owner)
    send(owner, other, "gif", gif=make_gif(owner, kept_at=None).pk)
    make_gif(owner)
    message = say(owner, other)
    type(message).objects.filter(pk=message.pk).update(preview=make_preview("https://example.org/shown"))
    make_video(owner)
    for state in ("waiting", "processing"):
        store(f"{make_video(owner, state=state, published_at=None).folder}/source")
    change(owner, avatar=TOKEN[::-1])
    for size in (64, 128, 256):
        store(f"avatars/{TOKEN[::-1]}-{size}.webp")
