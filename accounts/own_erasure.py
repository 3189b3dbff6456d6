"""What accounts themselves erase of one: everything that says who somebody was."""

import secrets

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import actions, copies
from accounts.erasure import Eraser, Plan
from accounts.models import Block, DataCopy, Follow, MessagePrivacy, User
from accounts.policies import ERASED_PREFIX


def _plan(user: User) -> Plan:
    return {
        "pictures": 1 if user.avatar else 0,
        "follows": _follows(user).count(),
        "blocks": Block.objects.filter(blocker=user).count(),
        "sessions": UserSession.objects.filter(user=user).count(),
        "email_addresses": EmailAddress.objects.filter(user=user).count(),
        "second_factors": Authenticator.objects.filter(user=user).count(),
        "copies": DataCopy.objects.filter(owner=user).count(),
    }


def _erase(user: User) -> None:
    actions.remove_avatar(user)
    with transaction.atomic():
        _empty(user)
        for session in UserSession.objects.filter(user=user):
            session.end()
        for rows in (EmailAddress.objects.filter(user=user), Authenticator.objects.filter(user=user)):
            rows.delete()
        _follows(user).delete()
        Block.objects.filter(blocker=user).delete()
        user.groups.clear()
        user.user_permissions.clear()
        # The journal of the desk names accounts as they were called.
        about_user = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
        )
        about_user.update(object_repr=str(user))
    copies.discard_all(user)


def _empty(user: User) -> None:
    if not user.username.startswith(ERASED_PREFIX):
        user.username = f"{ERASED_PREFIX}{secrets.token_hex(6)}"
    user.display_name, user.bio, user.email = _("Deleted account"), "", ""
    user.birth_date = user.last_active_at = user.last_login = user.messaging_suspended_until = None
    user.message_privacy = MessagePrivacy.NOBODY
    user.show_activity = user.read_receipts = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()


def _follows(user: User) -> "models.QuerySet[Follow]":
    return Follow.objects.filter(Q(follower=user) | Q(followed=user))


ERASER = Eraser("account", _plan, _erase)
