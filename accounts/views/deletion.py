"""Deleting one's account, and taking that back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import erasure
from accounts.forms import DeletionForm
from accounts.policies import Refused
from accounts.requests import SignedInRequest

METHODS = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(METHODS)
@login_required
def delete(request: SignedInRequest) -> HttpResponse:
    """Explain what deleting means, and do it for who proves to be the owner."""
    form = DeletionForm(request.POST if request.method == "POST" else None, user=request.user)
    if not form.is_valid():
        context: dict[str, Any] = {"heading": _("Delete your account"), "form": form, "days": erasure.WAY_BACK.days}
        return render(request, "accounts/settings/delete.html", context)
    user = erasure.request_deletion(request.user)
    logout(request)
    when = {"when": formats.date_format(user.erase_at or timezone.now(), "DATE_FORMAT")}
    messages.success(
        request,
        _("Your account is closed. On %(when)s it is deleted for good; until then, sign in to take that back.") % when,
    )
    return redirect("home")


@never_cache
@require_http_methods(METHODS)
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to take a deletion back, and do it: for who just gave the right password."""
    user = erasure.user_of(token)
    if user is None:
        raise Http404
    if request.method == "POST":
        try:
            erasure.take_deletion_back(user)
        except Refused as error:
            messages.error(request, error.refusal.detail)
        else:
            messages.success(request, _("Your account is open again. Sign in."))
        return redirect("account_login")
    return render(request, "accounts/deletion_undo.html", {"person": user})
