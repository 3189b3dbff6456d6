"""Which pages may open a socket: those of this very site."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class ExactOrigin:
    """Let a socket through only from the origin it is served at, or from a trusted one.

    A browser always names the page's origin; without one, or with another, the handshake is denied.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the connection on, or deny it."""
        headers = {name.lower(): value.decode("latin1") for name, value in scope["headers"]}
        if is_own_origin(headers.get(b"origin", ""), headers.get(b"host", "")):
            await self.application(scope, receive, send)
        else:
            await WebsocketDenier()(scope, receive, send)


def is_own_origin(origin: str, host: str) -> bool:
    """Whether ``origin`` is the site's own (the same host and port, and an allowed one) or a trusted one."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    schemes = {"https"} if settings.TLS else {"http", "https"}
    domain, _port = split_domain_port(host)
    return parts.scheme in schemes and parts.netloc == host and validate_host(domain, settings.ALLOWED_HOSTS)
