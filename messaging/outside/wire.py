"""One request to one place: the name looked up once, the connection tied to what was found, all of it in bounds."""

import functools
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError
from urllib3.response import HTTPResponse

from messaging.outside.errors import Unfetchable
from messaging.outside.guard import Guard, Place, check_address, literal

MAX_LOOKUPS = 8  # at a time; one can hang for half a minute, whatever we wait
MAX_ADDRESSES = 4  # of one host that are tried

# Family and address, as the socket takes it.
Address = tuple[int, tuple[Any, ...]]

_lookups = threading.BoundedSemaphore(MAX_LOOKUPS)


class Budget:
    """What a fetch may still take, all its redirects together: seconds of the clock, and bytes of the wire."""

    def __init__(self, *, seconds: float, wire_bytes: int) -> None:
        self._ends = time.monotonic() + seconds
        self._bytes = wire_bytes

    def seconds(self) -> float:
        """Return how many are left, more than none. Raises ``Unfetchable("too_slow")``."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unfetchable("too_slow")
        return left

    def take(self, count: int) -> None:
        """Count bytes that came. Raises ``Unfetchable("too_large")``."""
        self._bytes -= count
        if self._bytes < 0:
            raise Unfetchable("too_large")


@contextmanager
def answer_of(place: Place, guard: Guard, budget: Budget, headers: dict[str, str]) -> Iterator[HTTPResponse]:
    """Ask ``place`` and give its answer, the body still to be read. Raises ``Unfetchable``, while reading too."""
    connection = HTTPConnection(place.host, place.port)
    # The socket is ours, so that neither a resolver nor a proxy of the environment has a say in where it leads.
    connection.auto_open = 0
    connection.sock = _connect(place, _addresses_of(place, guard, budget), budget)
    connection.response_class = functools.partial(_BoundedResponse, budget=budget)  # type: ignore[assignment]
    response = None
    try:
        connection.request("GET", place.path, headers={"Host": place.netloc, **headers}, preload_content=False)
        response = connection.getresponse()
        yield response
    except (TimeoutError, Urllib3TimeoutError):
        raise Unfetchable("too_slow") from None
    except (HTTPError, http.client.HTTPException, OSError, ValueError):
        raise Unfetchable("broken") from None
    finally:
        if response is not None:
            response.close()
        connection.close()


def _addresses_of(place: Place, guard: Guard, budget: Budget) -> list[Address]:
    """Look the host up, once. One private address among several is enough to refuse them all."""
    if address := literal(place.host):
        return [(socket.AF_INET, (place.host, place.port))] if address.version == 4 else [_v6(place)]
    found = _look_up(place.host, place.port, budget)
    for _family, where in found:
        check_address(ip_address(where[0]), guard)
    return found[:MAX_ADDRESSES]


def _v6(place: Place) -> Address:
    return socket.AF_INET6, (place.host, place.port, 0, 0)


def _look_up(host: str, port: int, budget: Budget) -> list[Address]:
    """Ask the system's resolver, in a thread of its own: it knows no deadline."""
    places = _lookups
    if not places.acquire(timeout=budget.seconds()):
        raise Unfetchable("too_slow")
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:
            answer.set_exception(error)
        finally:
            places.release()

    threading.Thread(target=ask, name="name-lookup", daemon=True).start()
    try:
        found = answer.result(timeout=budget.seconds())
    except TimeoutError:
        raise Unfetchable("too_slow") from None
    except (OSError, UnicodeError):
        raise Unfetchable("no_such_host") from None
    if not found:
        raise Unfetchable("no_such_host")
    return [(family, where) for family, _type, _protocol, _name, where in found]


def _connect(place: Place, addresses: list[Address], budget: Budget) -> socket.socket:
    """Connect to one of ``addresses`` and to nothing else; over TLS, with whom the certificate names ``place.host``."""
    plain = _first_to_answer(addresses, budget)
    if place.scheme == "http":
        return plain
    try:
        plain.settimeout(budget.seconds())
        return tls().wrap_socket(plain, server_hostname=place.host)
    except BaseException as error:
        plain.close()
        if isinstance(error, ssl.SSLCertVerificationError):
            raise Unfetchable("bad_certificate") from None
        if isinstance(error, TimeoutError):
            raise Unfetchable("too_slow") from None
        if isinstance(error, (OSError, ValueError)):
            raise Unfetchable("unreachable") from None
        raise


def _first_to_answer(addresses: list[Address], budget: Budget) -> socket.socket:
    late = False
    for place, (family, where) in enumerate(addresses):
        try:
            sock = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue  # no IPv6 on this machine
        try:
            # The time is shared among those still to be tried: one that swallows packets doesn't eat it all.
            sock.settimeout(budget.seconds() / (len(addresses) - place))
            sock.connect(where)
            return sock
        except OSError as error:
            late = isinstance(error, TimeoutError)
            sock.close()
    raise Unfetchable("too_slow" if late else "unreachable")


@functools.cache
def tls() -> ssl.SSLContext:
    """Return what certificates are checked with: the system's authorities, the name, the dates."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


class _BoundedResponse(http.client.HTTPResponse):
    """An answer that every single read of, headers and body alike, is charged to the budget."""

    def __init__(self, sock: socket.socket, *args: Any, budget: Budget, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedReads(self.fp.detach(), sock, budget))


class _BoundedReads(io.RawIOBase):
    """The bytes of a socket. A peer that sends one now and then gets no further second by it."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, budget: Budget) -> None:
        self._raw, self._sock, self._budget = raw, sock, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._budget.seconds())
        count = self._raw.readinto(buffer)
        self._budget.take(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
