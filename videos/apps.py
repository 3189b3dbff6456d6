from django.apps import AppConfig


class VideosConfig(AppConfig):
    """Short videos to watch and share, the GIFs made from them, and the work that happens in the background."""

    name = "videos"
