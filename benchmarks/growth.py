"""Whether things get slower as conversations and inboxes grow, and how long it takes to catch up with 10,000 messages.

``python -m benchmarks.growth`` on SQLite; with PostgreSQL by ``python -m tests.servers env
PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.growth``. Each round asks every size in turn, so that a machine
that slows down does so for all; printed are medians, and the largest beside the smallest.
"""

import argparse
import asyncio
import os
import statistics
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.sending import CEILINGS, caught_up, make_pairs
from benchmarks.wire import Client, Socket
from tests.live_server import LiveServer, live_server

MESSAGES = (100, 10_000, 1_000_000)
CONVERSATIONS = (10, 1_000, 10_000)
MISSED = 10_000
FILL = """
from django.db import connection
from django.utils import timezone
sqlite = connection.vendor == "sqlite"
an_id = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
numbers = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
    if sqlite else "WITH n(i) AS (SELECT generate_series(1, {count})) "
)
conversation = Conversation.objects.get(pk="{conversation}")
one, other = [side.user_id for side in conversation.participants.order_by("pk")]
key = conversation.pk.hex if sqlite else str(conversation.pk)
with connection.cursor() as cursor:
    cursor.execute(
        "INSERT INTO messaging_message (id, conversation_id, sender_id, seq, version, sent_version, client_id, kind,"
        " body, sticker_key, as_request, created_at) " + numbers + f"SELECT {{an_id}}, '{{key}}',"
        f" CASE WHEN i % 2 = 0 THEN {{one}} ELSE {{other}} END, i, i, i, {{an_id}}, 'text', 'message ' || i, '', "
        + ("0" if sqlite else "false") + ", " + ("datetime('now')" if sqlite else "now()") + " FROM n"
    )
    cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
now = timezone.now()
Conversation.objects.filter(pk=conversation.pk).update(last_seq={count}, version={count}, last_activity=now)
conversation.participants.update(accepted_at=now, folder="inbox", last_read_seq={count}, last_activity=now)
"""
INBOX = """
import datetime, uuid
from django.db import connection
from django.utils import timezone
from accounts.ids import new_id
from messaging.models import pair_key
owner = User.objects.get(username="{owner}")
now = timezone.now()
others = User.objects.bulk_create([User(
    username=f"{{owner.username}}.{{number}}", email=f"{{owner.username}}.{{number}}@example.org", password="!",
    birth_date=datetime.date(1990, 5, 1),
) for number in range({count} - 1)])
conversations = Conversation.objects.bulk_create([Conversation(
    id=new_id(), pair_key=pair_key(owner.pk, other.pk), last_seq=1, version=1, last_activity=now,
) for other in others])
Message.objects.bulk_create([Message(
    conversation=conversation, sender=other, seq=1, version=1, sent_version=1, client_id=uuid.uuid4(), body="hello",
) for conversation, other in zip(conversations, others)])
Participant.objects.bulk_create([Participant(
    conversation=conversation, user=user, folder="inbox", accepted_at=now, last_activity=now, unread_count=number % 2,
) for number, (conversation, other) in enumerate(zip(conversations, others)) for user in (owner, other)])
with connection.cursor() as cursor:
    cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
"""
Step = Callable[[], Awaitable[None]]


@dataclass
class Pair:
    """Two friends with a conversation that is so long, the first of them with an inbox that is so full."""

    client: Client
    other: Client
    conversation: str


async def _opened(client: Client, path: str) -> None:
    answer = await client.get(path)
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")


async def _sent(socket: Socket, conversation: str) -> None:
    frame = {"type": "message.send", "client_id": str(uuid.uuid4()), "conversation": conversation, "kind": "text"}
    socket.send(frame | {"body": "one more"})
    answer = await socket.until("ack", "refused")
    if answer["type"] != "ack":
        raise RuntimeError(str(answer))


async def measure(server: LiveServer, rounds: int) -> dict[str, dict[int, list[float]]]:
    """Return milliseconds, by what was done and how large it was."""
    made = make_pairs(server, len(MESSAGES) + len(CONVERSATIONS))
    pairs = [
        Pair(Client(server.port, one, "198.51.100.1"), Client(server.port, other, "198.51.100.2"), conversation)
        for one, other, conversation in made
    ]
    long, full = pairs[: len(MESSAGES)], pairs[len(MESSAGES) :]
    for pair, count in zip(long, MESSAGES, strict=True):
        server.shell(FILL.format(conversation=pair.conversation, count=count))
    for number, (pair, count) in enumerate(zip(full, CONVERSATIONS, strict=True)):
        server.shell(FILL.format(conversation=pair.conversation, count=100))
        server.shell(INBOX.format(owner=f"pair.{2 * (len(MESSAGES) + number)}", count=count))
    steps: dict[str, dict[int, Step]] = defaultdict(dict)
    for pair, count in zip(long, MESSAGES, strict=True):
        here, socket = pair.conversation, await pair.client.socket()
        steps["conversation"][count] = lambda pair=pair, here=here: _opened(pair.client, f"/inbox/{here}/")  # type: ignore[misc]
        older = f"/inbox/{here}/messages/?before={count // 2}"
        steps["older page"][count] = lambda pair=pair, older=older: _opened(pair.client, older)  # type: ignore[misc]
        steps["send, long conversation"][count] = lambda socket=socket, here=here: _sent(socket, here)  # type: ignore[misc]
    for pair, count in zip(full, CONVERSATIONS, strict=True):
        here, socket = pair.conversation, await pair.client.socket()
        steps["inbox"][count] = lambda pair=pair: _opened(pair.client, "/inbox/")  # type: ignore[misc]
        steps["send, full inbox"][count] = lambda socket=socket, here=here: _sent(socket, here)  # type: ignore[misc]
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number in range(rounds + 3):
        for name, by_size in steps.items():
            for size, step in by_size.items():
                begun = time.perf_counter()
                await step()
                if number >= 3:  # what is done first once is done
                    found[name][size].append((time.perf_counter() - begun) * 1000)
    for _number in range(3):
        begun = time.perf_counter()
        count = await caught_up(long[-1].other, long[-1].conversation, f"{MESSAGES[-1] - MISSED}.0")
        found[f"catch up with {MISSED}"][count].append((time.perf_counter() - begun) * 1000)
    return found


def show(found: dict[str, dict[int, list[float]]]) -> None:
    """Print medians, and how the largest compares."""
    for name, by_size in found.items():
        medians = {size: statistics.median(times) for size, times in by_size.items()}
        shown = "  ".join(f"{size:,}: {median:.1f} ms" for size, median in medians.items())
        print(f"{name:24} {shown}   largest to smallest {medians[max(medians)] / medians[min(medians)]:.2f}")


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=str(__doc__).splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    with live_server(**CEILINGS, TRUSTED_PROXY_COUNT="1") as server:
        found = asyncio.run(measure(server, options.rounds))
    print(f"{os.environ.get('PAPERPLANE_TEST_ENGINE', 'sqlite')}, {os.cpu_count()} cores, medians of {options.rounds}")
    show(found)


if __name__ == "__main__":
    main()
