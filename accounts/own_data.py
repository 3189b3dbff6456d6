"""What accounts themselves put into somebody's archive."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.storage import default_storage

from accounts import avatars
from accounts.export import Facts, Part, Section, by_key, iso
from accounts.models import AVATAR_SIZES, Block, Follow, User


def _facts(user: User) -> Facts:
    follows = Follow.objects.filter(follower=user).select_related("followed")
    followers = Follow.objects.filter(follower__in=User.objects.followers_of(user, user), followed=user)
    blocks = Block.objects.filter(blocker=user).select_related("blocked")
    return {
        "profile": {
            "username": user.username,
            "name": user.display_name,
            "about": user.bio,
            "email": user.email,
            "birth_date": user.birth_date.isoformat() if user.birth_date else None,
            "joined_at": iso(user.date_joined),
            "last_active_at": iso(user.last_active_at),
            "picture": "avatar.webp" if user.avatar else None,
        },
        "settings": {
            "message_privacy": user.message_privacy,
            "read_receipts": user.read_receipts,
            "show_activity": user.show_activity,
            "theme": user.theme,
            "notify_in_app": user.notify_in_app,
        },
        "following": [
            {"username": one.followed.username, "since": iso(one.created_at)}
            for one in by_key(follows.filter(followed__is_active=True))
        ],
        "followers": [
            {"username": one.follower.username, "since": iso(one.created_at)}
            for one in by_key(followers.select_related("follower"))
        ],
        "blocked": [{"username": one.blocked.username, "since": iso(one.created_at)} for one in by_key(blocks)],
        "email_addresses": [
            {"email": one.email, "confirmed": one.verified} for one in by_key(EmailAddress.objects.filter(user=user))
        ],
        # That there are second factors, not what they are made of; and where one is signed in, without the keys.
        "second_factors": [
            {"type": one.type, "added_at": iso(one.created_at), "last_used_at": iso(one.last_used_at)}
            for one in by_key(Authenticator.objects.filter(user=user))
        ],
        "sessions": [
            {
                "ip": one.ip,
                "browser": one.user_agent,
                "since": iso(one.created_at),
                "last_seen_at": iso(one.last_seen_at),
            }
            for one in by_key(UserSession.objects.filter(user=user))
        ],
    }


def _parts(user: User) -> Iterator[Part]:
    def read() -> Iterator[bytes]:
        with default_storage.open(avatars.path_of(user.avatar, AVATAR_SIZES[-1])) as file:
            yield from file.chunks()

    if user.avatar:
        yield Part("avatar.webp", read)


SECTION = Section("account", _facts, _parts, count=lambda user: 1 if user.avatar else 0)
