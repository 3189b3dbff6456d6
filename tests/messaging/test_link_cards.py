"""The card under a link: whose it is can't be hidden, and what a page says of itself is nothing but text."""

import pytest

from messaging.actions import previews
from messaging.models import Message
from messaging.outside.guard import Guard
from messaging.rendering import render_message
from tests.messaging.belongings import make_preview
from tests.messaging.talk import say


@pytest.fixture(autouse=True)
def _switched_on(settings):
    settings.LINK_PREVIEWS = True


def card_of(message):
    """Return the HTML of the card alone."""
    html = render_message(Message.objects.with_parts().get(pk=message.pk))
    return html[html.index('<a class="link-card') :].partition("</a>")[0]


def test_a_card_cannot_pass_itself_off_as_something_else(mira, tom):
    evil = '"><script>alert(1)</script><a href="javascript:alert(2)'
    make_preview("https://xn--pple-43d.com/?a=b&c=d", title=evil, description=evil, site_name=evil)
    card = card_of(say(mira, tom, "look: https://аpple.com/?a=b&c=d#e"))  # its first letter is Cyrillic
    assert card.startswith(
        '<a class="link-card" href="https://xn--pple-43d.com/?a=b&amp;c=d#e" '
        'rel="noopener noreferrer nofollow ugc" target="_blank"'
    )
    assert "<bdi>xn--pple-43d.com</bdi> · <bdi>&quot;&gt;&lt;script&gt;" in card
    assert "<script" not in card
    assert card.count("<a ") == 1
    assert "<img" not in card


@pytest.mark.parametrize(
    ("url", "site_name", "site"),
    [
        ("https://www.page.example/", "Page", "<bdi>page.example</bdi> · <bdi>Page</bdi>"),
        ("https://page.example:8443/", "", "<bdi>page.example:8443</bdi>"),
        ("https://page.example/", "Page.Example", "<bdi>page.example</bdi>"),
        ("https://www.com/", "", "<bdi>www.com</bdi>"),
    ],
)
def test_the_host_stands_first(url, site_name, site, mira, tom, monkeypatch):
    monkeypatch.setattr(previews, "GUARD", Guard(ports=frozenset({443, 8443})))
    make_preview(url, site_name=site_name)
    assert f'<span class="link-card-site">{site}</span>' in card_of(say(mira, tom, url))


@pytest.mark.parametrize(("width", "small"), [(640, False), (120, True)])
def test_its_picture_comes_from_here(width, small, mira, tom):
    preview = make_preview(width=width, height=100)
    card = card_of(say(mira, tom, preview.url))
    assert f'<img src="/media/previews/{preview.pk}.webp" width="{width}" height="100" alt=""' in card
    assert ('class="link-card small"' in card) is small
