"""What the sheet of the composer offers an account: stickers and GIFs, what was used last first."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import packs
from messaging.looks import Picture, picture_of_gif, picture_of_sticker
from messaging.models import Recent, RecentKind, Sticker
from messaging.outside.gifs import FoundGif, signed_preview
from videos.models import Gif

RECENTS_SHOWN = 10


@dataclass(frozen=True)
class Choice:
    """Something to send: ``ref`` is what a message names it by."""

    ref: str
    picture: Picture
    kept: bool = True  # a GIF: whether it is in its owner's collection


@dataclass(frozen=True)
class Section:
    """Choices under one heading; ``key`` tells sections apart."""

    key: str
    name: str | Promise
    choices: list[Choice]

    @property
    def can_change(self) -> bool:
        """Whether there is something to take out, or to keep."""
        return bool(self.choices) and (self.key == "own" or not all(choice.kept for choice in self.choices))


def sticker_sections(user: User) -> list[Section]:
    """Return what ``user`` used last, their own set, and every pack. The set is there even where it is empty."""
    own = list(Sticker.objects.of(user))
    found: dict[str, packs.Sticker | Sticker] = {str(sticker.pk): sticker for sticker in own}
    recent = []
    for ref in _recent(user, RecentKind.STICKER):
        if sticker := packs.find(ref) or found.get(ref):
            recent.append(_sticker(sticker))
    return [
        Section("recent", _("Recent"), recent[:RECENTS_SHOWN]),
        Section("own", _("My stickers"), [_sticker(sticker) for sticker in own]),
        *(Section(pack.key, pack.name, [_sticker(one) for one in pack.stickers]) for pack in packs.PACKS),
    ]


def find_stickers(user: User, words: str) -> list[Choice]:
    """Return the stickers that ``words`` describe: ``user``'s own first, then the built-in ones, the best first.

    Every word has to begin one of the description, or of the names of the emoji; of no words nothing is found.
    """
    typed = packs.plain(words).split()
    own = [sticker for sticker in Sticker.objects.of(user) if typed and _describes(sticker.alt, typed)]
    found: list[packs.Sticker | Sticker] = [*own, *packs.search(words)]
    return [_sticker(sticker) for sticker in found]


def gif_sections(user: User) -> list[Section]:
    """Return the GIFs ``user`` sent last, and those they keep."""
    kept = [gif_choice(gif) for gif in Gif.objects.kept_by(user)]
    refs = _recent(user, RecentKind.GIF)
    sent = {str(gif.pk): gif_choice(gif) for gif in Gif.objects.of(user).filter(pk__in=refs)}
    recent = [sent[ref] for ref in refs if ref in sent]
    return [
        Section("recent", _("Recent"), recent[:RECENTS_SHOWN]),
        Section("own", _("My GIFs"), kept),
    ]


def gif_choice(gif: Gif) -> Choice:
    """Return one of an account's own GIFs."""
    return Choice(str(gif.pk), picture_of_gif(gif), kept=gif.kept_at is not None)


def found_choices(found: Iterable[FoundGif]) -> list[Choice]:
    """Return what a provider found; its pictures come through the server, and don't tell where they are from."""
    return [
        Choice(
            gif.provider_id,
            Picture(
                reverse("gif_preview_file", args=[signed_preview(gif.preview_url)]),
                gif.width,
                gif.height,
                gif.alt or _("GIF"),
            ),
        )
        for gif in found
    ]


def _recent(user: User, kind: RecentKind) -> list[str]:
    return list(Recent.objects.filter(user=user, kind=kind).order_by("-used_at").values_list("ref", flat=True))


def _sticker(sticker: packs.Sticker | Sticker) -> Choice:
    ref = sticker.key if isinstance(sticker, packs.Sticker) else str(sticker.pk)
    return Choice(ref, picture_of_sticker(sticker))


def _describes(alt: str, typed: list[str]) -> bool:
    words = packs.plain(alt).split()
    return all(any(word.startswith(one) for word in words) for one in typed)
