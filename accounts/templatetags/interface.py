"""Small pieces every page draws: icons and avatars."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User

register = template.Library()

TINTS = 8


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw the icon ``name`` of the sprite; ``label`` names it where nothing beside it does."""
    href = static("icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, href, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', href, name)


@register.simple_tag
def avatar(person: User, size: int = 40) -> SafeString:
    """Draw ``person``'s picture, ``size`` CSS pixels wide, or their initials on a tint of their own.

    It is decoration beside the name, so it has no text of its own.
    """
    if person.avatar:
        return format_html(
            '<img class="avatar avatar-{size}" src="{src}" alt="" width="{size}" height="{size}" loading="lazy">',
            size=size,
            src=person.avatar_url(size),
        )
    return _drawn_initials((person.pk or 0) % TINTS, person.name, size)


@lru_cache(maxsize=4096)
def _drawn_initials(tint: int, name: str, size: int) -> SafeString:
    return format_html(
        '<span class="avatar avatar-{} tint-{}" aria-hidden="true">{}</span>', size, tint, initials(name)
    )


def initials(name: str) -> str:
    """Return up to two letters that stand for ``name``."""
    words = [word for word in name.replace("_", " ").replace(".", " ").split() if word[0].isalnum()]
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "") if words else name[:1]
    return letters.upper()
