from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """Conversations and their messages, and the socket that makes them live."""

    name = "messaging"

    def ready(self) -> None:
        """Connect sign-out and the ends of follows and blocks to the open sockets; take part in archives and ends."""
        from accounts import erasure, export
        from messaging import own_data, own_erasure, signals  # noqa: F401

        export.register(own_data.SECTION)
        erasure.register(own_erasure.ERASER)
