"""People to get to know, for whoever follows nobody yet, or looks for more."""

from accounts.models import User

MAX_SUGGESTIONS = 12


def suggestions(viewer: User) -> list[User]:
    """Return people ``viewer`` may want to follow: those their own people follow first, then the newest."""
    strangers = User.objects.strange_to(viewer).with_relation_to(viewer)
    known = list(strangers.known_in_common(viewer)[:MAX_SUGGESTIONS])
    missing = MAX_SUGGESTIONS - len(known)
    return known + list(strangers.exclude(pk__in=[user.pk for user in known]).order_by("-pk")[:missing])
