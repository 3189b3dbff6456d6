"""How messaging answers over HTTP: the same objects as the socket, or pages and redirects."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.defaults import page_not_found

from accounts.policies import Refusal, Refused
from accounts.views.answers import problem as account_problem
from accounts.views.answers import wants_json
from messaging.forms import form_data

View = Callable[..., HttpResponseBase]

_STATUS = {
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "client_id_reused": HTTPStatus.CONFLICT,
    "gone": HTTPStatus.CONFLICT,
    "not_found": HTTPStatus.NOT_FOUND,
    "signed_out": HTTPStatus.UNAUTHORIZED,
    "too_heavy": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "provider_unavailable": HTTPStatus.BAD_GATEWAY,
} | dict.fromkeys(
    (
        *(
            "empty",
            "too_long",
            "bad_body",
            "bad_format",
            "bad_frame",
            "bad_reply",
            "bad_state",
            "no_content",
            "bad_alt",
        ),
        # What is wrong with a file.
        *("required", "invalid", "broken", "not_picture", "not_video", "too_large", "too_complex", "too_many"),
    ),
    HTTPStatus.BAD_REQUEST,
)


def status_of(refusal: Refusal) -> HTTPStatus:
    """Return the HTTP status a refusal travels with; 403 for the rows of the policy table."""
    return _STATUS.get(refusal.code, HTTPStatus.FORBIDDEN)


def problem(refusal: Refusal, ref: str | None = None) -> JsonResponse:
    """Return ``refusal`` as an RFC 9457 problem, with what it was about and when to try again."""
    response = account_problem(refusal, status_of(refusal))
    body = json.loads(response.content) | {"ref": ref}
    if retry_after := getattr(refusal, "retry_after", None):
        response["Retry-After"] = str(retry_after)
        body["retry_after"] = retry_after
    response.content = json.dumps(body).encode()
    return response


def reading(view: View) -> View:
    """Let ``view`` be asked by GET, by who is signed in; what isn't theirs is 404."""
    return never_cache(require_safe(_signed_in(view)))


def asking(view: View) -> View:
    """Let ``view`` be asked by GET for a form and by POST to carry it out, as the two beside it."""
    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(_signed_in(view)))


def changing(view: View) -> View:
    """Let ``view`` be asked by POST, by who is signed in; refusals become problems, or go to the page."""
    return never_cache(require_POST(_signed_in(view)))


def _signed_in(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if wants_json(request):
                return problem(Refusal("signed_out", _("Sign in first.")))
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/inbox/")
        try:
            return view(request, *args, **kwargs)
        except ObjectDoesNotExist:
            if wants_json(request):
                return problem(Refusal("not_found", _("This isn't here, or isn't yours.")))
            # Answered here and not raised, so that it isn't kept by caches either.
            return page_not_found(request, Http404())
        except Refused as error:
            if wants_json(request):
                return problem(error.refusal)
            context = {"refusal": error.refusal}
            return render(request, "messaging/refused.html", context, status=status_of(error.refusal))

    return guarded


def fields(request: HttpRequest) -> Mapping[str, Any]:
    """Return what a POST says, sent as a form or as a JSON object."""
    if request.content_type != "application/json":
        return request.POST
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise Refused(Refusal("bad_frame", _("The body isn't a JSON object.")))
    if isinstance(body.get("on"), bool):  # a form knows no true and false
        body["on"] = str(int(body["on"]))
    return form_data(body)


def pane_or_page(request: HttpRequest, pane: str, page_context: Callable[[], dict[str, Any]], **context: Any) -> Any:
    """Draw ``pane`` alone where htmx asks for it, else the whole inbox page around it.

    ``page_context`` is what the rest of the page needs; it isn't loaded for a pane.
    """
    status = context.pop("status", HTTPStatus.OK)
    if getattr(request, "htmx", None) and request.htmx.target == "pane":  # type: ignore[attr-defined]
        response = render(request, pane, context, status=status)
    else:
        whole = page_context() | context | {"pane": pane}
        response = render(request, "messaging/inbox.html", whole, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
