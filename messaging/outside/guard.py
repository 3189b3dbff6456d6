"""Where the server may go: which addresses can be written, and which of them are on the public internet.

An address is read once, here, and what was read is what is asked: no second parser can see another host in it.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urlsplit

import idna

from messaging.outside.errors import Unfetchable

MAX_URL_CHARACTERS = 2000
PORTS = {"http": 80, "https": 443}

# urlsplit drops some of these in silence, and browsers read a backslash as a slash.
_UNWRITABLE = re.compile(r"[\x00-\x20\x7f-\xa0\s\\]")
_NETLOC = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@%]+))(?::(?P<port>[0-9]{0,5}))?")
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*")
# A host that ends so is an address to browsers and to the system's resolver: 2130706433, 0x7f.1, 0177.0.0.1.
_NUMERIC_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_KEPT_IN_PATH = "%/:@!$&'()*+,;=~-._"

_PUBLIC_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
# Beyond what ``is_global`` of Python 3.11 knows.
_NOT_PUBLIC: tuple[IPv4Network | IPv6Network, ...] = (
    IPv4Network("100.64.0.0/10"),  # carriers' own; Alibaba's metadata
    IPv4Network("168.63.129.16/32"),  # Azure's metadata, on an address that looks public
    IPv4Network("169.254.0.0/16"),  # everybody else's metadata
    IPv4Network("192.0.0.0/24"),  # protocol assignments; Oracle's metadata
    IPv4Network("192.88.99.0/24"),  # relays of 6to4
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4: any IPv4 address inside of it
    IPv6Network("3fff::/20"),
)
_PRIVATE: tuple[IPv4Network | IPv6Network, ...] = (
    *(IPv4Network(network) for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    IPv6Network("::1/128"),
    IPv6Network("fc00::/7"),
)
# Metadata services that lie in a private network.
_NEVER = (IPv6Network("fd00:ec2::254/128"), IPv6Network("fd20:ce::254/128"))


@dataclass(frozen=True)
class Guard:
    """What may be asked. As it is by default: wherever a person's text may point to.

    ``allow_private`` lets loopback and private networks through (never a cloud's metadata); ``hosts``, if given,
    are the only ones, after redirects too.
    """

    allow_private: bool = False
    ports: frozenset[int] = frozenset(PORTS.values())
    hosts: frozenset[str] | None = None


PUBLIC = Guard()
# To read an address that isn't asked yet, and will be checked anew when it is.
UNASKED = Guard(allow_private=True, ports=frozenset(range(1, 65536)))


@dataclass(frozen=True)
class Place:
    """An address taken apart: ``host`` in ASCII and small letters, ``path`` with the query, quoted."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """The host as the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address; the same for all ways to write it that differ in form alone."""
        return f"{self.scheme}://{self.netloc}{self.path}"


def read_url(url: str, guard: Guard = PUBLIC) -> Place:
    """Take ``url`` apart. Raises ``Unfetchable``: ``bad_url forbidden_port forbidden_host private``.

    The host may still turn out to be private when its name is looked up.
    """
    if len(url) > MAX_URL_CHARACTERS or _UNWRITABLE.search(url):
        raise Unfetchable("bad_url")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unfetchable("bad_url") from None
    written = _NETLOC.fullmatch(parts.netloc)
    if parts.scheme not in PORTS or not written:
        raise Unfetchable("bad_url")
    host = _read_v6(written["v6"]) if written["v6"] else _read_name(written["name"])
    path = quote(parts.path or "/", safe=_KEPT_IN_PATH, errors="replace")
    if parts.query:
        path += "?" + quote(parts.query, safe=_KEPT_IN_PATH + "?", errors="replace")
    place = Place(parts.scheme, host, int(written["port"] or PORTS[parts.scheme]), path)
    _check(place, guard)
    return place


def _read_v6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except ValueError:
        raise Unfetchable("bad_url") from None


def _read_name(text: str) -> str:
    """Return a host name in ASCII and without the final dot, or an IPv4 address in its one usual notation."""
    try:
        name = (text if text.isascii() else idna.encode(text[:253], uts46=True).decode()).lower()
        undotted = name.removesuffix(".")
        if _NUMERIC_END.fullmatch(undotted):
            return str(IPv4Address(name))
    except ValueError:
        raise Unfetchable("bad_url") from None
    if not _NAME.fullmatch(undotted):
        raise Unfetchable("bad_url")
    return undotted


def _check(place: Place, guard: Guard) -> None:
    if place.port not in guard.ports:
        raise Unfetchable("forbidden_port")
    if guard.hosts is not None and place.host not in guard.hosts:
        raise Unfetchable("forbidden_host")
    if address := literal(place.host):
        check_address(address, guard)
    elif "." not in place.host and not guard.allow_private:
        raise Unfetchable("private")  # localhost, or a machine next to this one


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that ``host`` is, or None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def check_address(address: IPv4Address | IPv6Address, guard: Guard) -> None:
    """Raise ``Unfetchable("private")`` if the guard lets nobody go to ``address``."""
    if is_public(address):
        return
    if guard.allow_private and _within(address, _PRIVATE) and not _within(address, _NEVER):
        return
    raise Unfetchable("private")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` is one machine on the public internet, and not another address in disguise."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            # What a network without IPv4 makes of every IPv4 address: as public as the one inside.
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _PUBLIC_V6:
            return False
    return address.is_global and not address.is_multicast and not _within(address, _NOT_PUBLIC)


def _within(address: IPv4Address | IPv6Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(address in network for network in networks)
