"""Those of messaging (Mira and Tom, who are friends, and Otto), and the desk: Ines, who moderates, Lea, who leads."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from tests.messaging.conftest import mira, otto, tom
from tests.messaging.people import make_person

__all__ = ["ines", "lea", "mira", "otto", "tom"]

MODERATOR = ("decide_case", "decide_appeal", "view_case")
LEAD = (*MODERATOR, "close_account")


def _at_the_desk(username: str, permissions: tuple[str, ...]) -> User:
    person = make_person(username, is_staff=True)
    person.user_permissions.set(
        Permission.objects.filter(content_type__app_label="moderation", codename__in=permissions)
    )
    return User.objects.get(pk=person.pk)


@pytest.fixture
def ines(db: None) -> User:
    return _at_the_desk("ines", MODERATOR)


@pytest.fixture
def lea(db: None) -> User:
    return _at_the_desk("lea", LEAD)
