"""The people of these tests: each an adult, none of whom knows another."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User

PASSWORD = "folded-from-one-sheet"
ADULT = datetime.date(1990, 6, 15)

MakePerson = Callable[..., User]


@pytest.fixture
def make_person(db) -> MakePerson:
    """Make an account by its username."""

    def make(username: str, **fields) -> User:
        fields = {"email": f"{username}@example.org", "birth_date": ADULT} | fields
        return User.objects.create_user(username, password=PASSWORD, **fields)

    return make


@pytest.fixture
def mia(make_person: MakePerson) -> User:
    """The one who acts."""
    return make_person("mia", display_name="Mia Lindqvist")


@pytest.fixture
def jonas(make_person: MakePerson) -> User:
    """The one it is done to."""
    return make_person("jonas", display_name="Jonas Weber")


@pytest.fixture
def outsider(make_person: MakePerson) -> User:
    """Someone it is none of the business of."""
    return make_person("outsider")


@pytest.fixture
def as_mia(mia: User) -> Client:
    """A browser mia is signed in with."""
    return browser_of(mia)


@pytest.fixture
def as_jonas(jonas: User) -> Client:
    """A browser jonas is signed in with."""
    return browser_of(jonas)


def browser_of(user: User) -> Client:
    """Return a browser that ``user`` is signed in with."""
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def says(response, words: str) -> bool:
    """Whether a page says ``words``, as a person reads them."""
    from html import unescape

    return words in " ".join(unescape(response.content.decode()).split())
