"""Templates drawn once a shape: what differs from one message to the next is filled in where it stood.

A shape is all that the template decides by, and the language. It is drawn with marks in the place of words and numbers,
cut at them, and kept; to draw another one of the shape is then to join strings. What is filled in is escaped first, as
the template would.
"""

import html
import re
import uuid
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from accounts.ids import as_text

# Of the private use area. What people write is filled in afterwards, so it can hold them.
_MARK = re.compile("\ue000([a-z_]+)\ue001")
_MOST_SHAPES = 1_000


class _Stencil(NamedTuple):
    pieces: list[str]  # the template's text and, at every second place, what is filled in
    names: list[str]  # of what is filled in there
    wanted: frozenset[str]  # each of them once


_stencils: dict[Hashable, _Stencil] = {}


def mark(name: str) -> SafeString:
    """Return what stands for the value ``name`` while a stencil is cut."""
    return mark_safe(f"\ue000{name}\ue001")  # noqa: S308  (letters, as written in the code)


def draw(template: str, context: Mapping[str, Any]) -> SafeString:
    """Render a template, which escapes what people wrote."""
    return mark_safe(get_template(template).render(dict(context)).strip())  # noqa: S308  (a template's output)


def fill(
    template: str, shape: Hashable, marked: Callable[[], Mapping[str, Any]], values: Mapping[str, Any]
) -> SafeString:
    """Return what ``template`` draws for ``values``, by the stencil of its ``shape``.

    The language is part of the shape. ``marked`` returns the context of that shape with a ``mark`` for each value.
    """
    stencil = _stencils.get((template, shape))
    if stencil is None:
        if len(_stencils) >= _MOST_SHAPES:
            _stencils.clear()
        pieces = _MARK.split(draw(template, marked()))
        stencil = _stencils[template, shape] = _Stencil(pieces, pieces[1::2], frozenset(pieces[1::2]))
    filled = stencil.pieces.copy()
    escaped = {name: _escaped(values[name]) for name in stencil.wanted}
    filled[1::2] = [escaped[name] for name in stencil.names]
    return SafeString("".join(filled))


def _escaped(value: Any) -> str:
    """Do what Django's ``conditional_escape`` does, without looking for lazy texts each time."""
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is int:
        return str(value)
    if kind is uuid.UUID:
        return as_text(value)
    return html.escape(value) if kind is str else str(conditional_escape(value))
