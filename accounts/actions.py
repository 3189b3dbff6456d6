"""One function per change of an account: asks the policy, writes, tells the others after the commit.

Repeating any of them changes nothing.
"""

import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import avatars
from accounts.models import AVATAR_SIZES, Block, Follow, MessagePrivacy, Theme, User
from accounts.noting import noting
from accounts.policies import (
    ERASED_PREFIX,
    Refusal,
    Refused,
    block_refusal,
    default_message_privacy,
    follow_refusal,
    is_minor,
)
from accounts.signals import account_changed, relation_changed

ACTIVITY_INTERVAL = datetime.timedelta(minutes=1)


@transaction.atomic
def follow(follower: User, other: User) -> bool:
    """Let ``follower`` follow ``other``. Return whether that is new. Raises ``Refused``."""
    _lock(follower)
    _raise(follow_refusal(follower, other))
    _relation, created = Follow.objects.get_or_create(follower=follower, followed=other)
    return _tell_relation(follower, other, changed=created)


@transaction.atomic
def unfollow(follower: User, other: User) -> bool:
    """End ``follower``'s follow of ``other``. Return whether there was one."""
    _lock(follower)
    count, _by_model = Follow.objects.filter(follower=follower, followed=other).delete()
    return _tell_relation(follower, other, changed=count > 0)


@transaction.atomic
def block(blocker: User, other: User) -> bool:
    """Let ``blocker`` block ``other``. Return whether that is new. Raises ``Refused``.

    The blocker stops following; the other's follow stays, since its end would give the block away.
    """
    _lock(blocker)
    _raise(block_refusal(blocker, other))
    Follow.objects.filter(follower=blocker, followed=other).delete()
    _relation, created = Block.objects.get_or_create(blocker=blocker, blocked=other)
    return _tell_relation(blocker, other, changed=created)


@transaction.atomic
def unblock(blocker: User, other: User) -> bool:
    """End ``blocker``'s block of ``other``. Return whether there was one."""
    _lock(blocker)
    count, _by_model = Block.objects.filter(blocker=blocker, blocked=other).delete()
    return _tell_relation(blocker, other, changed=count > 0)


@transaction.atomic
def save_profile(user: User, *, display_name: str, bio: str, birth_date: datetime.date | None = None) -> None:
    """Write what ``user`` says of themselves; ``birth_date`` only where none is known yet.

    Who turns out to be a minor starts as every minor does, closed to messages.
    """
    user.display_name, user.bio = display_name, bio
    fields = ["display_name", "bio"]
    if user.birth_date is None and birth_date is not None:
        user.birth_date = birth_date
        fields.append("birth_date")
        if is_minor(birth_date):
            user.message_privacy = default_message_privacy(birth_date)
            fields.append("message_privacy")
    user.save(update_fields=fields)
    _tell_account(user)


@transaction.atomic
def save_privacy(user: User, *, message_privacy: MessagePrivacy, read_receipts: bool, show_activity: bool) -> None:
    """Write who may write to ``user`` and what others learn of their reading and presence.

    Presence that was recorded is forgotten with the permission to show it.
    """
    user.message_privacy, user.read_receipts, user.show_activity = message_privacy, read_receipts, show_activity
    fields = ["message_privacy", "read_receipts", "show_activity"]
    if not show_activity:
        user.last_active_at = None
        fields.append("last_active_at")
    user.save(update_fields=fields)
    _tell_account(user)


def save_appearance(user: User, *, theme: Theme) -> None:
    """Write which look ``user`` wants."""
    user.theme = theme
    user.save(update_fields=["theme"])


def save_notifications(user: User, *, notify_in_app: bool) -> None:
    """Write whether ``user`` wants a notice on the page when a message arrives."""
    user.notify_in_app = notify_in_app
    user.save(update_fields=["notify_in_app"])


def set_avatar(user: User, files: avatars.Rendition) -> None:
    """Store ``files`` (as ``avatars.render`` made them) as the picture of ``user``, in place of the last."""
    token = avatars.new_token()
    try:
        for size, content in files.items():
            default_storage.save(avatars.path_of(token, size), content)
        _replace_avatar(user, token)
    except Exception:
        _delete_files(token)
        raise


def remove_avatar(user: User) -> None:
    """Take the picture of ``user`` away, file and all."""
    _replace_avatar(user, "")


@transaction.atomic
def save_account(user: User) -> None:
    """Write all of ``user``, new or changed, as the desk does.

    A new account's privacy follows from its birth date, as does that of a minor whose birth date wasn't known.
    """
    is_new = user.pk is None
    was_known = not is_new and User.objects.filter(pk=user.pk, birth_date__isnull=False).exists()
    if is_new or (user.birth_date is not None and not was_known and is_minor(user.birth_date)):
        user.message_privacy = default_message_privacy(user.birth_date)
    user.save()
    _tell_account(user)


def note_activity(user: User) -> None:
    """Write that ``user`` was here just now, unless that was noted within ``ACTIVITY_INTERVAL``."""
    now = timezone.now()
    due = now - ACTIVITY_INTERVAL
    if not user.show_activity or (user.last_active_at is not None and user.last_active_at > due):
        return
    stale = Q(last_active_at=None) | Q(last_active_at__lte=due)
    with noting("that somebody was here"):
        User.objects.filter(stale, pk=user.pk, show_activity=True).update(last_active_at=now)
        user.last_active_at = now


@transaction.atomic
def set_sanctions(
    user: User,
    *,
    suspended_until: datetime.datetime | None,
    restricted_until: datetime.datetime | None,
    has_unread_decision: bool,
) -> None:
    """Write until when ``user`` can't write at all, until when only in open dialogues, and what they have to read."""
    user.messaging_suspended_until, user.restricted_until = suspended_until, restricted_until
    user.has_unread_decision = has_unread_decision
    user.save(update_fields=["messaging_suspended_until", "restricted_until", "has_unread_decision"])
    _tell_account(user)


@transaction.atomic
def deactivate(user: User) -> None:
    """Close ``user``'s account without deleting it: nobody finds it, and it can't sign in.

    Its owner can't open it again, not even by taking back a deletion they asked for.
    """
    user.is_active = user.deletion_can_be_undone = False
    user.save(update_fields=["is_active", "deletion_can_be_undone"])
    _tell_account(user)


@transaction.atomic
def reactivate(user: User) -> None:
    """Open ``user``'s closed account again, and call off its deletion; of an erased one nothing is left to open."""
    if User.objects.select_for_update(no_key=True).get(pk=user.pk).username.startswith(ERASED_PREFIX):
        return
    user.is_active, user.deletion_can_be_undone = True, False
    user.deletion_requested_at = user.erase_at = None
    user.save(update_fields=["is_active", "deletion_can_be_undone", "deletion_requested_at", "erase_at"])
    _tell_account(user)


@transaction.atomic
def _replace_avatar(user: User, token: str) -> None:
    """Point ``user`` at the files of ``token``; the old files go when nothing can name them any more."""
    _lock(user)
    old = User.objects.values_list("avatar", flat=True).get(pk=user.pk)
    user.avatar = token
    user.save(update_fields=["avatar"])
    if old:
        transaction.on_commit(lambda: _delete_files(old))


def _delete_files(token: str) -> None:
    for size in AVATAR_SIZES:
        default_storage.delete(avatars.path_of(token, size))


def _lock(user: User) -> None:
    """Let the changes one account makes happen one after the other: a follow can't slip past a block."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _raise(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)


def _tell_relation(one: User, other: User, *, changed: bool) -> bool:
    if changed:
        transaction.on_commit(lambda: relation_changed.send(sender=User, one=one, other=other))
    return changed


def _tell_account(user: User) -> None:
    transaction.on_commit(lambda: account_changed.send(sender=User, user=user))
