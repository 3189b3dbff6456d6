"""Watching in a browser: what plays, how it is worked, and what stands there when it can't be played."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.people import Person
from tests.browser.screens import STILL
from tests.browser.test_accessibility import AXE, EVERYTHING, RUN, VIEWPORTS
from tests.live_server import LiveServer
from tests.watch.clips import write_files

SECONDS = 4
MAKE = """
import datetime, json
from django.utils import timezone
author = User.objects.get(username={author!r})
Follow.objects.get_or_create(follower=User.objects.get(username={viewer!r}), followed=author)
print(json.dumps([
    str(Video.objects.create(
        author=author, caption=f"Clip {{number}}", state="ready", width=216, height=384, duration_ms={seconds} * 1000,
        has_audio=True, published_at=timezone.now() - datetime.timedelta(minutes=number),
    ).pk)
    for number in range({count})
]))
"""
# What browsers do with sound on a page nobody has touched. Chromium itself may let it pass after a reload.
FORBID_SOUND = """
  const { play } = HTMLMediaElement.prototype;
  let isTouched = false;
  for (const type of ["click", "keydown"]) addEventListener(type, () => { isTouched = true; }, true);
  HTMLMediaElement.prototype.play = function () {
    if (this.muted || isTouched) return play.call(this);
    return Promise.reject(new DOMException("", "NotAllowedError"));
  };
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Encode the one film that all clips of these tests show."""
    folder = tmp_path_factory.mktemp("film")
    write_files(folder, seconds=SECONDS)
    return folder


@pytest.fixture
def watching(new_person: Callable[..., Person], server: LiveServer, film: Path) -> Iterator[Callable[..., "Watching"]]:
    """Make a viewer who follows an author of so many clips; ``options`` are of the viewer's browser."""
    made: list[str] = []

    def make(count: int, **options: object) -> Watching:
        viewer, author = new_person("Mira", **options), new_person("Tom")
        code = MAKE.format(author=author.username, viewer=viewer.username, count=count, seconds=SECONDS)
        ids = json.loads(server.shell(code))
        made.extend(ids)
        for video_id in ids:
            shutil.copytree(film, server.folder / "media" / "videos" / video_id)
        return Watching(viewer, author, ids, server)

    yield make
    # Others' homes would show them.
    server.shell(f"Video.objects.filter(pk__in={made!r}).delete()")
    for video_id in made:
        shutil.rmtree(server.folder / "media" / "videos" / video_id, ignore_errors=True)


class Watching:
    """A viewer, the author of the clips they see, and the ids of these, the newest first."""

    def __init__(self, viewer: Person, author: Person, ids: list[str], server: LiveServer) -> None:
        self.viewer, self.author, self.ids, self.server = viewer, author, ids, server
        self.page: Page = viewer.page

    def open_feed(self) -> None:
        self.page.goto("/?feed=following")

    def clip(self, number: int) -> Locator:
        return self.page.locator(f"#clip-{self.ids[number]}")

    def shell(self, code: str) -> str:
        return self.server.shell(code)


def expect_state(clip: Locator, state: str) -> None:
    expect(clip).to_have_attribute("data-state", state)


def time_of(clip: Locator) -> float:
    return float(clip.locator("video").evaluate("video => video.currentTime"))


def wait_for_time(clip: Locator, condition: str) -> None:
    """Wait until the time ``t`` of a clip, in seconds, is as ``condition`` says."""
    video = clip.locator("video").element_handle()
    clip.page.wait_for_function(f"video => {{ const t = video.currentTime; return {condition}; }}", arg=video)


def holds_source(clip: Locator) -> bool:
    return bool(clip.locator("video").evaluate("video => video.hasAttribute('src')"))


def test_the_one_in_view_plays_silently_and_the_next_is_prepared(watching):
    scene = watching(4)
    scene.open_feed()
    first, second, third = scene.clip(0), scene.clip(1), scene.clip(2)
    expect_state(first, "playing")
    wait_for_time(first, "t > 0.2")
    assert first.locator("video").evaluate("video => video.muted && video.loop && !video.controls")
    expect(second.locator("video")).to_have_attribute("src", f"/media/videos/{scene.ids[1]}/video.mp4")
    assert not holds_source(third)
    expect(first.locator(".clip-surface")).to_have_accessible_name("Pause")

    scene.page.keyboard.press("ArrowDown")
    expect_state(second, "playing")
    expect_state(first, "idle")
    expect(third.locator("video")).to_have_attribute("src", f"/media/videos/{scene.ids[2]}/video.mp4")
    assert not holds_source(first)

    scene.page.keyboard.press("ArrowUp")
    expect_state(first, "playing")
    expect_state(second, "idle")
    assert not holds_source(third)


def test_two_quick_keys_go_two_clips_on(watching):
    scene = watching(3)
    scene.open_feed()
    expect_state(scene.clip(0), "playing")
    scene.page.keyboard.press("ArrowDown")
    scene.page.keyboard.press("ArrowDown")
    expect_state(scene.clip(2), "playing")


def test_only_what_stopped_by_itself_goes_on_by_itself(watching):
    scene = watching(1)
    scene.page.goto(f"/videos/{scene.ids[0]}/")
    clip = scene.clip(0)
    away, back = (f"window.scrollTo(0, {place})" for place in ("document.body.scrollHeight", "0"))
    # Room to scroll the clip out of sight.
    scene.page.add_style_tag(content=".about { min-block-size: 200vh } .watch-one .clip { position: relative }")
    expect_state(clip, "playing")
    scene.page.evaluate(away)
    expect_state(clip, "paused")
    scene.page.evaluate(back)
    expect_state(clip, "playing")
    scene.page.keyboard.press("k")
    scene.page.evaluate(away)
    expect(clip.locator(".clip-surface")).not_to_be_in_viewport()
    scene.page.evaluate(back)
    expect(clip.locator(".clip-surface")).to_be_in_viewport(ratio=0.95)
    expect_state(clip, "paused")


def test_keys_and_taps_pause_and_the_sound_is_kept_for_the_visit(watching):
    scene = watching(1)
    scene.open_feed()
    clip = scene.clip(0)
    expect_state(clip, "playing")
    for key, state in (("Space", "paused"), ("k", "playing"), ("k", "paused"), ("Space", "playing")):
        scene.page.keyboard.press(key)
        expect_state(clip, state)
    clip.locator(".clip-surface").click()
    expect_state(clip, "paused")
    assert clip.locator("video").evaluate("video => video.paused")

    sound = clip.get_by_role("button", name="Sound")
    expect(sound).to_have_attribute("aria-pressed", "false")
    scene.page.keyboard.press("m")
    expect(sound).to_have_attribute("aria-pressed", "true")
    assert not clip.locator("video").evaluate("video => video.muted")
    scene.page.add_init_script(FORBID_SOUND)
    scene.page.reload()
    # Silent until the page is touched, but it plays.
    expect_state(clip, "playing")
    expect(sound).to_have_attribute("aria-pressed", "false")
    scene.page.keyboard.press("k")
    expect(sound).to_have_attribute("aria-pressed", "true")
    assert not clip.locator("video").evaluate("video => video.muted")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")


def test_the_letters_can_be_switched_off(watching):
    scene = watching(1)
    scene.open_feed()
    clip = scene.clip(0)
    expect_state(clip, "playing")
    clip.locator(".menu > summary").click()
    clip.get_by_role("button", name="Keyboard").click()
    dialog = scene.page.get_by_role("dialog", name="Keyboard")
    scene.page.keyboard.press("m")  # nothing behind a dialog hears keys
    dialog.get_by_label("Letter keys").uncheck()
    dialog.get_by_role("button", name="Done").click()
    for key in ("m", "k"):
        scene.page.keyboard.press(key)
    expect(clip.locator(".clip-sound")).to_have_attribute("aria-pressed", "false")
    expect_state(clip, "playing")
    scene.page.reload()
    expect_state(clip, "playing")
    scene.page.keyboard.press("k")
    scene.page.keyboard.press("Space")
    expect_state(clip, "paused")


def test_seeking_asks_for_a_range_and_goes_there(watching):
    scene = watching(1)
    answers: list[Response] = []
    scene.page.on("response", lambda response: answers.append(response) if "video.mp4" in response.url else None)
    scene.open_feed()
    clip = scene.clip(0)
    expect_state(clip, "playing")
    scene.page.keyboard.press("k")
    line = clip.get_by_role("slider", name="Position")
    box = line.bounding_box()
    assert box
    scene.page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    wait_for_time(clip, "t > 2.7 && t < 3.3")
    expect(line).to_have_attribute("aria-valuetext", "0:02 / 0:04" if time_of(clip) < 3 else "0:03 / 0:04")
    line.press("ArrowLeft")
    wait_for_time(clip, "t > 1.7 && t < 2.3")
    assert {answer.status for answer in answers} == {206}
    assert all(answer.headers["content-range"].startswith("bytes ") for answer in answers)
    expect_state(clip, "paused")


def test_a_heart_by_button_and_by_double_tap(watching):
    scene = watching(1)
    scene.open_feed()
    clip = scene.clip(0)
    heart, likes = clip.get_by_role("button", name="Like"), clip.locator(".clip-likes")
    expect_state(clip, "playing")
    with scene.page.expect_response("**/like/"):
        heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(likes).to_have_text("1")
    with scene.page.expect_response("**/unlike/"):
        heart.click()
    expect(likes).to_have_text("0")
    with scene.page.expect_response("**/like/"):
        clip.locator(".clip-surface").dblclick()
    expect(likes).to_have_text("1")
    expect_state(clip, "playing")  # two taps don't pause
    counted = f"print(Video.objects.get(pk={scene.ids[0]!r}).like_count, VideoLike.objects.count())"
    assert scene.shell(counted).split()[0] == "1"
    scene.page.reload()
    expect(heart).to_have_attribute("aria-pressed", "true")


def test_a_heart_that_is_refused_falls_again(watching):
    scene = watching(1)
    scene.open_feed()
    clip = scene.clip(0)
    scene.page.route("**/like/", lambda route: route.abort())
    clip.get_by_role("button", name="Like").click()
    expect(scene.page.locator("#notices .notice")).to_have_count(1)
    expect(clip.locator(".clip-like")).to_have_attribute("aria-pressed", "false")
    expect(clip.locator(".clip-likes")).to_have_text("0")


def test_following_from_the_rail(watching):
    scene = watching(2)
    scene.shell("Follow.objects.all().delete()")
    scene.page.goto(f"/videos/{scene.ids[0]}/")
    follow = scene.clip(0).get_by_role("button", name=f"Follow @{scene.author.username}")
    with scene.page.expect_response("**/follow/"):
        follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    count = f"print(Follow.objects.filter(followed__username={scene.author.username!r}).count())"
    assert scene.shell(count) == "1"
    with scene.page.expect_response("**/unfollow/"):
        follow.click()
    assert scene.shell(count) == "0"


def test_what_was_taken_away_meanwhile_says_so(watching):
    scene = watching(3)
    scene.open_feed()
    expect_state(scene.clip(0), "playing")
    scene.shell(f"Video.objects.filter(pk={scene.ids[2]!r}).update(deleted_at='2026-01-01T00:00Z')")
    scene.page.keyboard.press("ArrowDown")
    expect_state(scene.clip(1), "playing")
    gone = scene.clip(2)
    expect_state(gone, "gone")
    scene.page.keyboard.press("ArrowDown")
    expect(gone.get_by_role("status")).to_have_text("This video isn’t here any more")
    expect(gone.get_by_role("status")).to_be_in_viewport()
    for part in (".clip-rail", ".clip-line", ".clip-surface", ".clip-words"):
        expect(gone.locator(part)).to_be_hidden()
    scene.page.keyboard.press("ArrowUp")
    expect_state(scene.clip(1), "playing")


def test_what_fails_for_now_can_be_tried_again(watching):
    scene = watching(1)
    scene.page.route("**/video.mp4", lambda route: route.abort())
    scene.open_feed()
    clip = scene.clip(0)
    expect_state(clip, "failed")
    scene.page.unroute("**/video.mp4")
    clip.get_by_role("button", name="Retry").click()
    expect_state(clip, "playing")
    expect(clip.locator(".clip-gone")).to_have_count(0)


def test_more_comes_before_the_end_and_the_end_says_so(watching):
    scene = watching(7)
    scene.open_feed()
    screens = scene.page.locator(".clips > .screen")
    expect(screens).to_have_count(6)  # five, and what leads on
    expect_state(scene.clip(0), "playing")
    for number in (1, 2):
        scene.page.get_by_role("button", name="Next video").click()
        expect_state(scene.clip(number), "playing")
    expect(screens).to_have_count(8)
    for number in range(3, 7):
        scene.page.keyboard.press("ArrowDown")
        expect_state(scene.clip(number), "playing")
    scene.page.keyboard.press("ArrowDown")
    expect(scene.page.get_by_role("heading", name="That’s all for now")).to_be_in_viewport()
    expect(scene.page.get_by_role("button", name="Next video")).to_be_disabled()
    expect_state(scene.clip(6), "paused")
    scene.page.keyboard.press("ArrowUp")
    expect_state(scene.clip(6), "playing")


def test_nothing_moves_by_itself_where_movement_is_unwelcome(watching):
    scene = watching(2, reduced_motion="reduce")
    scene.open_feed()
    clip = scene.clip(0)
    expect(clip.locator(".clip-surface")).to_have_accessible_name("Play")
    expect_state(clip, "idle")
    assert not holds_source(clip)
    clip.locator(".clip-surface").press("Enter")
    expect_state(clip, "playing")
    assert not holds_source(scene.clip(1))


def test_without_a_script_the_browser_plays_it(watching):
    scene = watching(6, java_script_enabled=False)
    scene.open_feed()
    expect(scene.page.locator("video[controls][poster][src]")).to_have_count(5)
    expect(scene.page.locator(".clip-surface").first).to_be_hidden()
    clip = scene.clip(1)
    clip.locator(".clip-like").click()
    expect(clip.locator(".clip-likes")).to_have_text("1")
    scene.page.get_by_role("link", name="More").click()
    expect(scene.clip(5)).to_be_visible()
    expect(scene.page.locator("video")).to_have_count(1)


def test_a_poster_moves_under_the_pointer(watching):
    scene = watching(1)
    scene.page.goto(f"/@{scene.author.username}/")
    tile = scene.page.locator(".tile")
    tile.hover()
    expect(tile.locator("img")).to_have_attribute("src", f"{scene.server.url}/media/videos/{scene.ids[0]}/preview.webp")
    scene.page.mouse.move(0, 0)
    expect(tile.locator("img")).to_have_attribute("src", f"{scene.server.url}/media/videos/{scene.ids[0]}/poster.webp")
    scene.page.emulate_media(reduced_motion="reduce")
    tile.hover()
    expect(tile.locator("img")).to_have_attribute("src", f"{scene.server.url}/media/videos/{scene.ids[0]}/poster.webp")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_axe_finds_nothing_while_watching(watching, scheme, viewport):
    scene = watching(3, color_scheme=scheme, viewport=VIEWPORTS[viewport], reduced_motion="reduce")
    scene.shell(
        f"Video.objects.create(author=User.objects.get(username={scene.viewer.username!r}), state='processing')\n"
        f"Video.objects.create(author=User.objects.get(username={scene.viewer.username!r}), state='failed')"
    )
    found = {}
    for path in ("/?feed=following", f"/videos/{scene.ids[0]}/", f"/@{scene.author.username}/"):
        found[path] = violations(scene.page, path)
    found["own profile"] = violations(scene.page, f"/@{scene.viewer.username}/")
    assert not any(found.values()), json.dumps(found, indent=1)


def violations(page: Page, path: str) -> list[object]:
    page.goto(path)
    page.locator(".js .clip-surface, .js .videos").first.wait_for()
    page.evaluate(STILL)
    page.evaluate(AXE.read_text())
    found: list[object] = page.evaluate(RUN, EVERYTHING)
    return found
