"""What people were told, what is kept and what they ended up seeing: whether the three agree."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass
class Operation:
    """One message that somebody wrote, known by its words; ``outcome`` is what they were told."""

    conversation: str
    sender: int
    words: str
    number: int  # of the sender's in the conversation, from 0
    outcome: str = "unknown"  # acknowledged, refused
    id: str = ""
    seq: int = 0
    why: str = ""  # the code it was refused with


@dataclass(frozen=True)
class Look:
    """What a message looks like: its place, who likes it, and whether its words were taken back."""

    seq: int
    likes: frozenset[int] = frozenset()
    gone: bool = False


@dataclass(frozen=True)
class Row:
    """A message in the database. Of one that was taken back, the words are those it had."""

    conversation: str
    id: str
    seq: int
    sender: int
    words: str
    likes: frozenset[int] = frozenset()
    gone: bool = False
    deleted_by: frozenset[int] = frozenset()

    @property
    def look(self) -> Look:
        """What it looks like."""
        return Look(self.seq, self.likes, self.gone)


def check(
    operations: Sequence[Operation], rows: Sequence[Row], views: Mapping[tuple[int, str], Mapping[str, Look]]
) -> list[str]:
    """Return every broken promise, in words.

    ``views`` holds for each (account, conversation) the messages its page shows: their look by their id.
    """
    by_words: defaultdict[str, list[Row]] = defaultdict(list)
    by_conversation: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_words[row.words].append(row)
        by_conversation[row.conversation].append(row)
    return [
        *_told(operations, by_words),
        *_order(operations, by_conversation),
        *_seen(by_conversation, views),
    ]


def _told(operations: Sequence[Operation], by_words: Mapping[str, list[Row]]) -> Iterator[str]:
    for one in operations:
        found = by_words.get(one.words, [])
        if len(found) > 1:
            yield f"duplicated: {one.words!r} is there {len(found)} times"
        if one.outcome == "acknowledged" and not found:
            yield f"lost: {one.words!r} was acknowledged"
        if one.outcome == "acknowledged" and found and (one.id, one.seq) not in {(row.id, row.seq) for row in found}:
            yield f"misled: {one.words!r} was acknowledged as number {one.seq}, and is {found[0].seq}"
        if one.outcome == "refused" and found:
            yield f"refused ({one.why}), but written: {one.words!r}"
    for words in by_words.keys() - {one.words for one in operations}:
        yield f"nobody wrote {words!r}"


def _order(operations: Sequence[Operation], by_conversation: Mapping[str, list[Row]]) -> Iterator[str]:
    numbers = {one.words: one.number for one in operations}
    for conversation, rows in by_conversation.items():
        rows.sort(key=lambda row: row.seq)
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            twice = [seq for seq, count in Counter(row.seq for row in rows).items() if count > 1]
            yield f"numbers of {conversation} have gaps, or are taken twice: {twice}"
        for sender in {row.sender for row in rows}:
            written = [numbers.get(row.words, -1) for row in rows if row.sender == sender]
            if written != sorted(written):
                yield f"what {sender} wrote in {conversation} isn't in the order it was written"


def _seen(
    by_conversation: Mapping[str, list[Row]], views: Mapping[tuple[int, str], Mapping[str, Look]]
) -> Iterator[str]:
    for (account, conversation), view in views.items():
        rows = [row for row in by_conversation.get(conversation, []) if account not in row.deleted_by]
        kept = {row.id: row.look for row in rows}
        if missing := kept.keys() - view.keys():
            yield f"unseen: {len(missing)} of {len(kept)} messages of {conversation} by {account}"
        if more := view.keys() - kept.keys():
            yield f"seen by {account} alone: {len(more)} in {conversation}"
        both = [(look, kept[id_]) for id_, look in view.items() if id_ in kept]
        if any(look.seq != kept_look.seq for look, kept_look in both):
            yield f"{account} sees {conversation} in another order"
        if wrong := [pair for pair in both if pair[0] != pair[1]]:
            yield f"{account} sees {len(wrong)} of {conversation} as they aren't: {wrong[0]}"
