"""Writing the demo: accounts, relations and whole conversations at once, as the actions would have left them."""

import datetime
import uuid
from collections.abc import Sequence

import uuid_utils
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts import actions, avatars
from accounts.models import Block, Follow, User
from messaging.demo.people import BLOCKS, FOLLOWERS, FRIENDS, PEOPLE, Person, pairs
from messaging.demo.script import Line, in_order, read
from messaging.demo.showing import Shelf
from messaging.demo.small_talk import long_history
from messaging.demo.stories import STORIES, Stand, Story
from messaging.models import (
    REQUEST_FOLDERS,
    Conversation,
    Deletion,
    Like,
    Message,
    MessageKind,
    Participant,
    pair_key,
)

EMAIL_DOMAIN = "demo.invalid"
PASSWORD = "paper-plane"  # noqa: S105 -- of accounts that exist only where DEBUG is on


def write_people(now: datetime.datetime) -> dict[str, User]:
    """Make the accounts of ``PEOPLE``, without pictures, and how they stand to each other."""
    password = make_password(PASSWORD)
    User.objects.bulk_create(_account(person, now, password) for person in PEOPLE)
    users = {user.username: user for user in User.objects.filter(email__endswith=f"@{EMAIL_DOMAIN}")}
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users.values()
    )
    both = [pair for one, other in pairs(FRIENDS) for pair in ((one, other), (other, one))]
    Follow.objects.bulk_create(
        Follow(follower=users[one], followed=users[other]) for one, other in [*both, *pairs(FOLLOWERS)]
    )
    Block.objects.bulk_create(Block(blocker=users[one], blocked=users[other]) for one, other in pairs(BLOCKS))
    return users


def write_pictures(users: dict[str, User]) -> None:
    """Draw and store the picture of everyone who has one."""
    for person in PEOPLE:
        if person.picture is not None:
            file = person.picture().png()
            actions.set_avatar(users[person.username], avatars.render(file, file.getbuffer().nbytes))


def write_conversations(users: dict[str, User], shelf: Shelf, now: datetime.datetime) -> int:
    """Write every one of ``STORIES``. Return how many messages that makes."""
    written = 0
    for story in STORIES:
        lines = read(story.script, now)
        if story.messages:
            lines = in_order(long_history(story.messages - len(lines), now) + lines, now)
        _Writer(story, users, shelf, lines).write()
        written += len(lines)
    return written


def _account(person: Person, now: datetime.datetime, password: str) -> User:
    return User(
        username=person.username,
        email=f"{person.username}@{EMAIL_DOMAIN}",
        password=password,
        display_name=person.name,
        bio=person.bio,
        birth_date=person.birth_date(now.date()),
        message_privacy=person.privacy,
        read_receipts=person.read_receipts,
        show_activity=person.seen is not None,
        last_active_at=None if person.seen is None else now - datetime.timedelta(minutes=person.seen),
        date_joined=now - datetime.timedelta(days=person.joined),
    )


class _Writer:
    """One conversation in the making: its lines become messages, then what was done to them is added."""

    def __init__(self, story: Story, users: dict[str, User], shelf: Shelf, lines: Sequence[Line]) -> None:
        self.story, self.shelf = story, shelf
        self.lines = lines
        self.first, self.other = users[story.first], users[story.other]
        self.conversation = Conversation(
            id=_id_at(lines[0].at - datetime.timedelta(seconds=1)),
            pair_key=pair_key(self.first.pk, self.other.pk),
            last_seq=len(lines),
            version=len(lines),
            last_activity=lines[-1].at,
            created_at=lines[0].at,
        )
        self.messages: list[Message] = []
        self.likes: list[Like] = []
        self.deletions: list[Deletion] = []

    def write(self) -> None:
        """Write all of it."""
        self._say()
        self._react()
        self.conversation.save(force_insert=True)
        Message.objects.bulk_create(self.messages, batch_size=500)
        Like.objects.bulk_create(self.likes)
        Deletion.objects.bulk_create(self.deletions)
        Participant.objects.bulk_create(
            [self._side(self.first, self.story.firsts), self._side(self.other, self.story.others)]
        )

    def _say(self) -> None:
        """Make the messages: as many versions as messages."""
        named: dict[str, Message] = {}
        for seq, line in enumerate(self.lines, 1):
            message = Message(
                id=_id_at(line.at),
                conversation=self.conversation,
                sender=self._who(line.by_first),
                seq=seq,
                version=seq,
                client_id=uuid.uuid4(),
                kind=line.kind,
                body=line.words,
                as_request=line.by_first and self.story.others.folder in REQUEST_FOLDERS,
                sticker_key=line.shows if line.kind == MessageKind.STICKER else "",
                reply_to=named[line.answers] if line.answers else None,
                created_at=line.at,
            )
            self.messages.append(message)
            self._show(message, line)
            if line.name:
                named[line.name] = message

    def _show(self, message: Message, line: Line) -> None:
        """Give the message what it carries besides words."""
        if line.kind == MessageKind.VIDEO:
            message.video = self.shelf.videos[line.shows]
        elif line.kind == MessageKind.GIF:
            message.gif = self.shelf.gif_of(message.sender, line.shows)
        elif line.kind == MessageKind.PHOTO:
            self.shelf.photos_of(message, line.shows)

    def _react(self) -> None:
        """Add likes, what was unsent and what was deleted; each shared change is one version more."""
        for line, message in zip(self.lines, self.messages, strict=True):
            for by_first in line.likes:
                self.likes.append(Like(conversation=self.conversation, message=message, user=self._who(by_first)))
                self._changed(message)
            if line.unsent:
                message.body, message.unsent_at = "", line.at + datetime.timedelta(seconds=2)
                self._changed(message)
            if line.gone:
                self.deletions.append(
                    Deletion(
                        conversation=self.conversation,
                        message=message,
                        user=self.first,
                        number=len(self.deletions) + 1,
                    )
                )

    def _changed(self, message: Message) -> None:
        self.conversation.version += 1
        message.version = self.conversation.version

    def _who(self, by_first: bool) -> User:
        return self.first if by_first else self.other

    def _side(self, user: User, stand: Stand) -> Participant:
        """Return ``user``'s side: who wrote has accepted; read is all but the last ``unread``."""
        own = [message.created_at for message in self.messages if message.sender_id == user.pk]
        accepted = None if stand.folder in REQUEST_FOLDERS or not own else own[0]
        return Participant(
            conversation=self.conversation,
            user=user,
            folder=stand.folder,
            accepted_at=accepted,
            last_read_seq=len(self.messages) - stand.unread,
            unread_count=stand.unread,
            muted=stand.muted,
            pinned=stand.pinned,
            draft=stand.draft,
            last_activity=self.conversation.last_activity,
            deletions=sum(deletion.user_id == user.pk for deletion in self.deletions),
        )


def _id_at(moment: datetime.datetime) -> uuid.UUID:
    """Return a UUIDv7 of ``moment``: the history sorts by its ids as live messages do."""
    nanoseconds = round(moment.timestamp() * 1000) * 1_000_000
    return uuid.UUID(bytes=uuid_utils.uuid7(nanoseconds=nanoseconds).bytes)
