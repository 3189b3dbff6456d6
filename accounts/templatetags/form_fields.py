"""Forms of other packages, in the clothes of this site."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def plain(field: BoundField) -> BoundField:
    """Return ``field`` without its placeholder, which would only say again what its label says."""
    field.field.widget.attrs.pop("placeholder", None)
    return field
