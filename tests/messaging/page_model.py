"""What an open page knows: a small client that applies frames and ``/changes/`` as a browser does."""

from typing import Any

from django.test import Client

from messaging.models import Conversation
from tests.messaging.sockets import Frame
from tests.messaging.talk import changes


class Page:
    """The messages one account sees of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = str(conversation.pk)
        self.messages: dict[str, tuple[int, int, str]] = {}  # id: (seq, version, html)
        self.state = "0.0"

    def apply(self, frame: Frame) -> None:
        """Take one frame of the socket."""
        if frame.get("conversation") != self.conversation:
            return
        if frame["type"] == "message.created":
            self._take(frame, frame["seq"])
        elif frame["type"] == "message.changed" and frame["id"] in self.messages:
            self._take(frame, self.messages[frame["id"]][0])
        elif frame["type"] == "message.deleted":
            self.messages.pop(frame["id"], None)

    def catch_up(self, client: Client, conversation: Conversation) -> list[dict[str, Any]]:
        """Ask for changes until there are no more; return the pages that came."""
        pages: list[dict[str, Any]] = []
        while not pages or pages[-1]["more"]:
            page = changes(client, conversation, self.state)
            if "cleared" in page:
                self.messages = {pk: one for pk, one in self.messages.items() if one[0] > page["cleared"]}
            for message in page["messages"]:
                self._take(message, message["seq"])
            for deleted in page["deleted"]:
                self.messages.pop(deleted, None)
            self.state = page["state"]
            pages.append(page)
        return pages

    def _take(self, message: dict[str, Any], seq: int) -> None:
        known = self.messages.get(message["id"])
        if known is None or known[1] < message["version"]:
            self.messages[message["id"]] = (seq, message["version"], message["html"])


def fresh(client: Client, conversation: Conversation) -> dict[str, tuple[int, int, str]]:
    """Return what a page that opens now sees."""
    page = Page(conversation)
    page.catch_up(client, conversation)
    return page.messages
