"""Templates drawn once a shape: what differs from one message to the next is filled in where it stood.

A shape is all that the template decides by, and the language. It is drawn with marks in the place of words and numbers,
cut at them, and kept; to draw another one of the shape is then to join strings. What is filled in is escaped first, as
the template would.
"""

import html
import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# Of the private use area. What people write is filled in afterwards, so it can hold them.
_MARK = re.compile("\ue000([a-z_]+)\ue001")
_MOST_SHAPES = 1_000
_stencils: dict[Hashable, list[str]] = {}


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

    ``marked`` returns the context of that shape with a ``mark`` for each of the values.
    """
    key = (template, shape, get_language())
    pieces = _stencils.get(key)
    if pieces is None:
        if len(_stencils) >= _MOST_SHAPES:
            _stencils.clear()
        pieces = _stencils[key] = _MARK.split(draw(template, marked()))
    names = pieces[1::2]
    escaped = {name: _escaped(values[name]) for name in set(names)}
    filled = pieces.copy()
    filled[1::2] = [escaped[name] for name in names]
    return mark_safe("".join(filled))  # noqa: S308  (the template's text, and values escaped above)


def _escaped(value: Any) -> str:
    """Do what Django's ``conditional_escape`` does, without looking for lazy texts each time."""
    return value if isinstance(value, SafeString) else html.escape(str(value))
