from django.apps import AppConfig


class VideosConfig(AppConfig):
    """Short videos to watch and share, the GIFs made from them, and the work that happens in the background."""

    name = "videos"

    def ready(self) -> None:
        """Take part in archives of accounts, prepare those that are asked for, and take part in the end of accounts."""
        from accounts import erasure, export
        from videos import own_data, own_erasure, signals  # noqa: F401

        export.register(own_data.SECTION)
        erasure.register(own_erasure.ERASER)
