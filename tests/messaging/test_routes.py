"""Every address of the site, generated from the resolver, with who gets what there.

A new route fails until its row is written down here.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from messaging.models import Conversation, Message
from tests.messaging.people import befriend, block, born_years_ago, change, make_person
from tests.messaging.talk import JSON, NOWHERE, dialogue, signed_in
from videos.models import Video

ROLES = ("anonymous", "outsider", "participant", "blocked", "under16", "suspended")
READ, CHANGE = ("GET",), ("POST",)

# Expected status by role, as a browser asks (no JSON). 302 of the anonymous leads to the sign-in page.
#                          anonymous outsider participant blocked under16 suspended
PUBLIC, OWN_PAGE = (200,) * 6, (302, *[200] * 5)
OWN_CHANGE = (302,) * 6
MEMBERS_PAGE = (302, 404, 200, 200, 200, 200)
MEMBERS_CHANGE = (302, 404, 302, 302, 302, 302)
SENDING = (302, 404, 302, 403, 403, 403)
NOBODYS = (302, *[404] * 5)
WATCHERS_CHANGE = (302, 302, 302, 404, 302, 302)

ROUTES: dict[str, dict[tuple[str, ...], tuple[int, ...]]] = {
    "home": {READ: PUBLIC},
    "video": {READ: (200, 200, 200, 404, 200, 200)},
    "people": {READ: OWN_PAGE},
    "profile": {READ: PUBLIC},
    "followers": {READ: OWN_PAGE},
    "following": {READ: OWN_PAGE},
    "follow": {CHANGE: OWN_CHANGE},
    "unfollow": {CHANGE: OWN_CHANGE},
    "block": {CHANGE: OWN_CHANGE},
    "unblock": {CHANGE: OWN_CHANGE},
    "settings": {READ: OWN_PAGE},
    # What is wrong in a settings form is shown on its page: 200. These POSTs are empty.
    "settings_profile": {READ: OWN_PAGE, CHANGE: OWN_CHANGE},
    "settings_avatar": {CHANGE: OWN_PAGE},
    "settings_avatar_remove": {CHANGE: OWN_CHANGE},
    "settings_privacy": {READ: OWN_PAGE, CHANGE: OWN_PAGE},
    "settings_blocked": {READ: OWN_PAGE},
    "settings_appearance": {READ: OWN_PAGE, CHANGE: OWN_PAGE},
    "settings_notifications": {READ: OWN_PAGE, CHANGE: OWN_CHANGE},
    "settings_security": {READ: OWN_PAGE},
    "settings_data": {READ: OWN_PAGE, CHANGE: OWN_CHANGE},
    "settings_data_delete": {READ: OWN_PAGE, CHANGE: OWN_PAGE},
    "deletion_undo": {READ: (404,) * 6, CHANGE: (404,) * 6},
    "settings_data_status": {READ: OWN_PAGE},
    "settings_data_copy": {READ: (404,) * 6},
    "avatar_file": {READ: (404,) * 6},
    "write": {CHANGE: OWN_CHANGE},
    "inbox": {READ: OWN_PAGE},
    "new": {READ: OWN_PAGE},
    "requests": {READ: OWN_PAGE},
    "filtered": {READ: OWN_PAGE},
    "requests_delete": {CHANGE: (302, *[400] * 5)},
    "settings_requests": {READ: OWN_PAGE, CHANGE: OWN_PAGE},
    "archive": {READ: OWN_PAGE},
    "badge": {READ: OWN_PAGE},
    "conversation": {READ: MEMBERS_PAGE},
    "send": {READ: MEMBERS_PAGE, CHANGE: SENDING},
    "changes": {READ: MEMBERS_PAGE},
    "composer": {READ: MEMBERS_PAGE},
    "read": {CHANGE: MEMBERS_CHANGE},
    "accept": {CHANGE: MEMBERS_CHANGE},
    "decline": {CHANGE: MEMBERS_CHANGE},
    "mute": {CHANGE: MEMBERS_CHANGE},
    "pin": {CHANGE: MEMBERS_CHANGE},
    "archive_conversation": {CHANGE: MEMBERS_CHANGE},
    "unread": {CHANGE: MEMBERS_CHANGE},
    "delete_conversation": {CHANGE: MEMBERS_PAGE},  # asks to confirm
    "conversation_export": {READ: MEMBERS_PAGE},
    "draft": {CHANGE: (302, 404, 204, 204, 204, 204)},
    "message_like": {CHANGE: SENDING},
    "message_unlike": {CHANGE: SENDING},
    "message_delete": {CHANGE: MEMBERS_CHANGE},
    "message_unsend": {CHANGE: MEMBERS_CHANGE},
    "photo_upload": {CHANGE: (302, *[400] * 5)},
    "photo_alt": {CHANGE: NOBODYS},
    "photo_delete": {CHANGE: NOBODYS},
    "stickers": {READ: OWN_PAGE},
    "sticker_new": {READ: OWN_PAGE, CHANGE: (302, *[400] * 5)},
    "sticker_remove": {CHANGE: NOBODYS},
    "gifs": {READ: OWN_PAGE},
    # Without a provider there is nothing to search.
    "gif_search": {READ: NOBODYS},
    "gif_from_provider": {CHANGE: NOBODYS},
    "gif_preview_file": {READ: (404,) * 6},
    "gif_keep": {CHANGE: NOBODYS},
    "gif_remove": {CHANGE: NOBODYS},
    # The video is Tom's; its files aren't there.
    "video_upload": {READ: OWN_PAGE, CHANGE: (302, *[400] * 5)},
    "video_status": {READ: NOBODYS},
    "video_retry": {CHANGE: NOBODYS},
    "video_edit": {READ: NOBODYS, CHANGE: NOBODYS},
    "video_delete": {CHANGE: NOBODYS},
    "video_like": {CHANGE: WATCHERS_CHANGE},
    "video_unlike": {CHANGE: WATCHERS_CHANGE},
    "video_share": {READ: (302, 200, 200, 404, 200, 200), CHANGE: (302, 400, 400, 404, 400, 400)},
    "video_gif": {READ: (302, 200, 200, 404, 200, 200), CHANGE: (302, 400, 400, 404, 400, 400)},
    "video_download": {READ: (404,) * 6},
    "video_file": {READ: (404,) * 6},
    # Files of messages: here nobody has any; who gets which is told in test_content.py.
    "photo_file": {READ: (404,) * 6},
    "gif_file": {READ: (404,) * 6},
    "sticker_file": {READ: (404,) * 6},
    "preview_file": {READ: (404,) * 6},
    # Mira's own message can't be reported by her. These POSTs name no reason.
    "report_message": {READ: (302, 404, *[403] * 4), CHANGE: (302, 404, *[403] * 4)},
    "report_conversation": {READ: MEMBERS_PAGE, CHANGE: (302, 404, *[400] * 4)},
    "report_account": {READ: OWN_PAGE, CHANGE: (302, *[400] * 5)},
    "report_sent": {READ: NOBODYS},
    "settings_reports": {READ: OWN_PAGE},
    "settings_decisions": {READ: OWN_PAGE},
    "settings_decisions_unread": {READ: OWN_CHANGE, CHANGE: NOBODYS},
    "settings_decision_appeal": {READ: NOBODYS, CHANGE: NOBODYS},
    "decisions_of_closed": {READ: (404,) * 6, CHANGE: (404,) * 6},
    # What machines ask.
    "healthz_bare": {READ: PUBLIC},
    "healthz": {READ: PUBLIC},
    "metrics": {READ: (404,) * 6},
}
QUERIES = {"changes": "?since=0.0"}
FIELDS = {"send": {"client_id": "01890000-0000-7000-8000-000000000001", "kind": "text", "body": "hello"}}
# Sign-in pages of allauth that are open to someone who isn't signed in; everything else there asks to sign in.
OPEN_SIGN_IN_PAGES = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
}


def routes(patterns: list[Any] | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Walk the resolver; yield the prefix a route stands below, and the route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix, pattern


def parameters_of(name: str) -> list[str]:
    """Return the names of what a route takes from its address, those of its prefix too."""
    return get_resolver().reverse_dict.getlist(name)[0][0][0][1]


def own_routes() -> set[str | None]:
    return {route.name for prefix, route in routes() if not prefix.startswith(("accounts/", "admin/"))}


def test_every_route_has_its_row():
    assert own_routes() == ROUTES.keys()


@dataclass
class Scene:
    """Tom and one person of a role, the conversation they have, the person's message in it, and a video by Tom."""

    client: Client
    person: Any
    conversation: Conversation
    message: Message
    video: Video

    def url(self, name: str) -> str:
        arguments = {
            "username": "tom",
            "conversation_id": self.conversation.pk,
            "message_id": self.message.pk,
            "video_id": self.video.pk,
            "name": "poster.webp" if name == "video_file" else "A" * 22 + "-64.webp",
            "size": "640",
            "suffix": "webp",
            "token": "x",
        } | dict.fromkeys(
            ("photo_id", "gif_id", "sticker_id", "preview_id", "copy_id", "report_id", "decision_id"), NOWHERE
        )
        (route,) = (route for _prefix, route in routes() if route.name == name)
        wanted = {key: arguments[key] for key in route.pattern.converters}
        return reverse(name, kwargs=wanted) + QUERIES.get(name, "")


@pytest.fixture
def scene(mira, tom) -> Scene:
    conversation = dialogue(mira, tom)
    message = Message.objects.get(conversation=conversation, sender=mira)
    video = Video.objects.create(author=tom, state="ready", published_at=timezone.now())
    return Scene(signed_in(mira), mira, conversation, message, video)


def as_role(scene: Scene, role: str, otto: User) -> Scene:
    """Put someone of ``role`` into Mira's place."""
    mira = scene.person
    if role == "anonymous":
        return replace(scene, client=Client(), person=None)
    if role == "outsider":
        return replace(scene, client=signed_in(otto), person=otto)
    if role == "blocked":
        block(User.objects.get(username="tom"), mira)
    elif role == "under16":
        change(mira, birth_date=born_years_ago(15))
    elif role == "suspended":
        change(mira, messaging_suspended_until=timezone.now() + datetime.timedelta(days=1))
    return scene


def ask(scene: Scene, method: str, name: str, **kwargs: Any) -> HttpResponse:
    """Ask for a route, and undo whatever that changes."""
    url = scene.url(name)
    with transaction.atomic():
        if method == "POST" and not kwargs:
            response = scene.client.post(url, FIELDS.get(name))
        else:
            response = scene.client.generic(method, url, **kwargs)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize("role", ROLES)
def test_who_gets_what(role, scene, otto):
    scene = as_role(scene, role, otto)
    expected, got = {}, {}
    for name, by_method in ROUTES.items():
        for (method,), by_role in by_method.items():
            response = ask(scene, method, name)
            expected[name, method], got[name, method] = by_role[ROLES.index(role)], response.status_code
            if response.status_code == 302:
                assert response["location"].startswith("/accounts/login/") is (role == "anonymous"), name
    assert got == expected


def test_another_method_is_not_allowed(scene):
    got = {}
    for client in (Client(), scene.client):
        for name, by_method in ROUTES.items():
            if name.startswith("settings_") and client is not scene.client:
                continue  # a settings page asks who it is before it asks for the method
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {method for (method,) in by_method}:
                got[name, method] = ask(replace(scene, client=client), method, name).status_code
    assert len(got) > 3 * len(ROUTES)
    assert {key: status for key, status in got.items() if status != 405} == {}


MESSAGING = [
    (method, name)
    for name in {
        str(route.name)
        for _p, route in routes()
        if route.callback.__module__.startswith(("messaging.", "moderation.views."))
    }
    if not name.endswith("_file") and name not in ("decisions_of_closed", "settings_requests")
    for (method,) in ROUTES[name]
]


def test_a_program_that_is_not_signed_in_is_told_so(scene):
    for method, name in MESSAGING:
        response = ask(replace(scene, client=Client()), method, name, headers=JSON)
        assert (response.status_code, response["content-type"]) == (401, "application/problem+json"), name
        assert response.json()["code"] == "signed_out"


def test_a_deactivated_account_is_signed_out(scene):
    change(scene.person, is_active=False)
    assert {ask(scene, method, name, headers=JSON).status_code for method, name in MESSAGING} == {401}


def test_a_post_from_another_site_is_refused(scene):
    scene = replace(scene, client=signed_in(scene.person, enforce_csrf_checks=True))
    got = {name: ask(scene, "POST", name).status_code for name, methods in ROUTES.items() if CHANGE in methods}
    assert len(got) > 20
    assert set(got.values()) == {403}


def test_sign_in_pages_are_open_and_account_pages_are_not(db):
    opened = set()
    for prefix, route in routes():
        if prefix.startswith("accounts/"):
            url = reverse(route.name, kwargs=dict.fromkeys(parameters_of(route.name), "1"))
            if Client().get(url).status_code == 200:
                opened.add(route.name)
    assert opened == OPEN_SIGN_IN_PAGES


def test_the_desk_is_for_staff(db, mira):
    assert Client().get("/admin/").status_code == 302
    assert signed_in(mira).get("/admin/").status_code in {302, 403}
    staff = make_person("desk", is_staff=True, is_superuser=True)
    assert signed_in(staff).get("/admin/").status_code == 200


def test_a_conversation_with_someone_else_does_not_open_this_one(mira, tom, otto):
    conversation = dialogue(mira, tom)
    befriend(otto, tom)
    dialogue(otto, tom)
    assert signed_in(otto).get(f"/inbox/{conversation.pk}/").status_code == 404
