"""Cards under links, with pictures made anew."""

import io

import pytest
from PIL import Image

from messaging.outside.errors import Unfetchable
from messaging.outside.preview import Preview, first_link, make_preview
from tests.outside.stand_in import answer, path_of, redirect, serving

HEAD = b"<title>Title</title><meta name=description content=Words><meta property=og:site_name content=Site>"


def picture(size=(1280, 640), kind="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind)
    return file.getvalue()


def site(image, *, head=HEAD, address="/picture"):
    """Say a page, and ``image`` for its picture."""
    page = answer(head + f'<meta property="og:image" content="{address}">'.encode())
    return lambda server, peer, said: peer.sendall(image if path_of(said) == "/picture" else page)


def test_it_works(tmp_path):
    with serving(site(answer(picture(), content_type="image/jpeg"))) as server:
        preview = make_preview(f"{server.url}/page", tmp_path, server.guard)
    assert preview == Preview("Title", "Words", "Site", 640, 320)
    assert [path.name for path in tmp_path.iterdir()] == ["preview.webp"]
    with Image.open(tmp_path / "preview.webp") as made:
        assert (made.format, made.size) == ("WEBP", (640, 320))
    assert [path_of(head) for head in server.heard] == ["/page", "/picture"]


def test_a_small_picture_stays_small(tmp_path):
    with serving(site(answer(picture((40, 30), "PNG"), content_type="image/png"))) as server:
        preview = make_preview(f"{server.url}/", tmp_path, server.guard)
    assert (preview.width, preview.height) == (40, 30)


@pytest.mark.parametrize(
    "image",
    [
        answer(b"", status="404 Not Found"),
        answer(picture(), content_type="text/html"),
        answer(b"<svg xmlns='http://www.w3.org/2000/svg'/>", content_type="image/svg+xml"),
        answer(b"not a picture", content_type="image/png"),
        answer(b"", content_type="image/png"),
        answer(picture()[:500], content_type="image/jpeg"),
        answer(bytes(3 * 1024 * 1024 + 1), content_type="image/png"),
        answer(b"", "Location: http://169.254.169.254/", status="302 Found"),
    ],
)
def test_a_picture_that_can_not_be_had(tmp_path, image):
    with serving(site(image)) as server:
        assert make_preview(f"{server.url}/", tmp_path, server.guard) == Preview("Title", "Words", "Site")
    assert list(tmp_path.iterdir()) == []
    assert len(server.heard) == 2


def test_a_picture_in_a_private_network(tmp_path):
    with serving(site(b"", address="http://169.254.169.254/picture")) as server:
        assert make_preview(f"{server.url}/", tmp_path, server.guard) == Preview("Title", "Words", "Site")
    assert len(server.heard) == 1


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (answer(b"<p>Hello"), "empty"),
        (answer(b'<meta property="og:image" content="/picture">'), "empty"),
        (answer(picture(), content_type="image/jpeg"), "wrong_type"),
        (answer(b"%PDF", content_type="application/pdf"), "wrong_type"),
        (answer(b"", status="404 Not Found"), "bad_status"),
    ],
)
def test_no_page(tmp_path, says, code):
    with serving(says) as server, pytest.raises(Unfetchable) as refused:
        make_preview(f"{server.url}/", tmp_path, server.guard)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("host", "site"),
    [("127.0.0.1", "Site"), ("page.example", "page.example:{}"), ("www.page.example", "page.example:{}")],
)
def test_where_a_link_leads_on_to(tmp_path, resolver, host, site):
    resolver.names["www.page.example"] = [["127.0.0.1"]]

    def says(server, peer, head):
        there = path_of(head) == "/there"
        peer.sendall(answer(HEAD) if there else redirect(f"http://{host}:{server.port}/there"))

    with serving(says) as server:
        preview = make_preview(f"{server.url}/short", tmp_path, server.guard)
    assert preview.site_name == site.format(server.port)


def test_a_private_page_is_not_asked(tmp_path):
    with serving(answer(HEAD)) as server:
        with pytest.raises(Unfetchable):
            make_preview(f"{server.url}/", tmp_path)
        assert server.connections == 0


def test_a_long_page_is_read_as_far_as_its_head(tmp_path):
    with serving(answer(HEAD + b"<body>" + b"x" * 1024 * 1024)) as server:
        assert make_preview(f"{server.url}/", tmp_path, server.guard).title == "Title"


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ("Look: https://Page.Example/a?b=c#d, nice", "https://page.example/a?b=c"),
        ("page.example.com and www.other.com", "http://page.example.com/"),
        ("first http://one.com then http://two.com", "http://one.com/"),
        ("mine https://chat.example/inbox/ theirs https://two.com", "https://two.com/"),
        ("mine https://chat.example:8443/ theirs https://chat.example.com", "https://chat.example.com/"),
        ("http://localhost/ http://127.0.0.1 http://10.0.0.1/ http://two.com", "http://two.com/"),
        ("http://me:word@one.com http://two.com:8080 ftp://three.com", None),
        ("me@one.com", None),
        ("no link at all", None),
        ("", None),
        (f"https://one.com/{'a' * 2500}", None),
    ],
)
def test_the_first_link_of_a_text(body, link):
    assert first_link(body, own_hosts=["chat.example", "chat.example:8443"]) == link
