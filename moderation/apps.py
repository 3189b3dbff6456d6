"""Reports, decisions, and the desk of the moderators."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """What keeps people safe from each other."""

    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        """Join in where people sign in, take their data along, and make the demo anew."""
        from accounts import closed, export
        from messaging.demo import others
        from moderation import demo, own_data, suspended

        closed.register(suspended.url_for)
        export.register(own_data.SECTION)
        others.register(demo.ADDITION)
