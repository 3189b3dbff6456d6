"""A wave of advertising, and whether anybody else notices: ``python -m tests.servers python -m benchmarks.abuse``.

200 accounts made a moment ago send one advertisement, varied each time, to 2,000 people as fast as they can: half over
HTTP, half over the socket. They start beyond what a newcomer can have: they follow all of those already. Meanwhile
50 pairs of friends talk. The site runs as two processes on PostgreSQL and Redis, behind a proxy as it were, so that
the accounts come from as many addresses as ``--addresses`` says. Prints what the pairs felt while it was quiet and
during the wave, in windows of one run, and what became of the advertisements.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import statistics
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from benchmarks.wire import Client, Closed, Socket
from tests.live_server import LiveServer, live_server

MAKE = """
import datetime, json, logging, uuid
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client as TestClient
from django.utils import timezone
from messaging.actions import open_conversation
logging.getLogger("security").setLevel(logging.WARNING)  # 2,300 sign-ins

def make(stem, count, age, privacy):
    then = timezone.now() - datetime.timedelta(days=age)
    return User.objects.bulk_create([User(
        username=f"{{stem}}.{{number}}", email=f"{{stem}}.{{number}}@example.org", password=make_password(None),
        birth_date=datetime.date(1990, 5, 1), message_privacy=privacy, date_joined=then,
    ) for number in range(count)])

def follow(followers, followed):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_follow (follower_id, followed_id, created_at) SELECT a.id, b.id, now()"
            " FROM accounts_user a, accounts_user b WHERE a.id = ANY(%s) AND b.id = ANY(%s)",
            [[user.pk for user in followers], [user.pk for user in followed]],
        )

def session(user):
    client = TestClient(REMOTE_ADDR="127.0.0.1")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client.cookies.output(header="", sep=";").split(";")[0].strip()

honest = make("honest", {pairs} * 2, 400, "friends")
people = make("person", {people}, 400, "everyone")
bots = make("bot", {bots}, 0, "friends")
follow(bots, people)
for one, other in zip(honest[::2], honest[1::2]):
    follow([one], [other])
    follow([other], [one])
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
print(json.dumps({{
    "honest": [session(user) for user in honest],
    "bots": [session(user) for user in bots],
    "people": [user.username for user in people],
    "conversations": [str(open_conversation(*pair).pk) for pair in zip(honest[::2], honest[1::2])],
}}))
"""
COUNT = """
import json
from collections import Counter
sent = Message.objects.filter(sender__username__startswith="bot.")
folders = Participant.objects.filter(user__username__startswith="person.", conversation__last_seq__gt=0)
print(json.dumps([
    sent.count(), sent.values("conversation").distinct().count(), sent.values("sender").distinct().count(),
    Counter(folders.values_list("folder", flat=True)), Conversation.objects.count(),
]))
"""
PACE_S = 4.0  # between two messages of a pair
PATIENCE_S = 20.0  # for what is on its way at the end of a window
processes = multiprocessing.get_context("spawn")


def main() -> None:
    """Read the options, run both, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.abuse", description=str(__doc__).splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20, help="length of a window (20)")
    parser.add_argument("--windows", type=int, default=3, help="windows of each kind (3)")
    parser.add_argument("--bots", type=int, default=200)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--addresses", type=int, default=200, help="from how many addresses the accounts come (200)")
    options = parser.parse_args()
    if "REDIS_URL" not in os.environ or "DATABASE_URL" not in os.environ:
        sys.exit("This measures on PostgreSQL and Redis: run it by `python -m tests.servers`.")
    with _site() as sites:
        made = json.loads(sites[0].shell(MAKE.format(pairs=options.pairs, people=options.people, bots=options.bots)))
        results = asyncio.run(_measure(options, sites, made))
        sent, reached, senders, folders, conversations = json.loads(sites[0].shell(COUNT))
    _print(options, results)
    print(f"\nAdvertisements stored: {sent}, by {senders} accounts, for {reached} of {options.people} people")
    print(f"Where they landed: {json.dumps(folders)}; conversations there are: {conversations}")


@contextlib.contextmanager
def _site() -> Any:
    with live_server(TRUSTED_PROXY_COUNT="1") as first:
        second = LiveServer(first.environment, first.folder)
        second.start()
        try:
            yield [first, second]
        finally:
            second.close()


async def _measure(
    options: argparse.Namespace, sites: Sequence[LiveServer], made: dict[str, Any]
) -> list[dict[str, Any]]:
    """Let the pairs talk for some windows, quiet and under the wave by turns; return what each came to."""
    ports = [site.port for site in sites]
    pairs = [_Pair(number, ports, made) for number in range(options.pairs)]
    for pair in pairs:
        await pair.connect()
    results = []
    for number in range(options.windows * 2):
        wave = number % 2 == 1
        told: multiprocessing.Queue[Counter[str]] = processes.Queue()
        attack = processes.Process(target=_attack, args=(options, ports, made, number, told)) if wave else None
        if attack:
            attack.start()
        await asyncio.gather(*(pair.talk(options.seconds) for pair in pairs))
        result: dict[str, Any] = {"wave": wave, **_taken_from(pairs)}
        if attack:
            result["attempts"] = await asyncio.to_thread(told.get, timeout=120)
            attack.join()
        results.append(result)
        print(f"{'wave' if wave else 'quiet':6}{_figures(result['delays'])}  {_faults([result])}", flush=True)
    for pair in pairs:
        pair.close()
    return results


# --- Those who talk ----------------------------------------------------------
def _taken_from(pairs: Sequence["_Pair"]) -> dict[str, Any]:
    """Return what the pairs noted since the last time; delays are the seconds from a message to its arrival."""
    found = {
        "delays": [delay for pair in pairs for delay in pair.delays],
        "refused": sum(pair.refused for pair in pairs),
        "lost": sum(len(pair.waiting) for pair in pairs),
        "broken": sum(pair.broken for pair in pairs),
    }
    for pair in pairs:
        pair.delays, pair.waiting, pair.refused = [], {}, 0
    return found


class _Pair:
    """Two friends, each at one of the processes: the first writes, the second reads."""

    def __init__(self, number: int, ports: Sequence[int], made: dict[str, Any]) -> None:
        self.clients = [
            Client(ports[(number + side) % 2], made["honest"][2 * number + side], f"198.51.100.{number + 1}")
            for side in (0, 1)
        ]
        self.conversation: str = made["conversations"][number]
        self.waiting: dict[str, float] = {}
        self.delays: list[float] = []
        self.refused = 0
        self.broken = False
        self.is_done = False
        self.settled = asyncio.Event()

    async def connect(self) -> None:
        """Open both sockets, and listen."""
        self.lines = [await client.socket() for client in self.clients]
        self.listening = [asyncio.create_task(self._hear(line)) for line in self.lines]

    def close(self) -> None:
        """Close both sockets."""
        for task in self.listening:
            task.cancel()
        for line in self.lines:
            line.close()

    async def talk(self, seconds: float) -> None:
        """Write at a steady pace for ``seconds``, then wait for what is on its way."""
        self.is_done = False
        self.settled.clear()
        end = time.monotonic() + seconds
        await asyncio.sleep(random.uniform(0, PACE_S))
        while time.monotonic() < end:
            client_id = str(uuid.uuid4())
            self.waiting[client_id] = time.monotonic()
            self.lines[0].send(
                {"type": "message.send", "client_id": client_id, "conversation": self.conversation, "kind": "text"}
                | {"body": f"Shall we meet at {random.randint(1, 12)}? {client_id[:4]}"}
            )
            await asyncio.sleep(PACE_S)
        self.is_done = True
        if self.waiting:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.settled.wait(), PATIENCE_S)

    async def _hear(self, line: Socket) -> None:
        """Note what comes to the writer (a refusal) or the reader (a message), until the socket closes."""
        try:
            while True:
                frame = await line.until("refused", "message.created")
                if frame["type"] == "refused":
                    self.refused += 1
                    self._strike_off(frame["ref"])
                elif line is self.lines[1] and (begun := self._strike_off(frame["client_id"])):
                    self.delays.append(time.monotonic() - begun)
        except Closed:
            self.broken = True

    def _strike_off(self, client_id: str) -> float | None:
        begun = self.waiting.pop(client_id, None)
        if self.is_done and not self.waiting:
            self.settled.set()
        return begun


# --- Those who advertise -----------------------------------------------------
def _attack(
    options: argparse.Namespace,
    ports: Sequence[int],
    made: dict[str, Any],
    number: int,
    told: "multiprocessing.Queue[Counter[str]]",
) -> None:
    """Let every account send for one window; put what became of their attempts into ``told``."""
    # Their machines are elsewhere: here they take what the site leaves.
    os.nice(10)
    told.put(asyncio.run(_advertise(options, ports, made, number)))


async def _advertise(
    options: argparse.Namespace, ports: Sequence[int], made: dict[str, Any], number: int
) -> "Counter[str]":
    bots = [_Bot(options, place, ports, made, number) for place in range(options.bots)]
    await asyncio.gather(*(bot.run(options.seconds) for bot in bots))
    return sum((bot.counts for bot in bots), Counter())


class _Bot:
    """One account, which writes to people in an order of its own, and tries the next when it is refused."""

    def __init__(
        self, options: argparse.Namespace, place: int, ports: Sequence[int], made: dict[str, Any], number: int
    ) -> None:
        self.random = random.Random(place * 1000 + number)
        address = place % options.addresses
        self.client = Client(ports[place % 2], made["bots"][place], f"203.0.{address // 250}.{address % 250 + 1}")
        self.people = self.random.sample(made["people"], len(made["people"]))
        self.over_socket = place % 4 >= 2
        self.socket: Socket | None = None
        self.counts: Counter[str] = Counter()

    async def run(self, seconds: float) -> None:
        """Go on for ``seconds``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for username in self.people:
                    await self._try(username)
        self.client.close()
        if self.socket:
            self.socket.close()

    async def _try(self, username: str) -> None:
        try:
            opened = await self.client.post(f"/@{username}/message/", {})
            if opened.status != 302:
                self.counts[f"opening: {opened.status}"] += 1
                return
            path = opened.headers["location"]
            send = self._send_frame if self.over_socket else self._send_form
            self.counts[await send(path)] += 1
        except Closed as error:
            self.socket = None
            self.counts[f"closed: {error.code}"] += 1
        except OSError:
            self.counts["not connected"] += 1

    async def _send_form(self, path: str) -> str:
        fields = {"client_id": str(uuid.uuid4()), "kind": "text", "body": advertisement(self.random)}
        answer = await self.client.post(f"{path}messages/", fields)
        return "sent" if answer.status < 300 else f"HTTP {answer.status}: {_code(answer.body)}"

    async def _send_frame(self, path: str) -> str:
        if self.socket is None:
            self.socket = await self.client.socket()
        conversation = path.rstrip("/").rpartition("/")[2]
        self.socket.send(
            {"type": "message.send", "client_id": str(uuid.uuid4()), "conversation": conversation, "kind": "text"}
            | {"body": advertisement(self.random)}
        )
        frame = await self.socket.until("ack", "refused")
        return "sent" if frame["type"] == "ack" else f"socket: {frame['code']}"


def _code(body: bytes) -> str:
    with contextlib.suppress(ValueError):
        return str(json.loads(body).get("code", "?"))
    return "?"


def advertisement(chance: random.Random) -> str:
    """Return the advertisement as one copy of it looks: words exchanged, a name put in, letters that look alike."""
    hello = chance.choice(["Hi", "Hey", "Hello", "Good day", "Hi there"])
    name = chance.choice(["Ana", "Ben", "my friend", "dear", "you", "Chris", "there"])
    verb = chance.choice(["earn", "make", "get", "e\u0430rn", "m4ke"])
    sum_ = f"{chance.choice('$€£')}{chance.randint(200, 900)}"
    joy = chance.choice(["\U0001f680", "\U0001f4b0", "\U0001f525", "!!", ""])
    host = chance.choice(["win-big.example", "www.win-big.example", "a7.win-big.example"])
    return (
        f"{hello} {name}, I {verb} {sum_} a day from home with this {chance.choice(['simple', 'easy'])} trick {joy} "
        f"sign up at https://{host}/?r={chance.randint(1, 9999)} before {chance.choice(['Friday', 'Sunday'])}"
    )


# --- What is said of it ------------------------------------------------------
def _print(options: argparse.Namespace, results: Sequence[dict[str, Any]]) -> None:
    print(f"\n{os.cpu_count()} cores; {options.bots} accounts, {options.addresses} addresses, {options.people} people,")
    print(f"{options.pairs} pairs at {options.pairs / PACE_S:.0f} messages a second; windows of {options.seconds} s")
    for wave in (False, True):
        chosen = [result for result in results if result["wave"] is wave]
        p95 = [percentile(result["delays"], 95) for result in chosen]
        delays = [delay for result in chosen for delay in result["delays"]]
        print(
            f"{'wave' if wave else 'quiet':6}{_figures(delays)}   p95 by window {min(p95) * 1000:.0f}-"
            f"{max(p95) * 1000:.0f}   messages {len(delays)}   {_faults(chosen)}"
        )
    attempts = sum((result["attempts"] for result in results if result["wave"]), Counter[str]())
    seconds = options.seconds * options.windows
    print(f"\nAttempts of the accounts: {attempts.total()}, {attempts.total() / seconds:.0f} a second")
    for what, count in attempts.most_common():
        print(f"{count:8}  {what}")


def _faults(results: Sequence[dict[str, Any]]) -> str:
    return "   ".join(f"{what} {sum(result[what] for result in results)}" for what in ("refused", "lost", "broken"))


def _figures(delays: Sequence[float]) -> str:
    return "  ".join(f"p{place} {percentile(delays, place) * 1000:5.1f} ms" for place in (50, 95, 99))


def percentile(values: Sequence[float], place: int) -> float:
    """Return the value below which ``place`` per cent of ``values`` lie."""
    return statistics.quantiles(values, n=100)[place - 1] if len(values) > 1 else float("nan")


if __name__ == "__main__":
    main()
