import datetime

import pytest
from allauth.usersessions.models import UserSession
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Follow
from tests.accounts.conftest import PASSWORD
from tests.cache import start_afresh

pytestmark = pytest.mark.django_db


def updates(client, url: str = "/settings/") -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return sum("last_active_at" in query["sql"] and query["sql"].startswith("UPDATE") for query in queries)


def test_a_visit_is_noted_once_a_minute(as_mia, mia):
    assert [updates(as_mia) for _ in range(3)] == [1, 0, 0]
    mia.refresh_from_db()
    assert mia.active_now
    mia.last_active_at = timezone.now() - datetime.timedelta(seconds=61)
    mia.save()
    assert updates(as_mia) == 1


def test_not_of_those_who_hide_it(as_mia, mia):
    mia.show_activity = False
    mia.save()
    assert updates(as_mia) == 0


def test_not_of_the_signed_out(client):
    assert updates(client, "/") == 0


def test_a_session_is_noted_once_a_minute(client, mia):
    def notes() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/settings/")
        return sum("usersessions" in query["sql"] and query["sql"].startswith("UPDATE") for query in queries)

    client.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
    assert UserSession.objects.get().user == mia
    assert notes() == 0  # signing in was noted a moment ago
    start_afresh()  # as if the minute were over
    assert [notes() for _ in range(3)] == [1, 0, 0]


def test_a_cache_that_is_down_stops_nobody(as_mia, mia, jonas, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise ConnectionError("the cache is down")

    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.add", fail)
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCache.add", fail)
    assert as_mia.get("/settings/").status_code == 200
    assert as_mia.post("/@jonas/follow/").status_code == 302
    assert Follow.objects.get().follower == mia
    assert "cache" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_database_that_only_reads_shows_pages_all_the_same(as_mia, mia, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise OperationalError("database or disk is full")

    start_afresh()
    monkeypatch.setattr(QuerySet, "update", fail)
    monkeypatch.setattr("allauth.usersessions.models.UserSessionManager.create_from_request", fail)
    assert as_mia.get("/settings/").status_code == 200
    assert caplog.text.count("disk is full") == 2
    mia.refresh_from_db()
    assert mia.last_active_at is None
    monkeypatch.undo()
    assert updates(as_mia) == 1
