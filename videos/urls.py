"""Addresses of short videos."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from videos.views import copies, files, gifs, likes, manage, watch


class VideoFileConverter(StringConverter):
    """The name of one of a video's files."""

    regex = "video[.]mp4|poster[.]webp|preview[.]webp"


register_converter(VideoFileConverter, "video_file")

urlpatterns = [
    path("", watch.home, name="home"),
    path("videos/upload/", manage.upload, name="video_upload"),
    path("videos/<uuid:video_id>/", watch.video, name="video"),
    path("videos/<uuid:video_id>/status/", manage.status, name="video_status"),
    path("videos/<uuid:video_id>/retry/", manage.retry, name="video_retry"),
    path("videos/<uuid:video_id>/edit/", manage.edit, name="video_edit"),
    path("videos/<uuid:video_id>/delete/", manage.delete, name="video_delete"),
    path("videos/<uuid:video_id>/like/", likes.like, name="video_like"),
    path("videos/<uuid:video_id>/unlike/", likes.unlike, name="video_unlike"),
    path("videos/<uuid:video_id>/gif/", gifs.gif, name="video_gif"),
    path("videos/<uuid:video_id>/download/", files.download, name="video_download"),
    path("settings/data/copies/<uuid:copy_id>.zip", copies.copy_file, name="settings_data_copy"),
    path("media/videos/<uuid:video_id>/<video_file:name>", files.video_file, name="video_file"),
]
