"""One's own videos: uploading, how far they are, changing and deleting them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from videos import actions, feed
from videos.forms import UploadForm, VideoForm, first_problem
from videos.media import Unusable
from videos.models import Video, VideoState
from videos.views.answers import problem, signed_in

REFRESH_SECONDS = 2


@signed_in("GET", "HEAD", "POST")
def upload(request: SignedInRequest) -> HttpResponse:
    """Show the form, or take a file: JSON to a script, which shows the progress itself."""
    if request.method != "POST":
        return _upload_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_json(request):
            return problem(Refusal(*first_problem(form)))
        return _upload_page(request, form, status=400)
    try:
        video = actions.upload(request.user, **form.cleaned_data)
    except Refused as error:
        if wants_json(request):
            return problem(error.refusal)
        form.add_error(None, error.refusal.detail)
        return _upload_page(request, form, status=400)
    if wants_json(request):
        return JsonResponse(described(video), status=201)
    return redirect("video_status", video.pk)


@signed_in("GET", "HEAD")
def status(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Tell the author how far a video is: JSON to a script, else a page that asks again by itself."""
    video = Video.objects.manageable_by(request.user).get(pk=video_id)
    if wants_json(request):
        return JsonResponse(described(video))
    if video.is_ready:
        return redirect(video)
    context = {"video": video, "about": described(video), "refresh": REFRESH_SECONDS}
    return render(request, "videos/status.html", context)


@signed_in("POST")
def retry(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Process a failed video again."""
    video = actions.retry(request.user, video_id)
    return JsonResponse(described(video)) if wants_json(request) else redirect("video_status", video.pk)


@signed_in("GET", "HEAD", "POST")
def edit(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Change the caption and what others may do."""
    video = Video.objects.manageable_by(request.user).get(pk=video_id)
    initial = {name: getattr(video, name) for name in VideoForm.base_fields}
    form = VideoForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.edit(request.user, video_id, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("video", video_id)
    return render(request, "videos/edit.html", {"video": video, "form": form}, status=400 if form.errors else 200)


@signed_in("POST")
def delete(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Delete a video for good; without a script the page asks first."""
    video = Video.objects.manageable_by(request.user).get(pk=video_id)
    if not wants_json(request) and "confirmed" not in request.POST:
        context = {
            "question": _("Delete this video?"),
            "explanation": _("It disappears for everyone, also where it was shared."),
            "action": request.path,
            "back": video.get_absolute_url(),
        }
        return render(request, "messaging/confirm_delete.html", context)
    actions.delete(request.user, video_id)
    if wants_json(request):
        return HttpResponse(status=204)
    messages.success(request, _("Your video is deleted."))
    return redirect(request.user)


def described(video: Video) -> dict[str, Any]:
    """Return how far ``video`` is, as JSON tells it; ``detail`` says why it failed."""
    return {
        "id": str(video.pk),
        "state": video.state,
        "progress": video.progress,
        "detail": failure_sentence(video),
        "url": video.get_absolute_url(),
        "status_url": f"{video.get_absolute_url()}status/",
    }


def failure_sentence(video: Video) -> str:
    """Return why ``video`` failed, in words; empty where it didn't."""
    if video.state != VideoState.FAILED:
        return ""
    if video.failure == "forgotten":
        return _("This failed, and its file isn't kept any more. Upload it again.")
    return Unusable(video.failure).sentence


def _upload_page(request: SignedInRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    uploads = [(video, described(video)) for video in feed.unfinished(request.user)]
    return render(request, "videos/upload.html", {"form": form, "uploads": uploads}, status=status)
