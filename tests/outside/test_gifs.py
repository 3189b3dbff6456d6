"""GIFs from a provider: a stand-in answers as GIPHY does, and as nobody should."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from messaging.outside import gifs
from messaging.outside.errors import Unfetchable
from messaging.outside.gifs import FoundGif, preview_of, provider, signed_preview
from messaging.outside.giphy import PAGE_SIZE, Giphy
from messaging.outside.guard import PUBLIC
from tests.outside.stand_in import answer, path_of, redirect, serving

GIF = b"GIF89a" + bytes(20)
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(8)


def item(base, provider_id="cat1", **changes):
    return {
        "id": provider_id,
        "title": "Happy \u202ecat GIF",
        "images": {
            "fixed_width": {
                "url": f"{base}/{provider_id}/200w.gif",
                "webp": f"{base}/{provider_id}/200w.webp",
                "width": "200",
                "height": "113",
            },
            "original": {
                "url": f"{base}/{provider_id}/giphy.gif",
                "mp4": f"{base}/{provider_id}/giphy.mp4",
                "width": "480",
                "height": "270",
            },
        },
        **changes,
    }


def in_json(data):
    return answer(json.dumps({"data": data}).encode(), content_type="application/json")


def giphy(server, peer, head):
    path = urlsplit(path_of(head)).path
    if path.endswith(".webp"):
        peer.sendall(answer(WEBP, content_type="image/webp"))
    elif path.endswith(".mp4"):
        peer.sendall(answer(b"a video", content_type="video/mp4"))
    elif path in ("/v1/search", "/v1/trending"):
        peer.sendall(in_json([item(server.url), item(server.url, "cat2")]))
    else:
        peer.sendall(in_json(item(server.url, path.rpartition("/")[2])))


@pytest.fixture
def own(settings):
    """Have a GIF provider of one's own, next to the site."""
    with serving(giphy) as server:
        settings.GIF_PROVIDER = "giphy"
        settings.GIF_PROVIDER_URL = f"{server.url}/v1/"
        settings.GIF_PROVIDER_KEY = "key"
        settings.GIF_PROVIDER_RATING = "g"
        yield server


def test_off_by_default(settings):
    assert settings.GIF_PROVIDER == ""
    assert provider() is None


def test_an_unknown_provider(settings):
    settings.GIF_PROVIDER = "tenor"
    with pytest.raises(ImproperlyConfigured):
        provider()


def test_searching(own):
    found = provider().search("  happy   cat ")
    assert found[0] == FoundGif(
        provider_id="cat1",
        alt="Happy cat GIF",
        width=200,
        height=113,
        preview_url=f"{own.url}/cat1/200w.webp",
        url=f"{own.url}/cat1/giphy.mp4",
    )
    assert [gif.provider_id for gif in found] == ["cat1", "cat2"]
    asked = urlsplit(path_of(own.heard[0]))
    assert asked.path == "/v1/search"
    assert parse_qs(asked.query) == {
        "api_key": ["key"],
        "q": ["happy cat"],
        "limit": [str(PAGE_SIZE)],
        "offset": ["0"],
        "rating": ["g"],
    }
    assert provider().credit == "Powered by GIPHY"


def test_answers_are_kept_for_a_while(own):
    provider().search("cat")
    provider().search("cat")
    assert len(own.heard) == 1
    provider().search("cat", page=1)
    assert parse_qs(urlsplit(path_of(own.heard[1])).query)["offset"] == [str(PAGE_SIZE)]
    provider().trending()
    provider().search("   ")  # no words: what is popular
    assert [urlsplit(path_of(head)).path for head in own.heard] == ["/v1/search", "/v1/search", "/v1/trending"]


def test_words_are_bounded_and_quoted(own):
    provider().search("a&api_key=other#/../" + "x" * 500)
    query = parse_qs(urlsplit(path_of(own.heard[0])).query)
    assert query["q"] == ["a&api_key=other#/../" + "x" * 30]
    assert query["api_key"] == ["key"]


@pytest.mark.parametrize("page", [-1, 201, 10**9])
def test_pages_that_are_not(own, page):
    assert provider().search("cat", page=page) == []
    assert own.heard == []


def test_downloading(own, tmp_path):
    path = provider().download("cat2", tmp_path)
    assert (path, path.read_bytes()) == (tmp_path / "source", b"a video")
    assert [urlsplit(path_of(head)).path for head in own.heard] == ["/v1/cat2", "/cat2/giphy.mp4"]


@pytest.mark.parametrize("provider_id", ["", "../keys", "a/b", "a?b", "search", "trending", "é", "x" * 65])
def test_downloading_what_is_no_gif(own, tmp_path, provider_id):
    with pytest.raises(Unfetchable, match=r"\Abad_answer\Z"):
        provider().download(provider_id, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_preview_through_the_server(own):
    [gif, _other] = provider().search("cat")
    token = signed_preview(gif.preview_url)
    assert own.url not in token
    found = preview_of(token)
    assert (found.body, found.content_type) == (WEBP, "image/webp")


@pytest.mark.parametrize("change", [lambda token: token[:-1], lambda token: "x" + token, lambda token: ""])
def test_a_token_that_is_not_ours(own, change):
    with pytest.raises(Unfetchable, match=r"\Abad_token\Z"):
        preview_of(change(signed_preview(f"{own.url}/cat1/200w.webp")))
    assert own.connections == 0


def test_a_token_for_something_else_or_too_old(own, monkeypatch):
    token = signed_preview(f"{own.url}/cat1/200w.webp")
    monkeypatch.setattr(gifs, "TOKEN_SALT", "other")
    with pytest.raises(Unfetchable, match=r"\Abad_token\Z"):
        preview_of(token)
    monkeypatch.undo()
    monkeypatch.setattr(gifs, "TOKEN_SECONDS", -1)
    with pytest.raises(Unfetchable, match=r"\Abad_token\Z"):
        preview_of(token)
    assert own.connections == 0


def test_the_type_of_a_preview_is_that_of_its_bytes(own, settings):
    for body, content_type in (
        (GIF, "image/gif"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
    ):
        with serving(answer(body, content_type="image/webp")) as server:
            settings.GIF_PROVIDER_URL = server.url
            assert preview_of(signed_preview(f"{server.url}/a.webp")).content_type == content_type
    for body in (b"<svg/>", b"<html>", b"", b"RIFF1234WAVE"):
        with serving(answer(body, content_type="image/webp")) as server:
            settings.GIF_PROVIDER_URL = server.url
            with pytest.raises(Unfetchable, match=r"\Awrong_type\Z"):
                preview_of(signed_preview(f"{server.url}/a.webp"))


def test_only_the_providers_own_host_may_be_private(own, tmp_path):
    with serving(answer(WEBP, content_type="image/webp")) as neighbour:
        with pytest.raises(Unfetchable):
            preview_of(signed_preview(f"{neighbour.url}/a.webp"))
        with pytest.raises(Unfetchable):
            preview_of(signed_preview("http://10.0.0.1/a.webp"))
        assert neighbour.connections == 0
    preview_of(signed_preview(f"{own.url}/cat1/200w.webp"))


def test_without_an_own_provider_nothing_private_is_asked(own, settings):
    settings.GIF_PROVIDER_URL = ""
    guard = provider().guard_for("https://api.giphy.com/v1/gifs/a.webp")
    assert (guard.allow_private, guard.hosts) == (False, {"api.giphy.com"})
    for url in ("https://media0.giphy.com/a.webp", f"{own.url}/cat1/200w.webp", "nonsense"):
        assert provider().guard_for(url) == PUBLIC
    with pytest.raises(Unfetchable, match=r"\A(private|forbidden_port)\Z"):
        preview_of(signed_preview(f"{own.url}/cat1/200w.webp"))
    settings.GIF_PROVIDER = ""
    with pytest.raises(Unfetchable, match=r"\A(private|forbidden_port)\Z"):
        preview_of(signed_preview(f"{own.url}/cat1/200w.webp"))
    assert own.connections == 0


NOTHING = [
    answer(b"", content_type="application/json"),
    answer(b"[]", content_type="application/json"),
    answer(b"{}", content_type="application/json"),
    answer(b"null", content_type="application/json"),
    answer(b"\xff\xfe{", content_type="application/json"),
    answer(b"[" * 100_000, content_type="application/json"),
    answer(b'{"data": ' + b"[" * 100_000, content_type="application/json"),
]


@pytest.mark.parametrize("says", NOTHING)
def test_an_answer_that_makes_no_sense(says):
    with serving(says) as server, pytest.raises(Unfetchable, match=r"\Abad_answer\Z"):
        Giphy(server.url, "key", "g").trending()


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (answer(b"", status="401 Unauthorized"), "bad_status"),
        (answer(b"", status="429 Too Many Requests"), "bad_status"),
        (answer(b"{}", content_type="text/html"), "wrong_type"),
        (answer(b" " * (1024 * 1024 + 1), content_type="application/json"), "too_large"),
        (redirect("/other"), "too_many_redirects"),
    ],
)
def test_an_answer_that_is_refused(says, code):
    with serving(says) as server, pytest.raises(Unfetchable) as refused:
        Giphy(server.url, "key", "g").trending()
    assert refused.value.code == code
    assert len(server.heard) == 1


def test_unusable_entries_are_left_out():
    good = item("https://media.example", "good")
    small, original = good["images"]["fixed_width"], good["images"]["original"]
    bad = [
        None,
        "text",
        [],
        {},
        {**good, "id": None},
        {**good, "id": "../x"},
        {**good, "title": 5},
        {**good, "images": []},
        {**good, "images": {"fixed_width": small}},
        {**good, "images": {"fixed_width": {**small, "width": "wide"}, "original": original}},
        {**good, "images": {"fixed_width": {**small, "width": "0"}, "original": original}},
        {**good, "images": {"fixed_width": {**small, "height": 10**9}, "original": original}},
        {**good, "images": {"fixed_width": {**small, "webp": "javascript:alert(1)"}, "original": original}},
        {**good, "images": {"fixed_width": {**small, "webp": "data:image/webp,x"}, "original": original}},
        {**good, "images": {"fixed_width": small, "original": {"mp4": "file:///etc/passwd"}}},
        {**good, "images": {"fixed_width": small, "original": {"mp4": ["x"]}}},
    ]
    with serving(in_json([*bad, good])) as server:
        [found] = Giphy(server.url, "key", "g").trending()
    assert found.provider_id == "good"


def test_no_more_than_a_page_is_taken():
    with serving(in_json([item("https://media.example", f"cat{number}") for number in range(100)])) as server:
        assert len(Giphy(server.url, "key", "g").trending()) == PAGE_SIZE


def test_without_webp_and_video():
    plain = item("https://media.example", alt_text="A cat jumps")
    del plain["images"]["fixed_width"]["webp"], plain["images"]["original"]["mp4"]
    with serving(in_json([plain])) as server:
        [found] = Giphy(server.url, "key", "g").trending()
    assert found == replace(
        found,
        alt="A cat jumps",
        preview_url="https://media.example/cat1/200w.gif",
        url="https://media.example/cat1/giphy.gif",
    )
