"""What is fetched, from whom, and how often is asked who that is."""

import pytest

from messaging.outside import guard as guards
from messaging.outside.errors import Unfetchable
from messaging.outside.fetch import fetch
from messaging.outside.guard import PUBLIC, Guard
from tests.outside.stand_in import answer, path_of, redirect, serving

pytestmark = pytest.mark.once

PAGE = answer(b"<title>Hello</title>", content_type="text/html; charset=utf-8")
BOUNDS = {"max_bytes": 1000, "max_seconds": 20, "accept": ("text/html", "image/*")}


def refused(url, guard=PUBLIC, **changes):
    """Return the code that ``url`` is refused with."""
    with pytest.raises(Unfetchable) as caught:
        fetch(url, guard=guard, **{**BOUNDS, **changes})
    return caught.value.code


def test_it_works():
    with serving(PAGE) as server:
        found = fetch(f"{server.url}/a?b=c#d", guard=server.guard, **BOUNDS)
    assert (found.body, found.media_type) == (b"<title>Hello</title>", "text/html")
    assert found.content_type == "text/html; charset=utf-8"
    assert found.url == f"{server.url}/a?b=c"
    assert server.heard == [
        "GET /a?b=c HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{server.port}\r\n"
        "User-Agent: Paperplane link preview\r\n"
        "Accept: text/html, image/*\r\n"
        "Accept-Encoding: gzip\r\n"
        "Connection: close\r\n\r\n"
    ]


def test_the_name_is_in_the_host_header(resolver):
    with serving(PAGE) as server:
        fetch(f"http://page.example:{server.port}/", guard=server.guard, **BOUNDS)
    assert f"Host: page.example:{server.port}\r\n" in server.heard[0]
    assert resolver.asked == ["page.example"]


def test_a_private_address_is_not_connected_to(resolver):
    resolver.names["both.example"] = [["8.8.8.8", "127.0.0.1"]]
    with serving(PAGE) as server:
        public = Guard(ports=frozenset({server.port}))
        for host in ("127.0.0.1", "page.example", "both.example"):
            assert refused(f"http://{host}:{server.port}/", public) == "private"
        assert server.connections == 0
        fetch(f"http://page.example:{server.port}/", guard=server.guard, **BOUNDS)  # it was there
        assert server.connections == 1


def test_a_name_that_answers_otherwise_the_second_time(resolver, monkeypatch):
    """The name is asked for once, and what was checked is what is connected to."""
    monkeypatch.setattr(guards, "is_public", lambda address: str(address) == "127.0.0.1")
    resolver.names["page.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    with serving(PAGE) as allowed:
        public = Guard(ports=frozenset({allowed.port}))
        fetch(f"http://page.example:{allowed.port}/", guard=public, **BOUNDS)
        assert (allowed.connections, resolver.asked) == (1, ["page.example"])
        assert refused(f"http://page.example:{allowed.port}/", public) == "private"
        assert (allowed.connections, resolver.asked) == (1, ["page.example"] * 2)


def test_each_redirect_is_looked_up_anew(resolver, monkeypatch):
    monkeypatch.setattr(guards, "is_public", lambda address: str(address) == "127.0.0.1")
    resolver.names["page.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    with serving(redirect("/again")) as server:
        assert refused(f"http://page.example:{server.port}/", Guard(ports=frozenset({server.port}))) == "private"
    assert (server.connections, resolver.asked) == (1, ["page.example"] * 2)


@pytest.mark.parametrize("target", ["http://127.0.0.2:{port}/", "//127.0.0.2:{port}/", "http://inner.example:{port}/"])
def test_a_redirect_to_a_private_address(resolver, monkeypatch, target):
    monkeypatch.setattr(guards, "is_public", lambda address: str(address) == "127.0.0.1")
    resolver.names["inner.example"] = [["127.0.0.2"]]
    with serving(PAGE, host="127.0.0.2") as inner, serving(redirect(target.format(port=inner.port))) as outer:
        assert refused(f"{outer.url}/", Guard(ports=frozenset({inner.port, outer.port}))) == "private"
        assert (len(outer.heard), inner.connections) == (1, 0)
        both = Guard(allow_private=True, ports=frozenset({inner.port, outer.port}))
        fetch(f"{outer.url}/", guard=both, **BOUNDS)
        assert inner.connections == 1


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://169.254.169.254:{port}/", "private"),
        ("http://2130706433/", "bad_url"),
        ("http://page.example:22/", "forbidden_port"),
        ("http://user@page.example/", "bad_url"),
        ("file:///etc/passwd", "bad_url"),
        ("http://[", "bad_url"),
        ("", "broken"),
    ],
)
def test_a_redirect_to_where_nobody_may_go(location, code):
    with serving(
        lambda server, peer, head: peer.sendall(redirect(location.replace("{port}", str(server.port))))
    ) as server:
        assert refused(f"{server.url}/", server.guard) == code
    assert len(server.heard) == 1


def test_a_redirect_to_a_host_that_is_not_listed(resolver):
    with serving(lambda server, peer, head: peer.sendall(redirect(f"http://other.example:{server.port}/"))) as server:
        guard = Guard(allow_private=True, ports=frozenset({server.port}), hosts=frozenset({"page.example"}))
        assert refused(f"http://page.example:{server.port}/", guard) == "forbidden_host"
    assert resolver.asked == ["page.example"]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirects_are_followed_without_cookies(status):
    def step(server, peer, head):
        number = int(path_of(head)[1:])
        peer.sendall(PAGE if number == 3 else redirect(f"/{number + 1}", "Set-Cookie: a=b", status=status))

    with serving(step) as server:
        found = fetch(f"{server.url}/0", guard=server.guard, **BOUNDS)
    assert (found.url, len(server.heard)) == (f"{server.url}/3", 4)
    assert not any("cookie" in head.lower() or "referer" in head.lower() for head in server.heard)


def test_redirects_in_a_circle():
    with serving(redirect("/")) as server:
        assert refused(f"{server.url}/", server.guard) == "too_many_redirects"
        assert len(server.heard) == 4
        assert refused(f"{server.url}/", server.guard, max_redirects=0) == "too_many_redirects"
        assert len(server.heard) == 5


def test_a_redirect_written_in_utf_8():
    with serving(
        lambda server, peer, head: peer.sendall(PAGE if "%C3%A4" in path_of(head) else redirect("/ä"))
    ) as server:
        assert fetch(f"{server.url}/", guard=server.guard, **BOUNDS).url == f"{server.url}/%C3%A4"


def test_the_second_address_is_tried(resolver):
    resolver.names["page.example"] = [["127.0.0.2", "127.0.0.1"]]  # nobody listens on the first
    with serving(PAGE) as server:
        fetch(f"http://page.example:{server.port}/", guard=server.guard, **BOUNDS)
    assert (len(server.heard), resolver.asked) == (1, ["page.example"])


def test_nobody_there(resolver):
    with serving(PAGE) as server:
        pass
    assert refused(f"{server.url}/", server.guard) == "unreachable"
    assert refused("http://nowhere.example/") == "no_such_host"
    resolver.names["nothing.example"] = [[]]
    assert refused("http://nothing.example/") == "no_such_host"


def test_the_environments_proxies_are_ignored(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password word\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(PAGE) as proxy, serving(PAGE) as server:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        fetch(f"{server.url}/", guard=server.guard, **BOUNDS)
    assert (proxy.connections, len(server.heard)) == (0, 1)
    assert "authorization" not in server.heard[0].lower()


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content", "206 Partial Content", "304 Not"])
def test_any_status_but_200(status):
    with serving(answer(b"", status=status)) as server:
        assert refused(f"{server.url}/", server.guard) == "bad_status"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "video/mp4", "", "html", "text/html2"])
def test_not_what_was_asked_for(content_type):
    with serving(answer(b"x", content_type=content_type)) as server:
        assert refused(f"{server.url}/", server.guard) == "wrong_type"


@pytest.mark.parametrize("content_type", ["TEXT/HTML", "text/html ;charset=x", "image/webp", "image/svg+xml"])
def test_what_was_asked_for(content_type):
    with serving(answer(b"x", content_type=content_type)) as server:
        assert fetch(f"{server.url}/", guard=server.guard, **BOUNDS).content_type == content_type


def test_what_is_raised_and_logged_says_nothing_of_the_address(caplog):
    with serving(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nno header\r\n\r\nx") as server:
        fetch(f"{server.url}/secret", guard=server.guard, **BOUNDS)
        assert refused(f"{server.url}/secret", server.guard, accept=("image/*",)) == "wrong_type"
    assert "secret" not in caplog.text
