"""Cards under links: asked for when a message is sent, fetched in the background, shown once they are there."""

import datetime
import logging
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from accounts import counting
from messaging.actions.content import remove_after_commit
from messaging.actions.locking import lock_all
from messaging.actions.messages import show_anew
from messaging.models import LinkPreview, Message, PreviewState
from messaging.models.content import ASKED_AGAIN_AFTER
from messaging.outside.errors import Unfetchable
from messaging.outside.guard import PUBLIC
from messaging.outside.preview import PREVIEW_FILE, Preview, first_link, make_preview
from videos.files import remove, store_file

logger = logging.getLogger(__name__)
GUARD = PUBLIC
# What is older gets its card with its next change.
SHOWN_IN_MESSAGES_OF = datetime.timedelta(days=1)
MAX_CONVERSATIONS_TOLD = 50
MAX_MESSAGES_TOLD = 20  # in one conversation
GIVEN_UP_AFTER = datetime.timedelta(minutes=15)
UNUSED_AFTER = datetime.timedelta(days=30)
BATCH = 100


def link_in(body: str) -> str | None:
    """Return the link of ``body`` that gets a card, or None; always None where the site has none."""
    return first_link(body, _own_hosts(), GUARD) if settings.LINK_PREVIEWS else None


def attach(links: Sequence[tuple[Message, str]]) -> None:
    """Give messages that aren't inserted yet the previews of their links: those that are there, or that will be.

    Where a sender has asked for many pages already, the message goes without. No links cost no query.
    """
    if not links:
        return
    found = _find(url for _message, url in links)
    now = timezone.now()
    old = [preview.pk for preview in found.values() if preview.is_due(now)]
    # Counted once for a sender and a link, however many get it.
    wishes = {(message.sender_id, url) for message, url in links}
    refused = {(sender, url) for sender, url in wishes if _asks_too_much(sender, found.get(url))}
    kept = [(message, url) for message, url in links if (message.sender_id, url) not in refused]
    urls = {url for _message, url in kept}
    if urls - found.keys():
        rows = [LinkPreview(url=url, url_hash=LinkPreview.hash_of(url)) for url in urls - found.keys()]
        # Two who write the same links wait for each other's rows: in one order, so that one of them always can go on.
        LinkPreview.objects.bulk_create(sorted(rows, key=lambda row: row.url_hash), ignore_conflicts=True)
        found = _find(urls)
    # One that nothing used for long may be thrown away at this moment; not any more once it is locked here.
    still = set(_locked(LinkPreview.objects.filter(pk__in=old)).values_list("pk", flat=True)) if old else set()
    for message, url in kept:
        preview = found.get(url)
        if preview and (preview.pk in still or preview.pk not in old):
            message.preview = preview


def fetch_later(messages: Iterable[Message]) -> None:
    """Have the previews that ``messages`` wait for fetched after the commit."""
    from messaging import tasks  # which calls this room

    now = timezone.now()
    for message in messages:
        preview = message.preview
        if preview and (preview.state == PreviewState.WAITING or preview.is_due(now)):
            tasks.fetch_preview(str(preview.pk), str(message.conversation_id))


def fetch_preview(preview_id: uuid.UUID, conversation_id: uuid.UUID | None = None) -> None:
    """Ask the page behind a link, if it is time to and nobody else is at it, and show the card.

    Where somebody was faster, show it in the conversation ``conversation_id``, which may have missed that. Not for
    use inside a transaction: it takes seconds.
    """
    preview = LinkPreview.objects.filter(pk=preview_id).first()
    if preview is None or not settings.LINK_PREVIEWS:
        return
    if _claim(preview):
        if _fetch(preview):
            _show(preview)
    elif conversation_id and preview.state == PreviewState.READY:
        _show_in(conversation_id, preview)


def unfinished_previews() -> list[uuid.UUID]:
    """Return the ids of previews that were asked for and not fetched, for whatever reason; give up the old ones."""
    if not settings.LINK_PREVIEWS:
        return []
    now = timezone.now()
    left = Q(fetched_at=None) | Q(fetched_at__lt=now - ASKED_AGAIN_AFTER[PreviewState.WAITING])
    waiting = LinkPreview.objects.filter(left, state=PreviewState.WAITING)
    waiting.filter(created_at__lt=now - GIVEN_UP_AFTER).update(state=PreviewState.FAILED, fetched_at=now)
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:BATCH])


def discard_unused_previews(older_than: datetime.timedelta = UNUSED_AFTER) -> int:
    """Throw away previews that no message has and that weren't asked for lately; return how many that were."""
    before = timezone.now() - older_than
    unused = ~Exists(Message.objects.filter(preview=OuterRef("pk")))
    old = LinkPreview.objects.filter(unused, Q(fetched_at=None) | Q(fetched_at__lt=before), created_at__lt=before)
    count = 0
    while True:
        with transaction.atomic():
            batch = list(_locked(old)[:BATCH])
            # Again, now that nobody can give them to a message: somebody may have while we waited for the lock.
            found = list(LinkPreview.objects.filter(unused, pk__in=[preview.pk for preview in batch]))
            for preview in found:
                # Also where there should be none: an attempt that came too late may have left one.
                remove_after_commit(preview.file_name)
                preview.delete()
        count += len(found)
        if len(batch) < BATCH:
            return count


def _own_hosts() -> set[str]:
    """Return the hosts this site answers to, as far as the settings say; ``.name`` is everything below a name."""
    origins = (urlsplit(origin).netloc.lstrip("*") for origin in settings.CSRF_TRUSTED_ORIGINS)
    return {*settings.ALLOWED_HOSTS, *origins}


def _find(urls: Iterable[str]) -> dict[str, LinkPreview]:
    hashes = {LinkPreview.hash_of(url) for url in urls}
    return {preview.url: preview for preview in LinkPreview.objects.filter(url_hash__in=hashes)}


def _locked(previews: models.QuerySet[LinkPreview]) -> models.QuerySet[LinkPreview]:
    return previews.order_by("url_hash").select_for_update()


def _asks_too_much(sender_id: int, preview: LinkPreview | None) -> bool:
    """Whether the page must be asked, and the sender had many asked already; counts it if not."""
    if preview and not preview.is_due(timezone.now()):
        return False
    windows = counting.windows(f"link-preview:{sender_id}", "LINK_PREVIEW_LIMITS")
    return counting.seconds_until_room(windows) > 0


def _claim(preview: LinkPreview) -> bool:
    """Take the row, once, if it is time to; an attempt that is interrupted leaves it to others after the lease."""
    now = timezone.now()
    if not preview.is_due(now):
        return False
    same = LinkPreview.objects.filter(pk=preview.pk, state=preview.state, fetched_at=preview.fetched_at)
    preview.fetched_at = now
    return bool(same.update(fetched_at=now))


def _fetch(preview: LinkPreview) -> bool:
    """Fill in a row that was claimed; return whether there is something new to show."""
    with tempfile.TemporaryDirectory(prefix="paperplane-") as place:
        try:
            made = make_preview(preview.url, Path(place), GUARD)
        except Unfetchable as error:
            logger.info("Link %s has no preview: %s", preview.pk, error.code)
            # A card that was there already stays.
            _mine(preview).exclude(state=PreviewState.READY).update(state=PreviewState.FAILED)
            return False
        if made.width:
            store_file(Path(place, PREVIEW_FILE), preview.file_name)
    if not _mine(preview).update(state=PreviewState.READY, **vars(made)):
        if not LinkPreview.objects.filter(pk=preview.pk).exists():
            remove(preview.file_name)
        return False
    if preview.width and not made.width:
        remove(preview.file_name)
    return preview.state != PreviewState.READY or made != _content(preview)


def _mine(preview: LinkPreview) -> models.QuerySet[LinkPreview]:
    """The row, as long as nobody claimed it after us."""
    return LinkPreview.objects.filter(pk=preview.pk, fetched_at=preview.fetched_at)


def _content(preview: LinkPreview) -> Preview:
    return Preview(preview.title, preview.description, preview.site_name, preview.width, preview.height)


def _carrying(preview: LinkPreview) -> models.QuerySet[Message]:
    since = timezone.now() - SHOWN_IN_MESSAGES_OF
    return Message.objects.not_gone().filter(preview=preview, created_at__gte=since)


def _show(preview: LinkPreview) -> None:
    """Show the card everywhere it is waited for, in the newest conversations if there are too many."""
    newest = _carrying(preview).values("conversation").annotate(newest=Max("created_at")).order_by("-newest")
    for conversation_id in list(newest.values_list("conversation", flat=True)[:MAX_CONVERSATIONS_TOLD]):
        _show_in(conversation_id, preview)


@transaction.atomic
def _show_in(conversation_id: uuid.UUID, preview: LinkPreview) -> None:
    locked = lock_all([conversation_id]).get(conversation_id)
    if locked:
        carrying = Message.objects.with_parts().filter(pk__in=_carrying(preview), conversation=conversation_id)
        show_anew(locked, list(carrying.order_by("-seq")[:MAX_MESSAGES_TOLD])[::-1])
