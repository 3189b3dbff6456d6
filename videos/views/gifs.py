"""Making a GIF from a video."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from videos import gifs
from videos.forms import GifForm, first_problem
from videos.models import Gif, Video
from videos.policies import copy_refusal
from videos.views.answers import problem, signed_in

SHORTEST_S = 0.5


@signed_in("GET", "HEAD", "POST")
def gif(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Give the editor, or make a GIF: JSON with its address to a script."""
    video = Video.objects.watchable_by(request.user).select_related("author").get(pk=video_id)
    if refusal := copy_refusal(request.user, video):
        raise Refused(refusal)
    form = GifForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = gifs.make(request.user, video_id, start_s=data["start"], length_s=data["length"], keep=data["keep"])
        if wants_json(request):
            return JsonResponse(described(made), status=201)
        messages.success(request, _("Your GIF is among “My GIFs”, in the sheet of every conversation."))
        return redirect(video)
    if form.is_bound and wants_json(request):
        return problem(Refusal(*first_problem(form)))
    template = "videos/gif_editor.html" if getattr(request, "htmx", None) else "videos/gif.html"
    last_start = max(0.0, video.duration_ms / 1000 - SHORTEST_S)
    context = {"video": video, "form": form, "last_start": last_start}
    return render(request, template, context, status=400 if form.is_bound else 200)


def described(made: Gif) -> dict[str, str | int]:
    """Return what a page needs to show and send a GIF."""
    return {
        "id": str(made.pk),
        "url": made.file_url("webp"),
        "gif_url": made.file_url("gif"),
        "width": made.width,
        "height": made.height,
        "frame_count": made.frame_count,
        "alt": made.alt,
    }
