"""Whether uploads keep others waiting: ``python -m benchmarks.uploads [windows]``.

One person writes to another over the socket, at a steady pace, in windows of some seconds: with nothing else going on,
and while ten others upload at once (phone videos of 1080 × 1920, photos of 48 megapixels, and files made to do harm).
Prints the time from frame to acknowledgement, window by window, so that both kinds are compared in one run.
"""

import base64
import json
import multiprocessing
import os
import socket
import statistics
import struct
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks.media import camera_clip, tell
from tests.live_server import LiveServer, live_server
from tests.media.samples import SAMPLES

WINDOW_S = 12
SENDS_PER_S = 12
UPLOADERS = 10
PAUSE_S = 4.0  # of an uploader, between an answer and the next file
processes = multiprocessing.get_context("fork")
HARMFUL = ("png-bomb.png", "gif-bomb.gif", "many-frames.gif", "large.png", "huge.jpg")
MAKE_PEOPLE = """
import datetime
for name in {names!r}:
    User.objects.create_user(name, f"{{name}}@example.org", "x", birth_date=datetime.date(1990, 5, 1))
one, other = (User.objects.get(username=name) for name in {names!r}[:2])
Follow.objects.create(follower=one, followed=other)
Follow.objects.create(follower=other, followed=one)
from messaging.actions import open_conversation
print(open_conversation(one, other).pk)
"""


class Socket:
    """As much of a WebSocket as one sender needs."""

    def __init__(self, server: LiveServer, cookie: str) -> None:
        """Shake hands, and wait for the first frame."""
        self.stream = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET /ws/inbox/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\n"
            f"Cookie: {cookie}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n"
        )
        self.stream.sendall(head.encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.buffer += self.stream.recv(4096)
        self.buffer = self.buffer.split(b"\r\n\r\n", 1)[1]
        self.until("ready")

    def send(self, frame: dict[str, str]) -> None:
        """Send a frame, masked as browsers do."""
        payload, mask = json.dumps(frame).encode(), os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        short = len(payload) < 126
        size = struct.pack("!B", 0x80 | len(payload)) if short else struct.pack("!BH", 0x80 | 126, len(payload))
        self.stream.sendall(b"\x81" + size + mask + masked)

    def until(self, kind: str) -> None:
        """Read on until a frame of type ``kind``."""
        while json.loads(self._next())["type"] != kind:
            pass

    def _next(self) -> bytes:
        """Return the next text; what else there is between is passed over."""
        while True:
            first, second = self._take(2)
            size = second & 127
            if size == 126:
                (size,) = struct.unpack("!H", self._take(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._take(8))
            content = self._take(size)
            if first & 15 == 8:
                raise ConnectionError(f"The server hung up: {content!r}")
            if first & 15 == 1:
                return content

    def _take(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self.buffer += self.stream.recv(65536)
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken


def cookie_of(server: LiveServer, name: str) -> str:
    """Return the cookies of somebody signed in, as a header."""
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in server.sign_in(name))


def upload_for_ever(url: str, cookie: str, kind: str, content: bytes, ended: Event, answers: "Queue[int]") -> None:
    """Upload the same file again and again."""
    page = urllib.request.Request(f"{url}/videos/upload/", headers={"Cookie": cookie})  # noqa: S310
    with urllib.request.urlopen(page) as answer:  # noqa: S310  (our own server)
        text = answer.read().decode()
    token = text.split('name="csrf-token" content="')[1].split('"')[0]
    given = answer.headers.get_all("Set-Cookie", [])
    secret = next(part for part in given if part.startswith("csrftoken")).split(";")[0]
    field, path = ("photo", "/photos/") if kind == "photo" else ("file", "/videos/upload/")
    edge = uuid.uuid4().hex
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="x"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode() + content
    body += f"\r\n--{edge}--\r\n".encode()
    headers = {
        "Cookie": f"{cookie}; {secret}",
        "X-CSRFToken": token,
        "Accept": "application/json",
        "Content-Type": f"multipart/form-data; boundary={edge}",
    }
    os.nice(15)  # who uploads has a machine of their own; here they only share ours
    while not ended.is_set():
        code = 201
        try:
            urllib.request.urlopen(urllib.request.Request(url + path, body, headers), timeout=120).read()  # noqa: S310
        except urllib.error.HTTPError as error:
            code = error.code
        except OSError:
            code = 0
        answers.put(code)
        ended.wait(PAUSE_S)


def window(sender: Socket, conversation: str) -> list[float]:
    """Send at a steady pace; return how many milliseconds each took to be acknowledged."""
    taken = []
    begin = time.perf_counter()
    for number in range(WINDOW_S * SENDS_PER_S):
        time.sleep(max(0.0, begin + number / SENDS_PER_S - time.perf_counter()))
        frame = {
            "type": "message.send",
            "conversation": conversation,
            "client_id": str(uuid.uuid4()),
            "body": f"text {number}",
        }
        sent = time.perf_counter()
        sender.send(frame)
        sender.until("ack")
        taken.append((time.perf_counter() - sent) * 1000)
    return sorted(taken)


def percentile(taken: list[float], part: float) -> float:
    """Return the value that this part of the sends stayed below."""
    return taken[min(len(taken) - 1, int(len(taken) * part))]


def described(taken: list[float]) -> str:
    """Return the usual figures, in milliseconds."""
    return f"p50 {percentile(taken, 0.5):.1f} p95 {percentile(taken, 0.95):.1f} max {taken[-1]:.0f} ms"


def main() -> None:
    """Measure window after window, with and without uploads."""
    windows = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    tell(f"{os.cpu_count()} cores; {SENDS_PER_S} texts a second, windows of {WINDOW_S} s")
    names = ["writer", "reader", *(f"up{number}" for number in range(UPLOADERS * windows))]
    without_limits = {"MESSAGE_LIMIT_PER_SECOND": "1000", "SOCKET_FRAMES_PER_SECOND": "1000"}
    with tempfile.TemporaryDirectory() as folder, live_server(**without_limits) as server:
        clip = Path(folder, "phone.mp4")
        camera_clip(clip, 8, (1080, 1920), 14_000_000, "ultrafast")
        files = [("video", clip.read_bytes())] * 5 + [("photo", SAMPLES[name]()) for name in HARMFUL]
        conversation = server.shell(MAKE_PEOPLE.format(names=names)).strip().splitlines()[-1]
        cookies = [cookie_of(server, name) for name in names]
        sender = Socket(server, cookies[0])
        window(sender, conversation)  # warm
        ratios = []
        for number in range(windows):
            quiet = window(sender, conversation)
            ended, answers = processes.Event(), processes.Queue()
            # Others each time: how much one account may upload is limited.
            fresh = cookies[2 + number * UPLOADERS :][:UPLOADERS]
            uploads = [
                processes.Process(target=upload_for_ever, args=(server.url, cookie, *file, ended, answers), daemon=True)
                for cookie, file in zip(fresh, files, strict=True)
            ]
            for one in uploads:
                one.start()
            time.sleep(1)
            busy = window(sender, conversation)
            ended.set()
            for one in uploads:
                one.join(timeout=120)
            outcomes = Counter(answers.get() for _ in range(answers.qsize()))
            waiting = wait_for_processing(server)
            ratios.append(percentile(busy, 0.95) / percentile(quiet, 0.95))
            tell(
                f"alone {described(quiet)}; during uploads {described(busy)}; answers {outcomes}, {waiting} videos left"
            )
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        tell(f"p95 during uploads against alone: median {statistics.median(ratios):.1f}, {spread}")


def wait_for_processing(server: LiveServer) -> int:
    """Wait until every video is made, so that the next window is quiet; return how many that were."""
    count = "print(Video.objects.filter(state__in=['waiting', 'processing']).count())"
    left = int(server.shell(count))
    while int(server.shell(count)):
        time.sleep(0.5)
    return left


if __name__ == "__main__":
    main()
