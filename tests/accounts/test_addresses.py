"""Where somebody connects from: the connection, or what proxies that are trusted say, and nothing else."""

import pytest
from django.test import RequestFactory

from accounts import addresses

pytestmark = pytest.mark.once


def seen(peer: str, *forwarded: str) -> str:
    """Return the address of a request, which must be that of a socket too."""
    headers = {"X-Forwarded-For": ",".join(forwarded)} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    scope = {"client": [peer, 1], "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded]}
    assert addresses.of_request(request) == addresses.of_scope(scope)
    return addresses.of_request(request)


def test_without_proxies_nobody_is_believed():
    assert seen("192.0.2.7") == "192.0.2.7"
    assert seen("192.0.2.7", "203.0.113.1") == "192.0.2.7"


@pytest.mark.parametrize(
    "peer", ["127.0.0.1", "10.1.2.3", "172.17.0.1", "192.168.1.1", "::1", "fd00::7", "::ffff:10.0.0.1"]
)
def test_what_may_be_a_proxy_nobody_told_of_is_no_address(peer, settings):
    assert seen(peer) == ""
    settings.TRUSTED_PROXY_COUNT = 1
    assert seen(peer, "203.0.113.1") == "203.0.113.1"
    assert seen(peer) == peer.removeprefix("::ffff:")


@pytest.mark.parametrize(
    ("count", "forwarded", "address"),
    [
        (1, ["203.0.113.1"], "203.0.113.1"),
        (1, ["198.51.100.9, 203.0.113.1"], "203.0.113.1"),  # further left anyone may write
        (2, ["198.51.100.9, 203.0.113.1, 192.0.2.7"], "203.0.113.1"),
        (2, ["198.51.100.9, 203.0.113.1", "192.0.2.7"], "203.0.113.1"),
        (2, ["203.0.113.1"], "10.0.0.1"),  # came past one of them
        (1, [], "10.0.0.1"),
        (1, ["unknown"], "10.0.0.1"),
        (1, ["203.0.113.1:4711"], "203.0.113.1"),
        (1, ['"[2001:db8::7]:4711"'], "2001:db8::7"),
        (1, ["fe80::1%eth0"], "fe80::1"),
    ],
)
def test_as_many_proxies_as_are_ours_are_believed(count, forwarded, address, settings):
    settings.TRUSTED_PROXY_COUNT = count
    assert seen("10.0.0.1", *forwarded) == address


def test_an_address_has_one_spelling():
    assert seen("::ffff:192.0.2.7") == "192.0.2.7"
    assert seen("2001:0DB8:0:0::7") == "2001:db8::7"
    assert seen("testserver") == ""


def test_a_socket_without_an_address_has_none():
    assert addresses.of_scope({"client": None, "headers": []}) == addresses.of_scope({}) == ""


def test_of_ipv6_the_first_half_is_one_place():
    assert addresses.network_of("2001:db8:1:2:3:4:5:6") == addresses.network_of("2001:db8:1:2::1")
    assert addresses.network_of("2001:db8:1:2::1") != addresses.network_of("2001:db8:1:3::1")
    assert addresses.network_of("192.0.2.7") != addresses.network_of("192.0.2.8")
    assert addresses.network_of("") == ""


def test_sign_ups_and_sessions_see_the_same_address(settings):
    from allauth.account.adapter import get_adapter

    settings.TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "203.0.113.1"})
    assert get_adapter().get_client_ip(request) == "203.0.113.1"
