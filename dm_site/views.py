"""What machines ask: is it alive, and how is it doing."""

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the site and its database work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Show the metrics to who holds ``METRICS_TOKEN``, or to staff; for anyone else there is nothing here."""
    token = settings.METRICS_TOKEN
    sent = request.headers.get("Authorization", "")
    if (token and constant_time_compare(sent, f"Bearer {token}")) or (
        request.user.is_authenticated and request.user.is_staff
    ):
        return ExportToDjangoView(request)
    raise Http404
