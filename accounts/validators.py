"""What a name may be made of, and whether a text shows anything."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
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
