"""Over TLS the certificate must be for the name in the link, whatever address it led to."""

import pytest

from messaging.outside import wire
from messaging.outside.fetch import fetch
from tests.outside.stand_in import answer, certificate_for, redirect, serving
from tests.outside.test_bounds import SHORT_S
from tests.outside.test_fetch import BOUNDS, PAGE, refused

pytestmark = pytest.mark.once


@pytest.fixture
def page_tls(tmp_path, monkeypatch):
    """Return a server's context with a certificate for ``page.example`` that is trusted here."""
    context, public = certificate_for("page.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    wire.tls.cache_clear()
    yield context
    wire.tls.cache_clear()


def test_the_certificate_is_checked_for_the_name(page_tls, resolver):
    named = []
    page_tls.sni_callback = lambda _socket, name, _context: named.append(name)
    with serving(PAGE, tls=page_tls) as server:
        found = fetch(f"https://page.example:{server.port}/", guard=server.guard, **BOUNDS)
    assert found.body == b"<title>Hello</title>"
    assert (named, resolver.asked) == (["page.example"], ["page.example"])
    assert f"Host: page.example:{server.port}\r\n" in server.heard[0]


def test_a_certificate_for_another_name(page_tls):
    with serving(PAGE, tls=page_tls) as server:
        assert refused(f"https://other.example:{server.port}/", server.guard) == "bad_certificate"
        assert refused(f"https://127.0.0.1:{server.port}/", server.guard) == "bad_certificate"
    assert server.heard == []


def test_a_certificate_nobody_vouches_for(page_tls, tmp_path):
    (tmp_path / "other").mkdir()
    own, _public = certificate_for("page.example", tmp_path / "other")
    with serving(PAGE, tls=own) as server:
        assert refused(f"https://page.example:{server.port}/", server.guard) == "bad_certificate"
    assert server.heard == []


def test_a_redirect_from_https_to_http(page_tls):
    with serving(PAGE) as plain, serving(redirect(f"http://page.example:{plain.port}/"), tls=page_tls) as server:
        guard = type(server.guard)(allow_private=True, ports=frozenset({plain.port, server.port}))
        assert refused(f"https://page.example:{server.port}/", guard) == "downgraded"
    assert (len(server.heard), plain.connections) == (1, 0)


def test_a_redirect_from_http_to_https(page_tls):
    with (
        serving(PAGE, tls=page_tls) as server,
        serving(redirect(f"https://page.example:{server.port}/")) as plain,
    ):
        guard = type(server.guard)(allow_private=True, ports=frozenset({plain.port, server.port}))
        assert fetch(f"{plain.url}/", guard=guard, **BOUNDS).url == f"https://page.example:{server.port}/"


def test_a_server_that_speaks_no_tls():
    with serving(lambda server, peer, head: None) as server:
        assert refused(f"https://page.example:{server.port}/", server.guard, max_seconds=SHORT_S) == "too_slow"
    with serving(answer(b"")) as server:
        pass
    assert refused(f"https://page.example:{server.port}/", server.guard) == "unreachable"
