"""Pieces of pages about videos."""

from typing import Any

from django import template

from accounts.models import User
from videos import feed
from videos.models import Video

register = template.Library()

THOUSAND = 1000


@register.simple_tag(takes_context=True)
def videos_of(context: dict[str, Any], person: User) -> dict[str, Any]:
    """Return the grid of a profile: ``page`` (from ``?videos=`` on), and on one's own also what isn't ready."""
    request = context["request"]
    after = feed.Key.read(request.GET.get("videos", ""))
    is_me = request.user.pk == person.pk
    return {
        "page": feed.of_author(request.user, person, after),
        "unfinished": feed.unfinished(person) if is_me and after is None else [],
        "is_me": is_me,
    }


@register.filter
def compact(number: int) -> str:
    """Return ``number`` in few characters: 999, 1.2K, 12K, 3.4M."""
    for value, letter in ((THOUSAND**2, "M"), (THOUSAND, "K")):
        if number >= value:
            tenths = number * 10 // value
            return f"{tenths // 10}{letter}" if tenths >= 100 or tenths % 10 == 0 else f"{tenths / 10}{letter}"
    return str(number)


@register.filter
def duration(milliseconds: int) -> str:
    """Return a length in time as minutes and seconds, 0:07; what is shorter than a second counts as one."""
    seconds = max(1, round(milliseconds / 1000))
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter(name="file")
def file_of(video: Video, name: str) -> str:
    """Return the address of one of the files of ``video``."""
    return video.file_url(name)
