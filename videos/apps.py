from django.apps import AppConfig


class VideosConfig(AppConfig):
    """Short videos to watch and share, the GIFs made from them, and the work that happens in the background."""

    name = "videos"

    def ready(self) -> None:
        """Take part in archives of accounts, and prepare those that are asked for."""
        from accounts import export
        from videos import own_data, signals  # noqa: F401

        export.register(own_data.SECTION)
