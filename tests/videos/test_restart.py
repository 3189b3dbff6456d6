"""A server that is killed while it processes a video: the next one does it again, once."""

import time
from pathlib import Path

import pytest

from tests.live_server import LiveServer, live_server
from tests.videos.clips import clip

pytestmark = [pytest.mark.both_engines, pytest.mark.timeout(240)]
PATIENCE_S = 120
MAKE = """
import datetime
from django.core.files import File
from videos import actions
user = User.objects.create_user("mira", "mira@example.org", "x", birth_date=datetime.date(1990, 5, 1))
for path in {paths!r}:
    with open(path, "rb") as file:
        actions.upload(user, File(file), caption="", allow_download=True, allow_sharing=True)
"""
STATES = "print(*Video.objects.order_by('pk').values_list('state', 'attempts'), sep=';')"
PROGRESS = "print(Video.objects.filter(state='processing', progress__gt=0).count())"


def wait_for(server: LiveServer, code: str, expected: str) -> None:
    """Ask again and again until the answer is what is expected."""
    deadline = time.monotonic() + PATIENCE_S
    while (answer := server.shell(code)) != expected:
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)


def test_a_killed_server_does_it_again_once(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(clip(10, (1080, 1920), 24))
    with live_server(VIDEO_LEASE_SECONDS="5") as server:
        server.shell(MAKE.format(paths=[str(source)]))
        wait_for(server, PROGRESS, "1")
        server.kill()
        assert server.shell(STATES) == "('processing', 1)"
        server.start()
        wait_for(server, STATES, "('ready', 2)")


def test_two_workers_share_what_waits(tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(clip(2))
    with live_server(PAPERPLANE_TEST_WORKER="separate") as server:
        server.shell(MAKE.format(paths=[str(source)] * 6))
        assert server.shell(STATES) == ";".join(["('waiting', 0)"] * 6)  # the server itself leaves it alone
        with server.running("worker"), server.running("worker"):
            wait_for(server, STATES, ";".join(["('ready', 1)"] * 6))
