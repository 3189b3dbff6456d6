"""Those of messaging (Mira and Tom, who are friends, and Otto), and the desk: Ines, who moderates, Lea, who leads."""

from importlib import import_module

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.models import User
from tests.messaging.conftest import mira, otto, tom
from tests.messaging.people import make_person

__all__ = ["ines", "lea", "mira", "otto", "tom"]

GROUPS = import_module("moderation.migrations.0002_groups").GROUPS


def group(name: str) -> Group:
    """Return a group of the desk, made anew where a test that empties the tables took it away."""
    made, _made = Group.objects.get_or_create(name=name)
    made.permissions.set(Permission.objects.filter(content_type__app_label="moderation", codename__in=GROUPS[name]))
    return made


def _at_the_desk(username: str, group_name: str) -> User:
    person = make_person(username, is_staff=True)
    person.groups.add(group(group_name))
    return User.objects.get(pk=person.pk)


@pytest.fixture
def ines(db: None) -> User:
    return _at_the_desk("ines", "Moderators")


@pytest.fixture
def lea(db: None) -> User:
    return _at_the_desk("lea", "Lead moderators")
