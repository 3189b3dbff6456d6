"""What only the real server shows: a reader who takes nothing, and the codes that sockets are closed with."""

import asyncio
import socket
import uuid
from typing import Any

import pytest

from benchmarks.sending import CEILINGS, make_pairs
from benchmarks.wire import Client, Closed, Socket
from tests.live_server import LiveServer, live_server
from tests.messaging.sockets import until
from tests.slow import BEGINS

pytestmark = pytest.mark.once

MESSAGES, CHARACTERS = 1_500, 900
IN_FLIGHT = 10
PATIENCE_S = 60
REQUESTS_AT_ONCE = 2


async def open_without_reading(client: Client) -> Socket:
    """Open a socket whose system keeps little of what isn't read."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", client.port))
    reader, writer = await asyncio.open_connection(sock=line, limit=4096)
    writer.write(client.opening())
    await reader.readuntil(b"\r\n\r\n")
    return Socket(reader, writer)


async def write_many(tab: Socket, conversation: str) -> None:
    """Send all of them, each acknowledged, a few on their way at a time."""
    waiting = 0
    for number in range(MESSAGES):
        tab.send(
            {"type": "message.send", "client_id": str(uuid.uuid4()), "conversation": conversation, "kind": "text"}
            | {"body": f"{number} ".ljust(CHARACTERS, "x")}
        )
        waiting += 1
        while waiting >= IN_FLIGHT:
            answer = await tab.until("ack", "refused")
            assert answer["type"] == "ack", answer
            waiting -= 1
    while waiting:
        await tab.until("ack")
        waiting -= 1


async def watch(server: LiveServer) -> list[dict[str, Any]]:
    """Let one write to another who reads nothing until the end; return what that one then reads."""
    made = make_pairs(server, 1)
    writer_cookie, reader_cookie, conversation = made[0]
    reader = await open_without_reading(Client(server.port, reader_cookie, "198.51.100.1"))
    writer = await Client(server.port, writer_cookie, "198.51.100.2").socket()
    await write_many(writer, conversation)
    heard = [await reader.until("ready")]
    while heard[-1]["type"] != "stale":
        heard.append(await reader.receive())
    # Nothing is told to who is behind; from now on they hear again.
    writer.send({"type": "conversation.typing", "conversation": conversation})
    while heard[-1]["type"] != "conversation.typing":
        heard.append(await reader.receive())
    return heard


def test_who_reads_nothing_is_told_to_catch_up():
    with live_server(**CEILINGS, TRUSTED_PROXY_COUNT="1") as server:
        heard = asyncio.run(asyncio.wait_for(watch(server), PATIENCE_S))
    kinds = [frame["type"] for frame in heard]
    assert "stale" in kinds
    assert 10 < kinds.count("message.created") < MESSAGES
    # In order, up to what is missing.
    seqs = [frame["seq"] for frame in heard[: kinds.index("stale")] if frame["type"] == "message.created"]
    assert seqs == list(range(1, len(seqs) + 1))


async def flood(server: LiveServer) -> int:
    """Say more than one may; return the code the socket is closed with."""
    cookie = make_pairs(server, 1)[0][0]
    tab = await Client(server.port, cookie, "198.51.100.1").socket()
    for _number in range(300):
        tab.send({"type": "ping"})
    try:
        while True:
            await tab.receive()
    except Closed as closed:
        return closed.code


def test_a_flood_is_closed_with_the_code_for_it(server: LiveServer) -> None:
    assert asyncio.run(asyncio.wait_for(flood(server), PATIENCE_S)) == 1008
    assert "Exception inside application" not in server.log


async def write_beside_slow_queries(server: LiveServer, pages: int) -> tuple[int, int]:
    """Send messages while so many pages wait for the database; return how many came back, before and after."""
    pairs = make_pairs(server, pages + 1)
    writer = await Client(server.port, pairs[0][0], "198.51.100.1").socket()
    reader = await Client(server.port, pairs[0][1], "198.51.100.2").socket()
    clients = [Client(server.port, cookie, f"203.0.113.{number}") for number, (cookie, *_) in enumerate(pairs[1:])]
    slow = [asyncio.create_task(client.get("/settings/?slow=5")) for client in clients]
    await until(lambda: server.log.count(BEGINS) >= REQUESTS_AT_ONCE)
    for number in range(20):
        writer.send(
            {"type": "message.send", "client_id": str(uuid.uuid4()), "conversation": pairs[0][2], "kind": "text"}
            | {"body": f"number {number}"}
        )
        assert (await writer.until("ack", "refused"))["type"] == "ack"
        await reader.until("message.created")
    before = sum(one.done() for one in slow)
    answers = await asyncio.gather(*slow)
    return before, sum(answer.status == 200 for answer in answers)


def test_no_message_waits_for_a_slow_query():
    with live_server(**CEILINGS, TRUSTED_PROXY_COUNT="1", PAPERPLANE_TEST_SLOW="1") as server:
        before, after = asyncio.run(asyncio.wait_for(write_beside_slow_queries(server, pages=4), PATIENCE_S))
    assert (before, after) == (0, 4)
