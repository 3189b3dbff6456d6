from django.apps import AppConfig


class VideosConfig(AppConfig):
    """Short videos to watch and share, and the GIFs made from them."""

    name = "videos"
