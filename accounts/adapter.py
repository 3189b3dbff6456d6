"""How allauth makes accounts here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts import addresses, closed, erasure, sealing
from accounts.models import User
from accounts.policies import (
    ERASED_PREFIX,
    RESERVED_USERNAMES,
    can_take_deletion_back,
    default_message_privacy,
)


class AccountAdapter(DefaultAccountAdapter):
    """Usernames are kept in small letters; a new account's privacy follows from its birth date."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the username as it is kept. Raises ``ValidationError`` where it can't be had."""
        username = username.lower()
        if username in RESERVED_USERNAMES or username.startswith(ERASED_PREFIX):
            raise ValidationError(_("This username can't be used. Choose another one."), code="reserved")
        return super().clean_username(username, shallow)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return where a request comes from, as the limits on messages see it."""
        return addresses.of_request(request) or super().get_client_ip(request)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Write the new account, with its birth date and the privacy that goes with the age."""
        user.birth_date = form.cleaned_data["birth_date"]
        user.message_privacy = default_message_privacy(user.birth_date)
        return super().save_user(request, user, form, commit)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Lead somebody who gave the right password of a closed account to what they can do about it.

        The first that applies: a deletion that can be taken back; what another app has to say; else that the account
        is closed, and no more.
        """
        if can_take_deletion_back(user):
            return redirect("deletion_undo", erasure.token_for(user))
        if url := closed.url_for(user):
            return redirect(url)
        return super().respond_user_inactive(request, user)


class FactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors sealed: a copy of the database alone opens no account."""

    def encrypt(self, text: str) -> str:
        """Return what the database keeps of a secret."""
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret again. Raises ``ValueError`` where no key of the site sealed it."""
        return sealing.open_sealed(encrypted_text)
