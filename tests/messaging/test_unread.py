"""Unread counts, the badge, and how far somebody read."""

import pytest

from messaging.models import Folder
from tests.messaging.talk import dialogue, fill, post_json, say, side_of, signed_in


@pytest.fixture
def conversation(mira, tom):
    found = dialogue(mira, tom)
    say(tom, mira, "three")
    return found


def test_each_message_of_the_other_counts_and_my_own_does_not(mira, tom, conversation):
    assert side_of(mira, conversation).unread_count == 2
    assert side_of(tom, conversation).unread_count == 0
    say(mira, tom, "four")  # who writes has read
    assert side_of(mira, conversation).unread_count == 0
    assert side_of(tom, conversation).unread_count == 1


def test_the_badge_counts_conversations(mira, tom, otto, conversation):
    client = signed_in(mira)
    assert client.get("/inbox/badge/").json() == {"unread": 1}
    mira.follows_made.create(followed=otto)
    otto.follows_made.create(followed=mira)
    say(otto, mira, "hello")
    assert client.get("/inbox/badge/").json() == {"unread": 2}
    assert 'data-unread="2"' in client.get("/").content.decode()


def test_reading_moves_forward_only(mira, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/read/"
    assert post_json(client, url, seq=2).json()["unread"] == 1
    assert post_json(client, url, seq=1).json()["unread"] == 1
    assert side_of(mira, conversation).last_read_seq == 2
    assert post_json(client, url, seq=3).json() | {"html": ""} == {
        "type": "inbox.row",
        "conversation": str(conversation.pk),
        "html": "",
        "unread": 0,
        "badge": 0,
        "folder": "inbox",
    }


def test_nobody_reads_beyond_the_end(mira, tom, conversation):
    post_json(signed_in(mira), f"/inbox/{conversation.pk}/read/", seq=10**12)
    assert side_of(mira, conversation).last_read_seq == 3
    say(tom, mira, "four")
    assert side_of(mira, conversation).unread_count == 1


def test_without_seq_all_is_read(mira, conversation):
    post_json(signed_in(mira), f"/inbox/{conversation.pk}/read/")
    assert side_of(mira, conversation).unread_count == 0


@pytest.mark.parametrize("seq", ["-1", "x", "1.5", "9" * 30, ""])
def test_an_odd_seq_is_refused_or_all(seq, mira, conversation):
    response = post_json(signed_in(mira), f"/inbox/{conversation.pk}/read/", seq=seq)
    assert response.status_code == (400 if seq else 200)


def test_a_page_without_javascript_reads_what_it_shows(mira, conversation):
    client = signed_in(mira)
    client.get(f"/inbox/{conversation.pk}/")
    assert side_of(mira, conversation).unread_count == 0


def test_a_live_page_says_itself_what_was_read(mira, conversation):
    client = signed_in(mira)
    client.cookies["js"] = "1"
    client.get(f"/inbox/{conversation.pk}/")
    assert side_of(mira, conversation).unread_count == 2


def test_a_conversation_marked_unread_counts_until_it_is_read(mira, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/"
    post_json(client, f"{url}read/")
    assert post_json(client, f"{url}unread/", on="1").json()["badge"] == 1
    assert side_of(mira, conversation).unread_count == 0
    assert post_json(client, f"{url}read/", seq=3).json()["badge"] == 0
    assert post_json(client, f"{url}unread/", on="1").json()["badge"] == 1
    assert post_json(client, f"{url}unread/", on="0").json()["badge"] == 0


def test_marking_as_read_reads_everything(mira, conversation):
    client = signed_in(mira)
    assert post_json(client, f"/inbox/{conversation.pk}/read/").json()["unread"] == 0


def test_muted_archived_and_requested_ones_do_not_count(mira, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/"
    assert post_json(client, f"{url}mute/").json()["badge"] == 0
    assert post_json(client, f"{url}mute/", on="0").json()["badge"] == 1
    assert post_json(client, f"{url}archive/").json()["badge"] == 0


def test_an_archived_one_comes_back_with_news_unless_muted(mira, tom, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/"
    post_json(client, f"{url}archive/")
    say(tom, mira, "news")
    assert side_of(mira, conversation).folder == Folder.INBOX
    post_json(client, f"{url}archive/")
    post_json(client, f"{url}mute/")
    say(tom, mira, "more news")
    assert side_of(mira, conversation).folder == Folder.ARCHIVE


def test_counting_agrees_with_the_counter_over_many(mira, tom, conversation):
    fill(tom, mira, 30)
    client = signed_in(mira)
    for seq in (10, 20, 33):
        unread = post_json(client, f"/inbox/{conversation.pk}/read/", seq=seq).json()["unread"]
        assert unread == 33 - seq
