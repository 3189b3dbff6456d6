"""What somebody wants held back of the requests they get."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class HeldFor(models.TextChoices):
    """Why a request was held back: the first rule of its recipient that it met, or a wave it came with."""

    WORDS = "words", _("It has one of your hidden words in it.")
    NEW = "new", _("Their account is newer than you ask for.")
    PICTURE = "picture", _("They have no picture.")
    UNKNOWN = "unknown", _("Nobody you follow follows them.")
    WAVE = "wave", _("New accounts send the same to many people.")


class RequestRules(models.Model):
    """The rules of one account; who has no row holds nothing back.

    ``newer_than_days``: accounts younger than so many days are held, 0 for none. ``hidden_words``: one pattern a
    line, as ``messaging.hidden_words`` reads them.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="request_rules"
    )
    newer_than_days = models.PositiveSmallIntegerField(default=0)
    without_picture = models.BooleanField(default=False)
    unknown = models.BooleanField(default=False)
    hidden_words = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"rules of {self.user_id}"
