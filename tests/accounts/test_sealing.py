"""What the database keeps of secrets, and who can read it."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from accounts.sealing import open_sealed, seal

SECRET = "JBSWY3DPEHPK3PXP"


def test_it_opens_again_and_shows_nothing():
    sealed = seal(SECRET)
    assert SECRET not in sealed
    assert sealed != seal(SECRET)
    assert open_sealed(sealed) == SECRET


def test_an_earlier_key_still_opens_it(settings):
    sealed = seal(SECRET)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    assert open_sealed(sealed) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="No key"):
        open_sealed(sealed)


@pytest.mark.parametrize("place", [10, 40, -4])
def test_what_was_changed_does_not_open(place):
    sealed = seal(SECRET)
    letter = "A" if sealed[place] != "A" else "B"
    with pytest.raises(ValueError, match="No key"):
        open_sealed(sealed[:place] + letter + sealed[place + 1 :])


def test_what_was_never_sealed_is_read():
    assert open_sealed(SECRET) == SECRET


@pytest.mark.django_db
def test_a_second_factor_lies_sealed_in_the_database(mia):
    TOTP.activate(mia, SECRET)
    kept = Authenticator.objects.get(user=mia)
    assert SECRET not in str(kept.data)
    assert kept.data["secret"].startswith("sealed:")
