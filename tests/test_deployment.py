"""The site's settings as they are in production: Django's own check of them, and the cookies a browser gets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
LOOK = """
import json
from unittest.mock import patch
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
# Nothing has been collected here.
plainly = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
override_settings(STORAGES={**settings.STORAGES, **plainly}).enable()
call_command("migrate", verbosity=0)
from accounts.models import User
User.objects.create_user("mia", "mia@example.org", "a-long-passphrase", birth_date="1990-05-01")
client = Client(SERVER_NAME="chat.example.org")
plain = client.get("/accounts/login/")
client.get("/accounts/login/", secure=True)
client.post("/accounts/login/", {"login": "mia", "password": "a-long-passphrase"}, secure=True)
page = client.get("/settings/", secure=True, headers={"Origin": "https://elsewhere.example"})

def broken():
    client.raise_request_exception = False
    with patch("accounts.views.people.render", side_effect=RuntimeError("what went wrong inside")):
        page = client.get("/people/", secure=True)
    return [page.status_code, page.content.decode()]

print(json.dumps({
    "plain": [plain.status_code, plain.headers.get("Location")],
    "page": page.status_code,
    "headers": dict(page.headers),
    "methods": [client.generic(method, path, secure=True).status_code
                for method in ("TRACE", "DELETE") for path in ("/", "/inbox/", "/accounts/login/", "/healthz")],
    "broken": broken(),
    "cookies": {name: [cookie[part] for part in ("secure", "path", "domain", "httponly", "samesite")]
                for name, cookie in client.cookies.items()},
}))
"""


@pytest.fixture
def production(tmp_path):
    """Run manage.py as a deployment with TLS does; return what it printed."""

    def run(*command: str, stdin: str = "", **more: str) -> str:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {
            **kept,
            "SECRET_KEY": "k9!" * 30 + "qwertzuiop",
            "ALLOWED_HOSTS": "chat.example.org",
            "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
            "MEDIA_ROOT": str(tmp_path / "media"),
            "BACKGROUND_FILE": str(tmp_path / "tasks.sqlite3"),
            "BACKGROUND_WORKER": "separate",
            **more,
        }
        done = subprocess.run(
            [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *command],
            cwd=ROOT, env=environment, input=stdin, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_django_has_nothing_to_say_of_the_settings(production):
    assert "no issues" in production("check", "--deploy", "--fail-level", "INFO")


def test_the_address_of_the_database_may_ask_for_more(production):
    address = "postgres://me:word@/site?host=one,two&port=5432,5433&target_session_attrs=read-write&sslmode=verify-full"
    look = "import json; from django.db import connection; print(json.dumps(connection.settings_dict['OPTIONS']))"
    options = json.loads(production("shell", "--no-imports", "-c", look, DATABASE_URL=address).splitlines()[-1])
    asked = {"host": "one,two", "port": "5432,5433", "target_session_attrs": "read-write", "sslmode": "verify-full"}
    assert options.items() >= asked.items()
    assert options["pool"]["max_size"] == 8
    assert options["prepare_threshold"] == 0


def test_cookies_belong_to_this_host_alone_and_pages_arrive_over_tls(production):
    seen = json.loads(production("shell", "--no-imports", "-c", LOOK).splitlines()[-1])
    assert seen["plain"] == [301, "https://chat.example.org/accounts/login/"]
    assert seen["page"] == 200
    assert seen["cookies"] == {
        "__Host-csrftoken": [True, "/", "", True, "Lax"],
        "__Host-sessionid": [True, "/", "", True, "Lax"],
    }
    assert set(seen["methods"]) <= {302, 404, 405}
    status, page = seen["broken"]
    assert status == 500
    assert "went wrong inside" not in page
    assert "Traceback" not in page
    headers = seen["headers"]
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "no-store" in headers["Cache-Control"]
    policy = headers["Content-Security-Policy"]
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'self'"):
        assert directive in policy
