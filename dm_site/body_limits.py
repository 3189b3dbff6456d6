"""How much a request may bring along, decided before any of it is kept.

Django spools the body of a request whole, before it asks who sends it and what for.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.avatars import MAX_AVATAR_BYTES
from accounts.policies import Refusal
from accounts.views.answers import problem, to_sign_in, wants_json
from messaging.forms import MAX_PHOTOS
from videos.media.bounds import MAX_PHOTO_BYTES, MAX_STICKER_BYTES, MAX_VIDEO_BYTES, MIB

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

MAX_BODY_BYTES = 3 * MIB
# What stands around the files of a form; and a file a little too large is told so by its form.
SLACK_BYTES = MIB
# Of a body that has arrived, taken in one go: daphne has all of it, so nothing else makes its reader pause.
TURN_BYTES = 256 * 1024
UPLOADS = tuple(
    (re.compile(pattern), limit)
    for pattern, limit in (
        (r"/videos/upload/", MAX_VIDEO_BYTES),
        (r"/photos/", MAX_PHOTO_BYTES),
        (r"/stickers/new/", MAX_STICKER_BYTES),
        (r"/inbox/[0-9a-f-]{36}/messages/", MAX_PHOTOS * MAX_PHOTO_BYTES),
        (r"/settings/profile/avatar/", MAX_AVATAR_BYTES),
    )
)
# Nothing larger is taken at all.
MOST_BODY_BYTES = max(limit for _path, limit in UPLOADS) + SLACK_BYTES
# Of the scope: why the body was left out.
REFUSAL = "paperplane.body_refusal"
TOO_LARGE, SIGNED_OUT = "too_large", "signed_out"


class BodyLimit:
    """Replaces a body that is too large with an empty one, and leaves the reason in the scope.

    So ``BodyLimitMiddleware`` can answer like any page. Only what carries a session may bring a file.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Any) -> None:
        """Pass the request on."""
        body = _Body(scope, receive)
        await self.application(body.scope, body.receive, send)


class BodyLimitMiddleware:
    """Answers requests whose body was left out: 413 with the reason, or the way to sign in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse the request, or pass it on."""
        refusal = getattr(request, "scope", {}).get(REFUSAL)
        if refusal is None:
            return self.get_response(request)
        if refusal == SIGNED_OUT:
            return to_sign_in(request)
        most = filesizeformat(upload_limit(request.path_info) or MAX_BODY_BYTES)
        detail = _("This is too large: up to %(most)s.") % {"most": most}
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        if wants_json(request):
            return problem(Refusal("too_heavy", detail), status)
        return render(request, "413.html", {"detail": detail}, status=status)


class _Body:
    """A request's body, as far as it is taken."""

    def __init__(self, scope: dict[str, Any], receive: Receive) -> None:
        self.scope = {**scope}
        self._receive = receive
        self._told_end = False
        self._turn = 0
        headers = {name.lower(): value.decode("latin1") for name, value in scope["headers"]}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        self._reason, self._left = TOO_LARGE, MAX_BODY_BYTES
        if limit := upload_limit(path):
            if settings.SESSION_COOKIE_NAME in parse_cookie(headers.get(b"cookie", "")):
                self._left = limit + SLACK_BYTES
            else:
                self._reason = SIGNED_OUT
        declared = headers.get(b"content-length", "")
        if declared.isdecimal() and int(declared[:18]) > self._left:
            self._refuse()

    async def receive(self) -> Message:
        """Return what comes next; of a body that is refused, its end."""
        if self._refused and not self._told_end:
            self._told_end = True
            return {"type": "http.request", "body": b"", "more_body": False}
        message = await self._receive()
        while self._refused and message["type"] == "http.request":
            message = await self._receive()
        if message["type"] == "http.request":
            size = len(message.get("body", b""))
            self._left -= size
            if self._left < 0:
                self._refuse()
                return await self.receive()
            await self._let_others_in(size)
        return message

    async def _let_others_in(self, size: int) -> None:
        self._turn += size
        if self._turn >= TURN_BYTES:
            self._turn = 0
            await asyncio.sleep(0)

    @property
    def _refused(self) -> bool:
        return REFUSAL in self.scope

    def _refuse(self) -> None:
        self.scope[REFUSAL] = self._reason


def upload_limit(path: str) -> int | None:
    """Return how many bytes of files may be sent to ``path``; None where none are expected."""
    return next((limit for pattern, limit in UPLOADS if pattern.fullmatch(path)), None)
