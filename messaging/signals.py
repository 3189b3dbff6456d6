"""What happens elsewhere and concerns open sockets: sign-out, follows, blocks, closed accounts."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Follow, User
from accounts.signals import account_changed, relation_changed
from messaging import broadcast
from messaging.models import Conversation, pair_key


@receiver(user_logged_out)
def close_sockets_of_session(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Close the sockets of the session that is signing out."""
    if user is not None and request.session.session_key:
        broadcast.session_ended(user.pk, request.session.session_key)


@receiver(post_delete, sender=UserSession)
def close_sockets_of_ended_session(instance: UserSession, **kwargs: Any) -> None:
    """Close the sockets of a session that was ended from another browser."""
    broadcast.session_ended(instance.user_id, instance.session_key)


@receiver(account_changed)
def check_sockets_of_changed_account(user: User, **kwargs: Any) -> None:
    """A closed account's sockets close, and those of sessions that a new password ended."""
    broadcast.access_changed(user.pk)


@receiver(relation_changed)
def ask_policy_anew(one: User, other: User, **kwargs: Any) -> None:
    """Have the composer of their conversation ask whether writing is possible now.

    The other side hears of a new follow alone: an event at a block or an unfollow would give it away.
    """
    conversation = Conversation.objects.filter(pair_key=pair_key(one.pk, other.pk)).first()
    if conversation is None:
        return
    follows = Follow.objects.filter(follower=one, followed=other).exists()
    broadcast.policy_changed(conversation.pk, [one.pk, other.pk] if follows else [one.pk])
