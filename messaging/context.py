"""What every page shows of messaging."""

from django.http import HttpRequest

from messaging.models import Participant


def inbox_badge(request: HttpRequest) -> dict[str, int]:
    """Add ``inbox_badge``: how many of the account's conversations are unread."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"inbox_badge": 0}
    return {"inbox_badge": Participant.objects.unread_by_user([user.pk])[user.pk]}
