"""What a name may be made of, whether a text shows anything, and passwords this site's visitors would try first."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.emoji import EMOJI

USERNAME_PATTERN = r"[a-z0-9_.]{2,24}"

validate_username = RegexValidator(
    re.compile(rf"\A{USERNAME_PATTERN}\Z"),
    _("Use 2 to 24 small letters, digits, dots and underscores."),
)

# Cc: control, Cf: format (zero-width, bidi overrides), Cs/Co/Cn: not characters, Zl/Zp: line ends.
_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Of these alone a text says nothing. Not Cn: characters newer than Python's tables are seen all the same.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp"}
# What draws nothing in spite of its category: Unicode's Default_Ignorable_Code_Point (fillers, variation selectors,
# tags and the places kept for more), the braille blank, the Khitan filler and the null notehead.
_BLANK = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_EMOJI = re.compile(EMOJI)


def says_something(text: str) -> bool:
    """Whether there is anything to see in ``text``."""
    return any(
        unicodedata.category(character) not in _UNSEEN_CATEGORIES and not _BLANK.match(character) for character in text
    )


def validate_display_name(value: str) -> None:
    """Refuse characters that can't be seen or that turn the text around them, and names that show nothing.

    Raises ``ValidationError``. Joiners and variation selectors are let through inside of emoji.
    """
    rest = _EMOJI.sub("", value)
    if _BLANK.search(rest) or any(unicodedata.category(character) in _FORBIDDEN_CATEGORIES for character in rest):
        raise ValidationError(_("Names can't contain invisible characters."), code="invisible")
    if value and not says_something(value):
        raise ValidationError(_("A name can't be only spaces."), code="blank")


# docs/security.md repeats them.
SITE_WORDS = ("paperplane", "paper", "plane", "messenger", "messages", "message", "inbox", "moderator", "admin", "chat")
_LOOKS_LIKE = str.maketrans("013457@$", "oleastas")


class NameOfTheSiteValidator:
    """Refuses passwords made of nothing but this site's words: letters like ``Pap3r-Plane!2026`` are no help."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` if nothing is left of ``password`` without digits, signs and the words."""
        hosts = (part for host in settings.ALLOWED_HOSTS for part in host.casefold().split(".") if len(part) > 3)
        words = re.compile("|".join(map(re.escape, sorted({*SITE_WORDS, *hosts}, key=len, reverse=True))))
        for text in (password.casefold(), password.casefold().translate(_LOOKS_LIKE)):
            letters = "".join(filter(str.isalpha, text))
            if letters and not words.sub("", letters):
                raise ValidationError(
                    _("This password is too close to the name of this site."), code="password_is_site_name"
                )

    def get_help_text(self) -> str:
        """Say what is asked for."""
        return _now("Your password can’t be the name of this site.")
