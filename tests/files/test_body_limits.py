"""What a request may bring along, asked of the whole ASGI application."""

import asyncio
import json

import pytest
from asgiref.testing import ApplicationCommunicator

from dm_site.asgi import application
from dm_site.body_limits import MAX_BODY_BYTES, SLACK_BYTES, BodyLimit
from videos.media.bounds import MAX_PHOTO_BYTES, MAX_STICKER_BYTES, MAX_VIDEO_BYTES, MIB

CONVERSATION = "/inbox/01999999-0000-7000-8000-000000000000/messages/"
CHUNK = b"x" * MIB
SESSION = "sessionid=one"
LIMITS = {
    "/inbox/": MAX_BODY_BYTES,
    "/accounts/login/": MAX_BODY_BYTES,
    "/nowhere/": MAX_BODY_BYTES,
    f"{CONVERSATION}more/": MAX_BODY_BYTES,
    "/x/videos/upload/": MAX_BODY_BYTES,
    "/photos/01999999-0000-7000-8000-000000000000/alt/": MAX_BODY_BYTES,
    "/videos/upload/": MAX_VIDEO_BYTES + SLACK_BYTES,
    "/photos/": MAX_PHOTO_BYTES + SLACK_BYTES,
    "/stickers/new/": MAX_STICKER_BYTES + SLACK_BYTES,
    "/settings/profile/avatar/": 5 * MIB + SLACK_BYTES,
    CONVERSATION: 9 * MAX_PHOTO_BYTES + SLACK_BYTES,
}


def scope(path, length=None, cookie=SESSION, accept="text/html", **more):
    headers = {"host": "testserver", "accept": accept, "content-type": "application/x-www-form-urlencoded"}
    headers |= {"cookie": cookie} if cookie else {}
    headers |= {"content-length": str(length)} if length is not None else {}
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        **more,
    }


class Took:
    """An application that takes the body, and tells how much it got and why there may be nothing."""

    def __init__(self):
        self.bytes = 0

    async def __call__(self, scope, receive, send):
        more = True
        while more:
            message = await receive()
            self.bytes += len(message["body"])
            more = message["more_body"]
        self.refusal = scope.get("paperplane.body_refusal")
        self.after = await receive()


async def taken(scope, chunks):
    """Offer `chunks`, then leave; return what the application behind the limit saw."""
    took, messages = Took(), [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages += [{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    await BodyLimit(took)(scope, receive, None)
    assert took.after == {"type": "http.disconnect"}
    return took


@pytest.mark.parametrize(("path", "limit"), LIMITS.items())
async def test_a_declared_length_decides_before_anything_is_read(path, limit):
    assert (await taken(scope(path, limit), [b"x"])).refusal is None
    took = await taken(scope(path, limit + 1), [b"x"])
    assert (took.refusal, took.bytes) == ("too_large", 0)


@pytest.mark.parametrize("path", ["/inbox/", "/photos/"])
async def test_an_undeclared_body_is_cut_off_where_the_limit_is(path):
    whole = LIMITS[path] // MIB
    assert (await taken(scope(path), [CHUNK] * whole)).bytes == LIMITS[path]
    for chunks in ([CHUNK] * whole + [b"x"], [CHUNK] * (whole + 50)):
        took = await taken(scope(path), chunks)
        assert took.refusal == "too_large"
        assert took.bytes <= LIMITS[path]
    # One that lies about its length is no exception.
    assert (await taken(scope(path, 5), [CHUNK] * (whole + 1))).refusal == "too_large"


@pytest.mark.parametrize("cookie", ["", "csrftoken=one", "xsessionid=one", "sessionid"])
async def test_only_a_session_may_bring_files(cookie):
    for path in ("/videos/upload/", "/photos/", CONVERSATION):
        assert (await taken(scope(path, MAX_BODY_BYTES, cookie), [b"x"])).refusal is None
        took = await taken(scope(path, MAX_BODY_BYTES + 1, cookie), [b"x"])
        assert (took.refusal, took.bytes) == ("signed_out", 0)


async def test_below_a_prefix_the_same_paths_count():
    took = await taken(scope("/chat/photos/", MAX_PHOTO_BYTES, root_path="/chat"), [b"x"])
    assert took.refusal is None


@pytest.mark.parametrize("length", ["", "-1", "abc", "٩", "1" * 5000])
async def test_a_strange_length_does_no_harm(length):
    made = scope("/inbox/")
    made["headers"].append((b"content-length", length.encode("utf-8")))
    took = await taken(made, [b"x"])
    assert took.refusal == ("too_large" if len(length) == 5000 else None)


async def answer(made, chunks=()):
    """Ask the whole site; return status, headers and body."""
    asking = ApplicationCommunicator(application, made)
    for chunk in chunks:
        await asking.send_input({"type": "http.request", "body": chunk, "more_body": True})
    await asking.send_input({"type": "http.request", "body": b"", "more_body": False})
    start, body, more = await asking.receive_output(20), b"", True
    while more:
        message = await asking.receive_output(20)
        body += message["body"]
        more = message.get("more_body", False)
    await asking.wait(20)
    return start["status"], {name.decode().lower(): value.decode() for name, value in start["headers"]}, body


pages = pytest.mark.django_db(transaction=True)


@pages
async def test_a_person_gets_a_page_that_says_how_much_fits():
    status, headers, body = await answer(scope("/photos/", MAX_PHOTO_BYTES + SLACK_BYTES + 1))
    assert (status, headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "up to 20.0\N{NO-BREAK SPACE}MB" in body.decode()
    assert headers["x-content-type-options"] == "nosniff"
    assert "script-src 'self'" in headers["content-security-policy"]


@pages
async def test_a_program_gets_a_problem():
    status, headers, body = await answer(scope("/inbox/", accept="application/json"), [CHUNK] * 10)
    assert (status, headers["content-type"]) == (413, "application/problem+json")
    problem = json.loads(body)
    assert (problem["status"], problem["code"]) == (413, "too_heavy")
    assert problem["detail"] == "This is too large: up to 3.0\N{NO-BREAK SPACE}MB."


@pages
async def test_who_is_signed_out_is_sent_to_sign_in():
    status, headers, _body = await answer(scope("/videos/upload/", MAX_VIDEO_BYTES, cookie=""))
    assert (status, headers["location"].partition("?")[0]) == (302, "/accounts/login/")
    status, _headers, body = await answer(scope("/videos/upload/", MAX_VIDEO_BYTES, "", "application/json"))
    assert (status, json.loads(body)["code"]) == (401, "signed_out")


@pages
async def test_what_fits_is_read():
    status, _headers, _body = await answer(scope("/accounts/login/", 10), [b"a=b&" + b"c" * 6])
    assert status == 403  # by the check of the form's origin, which looks into the body


async def test_others_get_their_turn_while_a_large_body_is_taken():
    chunks = [{"type": "http.request", "body": CHUNK, "more_body": True}] * 20 + [{"type": "http.request", "body": b""}]
    waiting = iter([*chunks, {"type": "http.disconnect"}])
    turns = 0

    async def receive():
        return {"more_body": False, **next(waiting)}

    async def other():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.ensure_future(other())
    took = Took()
    await BodyLimit(took)(scope("/videos/upload/"), receive, None)
    task.cancel()
    assert took.bytes == 20 * MIB
    assert turns >= 20
