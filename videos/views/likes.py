"""Hearts on videos."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json, way_back
from videos import actions
from videos.models import Video
from videos.views.answers import signed_in


@signed_in("POST")
def like(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Put a heart on a video."""
    return _changed(request, video_id, actions.like, liked=True)


@signed_in("POST")
def unlike(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Take the heart back."""
    return _changed(request, video_id, actions.unlike, liked=False)


def _changed(
    request: SignedInRequest, video_id: uuid.UUID, action: Callable[[User, uuid.UUID], Video], *, liked: bool
) -> HttpResponse:
    video = action(request.user, video_id)
    if wants_json(request):
        return JsonResponse({"liked": liked, "like_count": video.like_count})
    return HttpResponseRedirect(way_back(request, video.get_absolute_url()))
