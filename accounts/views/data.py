"""Your data: a copy to take along, and how far it is."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import copies
from accounts.models import CopyState, DataCopy
from accounts.policies import Refused, next_copy_at
from accounts.requests import SignedInRequest
from accounts.views.answers import page_of_signed_in, refused

REFRESH_SECONDS = 5  # without a script


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def data(request: SignedInRequest) -> HttpResponseBase:
    """Show what one can do with one's data; a POST asks for a copy."""
    if request.method == "POST":
        return _ask(request)
    copy = copies.latest(request.user)
    context = {
        "heading": _("Your data"),
        "copy": copy,
        "ready": DataCopy.objects.ready_for(request.user).filter(pk=copy.pk).exists() if copy else False,
        "next_at": next_copy_at(copy),
        "detail": _detail(copy) if copy else "",
        "refresh": REFRESH_SECONDS,
    }
    return render(request, "accounts/settings/data.html", context)


@page_of_signed_in
def status(request: SignedInRequest) -> HttpResponse:
    """Tell a script how far the last copy is."""
    copy = copies.latest(request.user)
    if copy is None:
        return JsonResponse({"state": "none", "progress": 0, "detail": ""})
    return JsonResponse({"state": copy.state, "progress": copy.progress, "detail": _detail(copy)})


def _ask(request: SignedInRequest) -> HttpResponse:
    try:
        copies.request(request.user)
    except Refused as error:
        return refused(request, error.refusal, reverse("settings_data"))
    messages.success(request, _("Your copy is being prepared. You can leave this page and come back."))
    return redirect("settings_data")


def _detail(copy: DataCopy) -> str:
    """Return how far ``copy`` is, in words."""
    match copy.state:
        case CopyState.WAITING:
            return _("Waiting for its turn. You can leave this page.")
        case CopyState.WORKING:
            return _("Being prepared: %(percent)d %%. You can leave this page.") % {"percent": copy.progress}
    return ""
