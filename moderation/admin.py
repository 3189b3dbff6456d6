"""The desk: the queue of cases, a page for each, appeals, and the log nobody can change."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Script
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, re_path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control

from accounts.policies import Refused
from accounts.requests import SignedInRequest
from moderation import actions, chain, desk
from moderation.forms import AnswerForm, DecisionForm
from moderation.models import Appeal, Case, Decision, EvidenceFile, LogEntry, Measure
from moderation.policies import decide_appeal_refusal, undo_refusal
from videos.files import send_file

BLURRED_SECONDS = 3600  # evidence never changes; its time may end


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is looked at in lists, and changed on pages of its own or not at all."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is added by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing goes."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Call the list by what is in it."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


class StateFilter(admin.SimpleListFilter):
    """What waits, unless what is decided is asked for. ``field`` is empty while it waits."""

    title = gettext_lazy("state")
    parameter_name = "state"
    field = "closed_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the others."""
        return [("closed", _("Decided"))]

    def choices(self, changelist: Any) -> Any:
        """Call the first one by its name."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else choice | {"display": _("Open")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the open ones by default."""
        return queryset.filter(**{f"{self.field}__isnull": self.value() != "closed"})


class AppealStateFilter(StateFilter):
    """Appeals that wait, unless those decided are asked for."""

    field = "decided_at"


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The queue, in the order of its index, and the page of each case."""

    list_display = ("about", "why", "report_count", "weight", "opened_at", "marks", "claimed_by")
    list_filter = (StateFilter,)
    list_select_related = ("subject", "claimed_by")
    ordering = ("-urgent", "-weight", "opened_at", "id")
    sortable_by = ()
    search_fields = ("subject__username",)
    show_full_result_count = False
    list_per_page = 50
    actions = ("dismiss",)

    class Media:
        css: ClassVar = {"all": ["css/desk.css"]}
        js: ClassVar = [Script("js/desk.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        """Add the way from case to case, and the files of the evidence."""
        case = r"^(?P<pk>[0-9a-f-]{36})/"
        file = case + r"files/(?P<sha256>[0-9a-f]{64})/"
        view = self.admin_site.admin_view
        own = [
            re_path(f"{case}next/$", view(self.next), name="moderation_case_next"),
            re_path(f"{file}$", view(self.file), name="moderation_case_file"),
            re_path(f"{file}blurred/$", view(self.blurred, cacheable=True), name="moderation_case_file_blurred"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("about"))
    def about(self, case: Case) -> str:
        """Name the account."""
        return f"@{case.subject.username}"

    @admin.display(description=gettext_lazy("reasons"))
    def why(self, case: Case) -> str:
        """Name the reasons."""
        return ", ".join(case.reason_labels)

    @admin.display(description=gettext_lazy("marks"))
    def marks(self, case: Case) -> str:
        """Mark what can't wait."""
        words = [(_("Urgent"), case.urgent), (_("Overdue"), case.is_overdue)]
        return format_html("<strong>{}</strong>", ", ".join(word for word, holds in words if holds))

    @admin.action(description=gettext_lazy("Dismiss the chosen cases"), permissions=["decide"])
    def dismiss(self, request: SignedInRequest, queryset: QuerySet[Case]) -> None:
        """Dismiss the chosen cases; those somebody else works on, or decided, stay as they are."""
        done = 0
        for case in queryset:
            try:
                actions.decide(request.user, case, Measure.DISMISS, note=_("Dismissed with others."))
                done += 1
            except Refused as error:
                self.message_user(request, f"@{case.subject.username}: {error.refusal.detail}", messages.WARNING)
        text = ngettext("%(count)d case was dismissed.", "%(count)d cases were dismissed.", done)
        self.message_user(request, text % {"count": done}, messages.SUCCESS)

    def has_decide_permission(self, request: SignedInRequest) -> bool:
        """Whether the bulk dismissal is offered."""
        return request.user.has_perm("moderation.decide_case")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a case, or do with it what was chosen. Looking at one is logged."""
        case = self._case(request, object_id)
        page = desk.open_case(case)
        form = DecisionForm(request.POST if "decide" in request.POST else None, messages=page.removable)
        if request.method == "POST" and (answer := self._do(request, case, form)):  # type: ignore[arg-type]
            return answer
        if request.method != "POST":
            chain.log("view", actor=request.user, case=case)
        context = {
            **self.admin_site.each_context(request),
            "title": f"@{case.subject.username}",
            "opts": self.opts,
            "page": page,
            "case": case,
            "form": form,
            "undoable": {one.pk for one in page.decisions if _can_undo(request, one)},
        }
        return TemplateResponse(request, "admin/moderation/case/page.html", context)

    def file(self, request: HttpRequest, pk: str, sha256: str) -> HttpResponseBase:
        """Send a file of the evidence; looking at it is logged."""
        case = self._case(request, pk)
        try:
            found = desk.file_of(case, sha256)
        except EvidenceFile.DoesNotExist as error:
            raise Http404 from error
        if not request.headers.get("Range"):
            chain.log("view_file", actor=request.user, case=case, file=found.sha256)
        return send_file(request, found.file_name, found.content_type)

    @method_decorator(cache_control(private=True, max_age=BLURRED_SECONDS))
    def blurred(self, request: HttpRequest, pk: str, sha256: str) -> HttpResponse:
        """Send a picture of the evidence as nobody can make it out, to decide whether to look."""
        case = self._case(request, pk)
        try:
            return HttpResponse(desk.blurred(desk.file_of(case, sha256)), content_type="image/webp")
        except EvidenceFile.DoesNotExist as error:
            raise Http404 from error

    def next(self, request: SignedInRequest, pk: str) -> HttpResponse:
        """Lead on to the case after this one that nobody else works on."""
        found = Case.objects.behind(self._case(request, pk)).free_for(request.user).first()
        if found is None:
            self.message_user(request, _("That was the end of the queue."), messages.INFO)
            return redirect("admin:moderation_case_changelist")
        return redirect("admin:moderation_case_change", found.pk)

    def _case(self, request: HttpRequest, pk: str) -> Case:
        if not self.has_view_permission(request):
            raise PermissionDenied
        case = self.get_object(request, pk)
        if case is None:
            raise Http404
        return case

    def _do(self, request: SignedInRequest, case: Case, form: DecisionForm) -> HttpResponse | None:
        """Carry out what was chosen; None where the page is shown again, with what was typed."""
        try:
            if "claim" in request.POST or "release" in request.POST:
                if not request.user.has_perm("moderation.decide_case"):
                    raise PermissionDenied
                (actions.claim if "claim" in request.POST else actions.release)(request.user, case)
            elif "undo" in request.POST:
                decision = Decision.objects.filter(subject=case.subject, pk=request.POST["undo"]).first()
                if decision is None:
                    raise Http404
                actions.undo(request.user, decision)
                self.message_user(request, _("The decision was taken back."), messages.SUCCESS)
            elif "decide" in request.POST:
                if not form.is_valid():
                    return None
                actions.decide(request.user, case, **form.cleaned_data)
                self.message_user(request, _("Decided."), messages.SUCCESS)
                if request.POST["decide"] == "next":
                    return redirect("admin:moderation_case_next", case.pk)
                return redirect("admin:moderation_case_changelist")
        except Refused as error:
            self.message_user(request, error.refusal.detail, messages.ERROR)
            if form.is_bound:  # what was typed is still there
                return None
        return redirect(request.path)


def _can_undo(request: HttpRequest, decision: Decision) -> bool:
    return decision.undone_at is None and undo_refusal(request.user, decision) is None  # type: ignore[arg-type]


@admin.register(Appeal)
class AppealAdmin(ReadOnlyAdmin):
    """Appeals, the oldest on top."""

    list_display = ("about", "decision", "created_at", "granted", "decided_by")
    list_filter = (AppealStateFilter,)
    sortable_by = ()
    list_select_related = ("decision__subject", "decided_by")
    ordering = ("created_at",)
    show_full_result_count = False

    @admin.display(description=gettext_lazy("about"))
    def about(self, appeal: Appeal) -> str:
        """Name the account."""
        return f"@{appeal.decision.subject.username}"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show an appeal with the decision it is about, or decide it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        appeal = self.get_object(request, object_id)
        if appeal is None:
            raise Http404
        form = AnswerForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            granted = "grant" in request.POST
            try:
                actions.decide_appeal(request.user, appeal, granted=granted, answer=form.cleaned_data["answer"])  # type: ignore[arg-type]
            except Refused as error:
                form.add_error(None, error.refusal.detail)
            else:
                self.message_user(request, _("Decided."), messages.SUCCESS)
                return redirect("admin:moderation_appeal_changelist")
        refusal = decide_appeal_refusal(request.user, appeal)  # type: ignore[arg-type]
        context = {
            **self.admin_site.each_context(request),
            "title": f"@{appeal.decision.subject.username}",
            "opts": self.opts,
            "appeal": appeal,
            "decision": appeal.decision,
            "case_url": reverse("admin:moderation_case_change", args=[appeal.decision.case_id])
            if appeal.decision.case_id
            else "",
            "form": form,
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/moderation/appeal/page.html", context)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What was looked at and decided: to read."""

    list_display = ("number", "created_at", "actor", "action", "case")
    list_select_related = ("actor", "case__subject")
    list_filter = ("action",)
    ordering = ("-number",)
    sortable_by = ()
    show_full_result_count = False
