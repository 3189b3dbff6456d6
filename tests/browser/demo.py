"""The demo site on a live server of its own, and where its screens are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.browser.screens import Screen
from tests.live_server import LiveServer, live_server

PLACES = """
import json
me = User.objects.order_by("pk").first()
sides = Participant.objects.filter(user=me).select_related("conversation")
friend = User.objects.order_by("pk")[1]
from messaging.policies import write_refusal
from messaging.standing import standing_of
theirs = {one.conversation_id: one for one in Participant.objects.exclude(user=me).select_related("conversation")}
refused = next(
    side for side in sides if side.folder == "inbox" and write_refusal(standing_of(side, theirs[side.conversation_id]))
)
print(json.dumps({
    "me": me.username,
    "friend": friend.username,
    "conversation": sides.get(conversation__participants__user=friend).conversation.get_absolute_url(),
    "request": sides.filter(folder="requests").first().conversation.get_absolute_url(),
    "video": Video.objects.exclude(author=me).order_by("-published_at").first().get_absolute_url(),
    "own_video": Video.objects.filter(author=me).first().get_absolute_url(),
    "refused": refused.conversation.get_absolute_url(),
}))
"""


@dataclass(frozen=True)
class Demo:
    """The demo: its server, its first account, and the addresses screens name."""

    server: LiveServer
    places: dict[str, str]

    @property
    def me(self) -> str:
        """The username of the account that looks."""
        return self.places["me"]

    def path_of(self, screen: Screen) -> str:
        """Return where a screen is."""
        return screen.path.format(**self.places)


@contextmanager
def demo_site() -> Iterator[Demo]:
    """Run a site with the demo's data."""
    with live_server(PAPERPLANE_TEST_DEMO="1") as server:
        server.manage("demo")
        yield Demo(server, json.loads(server.shell(PLACES)))
