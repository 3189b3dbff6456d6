"""Where somebody connects from: the one place that reads it, for requests and sockets alike."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

# Providers give a customer a whole /64 of IPv6: whoever has one address there has them all.
IPV6_PREFIX = 64
INTERNAL = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)


def of_request(request: HttpRequest) -> str:
    """Return the address a request comes from; empty where it can't be told."""
    return _address(request.META.get("REMOTE_ADDR") or "", [request.META.get("HTTP_X_FORWARDED_FOR", "")])


def of_scope(scope: Mapping[str, Any]) -> str:
    """Return the address a socket comes from, by its ASGI scope; empty where it can't be told."""
    peer = (scope.get("client") or [""])[0] or ""
    forwarded = (value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"x-forwarded-for")
    return _address(peer, forwarded)


def network_of(address: str) -> str:
    """Return what counts as one place: an IPv4 address itself, of an IPv6 address its first half."""
    if not address:
        return ""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    return str(ipaddress.ip_network((parsed.packed, IPV6_PREFIX), strict=False).network_address)


def _address(peer: str, forwarded: Iterable[str]) -> str:
    """Return ``peer``, or what the outermost of our proxies saw.

    Each proxy adds to the right whom it was asked by; what stands further left was written by anyone.
    """
    if count := settings.TRUSTED_PROXY_COUNT:
        chain = [part for value in forwarded for part in value.split(",") if part.strip()]
        if len(chain) >= count:
            return _plain(chain[-count]) or _plain(peer)
        return _plain(peer)
    # Where no proxy is declared, one on this machine or beside it would make everybody one address.
    return "" if _is_internal(_plain(peer)) else _plain(peer)


def _is_internal(address: str) -> bool:
    return bool(address) and any(ipaddress.ip_address(address) in network for network in INTERNAL)


def _plain(text: str) -> str:
    """Return the address in its usual form, without port and zone; empty where it is none."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    return str(mapped or parsed)
