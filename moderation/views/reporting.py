"""Reporting a message, a conversation or an account: the reason, what should be known, done."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from messaging.models import Message
from messaging.views.answers import asking, fields, problem
from messaging.views.conversation import load_sides
from moderation import actions
from moderation.forms import ReasonForm, ReportForm
from moderation.models import Reason, Report
from moderation.models.cases import URGENT_REASONS
from moderation.policies import report_refusal


@dataclass(frozen=True)
class _Subject:
    """What is reported: whose it is, what the page is called, and where it leads back to."""

    person: User
    title: str
    back: str
    report: Callable[..., Report]


@asking
def message(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """Report a message."""
    found = Message.objects.visible_to(request.user).select_related("sender", "conversation").get(pk=message_id)
    back = f"{found.conversation.get_absolute_url()}#m-{found.pk}"
    subject = _Subject(found.sender, _("Report this message"), back, actions.report_message)
    return _answer(request, subject, message_id)


@asking
def conversation(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Report the other side of a conversation."""
    other = load_sides(request.user, conversation_id).other
    title = _("Report this conversation")
    subject = _Subject(other, title, reverse("conversation", args=[conversation_id]), actions.report_conversation)
    return _answer(request, subject, conversation_id)


@asking
def account(request: SignedInRequest, username: str) -> HttpResponse:
    """Report an account."""
    person = get_object_or_404(User.objects.reachable().named(username))
    title = _("Report @%(name)s") % {"name": person.username}
    subject = _Subject(person, title, person.get_absolute_url(), actions.report_account)
    return _answer(request, subject, person)


def _answer(request: SignedInRequest, subject: _Subject, target: Any) -> HttpResponse:
    """Show the step the request has come to, or send the report."""
    if refusal := report_refusal(request.user, subject.person):
        raise Refused(refusal)
    if request.method != "POST":
        chosen = ReasonForm(request.GET)
        return _step(request, subject, ReportForm(initial=request.GET.dict()) if chosen.is_valid() else None)
    form = ReportForm(fields(request))
    if not form.is_valid():
        if wants_json(request):
            name, errors = next(iter(form.errors.as_data().items()))
            raise Refused(Refusal("bad_format", f"{name}: {errors[0].messages[0]}"))
        # Without a reason it is the first step again, in which nothing can have been typed.
        return _step(request, subject, None if "reason" in form.errors else form, HTTPStatus.BAD_REQUEST)
    try:
        report = subject.report(request.user, target, **form.cleaned_data)
    except Refused as error:
        if wants_json(request):
            return problem(error.refusal)
        return _step(request, subject, form, HTTPStatus.TOO_MANY_REQUESTS, error.refusal.detail)
    sent = reverse("report_sent", args=[report.pk])
    if wants_json(request):
        return JsonResponse({"report": str(report.pk), "state": "open", "url": sent}, status=HTTPStatus.CREATED)
    return redirect(sent)


def _step(
    request: SignedInRequest,
    subject: _Subject,
    form: ReportForm | None,
    status: HTTPStatus = HTTPStatus.OK,
    error: str = "",
) -> HttpResponse:
    reason = form["reason"].value() if form else ""
    context = {
        "person": subject.person,
        "title": subject.title,
        "back": subject.back,
        "here": request.path,
        "form": form,
        "reasons": Reason.choices,
        "reason_label": Reason(reason).label if reason else "",
        "urgent": reason in URGENT_REASONS,
        "error": error or (_("Choose what is wrong.") if status == HTTPStatus.BAD_REQUEST and form is None else ""),
    }
    return draw_step(request, "moderation/report_step.html", context, status)


def draw_step(
    request: SignedInRequest, template: str, context: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """Draw a step alone, where a dialog asks for it, else as a page."""
    if request.headers.get("HX-Request"):
        response = render(request, template, context, status=status)
    else:
        response = render(request, "moderation/report.html", context | {"step": template}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
