"""The files of messages: each to those who may see its message now, and to nobody else."""

import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.models import User
from messaging.models import Photo, Sticker
from messaging.querysets import gifs_visible_to, previews_visible_to
from videos.files import send_file

WEBP = "image/webp"


@require_safe
def photo(request: HttpRequest, photo_id: uuid.UUID, size: int) -> HttpResponseBase:
    """Send one of the two files of a photo."""
    found = Photo.objects.visible_to(_reader(request)).filter(pk=photo_id).first()
    return _send(request, f"{found.folder}/{size}.webp" if found else "", WEBP)


@require_safe
def gif(request: HttpRequest, gif_id: uuid.UUID, suffix: str) -> HttpResponseBase:
    """Send a GIF, as WebP or as GIF."""
    found = gifs_visible_to(_reader(request)).filter(pk=gif_id).first()
    return _send(request, f"{found.folder}/gif.{suffix}" if found else "", f"image/{suffix}")


@require_safe
def sticker(request: HttpRequest, sticker_id: uuid.UUID) -> HttpResponseBase:
    """Send somebody's own sticker."""
    found = Sticker.objects.visible_to(_reader(request)).filter(pk=sticker_id).first()
    return _send(request, found.file_name if found else "", WEBP)


@require_safe
def preview(request: HttpRequest, preview_id: uuid.UUID) -> HttpResponseBase:
    """Send the picture of a link's preview."""
    found = previews_visible_to(_reader(request)).filter(pk=preview_id).first()
    return _send(request, found.file_name if found and found.width else "", WEBP)


def _reader(request: HttpRequest) -> User:
    """Return who asks. To somebody who isn't signed in there is nothing here, rather than a page to sign in on."""
    if not request.user.is_authenticated:
        raise Http404
    return request.user


def _send(request: HttpRequest, name: str, content_type: str) -> HttpResponseBase:
    if not name:
        raise Http404
    return send_file(request, name, content_type)
