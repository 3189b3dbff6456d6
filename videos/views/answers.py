"""How pages about videos answer: to programs with JSON, to people with a page."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.policies import Refusal, Refused
from accounts.views.answers import problem as account_problem
from accounts.views.answers import to_sign_in, wants_json

View = Callable[..., HttpResponseBase]
_STATUS = {
    "rate_limited": HTTPStatus.TOO_MANY_REQUESTS,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "not_found": HTTPStatus.NOT_FOUND,
} | dict.fromkeys(("download_off", "sharing_off"), HTTPStatus.FORBIDDEN)


def problem(refusal: Refusal, status: HTTPStatus | None = None) -> HttpResponse:
    """Return ``refusal`` as an RFC 9457 problem; 400 where nothing else is known of its code."""
    response = account_problem(refusal, status or _STATUS.get(refusal.code, HTTPStatus.BAD_REQUEST))
    if retry_after := getattr(refusal, "retry_after", None):
        response["Retry-After"] = str(retry_after)
    return response


def signed_in(*methods: str) -> Callable[[View], View]:
    """Let a view be asked by these methods, by who is signed in; what isn't theirs is 404.

    A refusal becomes a problem, or a word on the page the view names in ``refused_url``: the video's own.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            try:
                return view(request, *args, **kwargs)
            except ObjectDoesNotExist:
                if wants_json(request):
                    return problem(Refusal("not_found", _("This isn't here, or isn't yours.")))
                raise Http404 from None
            except Refused as error:
                if wants_json(request):
                    return problem(error.refusal)
                messages.error(request, error.refusal.detail)
                return HttpResponseRedirect(f"/videos/{kwargs['video_id']}/" if "video_id" in kwargs else "/")

        return never_cache(require_http_methods(methods)(guarded))

    return decorate
