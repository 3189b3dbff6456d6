"""The files of videos: to those who can watch the video now."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from videos.files import send_file
from videos.models import Video
from videos.policies import copy_refusal

TYPES = {"video.mp4": "video/mp4", "poster.webp": "image/webp", "preview.webp": "image/webp"}
# What stands where a picture can't be had: a page that shows it may have been open for long.
GONE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 64"><path fill="#2a2725" d="M0 0h36v64H0z"/>'
    '<path fill="none" stroke="#a8a09a" stroke-width="1.5" stroke-linecap="round" d="m13 27 10 10m0-10L13 37"/></svg>'
)


@require_safe
def video_file(request: HttpRequest, video_id: uuid.UUID, name: str) -> HttpResponseBase:
    """Send the video, its poster or its preview; where a picture can't be had, 404 with one that says so."""
    video = Video.objects.watchable_by(request.user).filter(pk=video_id).first()
    try:
        if video is None:
            raise Http404
        return send_file(request, f"{video.folder}/{name}", TYPES[name])
    except Http404:
        if name == "video.mp4":
            raise
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return HttpResponse(GONE, status=404, content_type="image/svg+xml", headers=headers)


@require_safe
def download(request: HttpRequest, video_id: uuid.UUID) -> HttpResponseBase:
    """Send the video to be kept, where its author lets others do so."""
    video = Video.objects.watchable_by(request.user).select_related("author").filter(pk=video_id).first()
    if video is None or copy_refusal(request.user, video):
        raise Http404
    name = slugify(f"{video.author.username} {video.caption[:40]}") or "video"
    return send_file(request, f"{video.folder}/video.mp4", TYPES["video.mp4"], download_as=f"{name}.mp4")
