"""Photos before they are sent: uploaded, described, thrown away. Their owner's alone."""

import uuid
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse

from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from messaging import actions
from messaging.forms import AltForm, PhotoForm
from messaging.looks import SMALL
from messaging.models import Photo
from messaging.views.answers import changing, fields


@changing
def upload(request: SignedInRequest) -> HttpResponse:
    """Take a photo: field ``photo``, and ``alt`` if its description is known already."""
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refused(Refusal(*form.problem()))
    photo = actions.upload_photo(request.user, form.cleaned_data["photo"], form.cleaned_data["alt"])
    return JsonResponse(described(photo), status=HTTPStatus.CREATED)


@changing
def describe(request: SignedInRequest, photo_id: uuid.UUID) -> HttpResponse:
    """Say in words what is on a photo: field ``alt``, up to 200 characters; empty takes it back."""
    Photo.objects.unsent_of(request.user).only("pk").get(pk=photo_id)  # whose isn't theirs learns no more
    form = AltForm(fields(request))
    if not form.is_valid():
        raise Refused(Refusal(*form.problem()))
    return JsonResponse(described(actions.describe_photo(request.user, photo_id, form.cleaned_data["alt"])))


@changing
def discard(request: SignedInRequest, photo_id: uuid.UUID) -> HttpResponse:
    """Throw a photo away."""
    actions.discard_photo(request.user, photo_id)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def described(photo: Photo) -> dict[str, str | int]:
    """Return a photo as the composer shows it: its smaller file, and its size in pixels."""
    return {
        "id": str(photo.pk),
        "width": photo.width,
        "height": photo.height,
        "url": photo.file_url(SMALL),
        "alt": photo.alt,
    }
