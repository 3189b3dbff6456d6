"""Settings of the tests: the site's own, with what is slow or leaves traces exchanged.

``PAPERPLANE_TEST_ENGINE`` chooses what the tests run on: ``sqlite`` (with the in-memory layer), or
``postgres`` (with Redis and S3; ``DATABASE_URL``, ``REDIS_URL`` and ``S3_BUCKET`` must name them). The live
server of the browser tests runs on the same settings, in a process of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ENGINE = os.environ.get("PAPERPLANE_TEST_ENGINE", "sqlite")
# Set in the live server's process alone; it has a database, a layer and files of its own.
LIVE_SERVER = os.environ.get("PAPERPLANE_TEST_SERVER", "")

# One folder a run, made by whoever comes first: pytest-xdist's workers inherit the variable.
if "PAPERPLANE_TEST_FOLDER" not in os.environ:
    os.environ["PAPERPLANE_TEST_FOLDER"] = tempfile.mkdtemp(prefix="paperplane-tests-")
    atexit.register(shutil.rmtree, os.environ["PAPERPLANE_TEST_FOLDER"], ignore_errors=True)
SCOPE = LIVE_SERVER or os.environ.get("PYTEST_XDIST_WORKER", "main")
RUN_FOLDER = Path(os.environ["PAPERPLANE_TEST_FOLDER"])
FOLDER = RUN_FOLDER / SCOPE
(FOLDER / "media").mkdir(parents=True, exist_ok=True)

if ENGINE not in ("sqlite", "postgres"):
    raise RuntimeError(f"PAPERPLANE_TEST_ENGINE is {ENGINE!r}; it can be sqlite or postgres.")
if ENGINE == "postgres" and not all(map(os.environ.get, ("DATABASE_URL", "REDIS_URL", "S3_BUCKET"))):
    raise RuntimeError(
        "PAPERPLANE_TEST_ENGINE=postgres needs DATABASE_URL, REDIS_URL and S3_BUCKET; "
        "`python -m tests.servers pytest …` starts all three and sets them."
    )
if ENGINE == "sqlite" and not LIVE_SERVER:
    # A database of the developer's own, named in the shell, is not for tests to write to.
    os.environ["DATABASE_URL"] = f"sqlite:///{FOLDER / 'unused.sqlite3'}"
    os.environ["REDIS_URL"] = ""
os.environ |= {
    # The demo's data is for development alone, and so is its command.
    "DEBUG": os.environ.get("PAPERPLANE_TEST_DEMO", "0"),
    "SECRET_KEY": "test",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "SQLITE_SYNCHRONOUS": "OFF",
    "TLS": "0",
    "MEDIA_ROOT": str(FOLDER / "media"),
    # The bucket is for all who run at the same time; an own one, named in the shell, isn't for tests on SQLite.
    "S3_PREFIX": f"{RUN_FOLDER.name}/{SCOPE}",
    **({"S3_BUCKET": ""} if ENGINE == "sqlite" else {}),
}

from dm_site.settings import *  # noqa: E402, F403
from dm_site.settings import CACHES, CHANNEL_LAYERS, DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402

if ENGINE == "sqlite":
    # A file: an in-memory database is shared between threads without any waiting for locks.
    DATABASES["default"]["TEST"] = {"NAME": str(RUN_FOLDER / "test.sqlite3")}
else:
    # Redis knows nothing of workers: without this they would hear each other's events.
    CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"{RUN_FOLDER.name}-{SCOPE}"  # type: ignore[index]

# A test has its own transaction, which the thread of the queue knows nothing of.
SENDS_TOGETHER = bool(LIVE_SERVER)

if os.environ.get("PAPERPLANE_TEST_DROPPED"):
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.dropping.Dropping"]

if os.environ.get("PAPERPLANE_TEST_BROKEN"):
    INSTALLED_APPS = [*INSTALLED_APPS, f"tests.faults.broken.{os.environ['PAPERPLANE_TEST_BROKEN']}"]

if "PAPERPLANE_TEST_CLOCK" in os.environ:
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.moved.MovedClock"]

if "PAPERPLANE_TEST_LINKED" in os.environ:
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.linked.Linked"]

if "PAPERPLANE_TEST_SLOW" in os.environ:
    MIDDLEWARE = [*MIDDLEWARE, "tests.slow.slow_query"]

# What is asked for is done at once; the live server works as the real one does, with a queue of its own.
BACKGROUND_WORKER = os.environ.get("PAPERPLANE_TEST_WORKER", "embedded") if LIVE_SERVER else "immediate"
BACKGROUND_FILE = str(FOLDER / "tasks.sqlite3")
BACKGROUND_QUEUE_SUFFIX = f"-{RUN_FOLDER.name}-{SCOPE}"

CACHES["default"] |= {"KEY_PREFIX": f"{RUN_FOLDER.name}-{SCOPE}", "KEY_FUNCTION": "tests.cache.make_key"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The live server's mail is read back from its folder; a test's own from `mailoutbox`.
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if LIVE_SERVER else 'locmem'}.EmailBackend"
EMAIL_FILE_PATH = FOLDER / "mail"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
# Straight from the source folders. The live server looks once, when it starts; a test's client loads
# the middleware anew, and would spend its time listing files.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = not LIVE_SERVER
