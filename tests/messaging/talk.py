"""Talking in tests: conversations, messages, and the HTTP a browser or a program speaks."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from messaging import actions
from messaging.models import Conversation, Message, Participant

JSON = {"accept": "application/json"}
NOWHERE = uuid.UUID("01890000-0000-7000-8000-000000000000")  # an id that nothing has


def converse(one: User, other: User) -> Conversation:
    """Return the conversation of two people, made if need be."""
    return actions.open_conversation(one, other)


def say(sender: User, other: User, body: str = "hello", **fields: Any) -> Message:
    """Send a message as the actions do; return it read afresh."""
    draft = actions.Draft(
        sender=User.objects.get(pk=sender.pk),
        conversation_id=converse(sender, other).pk,
        client_id=fields.pop("client_id", None) or uuid.uuid4(),
        body=body,
        **fields,
    )
    return Message.objects.get(pk=actions.send_message(draft).message.pk)


def dialogue(one: User, other: User) -> Conversation:
    """Let two people write to each other once, and return their conversation."""
    say(one, other, f"hello {other.username}")
    say(other, one, f"hello {one.username}")
    return Conversation.objects.get(pk=converse(one, other).pk)


def fill(one: User, other: User, count: int, body: str = "text") -> Conversation:
    """Write ``count`` messages of ``one`` straight into the tables, with the counters they imply."""
    conversation = converse(one, other)
    conversation.refresh_from_db()
    first, version = conversation.last_seq + 1, conversation.version
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            sender=one,
            seq=first + place,
            version=version + 1 + place,
            client_id=uuid.uuid4(),
            body=f"{body} {first + place}",
        )
        for place in range(count)
    )
    conversation.last_seq += count
    conversation.version += count
    conversation.save()
    now = conversation.last_activity
    conversation.participants.update(folder="inbox", accepted_at=now)
    return conversation


def side_of(user: User, conversation: Conversation) -> Participant:
    """Return ``user``'s side, read afresh."""
    return Participant.objects.select_related("conversation", "user").get(user=user, conversation=conversation.pk)


def signed_in(user: User, **kwargs: Any) -> Client:
    """Return a browser that is signed in as ``user``."""
    client = Client(**kwargs)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post_json(client: Client, url: str, **fields: Any) -> HttpResponse:
    """POST ``fields`` as a program that wants JSON back."""
    return client.post(url, fields, content_type="application/json", headers=JSON)


def get_json(client: Client, url: str) -> HttpResponse:
    """GET as a program that wants JSON back."""
    return client.get(url, headers=JSON)


def send_json(client: Client, conversation: Conversation, body: Any = "hello", **fields: Any) -> HttpResponse:
    """Send a message as a program does."""
    fields = {"client_id": str(uuid.uuid4()), "kind": "text", "body": body} | fields
    return post_json(client, f"/inbox/{conversation.pk}/messages/", **fields)


def send_form(client: Client, conversation: Conversation, body: str = "hello", **fields: Any) -> HttpResponse:
    """Send a message as the page without JavaScript does."""
    fields = {"client_id": str(uuid.uuid4()), "kind": "text", "body": body, "reply_to": ""} | fields
    return client.post(f"/inbox/{conversation.pk}/messages/", fields)


def changes(client: Client, conversation: Conversation, since: str = "0.0") -> dict[str, Any]:
    """Return one page of ``/changes/``."""
    response = get_json(client, f"/inbox/{conversation.pk}/changes/?since={since}")
    assert response.status_code == 200, response.content
    return response.json()
