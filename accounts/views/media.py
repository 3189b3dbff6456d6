"""Profile pictures, from wherever the storage keeps them."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

A_YEAR = 365 * 24 * 60 * 60  # seconds


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def avatar_file(request: HttpRequest, name: str) -> HttpResponse:
    """Return one file of a profile picture. A new picture gets a new name, so it can be kept for good."""
    try:
        with default_storage.open(f"avatars/{name}") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(content, content_type="image/webp", headers={"X-Content-Type-Options": "nosniff"})
