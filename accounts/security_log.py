"""What happens to the ways into accounts, and which limits were met, as lines of the log named ``security``.

No line holds a password, a code, a session's key or a mail address; a name that was tried stands in one only as the
account it belongs to, as people also type their password there. docs/security.md lists the events.
"""

from typing import Any

import structlog
from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import signals as auth_signals
from django.dispatch import Signal
from django.http import HttpRequest

from accounts import addresses
from accounts.models import User

log = structlog.get_logger("security")


def note(event: str, request: HttpRequest | None, user: User | None = None, **details: object) -> None:
    """Write one line: what happened, to which account, from where."""
    log.info(
        event, account=user.pk if user else None, address=addresses.of_request(request) if request else "", **details
    )


def connect() -> None:
    """Begin to listen."""
    for signal, event in EVENTS.items():
        signal.connect(_noting(event), weak=False, dispatch_uid=f"security-log-{event}")
    auth_signals.user_login_failed.connect(_note_failure, dispatch_uid="security-log-sign_in_failed")
    auth_signals.user_logged_in.connect(_note_sign_in, dispatch_uid="security-log-signed_in")


EVENTS: dict[Signal, str] = {
    auth_signals.user_logged_out: "signed_out",
    account_signals.user_signed_up: "signed_up",
    account_signals.password_set: "password_set",
    account_signals.password_changed: "password_changed",
    account_signals.password_reset: "password_reset",
    account_signals.email_added: "mail_address_added",
    account_signals.email_changed: "mail_address_changed",
    account_signals.email_removed: "mail_address_removed",
    account_signals.email_confirmed: "mail_address_confirmed",
    mfa_signals.authenticator_added: "factor_added",
    mfa_signals.authenticator_removed: "factor_removed",
    mfa_signals.authenticator_reset: "factor_reset",
    mfa_signals.authenticator_used: "factor_used",
    mfa_signals.authentication_failed: "factor_failed",
}


def _noting(event: str) -> Any:
    def receive(sender: Any, request: HttpRequest | None = None, user: Any = None, **given: Any) -> None:
        if address := given.get("email_address"):
            user = user or getattr(address, "user", None)
        factor = given.get("authenticator")
        details = {"factor": str(factor.type)} if factor else {}
        note(event, request, user, **details)

    return receive


def _note_sign_in(sender: Any, request: HttpRequest | None, user: User, **given: Any) -> None:
    steps = request.session.get("account_authentication_methods", []) if request else []
    note("signed_in", request, user, methods=[str(step.get("method", "")) for step in steps])


def _note_failure(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **given: Any) -> None:
    tried = str(credentials.get("username") or credentials.get("email") or "")
    note("sign_in_failed", request, User.objects.filter(username__iexact=tried[:150]).first())
