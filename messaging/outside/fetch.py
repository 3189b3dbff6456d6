"""Fetching what a text points to, without becoming its author's hand inside our network."""

from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3.response import HTTPResponse

from messaging.outside.errors import Unfetchable
from messaging.outside.guard import PUBLIC, Guard, Place, read_url
from messaging.outside.wire import Budget, answer_of

USER_AGENT = "Paperplane link preview"
MAX_HEADER_BYTES = 64 * 1024  # of all answers on the way together
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ENCODINGS = frozenset({"", "identity", "gzip"})  # what we offer; urllib3 unpacks it piece by piece


@dataclass(frozen=True)
class Fetched:
    """What came: the address that answered in the end, its whole Content-Type, and the body, unpacked."""

    url: str
    content_type: str
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in small letters."""
        return media_type(self.content_type)


def media_type(content_type: str) -> str:
    """Return ``content_type`` without its parameters, in small letters."""
    return content_type.partition(";")[0].strip().lower()


def fetch(
    url: str,
    *,
    max_bytes: int,
    max_seconds: float,
    accept: tuple[str, ...],
    max_redirects: int = 3,
    guard: Guard = PUBLIC,
    cut: bool = False,
) -> Fetched:
    """GET ``url``, following at most ``max_redirects``, each of them checked like the first address.

    ``accept`` are media types, or whole kinds as in ``image/*``. ``max_seconds`` is for everything, from looking
    up the name to the last byte; ``max_bytes`` is for the unpacked body, which is refused beyond it, or with
    ``cut`` cut there. No cookies, no credentials, no proxies. Raises ``Unfetchable``.
    """
    # Packed and framed, a body may be somewhat longer than itself; much longer, and somebody plays.
    budget = Budget(seconds=max_seconds, wire_bytes=2 * max_bytes + MAX_HEADER_BYTES)
    headers = {
        "User-Agent": USER_AGENT,
        "Accept": ", ".join(accept),
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    place = read_url(url, guard)
    for _hop in range(max_redirects + 1):
        with answer_of(place, guard, budget, headers) as response:
            if response.status not in REDIRECTS:
                return Fetched(place.url, *_read(response, accept, max_bytes, cut=cut))
            place = _next(place, response.headers.get("Location", ""), guard)
    raise Unfetchable("too_many_redirects")


def _next(place: Place, location: str, guard: Guard) -> Place:
    # http.client reads headers as Latin-1; what isn't ASCII in them is UTF-8.
    location = location.strip().encode("latin-1", "replace").decode("utf-8", "replace")
    if not location:
        raise Unfetchable("broken")
    try:
        following = read_url(urljoin(place.url, location), guard)
    except ValueError:
        raise Unfetchable("bad_url") from None
    if (place.scheme, following.scheme) == ("https", "http"):
        raise Unfetchable("downgraded")
    return following


def _read(response: HTTPResponse, accept: tuple[str, ...], max_bytes: int, *, cut: bool) -> tuple[str, bytes]:
    """Return content type and body."""
    if response.status != 200:
        raise Unfetchable("bad_status")
    content_type = response.headers.get("Content-Type", "")
    if not _accepted(media_type(content_type), accept):
        raise Unfetchable("wrong_type")
    if response.headers.get("Content-Encoding", "").strip().lower() not in ENCODINGS:
        raise Unfetchable("broken")
    if not cut and (response.length_remaining or 0) > max_bytes:
        raise Unfetchable("too_large")
    # A byte more than allowed, and no more: both the reading and the unpacking stop there.
    body = response.read(max_bytes + 1)
    if len(body) > max_bytes and not cut:
        raise Unfetchable("too_large")
    return content_type, body[:max_bytes]


def _accepted(kind: str, accept: tuple[str, ...]) -> bool:
    return kind in accept or f"{kind.partition('/')[0]}/*" in accept
