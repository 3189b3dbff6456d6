"""The GIFs of the sheet: one's own, kept and removed; those of a provider, which hears from the server alone."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from messaging import actions
from messaging.models import Message, Recent
from messaging.sheet import gif_sections
from tests.messaging.belongings import make_gif
from tests.messaging.people import born_years_ago, change
from tests.messaging.talk import JSON, NOWHERE, dialogue, say, signed_in
from tests.outside.provider import gif_provider
from tests.outside.stand_in import answer, serving
from tests.outside.test_gifs import WEBP
from tests.videos.clips import clip
from videos.models import Gif

AS_PART = {"HX-Request": "true"}


def send(sender, other, gif):
    return say(sender, other, "", kind="gif", wanted=actions.Wanted(gif=gif.pk))


def post(client, url, **fields):
    return client.post(url, fields, headers=JSON)


# --- One's own ---------------------------------------------------------------


def test_the_sheet_has_what_was_sent_last_and_what_is_kept(mira, tom):
    kept, loose, theirs = make_gif(mira), make_gif(mira, kept_at=None), make_gif(tom)
    for gif in (kept, loose):
        send(mira, tom, gif)
    send(tom, mira, theirs)
    sections = {section.key: [choice.ref for choice in section.choices] for section in gif_sections(mira)}
    assert sections == {"recent": [str(loose.pk), str(kept.pk)], "own": [str(kept.pk)]}
    text = signed_in(mira).get("/gifs/", headers=AS_PART).text
    assert str(theirs.pk) not in text
    assert f"/gifs/{loose.pk}/keep/" in text
    assert f"/gifs/{kept.pk}/remove/" in text


def test_an_empty_sheet_says_how_to_make_one(mira):
    text = signed_in(mira).get("/gifs/", headers=AS_PART).text
    assert "No GIFs yet" in text
    assert "Make a GIF" in text
    for word in ("Search GIFs", "Powered by", "Popular"):  # there is no provider
        assert word not in text


def test_keeping_and_removing(mira, tom, django_capture_on_commit_callbacks):
    client, gif = signed_in(mira), make_gif(mira, kept_at=None)
    response = post(client, f"/gifs/{gif.pk}/keep/")
    assert (response.status_code, response.json()["id"]) == (200, str(gif.pk))
    assert list(Gif.objects.kept_by(mira)) == [gif]
    message = send(mira, tom, gif)
    assert post(client, f"/gifs/{gif.pk}/remove/").status_code == 204
    assert list(Gif.objects.kept_by(mira)) == []
    assert signed_in(tom).get(gif.file_url()).status_code == 200  # still in the message
    with django_capture_on_commit_callbacks(execute=True):
        actions.unsend(mira, message.pk)
    assert not Gif.objects.exists()
    assert not default_storage.exists(f"{gif.folder}/gif.webp")


def test_removing_one_that_is_in_no_message_removes_its_files(mira, django_capture_on_commit_callbacks):
    gif = make_gif(mira)
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in(mira).post(f"/gifs/{gif.pk}/remove/")
    assert (response.status_code, response["location"]) == (302, "/gifs/")
    assert not Gif.objects.exists()
    assert not default_storage.exists(f"{gif.folder}/gif.webp")
    assert not default_storage.exists(f"{gif.folder}/gif.gif")


@pytest.mark.parametrize("what", ["keep", "remove"])
def test_somebody_elses_stay_theirs(what, mira, tom):
    theirs = make_gif(tom)
    send(tom, mira, theirs)
    assert post(signed_in(mira), f"/gifs/{theirs.pk}/{what}/").status_code == 404
    assert Gif.objects.get().kept_at == theirs.kept_at


def test_what_was_made_and_never_sent_is_thrown_away(mira, tom, django_capture_on_commit_callbacks):
    loose, sent, kept = make_gif(mira, kept_at=None), make_gif(mira, kept_at=None), make_gif(mira)
    send(mira, tom, sent)
    assert actions.discard_unused_gifs() == 0  # not at once
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.discard_unused_gifs(datetime.timedelta(0)) == 1
    assert set(Gif.objects.all()) == {sent, kept}
    assert not default_storage.exists(f"{loose.folder}/gif.webp")


@pytest.mark.parametrize("count", [3, 20])
def test_the_sheet_costs_the_same_for_few_and_many(count, mira, tom, django_assert_num_queries):
    for _ in range(count):
        send(mira, tom, make_gif(mira))
    client = signed_in(mira)
    client.get("/gifs/", headers=AS_PART)
    with django_assert_num_queries(6):  # session, account, badge, kept ones, what was sent last, and those
        client.get("/gifs/", headers=AS_PART)


# --- Of a provider -----------------------------------------------------------


@pytest.fixture(scope="module")
def film():
    return clip(1.0, (80, 60))


@pytest.fixture
def provider(settings, film):
    """Have a GIF provider next to the site, with real videos."""
    with gif_provider(film, WEBP) as server:
        settings.GIF_PROVIDER = "giphy"
        settings.GIF_PROVIDER_URL = f"{server.url}/v1"
        settings.GIF_PROVIDER_KEY = "secret-key"
        yield server


def test_without_one_there_is_nothing_to_search(mira):
    client = signed_in(mira)
    assert client.get("/gifs/search/?q=cat").status_code == 404
    assert post(client, "/gifs/from-provider/", provider_id="cat1").status_code == 404
    assert client.get("/gifs/preview/x").status_code == 404


def test_no_page_names_the_provider(provider, mira, tom):
    client, conversation = signed_in(mira), dialogue(mira, tom)
    here = f"conversation={conversation.pk}"
    urls = ["/gifs/", "/gifs/search/?q=cat", "/gifs/search/", f"/gifs/?{here}", f"/gifs/search/?q=cat&{here}"]
    for url in urls:
        for headers in ({}, AS_PART):
            response = client.get(url, headers=headers)
            assert response.status_code == 200
            assert "Powered by GIPHY" in response.text
            for secret in (urlsplit(provider.url).netloc, "secret-key", "giphy.com"):
                assert secret not in response.text
    assert all("Cookie" not in head and "mira" not in head for head in provider.heard)


def test_finding_looking_and_sending(provider, mira, tom, otto):
    client = signed_in(mira)
    text = client.get("/gifs/search/?q=happy+cat", headers=AS_PART).text
    assert 'value="cat1"' in text
    assert 'alt="Happy cat GIF"' in text
    assert "page=1" in text
    src = text.split('src="')[1].split('"')[0]
    assert src.startswith("/gifs/preview/")
    picture = client.get(src)
    assert (picture.status_code, picture["content-type"], picture.content) == (200, "image/webp", WEBP)
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Cache-Control"].startswith("private")
    assert Client().get(src).status_code == 404

    response = post(client, "/gifs/from-provider/", provider_id="cat2")
    assert response.status_code == 201
    gif = Gif.objects.get()
    assert response.json() == {
        "id": str(gif.pk),
        "url": f"/media/gifs/{gif.pk}.webp",
        "gif_url": f"/media/gifs/{gif.pk}.gif",
        "width": 80,
        "height": 60,
        "frame_count": gif.frame_count,
        "alt": "Happy cat GIF",
    }
    assert (gif.owner, gif.provider, gif.provider_id, gif.kept_at) == (mira, "giphy", "cat2", None)
    send(mira, tom, gif)
    assert signed_in(tom).get(gif.file_url()).status_code == 200
    assert signed_in(otto).get(gif.file_url()).status_code == 404
    # The second time it is there already; another account's is another one.
    asked = len(provider.heard)
    assert post(client, "/gifs/from-provider/", provider_id="cat2").json()["id"] == str(gif.pk)
    assert len(provider.heard) == asked
    assert post(signed_in(tom), "/gifs/from-provider/", provider_id="cat2").json()["id"] != str(gif.pk)


def test_without_a_script_it_is_sent_at_once(provider, mira, tom):
    conversation = dialogue(mira, tom)
    page = signed_in(mira).get(f"/gifs/search/?q=cat&conversation={conversation.pk}").text
    assert 'action="/gifs/from-provider/"' in page
    response = signed_in(mira).post("/gifs/from-provider/", {"provider_id": "cat1", "conversation": conversation.pk})
    assert (response.status_code, response["location"]) == (302, f"/inbox/{conversation.pk}/")
    assert Message.objects.get(kind="gif").gif == Gif.objects.get()
    assert Recent.objects.get().ref == str(Gif.objects.get().pk)


def test_it_is_not_sent_where_one_has_no_part(provider, mira, tom, otto):
    conversation = dialogue(mira, tom)
    response = signed_in(otto).post("/gifs/from-provider/", {"provider_id": "cat1", "conversation": conversation.pk})
    assert response.status_code == 404
    assert not Message.objects.filter(kind="gif").exists()


@pytest.mark.parametrize("provider_id", ["", "none", "../keys", "x" * 65, "search"])
def test_what_is_not_there_is_refused_in_words(provider_id, provider, mira):
    response = post(signed_in(mira), "/gifs/from-provider/", provider_id=provider_id)
    assert (response.status_code, response.json()["code"]) == (502, "provider_unavailable")
    assert urlsplit(provider.url).netloc not in response.text
    assert not Gif.objects.exists()


def test_a_provider_that_is_down_is_said(settings, mira):
    with serving(answer(b"", status="500 Oops")) as server:
        settings.GIF_PROVIDER, settings.GIF_PROVIDER_URL = "giphy", server.url
        response = signed_in(mira).get("/gifs/search/?q=cat", headers=AS_PART)
    assert response.status_code == 200
    assert "be searched right now" in response.text
    assert signed_in(mira).get("/gifs/", headers=AS_PART).status_code == 200  # one's own are there


@pytest.mark.parametrize("page", ["x", "-1", "99999999", "²", ""])
def test_pages_that_are_none(page, provider, mira):
    assert signed_in(mira).get(f"/gifs/search/?q=cat&page={page}", headers=AS_PART).status_code == 200


def test_how_often_one_asks_is_limited(provider, mira, settings):
    settings.GIF_SEARCH_LIMITS = settings.FOUND_GIF_LIMITS = [(1, 60)]
    client = signed_in(mira)
    assert "cat1" in client.get("/gifs/search/?q=a", headers=AS_PART).text
    assert "Try again in" in client.get("/gifs/search/?q=b", headers=AS_PART).text
    assert post(client, "/gifs/from-provider/", provider_id="cat1").status_code == 201
    refused = post(client, "/gifs/from-provider/", provider_id="cat2")
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert post(client, "/gifs/from-provider/", provider_id="cat1").status_code == 201  # is there already


def test_who_cannot_send_fetches_nothing(provider, mira):
    change(mira, birth_date=born_years_ago(15))
    assert post(signed_in(mira), "/gifs/from-provider/", provider_id="cat1").json()["code"] == "underage"
    assert provider.heard == []


def test_what_is_gone_is_404(mira):
    for what in ("keep", "remove"):
        assert post(signed_in(mira), f"/gifs/{NOWHERE}/{what}/").status_code == 404
