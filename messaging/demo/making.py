"""Making the demo and taking it away, each in one transaction."""

from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts import avatars
from accounts.models import AVATAR_SIZES, User
from accounts.querysets import UserQuerySet
from messaging.demo import others
from messaging.demo.people import PEOPLE
from messaging.demo.showing import files_of, write_files, write_videos
from messaging.demo.writing import EMAIL_DOMAIN, write_conversations, write_people, write_pictures
from messaging.models import Conversation
from videos import files


class NameTaken(Exception):
    """Accounts that aren't the demo's have names it needs: ``args[0]``, a list of usernames."""


@dataclass(frozen=True)
class Made:
    """What a run did; ``new`` is False where the demo was there already."""

    people: int
    messages: int = 0
    removed: int = 0
    new: bool = True


def demo_accounts() -> UserQuerySet:
    """Return the accounts of the demo, known by the domain of their addresses."""
    return User.objects.filter(email__iendswith=f"@{EMAIL_DOMAIN}")


@transaction.atomic
def make(*, afresh: bool = False) -> Made:
    """Make the demo where it isn't there; with ``afresh``, in place of the one that is. Raises ``NameTaken``."""
    removed = remove() if afresh else 0
    if present := demo_accounts().count():
        return Made(people=present, new=False)
    names = {person.username for person in PEOPLE}
    if taken := sorted(User.objects.filter(username__in=names).values_list("username", flat=True)):
        raise NameTaken(taken)
    now = timezone.now()
    users = write_people(now)
    shelf = write_videos(users, now)
    messages = write_conversations(users, shelf, now)
    # Last: files don't go away when a transaction fails.
    write_pictures(users)
    write_files(shelf)
    others.add(users)
    return Made(people=len(users), messages=messages, removed=removed)


@transaction.atomic
def remove() -> int:
    """Delete the accounts of the demo, their conversations and their pictures. Return how many accounts."""
    accounts = list(demo_accounts())
    tokens = [user.avatar for user in accounts if user.avatar]
    folders = files_of(accounts)
    others.remove(accounts)
    # A conversation of one side would be left behind otherwise.
    Conversation.objects.filter(participants__user__in=accounts).delete()
    demo_accounts().delete()
    transaction.on_commit(lambda: _delete_files(tokens, folders))
    return len(accounts)


def _delete_files(tokens: list[str], folders: list[str]) -> None:
    for folder in folders:
        files.remove(folder)
    for token in tokens:
        for size in AVATAR_SIZES:
            default_storage.delete(avatars.path_of(token, size))
