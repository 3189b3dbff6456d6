from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Conversations and their messages, and the socket that makes them live."""

    name = "messaging"

    def ready(self) -> None:
        """Connect sign-out and the ends of follows and blocks to the open sockets."""
        from messaging import signals  # noqa: F401
