"""An account's GIFs: taken from a provider, kept, and thrown away."""

import datetime
import tempfile
import uuid
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

import accounts.policies
from accounts import counting
from accounts.models import User
from messaging.actions.content import remove_after_commit
from messaging.actions.making import saying_why
from messaging.models import Message, Recent, RecentKind
from messaging.outside.errors import Unfetchable
from messaging.outside.gifs import FoundGif, GifProvider, provider
from messaging.policies import Refusal, Refused, sender_refusal
from messaging.standing import sender_of
from videos import gifs
from videos.files import remove, store_folder
from videos.media import make_gif
from videos.media.bounds import GIF_MAX_MS
from videos.models import Gif

UNUSED_AFTER = datetime.timedelta(hours=24)


class NoProviderError(ObjectDoesNotExist):
    """The site has no provider of GIFs."""


def search_gifs(user: User, words: str, page: int) -> list[FoundGif]:
    """Ask the provider for GIFs that fit ``words``; without words, for what is popular. It isn't told who asks.

    Raises ``Refused`` or ``NoProviderError``.
    """
    chosen = _provider()
    if wait := counting.seconds_until_room(counting.windows(f"gif-search:{user.pk}", "GIF_SEARCH_LIMITS")):
        raise accounts.policies.Refused(counting.too_fast(wait))
    try:
        return chosen.search(words, page=page)
    except Unfetchable:
        detail = _("GIFs can't be searched right now. Try again in a moment.")
        raise Refused(Refusal("provider_unavailable", detail)) from None


def add_found_gif(owner: User, provider_id: str) -> Gif:
    """Fetch a GIF from the provider and make it ``owner``'s, to be sent; one they have already is taken again.

    Raises ``Refused`` or ``NoProviderError``. Not for use inside a transaction: it takes seconds.
    """
    chosen = _provider()
    if refusal := sender_refusal(sender_of(owner)):
        raise Refused(refusal)
    name = settings.GIF_PROVIDER
    if had := Gif.objects.of(owner).filter(provider=name, provider_id=provider_id).first():
        return had
    if wait := counting.seconds_until_room(counting.windows(f"found-gif:{owner.pk}", "FOUND_GIF_LIMITS")):
        raise accounts.policies.Refused(counting.too_fast(wait))
    gif = Gif(owner=owner, provider=name, provider_id=provider_id)
    with tempfile.TemporaryDirectory(prefix="paperplane-") as place:
        made = Path(place, "made")
        made.mkdir()
        try:
            gif.alt = chosen.find(provider_id).alt
            source = chosen.download(provider_id, Path(place))
        except Unfetchable:
            detail = _("This GIF can't be fetched right now. Try again in a moment, or take another one.")
            raise Refused(Refusal("provider_unavailable", detail)) from None
        with saying_why():
            files = make_gif(source, made, start_s=0, length_s=GIF_MAX_MS / 1000)
        store_folder(made, gif.folder)
    gif.width, gif.height, gif.frame_count = files.width, files.height, files.frame_count
    try:
        gif.save(force_insert=True)
    except Exception:
        remove(gif.folder)
        raise
    return gif


def keep_gif(owner: User, gif_id: uuid.UUID) -> Gif:
    """Put one of ``owner``'s GIFs into their collection. Raises ``Gif.DoesNotExist``."""
    return gifs.keep(owner, gif_id)


@transaction.atomic
def remove_gif(owner: User, gif_id: uuid.UUID) -> None:
    """Take a GIF out of ``owner``'s collection; in the messages it was sent in it stays.

    Raises ``Gif.DoesNotExist``.
    """
    gif = Gif.objects.select_for_update().of(owner).get(pk=gif_id)
    if gif.messages.exists():
        gif.kept_at = None
        gif.save(update_fields=["kept_at"])
    else:
        _discard(gif)


def discard_unused_gifs(older_than: datetime.timedelta = UNUSED_AFTER) -> int:
    """Throw away GIFs that were made longer ago, aren't kept and are in no message; return how many that were."""
    used = Message.objects.filter(gif=OuterRef("pk"))
    unused = Gif.objects.filter(~Exists(used), kept_at=None, created_at__lt=timezone.now() - older_than)
    with transaction.atomic():
        found = list(unused.select_for_update())
        for gif in found:
            _discard(gif)
    return len(found)


def _provider() -> GifProvider:
    chosen = provider()
    if chosen is None:
        raise NoProviderError
    return chosen


def _discard(gif: Gif) -> None:
    Recent.objects.filter(user=gif.owner_id, kind=RecentKind.GIF, ref=str(gif.pk)).delete()
    remove_after_commit(gif.folder)
    gif.delete()
