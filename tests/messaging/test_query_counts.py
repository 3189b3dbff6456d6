"""Every list costs a fixed number of queries, with 3 rows and with 300."""

from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, MessagePrivacy, User
from messaging.models import Conversation, Folder, Message, Participant, pair_key
from tests.messaging.people import ADULT_BORN
from tests.messaging.talk import JSON, converse, fill, signed_in

FEW, MANY = 3, 300


def crowd(me: User, count: int, folder: Folder, unread: int = 2) -> None:
    """Give ``me`` conversations in ``folder`` with ``count`` friends, each with three messages."""
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(
            username=f"p{first + number}",
            email=f"p{first + number}@example.org",
            password=make_password(None),
            birth_date=ADULT_BORN,
            message_privacy=MessagePrivacy.EVERYONE,
        )
        for number in range(count)
    )
    Follow.objects.bulk_create(Follow(follower=person, followed=me) for person in people)
    Follow.objects.bulk_create(Follow(follower=me, followed=person) for person in people)
    conversations = Conversation.objects.bulk_create(
        Conversation(pair_key=pair_key(me.pk, person.pk), last_seq=3, version=3) for person in people
    )
    pairs = list(zip(people, conversations, strict=True))
    Participant.objects.bulk_create(
        Participant(conversation=one, user=user, folder=folder, unread_count=unread, accepted_at=one.created_at)
        for person, one in pairs
        for user in (person, me)
    )
    Message.objects.bulk_create(
        Message(conversation=one, sender=person, seq=seq, version=seq, client_id=one.pk, body=f"words {seq}")
        if seq == 1
        else Message(conversation=one, sender=me, seq=seq, version=seq, client_id=person_id(seq), body=f"words {seq}")
        for person, one in pairs
        for seq in (1, 2, 3)
    )


def person_id(seq: int) -> str:
    return f"01890000-0000-7000-8000-00000000000{seq}"


def queries(client: Client, url: str, **headers: Any) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(url, headers=headers)
    assert response.status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def costs(mira: User, url: str, grow, **headers: Any) -> None:
    """Assert that ``url`` costs the same before and after ``grow(297)``, on top of ``grow(3)``."""
    client = signed_in(mira)
    client.cookies["js"] = "1"
    grow(FEW)
    client.get(url, headers=headers)  # what is looked up once in the life of a process or a minute
    few = queries(client, url, **headers)
    grow(MANY - FEW)
    many = queries(client, url, **headers)
    assert len(few) == len(many), "\n".join(many)
    assert len(few) <= 20


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("/inbox/", Folder.INBOX),
        ("/inbox/?q=words", Folder.INBOX),
        ("/inbox/?q=p", Folder.INBOX),
        ("/inbox/archive/", Folder.ARCHIVE),
        ("/inbox/requests/", Folder.REQUESTS),
        ("/inbox/new/", Folder.INBOX),
        ("/inbox/new/?q=p", Folder.INBOX),
        ("/inbox/badge/", Folder.INBOX),
        ("/", Folder.INBOX),
        ("/people/?q=p", Folder.INBOX),
        ("/@tom/", Folder.INBOX),
        ("/@mira/followers/", Folder.INBOX),
        ("/@mira/following/", Folder.INBOX),
    ],
)
def test_a_list(url, folder, mira, tom):
    costs(mira, url, lambda count: crowd(mira, count, folder))


@pytest.mark.parametrize("what", ["", "messages/?before=1000", "changes/?since=0.0", "composer/"])
def test_a_conversation_with_many_messages(what, mira, tom):
    conversation = converse(mira, tom)

    def grow(count: int) -> None:
        fill(tom, mira, count)
        newest = Message.objects.order_by("-seq")
        Message.objects.filter(pk__in=[m.pk for m in newest[:count]]).update(reply_to=newest[0])

    headers = {} if what in {"", "composer/"} else JSON
    costs(mira, f"/inbox/{conversation.pk}/{what}", grow, **headers)


def test_a_conversation_beside_many_others(mira, tom):
    conversation = fill(tom, mira, 3)
    costs(mira, f"/inbox/{conversation.pk}/", lambda count: crowd(mira, count, Folder.INBOX))


def test_sending_costs_the_same_in_a_long_conversation(mira, tom, django_capture_on_commit_callbacks):
    client, conversation, counts = signed_in(mira), converse(mira, tom), []
    client.get("/inbox/")  # notes that the account is active, once a minute
    for count in (0, FEW, MANY):
        fill(tom, mira, count)
        with CaptureQueriesContext(connection) as captured, django_capture_on_commit_callbacks(execute=True):
            response = client.post(
                f"/inbox/{conversation.pk}/messages/",
                {"client_id": person_id(len(counts)), "body": "hello"},
                headers=JSON,
            )
        assert response.status_code == 201
        counts.append(len(captured))
    first, *others = counts  # the first finds out who talks there
    assert others[0] == others[1] <= first <= 20


def test_the_measure_sees_what_grows(mira, tom):
    """A list that asks for each row would be found out."""

    def careless(count: int) -> int:
        crowd(mira, count, Folder.INBOX)
        with CaptureQueriesContext(connection) as captured:
            for side in Participant.objects.of(mira):
                side.conversation.messages.first()
        return len(captured)

    assert careless(FEW) < careless(MANY)


@pytest.mark.parametrize(
    ("rows", "shown"), [("", 20), ("x", 20), ("-5", 20), ("30", 30), ("9" * 20, 200), ("9" * 5000, 20)]
)
def test_a_list_is_drawn_as_long_as_it_was_within_bounds(mira, rows, shown):
    crowd(mira, 210, Folder.INBOX)
    page = signed_in(mira).get("/inbox/", {"rows": rows})
    assert len(page.context["rows"]) == shown
    following = signed_in(mira).get(page.context["next_page"])
    assert not {row.id for row in page.context["rows"]} & {row.id for row in following.context["rows"]}
