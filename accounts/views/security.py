"""What guards the account, each with its state and the page that changes it."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.requests import SignedInRequest
from accounts.views.answers import page_of_signed_in


@page_of_signed_in
def security(request: SignedInRequest) -> HttpResponse:
    """Show the state of everything sign-in depends on."""
    authenticators = list(Authenticator.objects.filter(user=request.user))
    by_type = {kind: [one for one in authenticators if one.type == kind] for kind in Authenticator.Type.values}
    codes = by_type[Authenticator.Type.RECOVERY_CODES]
    email = EmailAddress.objects.get_primary(request.user)
    context = {
        "heading": _("Security"),
        "email": email,
        "has_totp": bool(by_type[Authenticator.Type.TOTP]),
        "passkey_count": len(by_type[Authenticator.Type.WEBAUTHN]),
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "session_count": len(UserSession.objects.purge_and_list(request.user)),
    }
    return render(request, "accounts/settings/security.html", context)
