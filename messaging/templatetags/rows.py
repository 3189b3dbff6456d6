"""Rows of the inbox in templates."""

import uuid

from django import template
from django.utils.safestring import SafeString

from messaging.rendering import RowView, render_row

register = template.Library()


@register.simple_tag
def row(view: RowView, current_id: uuid.UUID | str) -> SafeString:
    """Draw the row ``view``, marked where it is that of the conversation ``current_id``; by its stencil."""
    return render_row(view, is_current=view.id == current_id)
