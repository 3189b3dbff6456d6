"""Sharing a video: to whom, as the sheet lists them, and what became of it for each."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import Follow, User
from accounts.policies import Refusal
from messaging import actions
from messaging.models import Folder, Message, MessageKind, Participant
from messaging.policies import write_refusal
from messaging.standing import Relations

LISTED = 24


@dataclass(frozen=True)
class Candidate:
    """Somebody a video can be shared with; ``refusal`` says why not, in words, where it can't."""

    person: User
    refusal: str


@dataclass(frozen=True)
class Shared:
    """What became of a video for one recipient: a message, or a refusal."""

    person: User
    message: Message | None
    refusal: Refusal | None


def candidates(user: User, words: str = "") -> list[Candidate]:
    """Return whom ``user`` may want to share with: who they last wrote with, then friends, then whom they follow.

    ``words`` narrows it by name. Those who can't be reached come last, with the reason.
    """
    people = _known(user, words)
    theirs = {
        side.user_id: side
        for side in Participant.objects.filter(user__in=people, conversation__participants__user=user)
        .exclude(user=user)
        .select_related("conversation", "user")
    }
    relations = Relations().look_up((user.pk, person.pk) for person in people)
    found = []
    for person in people:
        side = theirs.get(person.pk)
        standing = relations.standing(user, person, side, side.conversation.last_seq if side else 0)
        refusal = write_refusal(standing, MessageKind.VIDEO)
        found.append(Candidate(person, refusal.detail if refusal else ""))
    return sorted(found, key=lambda candidate: bool(candidate.refusal))


def share(
    user: User, what: actions.Wanted, recipients: Sequence[User], body: str, client_id: uuid.UUID, address: str = ""
) -> list[Shared]:
    """Send a video with ``body``, or a GIF made of one, to each of ``recipients``; each is decided for itself.

    The ids of the messages follow from ``client_id`` and the recipient, so that trying again sends nothing twice.
    """
    drafts = [
        actions.Draft(
            sender=user,
            conversation_id=actions.open_conversation(user, person).pk,
            client_id=uuid.uuid5(client_id, str(person.pk)),
            body=body,
            kind=MessageKind.GIF if what.gif else MessageKind.VIDEO,
            wanted=what,
            address=address,
        )
        for person in recipients
    ]
    outcomes = actions.send_messages(drafts)
    return [
        Shared(
            person,
            outcome.message if isinstance(outcome, actions.Sent) else None,
            outcome if isinstance(outcome, Refusal) else None,
        )
        for person, outcome in zip(recipients, outcomes, strict=True)
    ]


def recipients_named(user: User, usernames: Sequence[str]) -> list[User]:
    """Return the accounts of these names, in their order, without oneself, each once."""
    found = {person.username: person for person in User.objects.reachable().filter(username__in=usernames)}
    return [found[name] for name in dict.fromkeys(usernames) if name in found and found[name].pk != user.pk]


def _known(user: User, words: str) -> list[User]:
    """Return the people ``user`` knows, the nearest first: a fixed number of queries."""
    sides = Participant.objects.of(user).filter(folder__in=[Folder.INBOX, Folder.ARCHIVE])
    met = Participant.objects.filter(conversation__in=sides.values("conversation")).exclude(user=user)
    met = met.filter(user__is_active=True).order_by("-last_activity", "-pk").select_related("user")
    follows_me = Exists(Follow.objects.filter(follower=OuterRef("pk"), followed=user))
    followed = User.objects.followed_by(user).not_blocked_by(user).annotate(follows_me=follows_me)
    if words:
        words = words.removeprefix("@")
        met = met.filter(Q(user__username__istartswith=words) | Q(user__display_name__icontains=words))
        followed = followed.matching(words)
    people = {side.user_id: side.user for side in met[:LISTED]}
    for person in followed.order_by("-follows_me", "username")[:LISTED]:
        people.setdefault(person.pk, person)
    return list(people.values())[:LISTED]
