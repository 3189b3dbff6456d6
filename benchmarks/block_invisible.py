"""Whether a block can be told by the clock: ``python -m benchmarks.block_invisible`` (alone: SQLite).

Somebody asks for the same things about three groups of people, in an order that is drawn anew for each round: people
who blocked her, people who accept nobody, and more people who accept nobody, for comparison. Prints for each door how
long the answers took, and how often one about a blocker took longer than one about the others: by chance, that is half
of the time, give or take what is printed beside it. Status and length of the answers are compared too.
"""

import argparse
import asyncio
import json
import math
import random
import statistics
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from benchmarks.wire import Client, Socket
from tests.live_server import live_server

MAKE = """
import datetime, json
from django.test import Client as TestClient
from accounts.actions import block
from messaging.actions import open_conversation

def make(name, privacy):
    return User.objects.create(
        username=name, email=name + "@example.org", birth_date=datetime.date(1990, 5, 1), message_privacy=privacy
    )

asks = make("asks", "friends")
groups = {{"blocked": [], "nobody": [], "nobody too": []}}
for number in range({people}):
    # Names of one length, mixed, so that neither the index nor the age of a row tells the groups apart.
    for group, members in groups.items():
        name = f"person.{{len(members) * 3 + list(groups).index(group):04}}"
        person = make(name, "friends" if group == "blocked" else "nobody")
        Follow.objects.create(follower=asks, followed=person)
        members.append((name, str(open_conversation(asks, person).pk)))
        if group == "blocked":
            block(person, asks)
client = TestClient(REMOTE_ADDR="127.0.0.1")
client.force_login(asks, "django.contrib.auth.backends.ModelBackend")
print(json.dumps([client.cookies.output(header="", sep=";").split(";")[0].strip(), groups]))
"""
Door = Callable[[str, str], Awaitable[tuple[int, int]]]
BLOCKED, NOBODY, NOBODY_TOO = "blocked", "nobody", "nobody too"


def main() -> None:
    """Read the options, ask, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.block_invisible", description=str(__doc__).splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="how often each person is asked about (20)")
    parser.add_argument("--people", type=int, default=20, help="people in each group (20)")
    options = parser.parse_args()
    # Each answer is waited for, so that nothing but its own work is in it; limits don't apply to what is refused.
    with live_server() as site:
        cookie, groups = json.loads(site.shell(MAKE.format(people=options.people)))
        took, seen = asyncio.run(_ask(site.port, cookie, groups, options.rounds))
    _print(took)
    told = [door for door, answers in seen.items() if len(set(map(frozenset, answers.values()))) > 1]
    for door in told:
        print(f"{door}: the answers differ: { {group: sorted(found) for group, found in seen[door].items()} }")
    if not told:
        print("Status and length of all answers are the same.")
    sys.exit(1 if told else 0)


async def _ask(
    port: int, cookie: str, groups: dict[str, Sequence[tuple[str, str]]], rounds: int
) -> tuple[dict[str, dict[str, list[float]]], dict[str, dict[str, set[tuple[int, int]]]]]:
    client = Client(port, cookie, "")
    socket = await client.socket()
    await socket.until("ready")
    doors = _doors(client, socket)
    took: dict[str, dict[str, list[float]]] = {door: defaultdict(list) for door in doors}
    seen: dict[str, dict[str, set[tuple[int, int]]]] = {door: defaultdict(set) for door in doors}
    turns = [(group, *person) for group, people in groups.items() for person in people]
    for number in range(rounds + 1):
        random.shuffle(turns)
        for door, ask in doors.items():
            for group, username, conversation in turns:
                begin = time.perf_counter()
                answer = await ask(username, conversation)
                if number:  # in the first one, everything is done for the first time
                    took[door][group].append((time.perf_counter() - begin) * 1000)
                    seen[door][group].add(answer)
    socket.close()
    client.close()
    return took, seen


def _doors(client: Client, socket: Socket) -> dict[str, Door]:
    async def send(username: str, conversation: str) -> tuple[int, int]:
        fields = {"client_id": str(uuid.uuid4()), "kind": "text", "body": "hello"}
        answer = await client.post(f"/inbox/{conversation}/messages/", fields)
        return answer.status, len(answer.body)

    async def send_by_socket(username: str, conversation: str) -> tuple[int, int]:
        frame = {"client_id": str(uuid.uuid4()), "kind": "text", "body": "hello"}
        socket.send({"type": "message.send", "conversation": conversation, **frame})
        answer = await socket.until("refused", "ack")
        return int(answer["type"] == "refused"), len(json.dumps(answer))

    def get(path: str) -> Door:
        async def ask(username: str, conversation: str) -> tuple[int, int]:
            answer = await client.get(path.format(username=username, conversation=conversation))
            return answer.status, len(answer.body)

        return ask

    async def follow(username: str, conversation: str) -> tuple[int, int]:
        answer = await client.post(f"/@{username}/follow/", {})
        return answer.status, len(answer.body)

    return {
        "send over HTTP": send,
        "send over the socket": send_by_socket,
        "conversation": get("/inbox/{conversation}/"),
        "composer": get("/inbox/{conversation}/composer/"),
        "profile": get("/@{username}/"),
        "search": get("/people/?q={username}"),
        "follow": follow,
    }


def _print(took: dict[str, dict[str, Any]]) -> None:
    print(f"{'':22}{'p5 / p50 / p95 in ms':^66}{'took longer: blocked than nobody':^36}")
    print(f"{'':22}{BLOCKED:^22}{NOBODY:^22}{NOBODY_TOO:^22}{'':4}{'(nobody too than nobody, by chance)':^32}")
    for door, groups in took.items():
        count = len(groups[NOBODY])
        chance = 1.96 * math.sqrt((2 * count + 1) / (12 * count * count))
        figures = "".join(f"{_spread(groups[name]):^22}" for name in (BLOCKED, NOBODY, NOBODY_TOO))
        apart = _more_often(groups[BLOCKED], groups[NOBODY]), _more_often(groups[NOBODY_TOO], groups[NOBODY])
        print(f"{door:22}{figures}{apart[0]:8.1%} ({apart[1]:.1%}, 50% ± {chance:.1%})")


def _spread(times: Sequence[float]) -> str:
    cuts = statistics.quantiles(times, n=20)
    return f"{cuts[0]:.1f} / {cuts[9]:.1f} / {cuts[18]:.1f}"


def _more_often(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how likely a value of ``one`` is greater than one of ``other`` (Mann and Whitney's U over its most)."""
    ordered = sorted([(value, True) for value in one] + [(value, False) for value in other])
    below = total = 0
    for _value, is_one in ordered:
        if is_one:
            total += below
        else:
            below += 1
    return total / (len(one) * len(other))


if __name__ == "__main__":
    main()
