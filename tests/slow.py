"""Pages whose query takes as long as their address says (``?slow=2``): others mustn't wait for them."""

import logging
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

BEGINS = "A slow query begins"
logger = logging.getLogger(__name__)


def slow_query(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        if seconds := request.GET.get("slow"):
            logger.warning(BEGINS)
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    connection.connection.create_function("pg_sleep", 1, time.sleep)
                cursor.execute("SELECT pg_sleep(%s)", [float(seconds)])
        return get_response(request)

    return answer
