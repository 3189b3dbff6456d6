"""The policy's answer on pages that know nothing of messaging."""

from typing import Any

from django import template

from accounts.models import User
from messaging.policies import Refusal, write_refusal
from messaging.standing import standing_between

register = template.Library()


@register.simple_tag(takes_context=True)
def write_refusal_for(context: dict[str, Any], person: User) -> Refusal | None:
    """Return why the signed-in account can't write to ``person``, or None where it can."""
    user = context["request"].user
    if not user.is_authenticated or user.pk == person.pk:
        return None
    return write_refusal(standing_between(user, person))
