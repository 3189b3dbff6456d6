"""The standing people: Mira and Tom, who are friends, and Otto, who is none of their business."""

import pytest

from accounts.models import User
from tests.messaging.people import befriend, make_person


@pytest.fixture
def mira(db: None) -> User:
    return make_person("mira", display_name="Mira Sol")


@pytest.fixture
def tom(mira: User) -> User:
    person = make_person("tom", display_name="Tom Reed")
    befriend(mira, person)
    return person


@pytest.fixture
def otto(db: None) -> User:
    return make_person("otto", display_name="Otto Far")
