"""What a name may be made of."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

USERNAME_PATTERN = r"[a-z0-9_.]{2,24}"

validate_username = RegexValidator(
    re.compile(rf"\A{USERNAME_PATTERN}\Z"),
    _("Use 2 to 24 small letters, digits, dots and underscores."),
)

# Cc: control, Cf: format (zero-width, bidi overrides), Cs/Co/Cn: not characters, Zl/Zp: line ends.
_FORBIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_ZERO_WIDTH_JOINER = "\u200d"  # holds family and profession emoji together


def validate_display_name(value: str) -> None:
    """Refuse characters that can't be seen or that turn the text around them.

    Raises ``ValidationError``. A zero-width joiner is let through between two symbols, as in emoji.
    """
    for place, character in enumerate(value):
        if character == _ZERO_WIDTH_JOINER and 0 < place < len(value) - 1:
            before, after = value[place - 1], value[place + 1]
            if all(unicodedata.category(c) in {"So", "Sk", "Mn"} for c in (before, after)):
                continue
        if unicodedata.category(character) in _FORBIDDEN_CATEGORIES:
            raise ValidationError(_("Names can't contain invisible characters."), code="invisible")
    if value and not value.strip():
        raise ValidationError(_("A name can't be only spaces."), code="blank")
