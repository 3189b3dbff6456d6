"""What a page says of itself, well-meant or not."""

import time

import pytest

from messaging.outside.page import (
    MAX_DESCRIPTION_CHARACTERS,
    MAX_PAGE_BYTES,
    MAX_SITE_CHARACTERS,
    MAX_TITLE_CHARACTERS,
    PageCard,
    clean,
    describe,
)

pytestmark = pytest.mark.once

URL = "https://page.example/articles/one"
HTML = "text/html; charset=utf-8"
# Read in under a second on a slow machine; what grows with the square of the page takes minutes.
MANY_SECONDS = 10


def card(head, content_type=HTML, url=URL):
    return describe(head if isinstance(head, bytes) else head.encode(), content_type, url)


def test_a_page_for_sharing():
    assert card(
        """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Page – Site</title>
        <meta name="description" content="Plain">
        <meta property="og:title" content="A &amp; B">
        <meta property="og:description" content="Said &quot;so&quot;">
        <meta property="og:site_name" content="Site"><meta property="og:image" content="https://pics.example/a.jpg">
        </head><body></body></html>"""
    ) == PageCard("A & B", 'Said "so"', "Site", "https://pics.example/a.jpg")


def test_a_plain_page():
    assert card("<title>\n  Just\n a page </title><meta name=Description content=Plain>") == PageCard(
        "Just a page", "Plain"
    )


@pytest.mark.parametrize(
    "html", ["", "<p>Hello", "\0\0\0", "<title></title>", "<title> \u200b </title>", "{}", "<", "<!"]
)
def test_a_page_that_says_nothing(html):
    assert card(html) == PageCard()


def test_the_first_of_each_counts_and_only_in_the_head():
    html = """<meta property="og:title" content=" "><meta property="og:title" content="One"><meta property="og:title"
    content="Two"><meta name="twitter:title" content="Three"><body><meta property="og:description" content="Late">"""
    assert card(html) == PageCard("One")


def test_what_stands_in_scripts_and_comments_is_not_read():
    html = """<script>"<meta property='og:title' content='script'>"</script>
    <!-- <title>comment</title> --><title>Real</title><svg><title>Drawn</title></svg>"""
    assert card(html) == PageCard("Real")


@pytest.mark.parametrize(
    ("image", "url"),
    [
        ("/a.png", "https://page.example/a.png"),
        ("a b.png", "https://page.example/articles/a%20b.png"),
        ("//pics.example/a.png", "https://pics.example/a.png"),
        ("http://pics.example:8080/a.png", "http://pics.example:8080/a.png"),
        ("data:image/png;base64,AAAA", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://user@pics.example/", ""),
        ("http://2130706433/", ""),
        ("http://[", ""),
        ("/" + "a" * 2000, ""),
    ],
)
def test_the_address_of_the_picture(image, url):
    assert card(f'<meta property="og:image" content="{image}">').image_url == url


def test_texts_are_bounded():
    names = ("title", "description", "site_name")
    found = card("".join(f'<meta property="og:{name}" content="{"word " * 900}">' for name in names))
    for text, most in (
        (found.title, MAX_TITLE_CHARACTERS),
        (found.description, MAX_DESCRIPTION_CHARACTERS),
        (found.site_name, MAX_SITE_CHARACTERS),
    ):
        assert most - 6 < len(text) <= most
        assert text.endswith("word…")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u2066b\u2069\u200e\u200f\u061c", "ab"),
        ("a\x00\x07\x1b[31mb", "a[31mb"),
        ("a\u2028b\u2029c\td", "a b c d"),
        ("a\u200b\ufeff\u00adb", "ab"),
        ("\U000e0041\ue000\ufdd0x", "x"),
        ("\ud800x", "x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀 ❤\ufe0f", "👩\u200d🚀 ❤\ufe0f"),
        ("\u200d\u2800\u3164", ""),
        ("x" * 200, "x" * 119 + "…"),
        ("x" * 120, "x" * 120),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_what_is_shown_of_a_text(said, shown):
    assert clean(said, 120) == shown


@pytest.mark.parametrize(
    ("html", "content_type", "title"),
    [
        ("<title>Grüße</title>".encode(), "text/html", "Grüße"),
        ("<title>Grüße</title>".encode("latin-1"), "text/html; charset=ISO-8859-1", "Grüße"),
        ("<title>“Zitat”</title>".encode("cp1252"), 'text/html;charset="iso-8859-1"', "“Zitat”"),
        ("<meta charset='windows-1251'><title>Привет</title>".encode("cp1251"), "text/html", "Привет"),
        (
            "<meta http-equiv=Content-Type content='text/html; charset=Shift_JIS'><title>日本</title>".encode("cp932"),
            "text/html",
            "日本",
        ),
        ("<meta charset=gb2312><title>中文</title>".encode("gb18030"), "text/html", "中文"),
        ("\ufeff<title>日本</title>".encode("utf-16-le"), "text/html; charset=latin-1", "日本"),
        ("\ufeff<title>日本</title>".encode(), "text/html; charset=iso-8859-1", "日本"),
        (b"<meta charset=utf-16><title>Plain</title>", "text/html", "Plain"),
        (b"<meta charset=punycode><title>Plain</title>", "text/html; charset=zlib", "Plain"),
        (b"<meta charset=no-such><title>Pl\xffain</title>", "text/html; charset=", "Pl�ain"),
    ],
)
def test_the_characters_of_a_page(html, content_type, title):
    assert card(html, content_type).title == title


HOSTILE = [
    *[
        ("", part)
        for part in ("<", "<a ", "<a a='", "<!--", "</", "<![CDATA[", "<?", "&", "&#", "<title>", "< ", "<!a")
    ],
    *[("<a", part) for part in (" a", " /", "/", " ", " a=", ' "a', " a=a'", "a<")],
    *[("<script>", part) for part in ("</", "<!--", "</script ")],
    *[("<title>", part) for part in ("<", "</titl", "a ")],
    *[("<![CDATA[", part) for part in ("]", "] ")],
    *[("", part) for part in ("<meta a=b>", "<meta property=og:title content=", "<meta charset", "<!doctype [")],
]


@pytest.mark.parametrize("end", ["", ">"])
@pytest.mark.parametrize(("start", "part"), HOSTILE)
def test_a_page_that_is_made_to_be_slow(start, part, end):
    html = (start + part * (MAX_PAGE_BYTES // len(part)))[: MAX_PAGE_BYTES - 1] + end
    started = time.process_time()
    card(html)
    assert time.process_time() - started < MANY_SECONDS
