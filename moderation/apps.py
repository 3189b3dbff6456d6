"""Reports, decisions, and the desk of the moderators."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """What keeps people safe from each other."""

    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        """Tell people whose account is suspended why, when they try to sign in; let the demo be made anew."""
        from accounts import closed
        from messaging.demo import removal
        from moderation import demo, suspended

        closed.register(suspended.url_for)
        removal.register(demo.remove)
