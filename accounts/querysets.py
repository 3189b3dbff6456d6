"""What an account can see of other people, and how two of them stand to each other."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import DataCopy, User  # noqa: F401  (named in strings)


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def reachable(self) -> Self:
        """Those who can be looked at: not deactivated."""
        return self.filter(is_active=True)

    def named(self, username: str) -> Self:
        """The one with this username, in whatever case it was typed; found through the index."""
        return self.alias(lower_username=Lower("username")).filter(lower_username=username.lower())

    def with_relation_to(self, viewer: "User") -> Self:
        """Add ``is_followed``, ``follows_me`` and ``is_blocked``, as ``viewer`` sees them."""
        from accounts.models import Block, Follow

        return self.annotate(
            is_followed=Exists(Follow.objects.filter(follower=viewer, followed=OuterRef("pk"))),
            follows_me=Exists(Follow.objects.filter(follower=OuterRef("pk"), followed=viewer)),
            is_blocked=Exists(Block.objects.filter(blocker=viewer, blocked=OuterRef("pk"))),
        )

    def followed_by(self, viewer: "User") -> Self:
        """Those ``viewer`` follows."""
        return self.reachable().filter(follows_received__follower=viewer)

    def followers_of(self, person: "User", viewer: "User | AnonymousUser") -> Self:
        """Those who follow ``person``, as ``viewer`` sees it.

        A block hides the blocked from the blocker alone: in the eyes of others nothing may change.
        """
        people = self.reachable().filter(follows_made__followed=person)
        return people.not_blocked_by(person) if viewer == person else people

    def known_in_common(self, viewer: "User") -> Self:
        """Those whom people ``viewer`` follows follow, most of them first; ``mutual_count`` says how many do."""
        from accounts.models import Follow

        followed = Follow.objects.filter(follower=viewer).values("followed")
        found = self.filter(follows_received__follower__in=followed)
        return found.annotate(mutual_count=Count("follows_received")).order_by("-mutual_count", "-pk")

    def strange_to(self, viewer: "User") -> Self:
        """Those ``viewer`` could get to know: neither themselves nor followed nor blocked by them."""
        from accounts.models import Block, Follow

        followed = Follow.objects.filter(follower=viewer, followed=OuterRef("pk"))
        blocked = Block.objects.filter(blocker=viewer, blocked=OuterRef("pk"))
        return self.reachable().exclude(pk=viewer.pk).exclude(Exists(followed)).exclude(Exists(blocked))

    def not_blocked_by(self, viewer: "User") -> Self:
        """Without those ``viewer`` blocked."""
        from accounts.models import Block

        return self.exclude(Exists(Block.objects.filter(blocker=viewer, blocked=OuterRef("pk"))))

    def matching(self, words: str) -> Self:
        """Those whose username begins with ``words`` or whose name contains it."""
        words = words.strip().removeprefix("@")
        return self.filter(Q(username__istartswith=words) | Q(display_name__icontains=words))


class DataCopyQuerySet(models.QuerySet["DataCopy"]):
    """Copies of accounts to take along."""

    def ready_for(self, user: "User") -> Self:
        """Those ``user`` asked for and can have now."""
        return self.filter(owner=user, state="ready", expires_at__gt=timezone.now()).exclude(file="")


def friends_in_common(viewer: "User", people_ids: list[int]) -> "dict[int, list[User]]":
    """Return, for each of ``people_ids``, the accounts that are friends of it and of ``viewer``: two queries."""
    from accounts.models import Follow, User

    mine = (
        User.objects.reachable()
        .filter(follows_received__follower=viewer)
        .filter(Exists(Follow.objects.filter(follower=OuterRef("pk"), followed=viewer)))
    )
    back = Follow.objects.filter(follower=OuterRef("followed"), followed=OuterRef("follower"))
    pairs = list(
        Follow.objects.filter(Exists(back), followed__in=people_ids, follower__in=mine.values("pk")).values_list(
            "followed_id", "follower_id"
        )
    )
    friends = User.objects.in_bulk({friend for _person, friend in pairs})
    common: dict[int, list[User]] = {person: [] for person in people_ids}
    for person, friend in pairs:
        common[person].append(friends[friend])
    return common
