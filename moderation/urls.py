"""Addresses of reporting, and of what became of it."""

from django.urls import path

from moderation.views import decisions, reporting, reports

urlpatterns = [
    path("messages/<uuid:message_id>/report/", reporting.message, name="report_message"),
    path("inbox/<uuid:conversation_id>/report/", reporting.conversation, name="report_conversation"),
    path("@<username:username>/report/", reporting.account, name="report_account"),
    path("settings/reports/", reports.index, name="settings_reports"),
    path("settings/reports/<uuid:report_id>/sent/", reports.sent, name="report_sent"),
    path("settings/decisions/", decisions.index, name="settings_decisions"),
    path("settings/decisions/unread/", decisions.unread, name="settings_decisions_unread"),
    path("settings/decisions/<uuid:decision_id>/appeal/", decisions.appeal, name="settings_decision_appeal"),
    path("settings/decisions/closed/<str:token>/", decisions.closed, name="decisions_of_closed"),
]
