"""A request whose sender is known to be signed in."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view gets behind a check for sign-in: ``user`` is an account for certain."""

    user: User
