"""How pages answer: to programs with JSON, to people with a page or a way back."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.policies import Refusal

View = Callable[..., HttpResponse]

PAGE_SIZE = 30  # people
_MAX_KEY_DIGITS = 18  # so that it fits the column


def wants_json(request: HttpRequest) -> bool:
    """Whether the asker prefers JSON to a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def problem(refusal: Refusal, status: HTTPStatus) -> JsonResponse:
    """Return ``refusal`` as an RFC 9457 problem."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": refusal.detail,
        "code": refusal.code,
    }
    return JsonResponse(body, status=status, content_type="application/problem+json")


def refused(request: HttpRequest, refusal: Refusal, back: str) -> HttpResponse:
    """Say why something wasn't done: as a problem, or on the page at the address ``back``."""
    if wants_json(request):
        return problem(refusal, HTTPStatus.FORBIDDEN)
    messages.error(request, refusal.detail)
    return HttpResponseRedirect(back)


def way_back(request: HttpRequest, default_url: str) -> str:
    """Return the address a form names in ``next``, if it is a whole path on this site, else ``default_url``."""
    url = request.POST.get("next", "")
    # A relative address would lead on from the address that was posted to, where no page is.
    if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return url
    return default_url


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send somebody who isn't signed in there: a program with a problem, a person with a page that leads back."""
    if wants_json(request):
        return problem(Refusal("signed_out", _("Sign in first.")), HTTPStatus.UNAUTHORIZED)
    # A change can't be repeated by GET.
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def page_of_signed_in(view: View) -> View:
    """Let ``view`` be asked by GET, by who is signed in; browsers and proxies don't keep its page."""
    return never_cache(require_safe(login_required(view)))


def change_by_signed_in(view: View) -> View:
    """Let ``view(request, username)`` be asked by POST alone, and by signed-in accounts alone.

    A person is sent to sign in and from there to the profile, since a change can't be repeated by GET.
    """

    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, username: str) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, username)
        if wants_json(request):
            return problem(Refusal("signed_out", _("Sign in first.")), HTTPStatus.UNAUTHORIZED)
        return redirect_to_login(resolve_url("profile", username))

    return guarded


def page_key(request: HttpRequest) -> int | None:
    """Return the key that a page of a list ends before (``?before=``), or None for the first page."""
    before = request.GET.get("before", "")
    fits = before.isascii() and before.isdecimal() and len(before) <= _MAX_KEY_DIGITS
    return int(before) if fits else None
