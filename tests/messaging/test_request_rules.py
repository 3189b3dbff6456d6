"""Hold rules and hidden words, what becomes of links in requests, and deleting them all."""

import datetime
import re

import pytest
from django.utils import timezone

from accounts.models import MessagePrivacy
from messaging import actions
from messaging.models import Folder, HeldFor, Message, Participant, RequestRules
from tests.messaging.people import befriend, change, follow, make_person, unfollow
from tests.messaging.sockets import Tab, in_thread
from tests.messaging.talk import converse, get_json, post_json, say, send_json, side_of, signed_in

LINK = "look at https://example.org/offer"
RULES = {"newer_than_days": "0", "hidden_words": ""}


@pytest.fixture(autouse=True)
def strangers(mira, tom):
    """Mira follows Tom, who doesn't follow her and lets everyone ask."""
    unfollow(tom, mira)
    change(tom, message_privacy=MessagePrivacy.EVERYONE)
    change(mira, date_joined=timezone.now() - datetime.timedelta(days=400), avatar="somewhere")


def rules(user, **fields):
    RequestRules.objects.update_or_create(user=user, defaults=fields)


def links_in(client, conversation):
    return re.findall(r'<a href="(https://example[^"]*)"', client.get(f"/inbox/{conversation.pk}/").content.decode())


def test_links_are_dead_until_accepted(mira, tom):
    conversation = say(mira, tom, LINK).conversation
    sender, recipient = signed_in(mira), signed_in(tom)
    state = get_json(sender, f"/inbox/{conversation.pk}/changes/?since=0.0").json()["state"]
    assert links_in(sender, conversation) == links_in(recipient, conversation) == []
    assert "https://example.org/offer" in recipient.get(f"/inbox/{conversation.pk}/").content.decode()
    recipient.post(f"/inbox/{conversation.pk}/accept/")
    assert links_in(sender, conversation) == links_in(recipient, conversation) == ["https://example.org/offer"]
    (changed,) = get_json(sender, f"/inbox/{conversation.pk}/changes/?since={state}").json()["messages"]
    assert 'href="https://example.org/offer"' in changed["html"]


@pytest.mark.parametrize("how", ["answer", "follow"])
def test_links_come_to_life_where_it_is_no_request_any_more(mira, tom, how):
    conversation = say(mira, tom, LINK).conversation
    if how == "answer":
        say(tom, mira, "thanks")
    else:
        follow(tom, mira)
        say(mira, tom, "you follow me!")
        assert side_of(tom, conversation).folder == Folder.INBOX
    assert not Message.objects.filter(as_request=True).exists()
    assert links_in(signed_in(tom), conversation) == ["https://example.org/offer"]


def test_links_between_people_who_talk_are_alive_at_once(mira, tom):
    say(mira, tom, "hello")
    say(tom, mira, "hello")
    assert links_in(signed_in(tom), say(mira, tom, LINK).conversation)


HOLDING = [
    ({"newer_than_days": 7}, {"date_joined": timezone.now() - datetime.timedelta(days=6)}, HeldFor.NEW),
    ({"newer_than_days": 7}, {"date_joined": timezone.now() - datetime.timedelta(days=8)}, ""),
    ({"without_picture": True}, {"avatar": ""}, HeldFor.PICTURE),
    ({"without_picture": True}, {}, ""),
    ({"unknown": True}, {}, HeldFor.UNKNOWN),
    ({"hidden_words": "offer\ncrypto"}, {}, HeldFor.WORDS),
    ({"hidden_words": '"off"'}, {}, ""),
    ({}, {"avatar": "", "date_joined": timezone.now()}, ""),
]


@pytest.mark.parametrize(("set_up", "sender", "expected"), HOLDING)
def test_what_is_held(mira, tom, set_up, sender, expected):
    rules(tom, **set_up)
    side = side_of(tom, say(change(mira, **sender), tom, LINK).conversation)
    assert (side.held_for, side.folder) == (expected, Folder.FILTERED if expected else Folder.REQUESTS)


AD = "Hi {0}, earn ${1} a day with this one trick, sign up at https://win.example/?r={1}"


def new_senders(tom, count):
    """Accounts of today that may ask Tom."""
    senders = [make_person(f"new{number}", date_joined=timezone.now()) for number in range(count)]
    for sender in senders:
        follow(sender, tom)
    return senders


def test_what_many_new_accounts_send_is_held_after_the_first_copies(tom, settings):
    settings.WAVE_LIMITS = [(2, 3600)]
    senders = new_senders(tom, 5)
    held = [
        side_of(tom, say(sender, tom, AD.format(sender.username, 300 + place)).conversation).held_for
        for place, sender in enumerate(senders[:4])
    ]
    assert held == ["", "", HeldFor.WAVE, HeldFor.WAVE]
    assert side_of(tom, say(senders[4], tom, "Did we meet at the fern exhibition in Graz?").conversation).held_for == ""


@pytest.mark.parametrize(("joined_days_ago", "text"), [(30, AD.format("you", 300)), (0, "hello there!")])
def test_no_wave_are_older_accounts_and_everyday_words(tom, settings, joined_days_ago, text):
    settings.WAVE_LIMITS = [(1, 3600)]
    for sender in new_senders(tom, 3):
        change(sender, date_joined=timezone.now() - datetime.timedelta(days=joined_days_ago))
        assert side_of(tom, say(sender, tom, text).conversation).folder == Folder.REQUESTS


def test_somebody_whom_one_i_follow_follows_is_known(mira, tom, otto):
    rules(tom, unknown=True)
    unfollow(tom, otto)
    follow(otto, mira)
    assert side_of(tom, say(mira, tom).conversation).folder == Folder.FILTERED
    other = make_person("nora", message_privacy=MessagePrivacy.EVERYONE)
    rules(other, unknown=True)
    follow(other, otto)
    follow(mira, other)
    assert side_of(other, say(mira, other, "hello nora").conversation).folder == Folder.REQUESTS


def test_a_hidden_word_later_takes_a_request_along_and_nothing_brings_it_back(mira, tom):
    rules(tom, hidden_words="offer")
    conversation = say(mira, tom, "hello").conversation
    assert side_of(tom, conversation).folder == Folder.REQUESTS
    say(mira, tom, LINK)
    assert side_of(tom, conversation).folder == Folder.FILTERED
    say(mira, tom, "sorry")
    assert side_of(tom, conversation).folder == Folder.FILTERED


def test_rules_dont_touch_a_dialogue_nor_people_one_follows(mira, tom, otto):
    say(mira, tom, "hello")
    say(tom, mira, "hello")
    rules(tom, hidden_words="offer", unknown=True, without_picture=True, newer_than_days=90)
    befriend(tom, otto)
    for sender in (mira, otto):
        assert side_of(tom, say(sender, tom, LINK).conversation).folder == Folder.INBOX


def test_filtered_waits_apart_and_can_be_accepted(mira, tom):
    rules(tom, hidden_words="offer")
    conversation = say(mira, tom, LINK).conversation
    client = signed_in(tom)
    assert str(conversation.pk) not in client.get("/inbox/").content.decode()
    assert "Message requests" not in client.get("/inbox/").content.decode()
    page = client.get("/inbox/requests/").content.decode()
    assert "Filtered (1)" in page
    assert str(conversation.pk) not in page
    assert client.get("/inbox/badge/").json() == {"unread": 0}
    filtered = client.get("/inbox/requests/filtered/").content.decode()
    assert "It has one of your hidden words in it." in filtered
    assert 'class="request-card"' in client.get(f"/inbox/{conversation.pk}/").content.decode()
    client.post(f"/inbox/{conversation.pk}/accept/")
    assert (side_of(tom, conversation).folder, side_of(tom, conversation).held_for) == (Folder.INBOX, "")


def test_the_sender_cant_tell_that_it_was_held(mira, tom):
    nora = make_person("nor", display_name="Tom Ray", message_privacy=MessagePrivacy.EVERYONE)
    follow(mira, nora)
    rules(nora, hidden_words="offer")
    seen = []
    for person in (tom, nora):
        client = signed_in(mira)
        conversation = converse(mira, person)
        answers = [send_json(client, conversation, LINK), *(send_json(client, conversation) for _more in range(3))]
        signed_in(person).get(f"/inbox/{conversation.pk}/")
        post_json(signed_in(person), f"/inbox/{conversation.pk}/read/")
        answers.append(get_json(client, f"/inbox/{conversation.pk}/changes/?since=0.0"))
        seen.append([(answer.status_code, sorted(answer.json())) for answer in answers])
    assert side_of(nora, conversation).folder == Folder.FILTERED
    assert seen[0] == seen[1]


@pytest.mark.django_db(transaction=True)
async def test_reading_a_filtered_request_tells_nobody(mira, tom):
    await in_thread(rules, tom, hidden_words="offer")
    conversation_id = (await in_thread(say, mira, tom, LINK)).conversation_id
    async with Tab(mira) as sender:
        await in_thread(actions.mark_read, tom, conversation_id)
        await in_thread(actions.decline, tom, conversation_id)
        assert await sender.heard() == []


def test_the_card_says_how_many_others_they_wrote_to(mira, tom, otto):
    for name in ("nora", "nils"):
        other = make_person(name, message_privacy=MessagePrivacy.EVERYONE)
        follow(mira, other)
        say(mira, other, f"hello {name}")
    befriend(mira, otto)
    say(otto, mira, "hello")
    say(mira, otto, "an answer counts for nothing")
    conversation = say(mira, tom, "may I ask?").conversation
    text = "Wrote to 2 other people for the first time in the last 24 hours"
    for page in ("/inbox/requests/", f"/inbox/{conversation.pk}/"):
        assert text in signed_in(tom).get(page).content.decode()
    Participant.objects.filter(user=mira).update(accepted_at=timezone.now() - datetime.timedelta(days=2))
    assert "for the first time" not in signed_in(tom).get("/inbox/requests/").content.decode()


def test_delete_all_asks_and_takes_what_was_shown(mira, tom, otto):
    unfollow(tom, otto)
    follow(otto, tom)
    first = say(mira, tom, "one").conversation
    client = signed_in(tom)
    page = client.get("/inbox/requests/").content.decode()
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    later = say(otto, tom, "two").conversation
    form = {"place": "requests", "until": until}
    question = client.post("/inbox/requests/delete/", form)
    assert "Delete 1 request?" in question.content.decode()
    assert side_of(tom, first).folder == Folder.REQUESTS
    assert client.post("/inbox/requests/delete/", form | {"confirmed": "1"})["location"] == "/inbox/requests/"
    assert side_of(tom, first).folder == Folder.NOWHERE
    assert side_of(tom, later).folder == Folder.REQUESTS
    assert side_of(mira, first).folder == Folder.INBOX  # its sender keeps it


@pytest.mark.parametrize("fields", [{}, {"place": "inbox"}, {"until": "soon"}, {"until": "2026-13-01T00:00:00Z"}])
def test_delete_all_takes_no_other_place(tom, fields):
    form = {"place": "requests", "until": "2026-01-01T00:00:00Z"} if fields else {}
    assert signed_in(tom).post("/inbox/requests/delete/", form | fields | {"confirmed": "1"}).status_code == 400


def test_rules_are_saved_and_shown(tom):
    client = signed_in(tom)
    form = {"newer_than_days": "7", "unknown": "on", "hidden_words": " crypto\n\n“art”\nCrypto"}
    assert client.post("/settings/requests/", form)["location"] == "/settings/requests/"
    saved = RequestRules.objects.get(user=tom)
    assert (saved.newer_than_days, saved.without_picture, saved.unknown) == (7, False, True)
    assert saved.hidden_words == 'Crypto\n"art"'
    assert "Crypto" in client.get("/settings/requests/").content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("offer\nx", "would hide nearly everything"),
        ("a*b*c*d*e", "more than three stars"),
        ("y" * 61, "up to 60 characters"),
        ("\n".join(f"word{n}" for n in range(201)), "more than 200 lines"),
    ],
)
def test_a_bad_pattern_is_named_and_what_was_typed_stays(tom, typed, sentence):
    page = signed_in(tom).post("/settings/requests/", RULES | {"hidden_words": typed}).content.decode()
    assert sentence in page
    assert typed.splitlines()[0] in page
    assert not RequestRules.objects.exists()
