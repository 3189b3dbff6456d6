"""The sheet to share a video from, and what became of it."""

import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import addresses
from accounts.models import User
from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from messaging.actions import Wanted
from messaging.forms import ShareForm
from messaging.sharing import candidates, recipients_named, share
from messaging.views.answers import changing, problem, reading
from videos.forms import first_problem
from videos.models import Video
from videos.policies import copy_refusal, share_refusal


def share_video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponseBase:
    """``/videos/<id>/share/``: a GET gives the sheet, a POST sends."""
    return (send if request.method == "POST" else sheet)(request, video_id)


@reading
def sheet(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Give the sheet: to a script alone, else as a page. ``?q=`` narrows the people."""
    return _sheet(request, _shareable(request, video_id), ShareForm())


@changing
def send(request: SignedInRequest, video_id: uuid.UUID) -> HttpResponse:
    """Send the video to each of ``to``; answer who got it, and who couldn't be reached and why."""
    video = _shareable(request, video_id)
    data = request.POST
    form = ShareForm(data)
    people = recipients_named(request.user, data.getlist("to"))
    if form.is_valid() and not people:
        form.add_error("to", _("Choose who to send it to."))
    if not form.is_valid():
        refusal = Refusal("no_content", first_problem(form)[1])
        if wants_json(request):
            return problem(refusal)
        return _sheet(request, video, form, status=HTTPStatus.BAD_REQUEST, error=refusal.detail)
    cleaned = form.cleaned_data
    what = Wanted(gif=cleaned["gif"]) if cleaned["gif"] else Wanted(video=video.pk)
    address = addresses.of_request(request)
    outcome = share(request.user, what, people, cleaned["body"], cleaned["client_id"], address)
    sent = [one.person for one in outcome if one.message]
    if wants_json(request):
        answer = {
            "sent": [person.username for person in sent],
            "refused": [_refused(one.person, one.refusal) for one in outcome if one.refusal],
        }
        return JsonResponse(answer, status=HTTPStatus.CREATED if sent else HTTPStatus.FORBIDDEN)
    context = {"video": video, "outcome": outcome, "sent": sent}
    return render(request, "messaging/shared.html", context)


def _refused(person: User, refusal: Refusal) -> dict[str, Any]:
    return {
        "username": person.username,
        "name": person.name,
        "code": refusal.code,
        "detail": refusal.detail,
        "retry_after": getattr(refusal, "retry_after", None),
    }


def _shareable(request: SignedInRequest, video_id: uuid.UUID) -> Video:
    """Return the video. Raises ``Video.DoesNotExist``, or ``Refused`` where its author doesn't let it be shared."""
    video = Video.objects.watchable_by(request.user).select_related("author").get(pk=video_id)
    if refusal := share_refusal(request.user, video):
        raise Refused(refusal)
    return video


def _sheet(request: SignedInRequest, video: Video, form: ShareForm, **context: Any) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    url = request.build_absolute_uri(video.get_absolute_url())
    status = context.pop("status", HTTPStatus.OK)
    context |= {
        "video": video,
        "url": url,
        "query": words,
        "form": form,
        "chosen": set(form.data.getlist("to")) if form.is_bound else set(),  # type: ignore[attr-defined]
        "client_id": form["client_id"].value() or uuid.uuid4(),
        "candidates": candidates(request.user, words),
        "links": _links(url, video),
        "may_copy": copy_refusal(request.user, video) is None,
    }
    template = "messaging/share_sheet.html" if getattr(request, "htmx", None) else "messaging/share.html"
    return render(request, template, context, status=status)


def _links(url: str, video: Video) -> list[dict[str, str]]:
    """Return other ways out: plain links, so that nobody is told of anything before one is used."""
    text = video.caption or _("A video by @%(name)s") % {"name": video.author.username}
    both = urlencode({"text": text, "url": url})
    mail = urlencode({"subject": text, "body": url}, quote_via=quote)
    return [
        {"name": "WhatsApp", "url": f"https://wa.me/?{urlencode({'text': f'{text} {url}'})}", "icon": "message-circle"},
        {"name": "Telegram", "url": f"https://t.me/share/url?{both}", "icon": "send"},
        {
            "name": "Facebook",
            "url": f"https://www.facebook.com/sharer/sharer.php?{urlencode({'u': url})}",
            "icon": "users",
        },
        {"name": "X", "url": f"https://x.com/intent/post?{both}", "icon": "x"},
        {"name": _("E-mail"), "url": f"mailto:?{mail}", "icon": "mail"},
    ]
