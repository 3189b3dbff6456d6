"""What an account reported, and what became of it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from messaging.views.answers import reading
from moderation.models import Report
from moderation.views.reporting import draw_step

PAGE_SIZE = 30


@reading
def index(request: SignedInRequest) -> HttpResponse:
    """List the account's reports, the newest first."""
    reports = Report.objects.of(request.user)
    if before := _key(request):
        reports = reports.filter(pk__lt=before)
    page = list(reports[: PAGE_SIZE + 1])
    more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    context = {
        "heading": _("My reports"),
        "reports": page,
        "next_page": f"?before={page[-1].pk}" if more else None,
    }
    return render(request, "moderation/my_reports.html", context)


@reading
def sent(request: SignedInRequest, report_id: uuid.UUID) -> HttpResponse:
    """Thank for a report, and ask whether to block the account as well: the last step."""
    report = Report.objects.of(request.user).get(pk=report_id)
    person = report.case.subject
    context = {
        "person": person,
        "title": _("Thank you"),
        "can_block": person.is_active and not request.user.blocks_made.filter(blocked=person).exists(),
        "back": report.back_url,
    }
    return draw_step(request, "moderation/report_sent.html", context)


def _key(request: SignedInRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.GET.get("before", ""))
    except ValueError:
        return None
