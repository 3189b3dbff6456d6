"""What moderators decided about an account, as its owner reads it; and the appeal against it."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from messaging.views.answers import asking, fields, reading
from moderation import actions, suspended
from moderation.forms import AppealForm
from moderation.models import Decision
from moderation.policies import appeal_refusal
from moderation.reading import find, told_to


@reading
def index(request: SignedInRequest) -> HttpResponse:
    """List what was decided about the account, the newest first."""
    context = {"heading": _("Decisions"), "decisions": told_to(request.user)}
    return render(request, "moderation/my_decisions.html", context)


@asking
def unread(request: SignedInRequest) -> HttpResponse:
    """Show a decision the account hasn't read, the oldest first; a POST says it was read, and leads on."""
    goes_on = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(goes_on, allowed_hosts=None) or not goes_on.startswith("/"):
        goes_on = "/inbox/"
    if request.method == "POST":
        decision = Decision.objects.told_to(request.user).get(pk=_uuid(request.POST.get("decision", "")))
        actions.mark_read(request.user, decision)
        if "appeal" in request.POST:
            return redirect("settings_decision_appeal", decision.pk)
        return redirect(f"{request.path}?{urlencode({'next': goes_on})}")
    waiting = told_to(request.user, unread=True)
    if not waiting:
        return redirect(goes_on)
    return render(request, "moderation/unread.html", {"decision": waiting[-1], "next": goes_on})


@asking
def appeal(request: SignedInRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Appeal against a decision."""
    decision = Decision.objects.told_to(request.user).get(pk=decision_id)
    form = AppealForm(fields(request) if request.method == "POST" else None)
    if request.method == "POST" and wants_json(request):
        return _answer(request.user, decision, form)
    if request.method == "POST":
        if form.is_valid() and _appealed(request, request.user, decision, form):
            return redirect("settings_decisions")
    elif refusal := appeal_refusal(request.user, decision):
        messages.error(request, refusal.detail)
        return redirect("settings_decisions")
    context = {"heading": _("Appeal"), "decision": find(request.user, decision.pk), "form": form}
    return render(request, "moderation/appeal.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closed(request: HttpRequest, token: str) -> HttpResponse:
    """Show somebody who just gave the right password of a suspended account why, and let them appeal."""
    user = suspended.user_of(token)
    if user is None:
        raise Http404
    decision = Decision.objects.in_force(user).filter(measure="close").order_by("-id").first()
    if decision is None:
        raise Http404
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _appealed(request, user, decision, form):
        return redirect(request.path)
    told = find(user, decision.pk)
    context: dict[str, Any] = {"decision": told, "person": user, "form": form if told.can_appeal else None}
    return render(request, "moderation/closed.html", context)


def _answer(user: User, decision: Decision, form: AppealForm) -> HttpResponse:
    """Appeal as a program does. Raises ``Refused``."""
    if not form.is_valid():
        raise Refused(Refusal("bad_format", form.errors.as_text()))
    made = actions.appeal(user, decision, form.cleaned_data["text"])
    return JsonResponse({"appeal": str(made.pk), "state": "open"}, status=HTTPStatus.CREATED)


def _appealed(request: HttpRequest, user: User, decision: Decision, form: AppealForm) -> bool:
    """Send an appeal; where that isn't possible, say why at the form."""
    try:
        actions.appeal(user, decision, form.cleaned_data["text"])
    except Refused as error:
        form.add_error(None, error.refusal.detail)
        return False
    messages.success(request, _("Your appeal is with the moderators. Another one than before decides about it."))
    return True


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as error:
        raise Decision.DoesNotExist from error
