"""Making and checking the links of a chain (see ``moderation.models.chains``)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from moderation.models import ChainHead, Evidence, Link, LogEntry

SALT = "moderation.chain"
BATCH = 500
AnyLink = TypeVar("AnyLink", bound=Link)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a link."""

    chain: str
    number: int
    reason: str


def append(model: type[AnyLink], content: dict[str, Any], **columns: Any) -> AnyLink:
    """Write ``content`` as the next link of ``model``'s chain, with the other ``columns`` of the row.

    Must be called in a transaction, late in it: others wait for the chain's end until the commit.
    """
    name = model._meta.model_name or ""
    ChainHead.objects.get_or_create(name=name)
    head = ChainHead.objects.select_for_update().get(name=name)
    text = canonical(content)
    link = model(
        number=head.number + 1,
        content=text,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        previous_hash=head.hash,
        **columns,
    )
    link.hash = _hash_of(link)
    link.save(force_insert=True)
    head.number, head.hash = link.number, link.hash
    head.save(update_fields=["number", "hash"])
    return link


def canonical(content: dict[str, Any]) -> str:
    """Return ``content`` as the one text it is hashed by."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def head_of(model: type[Link]) -> str:
    """Return the end of a chain as ``number:hash``, to be kept elsewhere and compared later."""
    head = ChainHead.objects.filter(name=model._meta.model_name).first()
    return f"{head.number}:{head.hash}" if head else "0:"


def verify(model: type[Link]) -> Iterator[Fault]:
    """Yield what is wrong in a chain: changed, missing and added links, and a wrong end."""
    name = model._meta.model_name or ""
    before = ""
    number = 0
    while page := list(model.objects.filter(number__gt=number).order_by("number")[:BATCH]):  # type: ignore[attr-defined]
        for link in page:
            if link.number != number + 1:
                yield Fault(name, number + 1, "missing")
            yield from _faults_of(name, link, before if link.number == number + 1 else None)
            number, before = link.number, link.hash
    head = ChainHead.objects.filter(name=name).first()
    if (head.number if head else 0, head.hash if head else "") != (number, before):
        yield Fault(name, max(number, head.number if head else 0), "the end of the chain is another one")


def verify_head(model: type[Link], noted: str) -> Iterator[Fault]:
    """Yield a fault where the chain doesn't hold the link that ``noted`` (``number:hash``) names."""
    number, _colon, noted_hash = noted.partition(":")
    if not number.isdigit() or (not noted_hash and number != "0"):
        yield Fault(model._meta.model_name or "", 0, f"{noted!r} is no number:hash")
        return
    link = model.objects.filter(number=int(number)).first()  # type: ignore[attr-defined]
    if number != "0" and (link is None or link.hash != noted_hash):
        yield Fault(model._meta.model_name or "", int(number), "isn't what was noted")


def _faults_of(name: str, link: Link, before: str | None) -> Iterator[Fault]:
    purged = isinstance(link, Evidence) and link.purged_at is not None
    if not purged and hashlib.sha256(link.content.encode()).hexdigest() != link.content_hash:
        yield Fault(name, link.number, "its content was changed")
    if before is not None and link.previous_hash != before:
        yield Fault(name, link.number, "doesn't follow the link before it")
    if not _fits(link):
        yield Fault(name, link.number, "its hash doesn't fit")


def _fits(link: Link) -> bool:
    """Whether the hash was made with this site's key, or with one it used before."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return any(constant_time_compare(_hash_of(link, key), link.hash) for key in keys)


def _hash_of(link: Link, key: str = "") -> str:
    """Return the hash of everything in ``link`` that must stay; a purged one keeps its content's hash."""
    rest = [link.number, link.previous_hash, link.content_hash, link.created_at.isoformat()]
    if isinstance(link, Evidence):
        rest.append(str(link.report_id))
    if isinstance(link, LogEntry):
        rest += [link.actor_id, link.action, str(link.case_id)]
    text = json.dumps(rest)
    return salted_hmac(SALT, text, secret=key or settings.SECRET_KEY, algorithm="sha256").hexdigest()


def log(action: str, *, actor: Any, case: Any = None, **details: Any) -> LogEntry:
    """Note what ``actor`` (None: somebody at the command line) did or looked at.

    Each entry names the end of the evidence, so that evidence can't be cut off without the log showing it.
    """
    with transaction.atomic():
        return append(LogEntry, {"evidence": head_of(Evidence), **details}, actor=actor, action=action, case=case)
