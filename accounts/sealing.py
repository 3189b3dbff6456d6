"""Short secrets as the database keeps them: encrypted and authenticated, with keys that come from ``SECRET_KEY``."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PREFIX = "sealed:"
_PURPOSE = b"paperplane.accounts.sealing"


def seal(text: str) -> str:
    """Return ``text`` sealed with the site's present key (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return PREFIX + _keys().encrypt(text.encode()).decode()


def open_sealed(sealed: str) -> str:
    """Return what was sealed with the present key or an earlier one (``SECRET_KEY_FALLBACKS``).

    What isn't sealed at all was written before there were seals, and is returned as it is. Raises ``ValueError``
    where no key fits, or somebody changed it.
    """
    if not sealed.startswith(PREFIX):
        return sealed
    try:
        return _keys().decrypt(sealed.removeprefix(PREFIX).encode()).decode()
    except InvalidToken:
        raise ValueError("No key of this site sealed that.") from None


def _keys() -> MultiFernet:
    secrets = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    keys = [hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256) for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
