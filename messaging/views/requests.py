"""Message requests, those a rule held back, and the rules."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.settings import SettingsView
from messaging import actions
from messaging.forms import RequestRulesForm
from messaging.models import Folder, Message, Participant, RequestRules
from messaging.rendering import preview
from messaging.requests import facts_of
from messaging.rows import load_rows
from messaging.views.answers import changing, pane_or_page, reading
from messaging.views.inbox import inbox_key, list_context, next_page

REQUESTS_A_PAGE = 40
PLACES = {"requests": Folder.REQUESTS, "filtered": Folder.FILTERED}


@reading
def requests(request: SignedInRequest) -> HttpResponse:
    """Show who asks to write, each with the first words."""
    return _page(request, "requests")


@reading
def filtered(request: SignedInRequest) -> HttpResponse:
    """Show the requests that a rule held back, each with the rule."""
    return _page(request, "filtered")


@changing
def delete_all(request: SignedInRequest) -> HttpResponse:
    """Delete all requests of one page, after a question; those that came since it was shown stay."""
    place = request.POST.get("place", "")
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if place not in PLACES or until is None or until.tzinfo is None:
        raise Refused(Refusal("bad_frame", _("place: requests or filtered; until: a moment")))
    back = reverse(place)
    if "confirmed" in request.POST:
        actions.decline_all(request.user, PLACES[place], until)
        return redirect(back)
    count = Participant.objects.of(request.user).filter(folder=PLACES[place], last_activity__lte=until).count()
    question = ngettext("Delete %(count)d request?", "Delete all %(count)d requests?", count) % {"count": count}
    context = {
        "question": question,
        "explanation": _("They disappear for you, for good. Nobody who wrote is told."),
        "action": request.path,
        "kept": {"place": place, "until": until.isoformat()},
        "back": back,
    }
    return render(request, "messaging/confirm_delete.html", context)


class RequestRulesSettings(SettingsView):
    """What is held back of the requests one gets."""

    form_class = RequestRulesForm
    template_name = "messaging/request_rules.html"
    heading = gettext_lazy("Message requests")

    def get_initial(self) -> dict[str, Any]:
        """Start from what is set now."""
        rules = RequestRules.objects.filter(user=self.request.user).first() or RequestRules()
        return {name: getattr(rules, name) for name in RequestRulesForm.base_fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add how many wait among the filtered."""
        count = Participant.objects.of(self.request.user).filter(folder=Folder.FILTERED).count()
        return super().get_context_data(filtered_count=count, **kwargs)

    def save(self, user: User, form: forms.Form) -> None:
        """Write the rules."""
        actions.save_rules(user, **form.cleaned_data)


def _page(request: SignedInRequest, place: str) -> HttpResponse:
    waiting = Participant.objects.in_folder(request.user, PLACES[place])
    if key := inbox_key(request.GET.get("after", "")):
        waiting = waiting.after(key)
    page = list(waiting.with_row()[: REQUESTS_A_PAGE + 1])
    sides = page[:REQUESTS_A_PAGE]
    first = _first_messages(request.user, sides)
    facts = facts_of(request.user, [(side, _other_of(side)) for side in sides])
    items = [
        {"row": row, "first_message": preview(first.get(row.id)), "facts": fact}
        for row, fact in zip(load_rows(sides), facts, strict=True)
    ]
    filtered = Participant.objects.of(request.user).filter(folder=Folder.FILTERED)
    return pane_or_page(
        request,
        "messaging/pane_requests.html",
        lambda: list_context(request, Folder.INBOX, searching=False),
        view="requests",
        place=place,
        requests=items,
        until=max((side.last_activity for side in sides), default=None),
        filtered_count=filtered.count() if place == "requests" else 0,
        more_requests=next_page(place, sides[-1], "") if len(page) > REQUESTS_A_PAGE else "",
    )


def _other_of(side: Participant) -> Participant:
    return next(one for one in side.conversation.sides if one.user_id != side.user_id)  # type: ignore[attr-defined]


def _first_messages(user: User, sides: list[Participant]) -> dict[Any, Message]:
    messages = Message.objects.visible_to(user).filter(conversation__in=[side.conversation_id for side in sides])
    first: dict[Any, Message] = {}
    for message in messages.order_by("seq"):
        first.setdefault(message.conversation_id, message)
    return first
