"""The least that Channels itself costs: a text goes through the channel layer to another socket, and nothing else.

No session, no policy, no database. ``django.setup`` has chosen the layer: in memory, or Redis.
"""

import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import processes
from tests.servers import free_port, stop, wait_until


def application() -> object:
    """Return the ASGI application: ``/NAME`` is the socket of ``NAME``, who sends ``NAME text`` to others."""
    import django

    django.setup()
    from channels.generic.websocket import AsyncWebsocketConsumer

    class Echo(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            self.group = urllib.parse.quote(self.scope["path"].strip("/"))
            await self.channel_layer.group_add(self.group, self.channel_name)
            await self.accept()

        async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
            name, _, text = (text_data or "").partition(" ")
            await self.channel_layer.group_send(name, {"type": "tell", "text": text})

        async def tell(self, event: dict[str, str]) -> None:
            await self.send(event["text"])

    return Echo.as_asgi()


@contextmanager
def server(environment: dict[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    """Run it under daphne; yield its port and its process."""
    port, log = free_port(), folder / "echo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "benchmarks.echo_asgi:application"],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: processes.listens(port), process, log)
        yield port, process.pid
    finally:
        stop(process)
