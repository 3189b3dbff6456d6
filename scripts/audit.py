"""Look for holes with the tools of others, each in an environment of its own: bandit reads the code, wapiti a site.

Wapiti crawls a site with the demo's data twice, as a person and as a moderator, then attacks what it found. The site
is a copy that ends with this script. It takes about twenty minutes (`MINUTES=3` for a quick look); exits with 1 if
there is anything to say.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.browser.demo import demo_site  # noqa: E402
from tests.live_server import LiveServer  # noqa: E402

TOOLS = {"bandit": "bandit==1.9.4", "wapiti": "wapiti3==3.2.3"}
CODE = ["accounts", "messaging", "moderation", "videos", "dm_site", "manage.py"]
# What bandit says of the code and why it stays: docs/security.md has the reasons.
EXPLAINED = {
    ("accounts/backups.py", "B404"),
    ("accounts/backups.py", "B603"),
    ("messaging/actions/writing.py", "B608"),
    ("accounts/prepared.py", "B608"),
    ("messaging/alike.py", "B311"),
    ("messaging/demo/clips.py", "B311"),
    ("messaging/demo/small_talk.py", "B311"),
    ("messaging/demo/writing.py", "B105"),
    ("messaging/outside/gifs.py", "B105"),
    ("messaging/rendering.py", "B308"),
    ("messaging/rendering.py", "B703"),
    ("messaging/stencils.py", "B308"),
    ("messaging/stencils.py", "B703"),
    ("videos/media/frames.py", "B101"),
    ("videos/media/running.py", "B404"),
    ("videos/media/running.py", "B603"),
}
# Without those that ask a server of wapiti's own, that look for other people's software, or that need TLS, as cookies'
# flags do (tests/test_deployment.py looks at them).
MODULES = (
    "backup,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,redirect,sql,timesql,upload,xss"
)
MINUTES = float(os.environ.get("MINUTES", "8"))
# Who isn't signed in finds thirty.
LEAST_PAGES = 60
MODERATOR = """
from django.contrib.auth.models import Group
mia = User.objects.order_by("pk").last()
User.objects.filter(pk=mia.pk).update(is_staff=True)
mia.groups.set(Group.objects.filter(name="Lead moderators"))
print(mia.username)
"""
REPORT = """
from moderation.actions import report_account
everyone = list(User.objects.filter(is_active=True, is_staff=False)[:6])
for reporter in everyone[:-1]:
    report_account(reporter, everyone[-1], reason="spam", details="The same again and again")
"""


def main() -> int:
    """Run both; return 1 if one of them found something."""
    with tempfile.TemporaryDirectory() as folder:
        found = [*_bandit(Path(folder))]
        with demo_site() as demo:
            server = demo.server
            server.shell(REPORT)
            moderator = server.shell(MODERATOR)
            # As it runs for others: without pages that tell developers what went wrong.
            server.environment["PAPERPLANE_TEST_DEMO"] = "0"
            server.restart()
            found += _wapiti(Path(folder), server, demo.me, ["/", "/inbox/", "/settings/", "/settings/reports/"])
            found += _wapiti(Path(folder), server, moderator, ["/admin/"])
            if "Traceback" in server.log:
                found.append("the server's log has a traceback:\n" + server.log[server.log.index("Traceback") :][:3000])
    for line in found:
        print(line)
    print(f"{len(found)} findings")
    return 1 if found else 0


def _bandit(folder: Path) -> list[str]:
    report = folder / "bandit.json"
    _run([_tool("bandit"), "-q", "-r", *CODE, "-f", "json", "-o", report])
    results = json.loads(report.read_text())
    found = {(result["filename"].removeprefix("./"), result["test_id"]) for result in results["results"]}
    print(f"bandit: {len(found)} kinds of places, {len(found & EXPLAINED)} of them explained")
    return [f"bandit: {place} {rule}" for place, rule in sorted(found - EXPLAINED)] + [
        f"bandit: couldn't read {error['filename']}: {error['reason']}" for error in results["errors"]
    ]


def _wapiti(folder: Path, server: LiveServer, username: str, starts: list[str]) -> list[str]:
    report, token = folder / f"wapiti-{username}.json", "a" * 32
    session = next(cookie["value"] for cookie in server.sign_in(username) if cookie["name"] == "sessionid")
    _run(
        [
            *[_tool("wapiti"), "-u", f"{server.url}/", "--scope", "domain", "--flush-session", "--no-bugreport"],
            *[part for start in starts for part in ("-s", f"{server.url}{start}")],
            *["-x", f"{server.url}/accounts/logout/", "-x", f"{server.url}/admin/logout/"],
            *["-H", f"Cookie: sessionid={session}; csrftoken={token}"],
            *["--skip", "csrfmiddlewaretoken", "--max-files-per-dir", "40", "--max-parameters", "30", "-m", MODULES],
            *["--max-scan-time", str(MINUTES * 60 / 4), "--max-attack-time", str(MINUTES * 60 / 16)],
            *["--store-session", folder / "session", "--store-config", folder / "config"],
            *["--log", folder / "wapiti.log", "-v", "0", "-f", "json", "-o", report],
        ]
    )
    results = json.loads(report.read_text())
    pages = results["infos"]["crawled_pages_nbr"]
    print(f"wapiti as {username}: {pages} pages and forms found")
    if pages < LEAST_PAGES:
        return [f"wapiti: {pages} pages and forms as {username}: that was the outside of the site"]
    kinds = results["vulnerabilities"] | results["anomalies"]
    return [
        f"wapiti: {kind}: {one['method']} {urlsplit(one['path']).path} {one['parameter'] or ''}: {one['info']}"
        for kind, cases in kinds.items()
        for one in cases
    ]


def _tool(name: str) -> Path:
    """Return a tool's program, installed where nothing else is: its own requirements are none of the site's."""
    program = ROOT / ".tools" / name / "bin" / name
    if not program.exists():
        venv.create(program.parent.parent, with_pip=True, clear=True)
        _run([program.parent / "pip", "install", "--quiet", TOOLS[name]])
        if not program.exists():
            raise SystemExit(f"{TOOLS[name]} couldn't be installed.")
    return program


def _run(command: list[object]) -> None:
    subprocess.run([str(part) for part in command], cwd=ROOT, check=False)


if __name__ == "__main__":
    sys.exit(main())
