"""The emoji picker in the reader's language: searched, in a skin tone, with what was used before."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.people import Person, befriend
from tests.live_server import LiveServer

LANGUAGES = [
    (["de-DE"], "de", "de"),
    (["de"], "de", "de"),
    (["DE-at", "en"], "de", "de"),
    (["en-GB"], "en", ""),
    (["pt"], "pt", "pt_BR"),
    (["pt-BR"], "pt", "pt_BR"),
    (["pt-PT"], "pt", "pt_PT"),
    (["ru"], "ru", "ru_RU"),
    (["uk-UA"], "uk", ""),
    (["zh-CN"], "zh", "zh_CN"),
    (["zh-TW"], "zh-hant", ""),
    (["zh-HK"], "zh-hant", ""),
    (["zh-Hant-SG"], "zh-hant", ""),
    (["no"], "nb", ""),
    (["nn-NO"], "nb", ""),
    (["ko-KR"], "ko", ""),
    (["is-IS", "da", "en"], "da", ""),
    (["is-IS"], "en", ""),
    (["not a language", "fr-CA"], "fr", "fr"),
    ([], "en", ""),
]


class Picker:
    """The picker of an open conversation."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.locator("dm-conversation:defined .composer textarea")
        self.box = page.locator("emoji-picker")

    def open(self) -> None:
        self.page.locator("dm-conversation:defined .emoji-button").click()
        self.box.locator("[role=menuitem]").nth(20).wait_for()

    def search(self, text: str) -> Locator:
        """Return the finds for ``text``."""
        self.box.get_by_role("combobox").fill(text)
        return self.box.locator("#search-results").get_by_role("option")

    def pick(self, text: str, name: str) -> None:
        """Search for ``text`` and take the find of this name."""
        self.search(text).and_(self.page.get_by_label(re.compile(rf"^\S+, {name}(,|$)"))).click()

    def favorite(self, emoji: str) -> Locator:
        return self.box.locator(".favorites button").filter(has_text=emoji)


@pytest.fixture
def conversing(new_person: Callable[..., Person], server: LiveServer) -> Callable[..., Person]:
    """Make somebody with a conversation open, in a browser of these options."""

    def make(**options: Any) -> Person:
        mira, tom = new_person("Mira", **options), new_person("Tom")
        befriend(server, mira, tom)
        mira.open_dialogue_with(tom)
        mira.wait_until_live()
        return mira

    return make


def test_emoji_are_found_in_german_and_the_choice_is_remembered(
    conversing: Callable[..., Person], server: LiveServer
) -> None:
    mira = conversing(locale="de-DE")
    asked: list[str] = []
    complaints: list[str] = []
    mira.page.on("request", lambda request: asked.append(request.url))
    mira.page.on("console", lambda line: note(line, complaints))
    mira.page.reload()
    mira.wait_until_live()
    assert [url for url in asked if "emoji-picker" in url] == []

    picker = Picker(mira.page)
    picker.open()
    loaded = {url.partition("/emoji-picker-element/")[2].partition("?")[0] for url in asked if "-element/" in url}
    assert loaded == {"index.js", "picker.js", "database.js", "i18n/de.js", "data/de.json"}
    expect(picker.box.get_by_role("combobox")).to_have_attribute("placeholder", "Suchen")
    expect(picker.box.get_by_role("tab").first).to_have_attribute("aria-label", "Smileys und Emoticons")

    expect(picker.favorite("🦊")).to_have_count(0)
    picker.pick("herz", "rotes Herz")
    picker.pick("fuchs", "Fuchs")
    expect(picker.field).to_have_value("❤️🦊")
    # English is not what is searched.
    expect(picker.search("heartily")).to_have_count(0)

    picker.box.get_by_role("button", name=re.compile("Hautton")).click()
    picker.box.get_by_role("listbox", name="Hauttöne").get_by_role("option", name="Mittel-dunkel").click()
    picker.pick("daumen hoch", "Daumen hoch")
    expect(picker.field).to_have_value("❤️🦊👍🏾")
    picker.field.press("Enter")
    expect(mira.message("❤️🦊👍🏾")).to_be_visible()
    expect(mira.page.locator(".timeline .large")).to_have_count(1)

    # In another visit the tone and what was used are still there.
    mira.page.reload()
    mira.wait_until_live()
    picker.open()
    expect(picker.favorite("🦊")).to_be_visible()
    expect(picker.favorite("👍🏾")).to_be_visible()
    picker.pick("winkende hand", "winkende Hand")
    expect(picker.field).to_have_value("👋🏾")
    assert [url for url in asked if not url.startswith((server.url, "ws://127.0.0.1", "data:"))] == []
    assert complaints == []


def note(line: ConsoleMessage, complaints: list[str]) -> None:
    """Keep what the browser refused or failed to do."""
    if line.type == "error":
        complaints.append(line.text)


def test_who_reads_another_language_gets_english(conversing: Callable[..., Person]) -> None:
    mira = conversing(locale="is-IS")
    picker = Picker(mira.page)
    picker.open()
    expect(picker.box.get_by_role("combobox")).to_have_attribute("placeholder", "Search")
    picker.pick("heart", "red heart")
    expect(picker.field).to_have_value("❤️")


def test_a_failing_load_is_told_and_can_be_tried_again(conversing: Callable[..., Person]) -> None:
    mira = conversing()
    button = mira.page.locator("dm-conversation:defined .emoji-button")
    mira.page.route("**/emoji-picker-element/index.js", lambda route: route.abort())
    button.click()
    alert = mira.page.locator(".sheet").get_by_role("alert")
    expect(alert).to_contain_text("The emoji couldn’t be loaded")
    expect(mira.page.locator("emoji-picker")).to_have_count(0)
    mira.page.unroute_all()
    alert.get_by_role("button", name="Retry").click()
    Picker(mira.page).box.locator("[role=menuitem]").nth(20).wait_for()
    expect(alert).to_have_count(0)
    expect(button).to_have_attribute("aria-expanded", "true")


def test_the_readers_languages_choose_the_files(page: Page) -> None:
    page.goto("/accounts/login/")
    chosen = page.evaluate(
        "async lists => { const { chooseLanguage } = await import('/static/js/emoji-picker.js');"
        "return lists.map(list => chooseLanguage(list)); }",
        [tags for tags, _, _ in LANGUAGES],
    )
    assert [(one["locale"], one["words"]) for one in chosen] == [(data, words) for _, data, words in LANGUAGES]


def test_every_file_that_can_be_chosen_is_there(page: Page) -> None:
    """A name in the script that isn't among the vendored files would fail for its readers alone."""
    page.goto("/accounts/login/")
    source = page.request.get("/static/js/emoji-picker.js").text()
    lists = {name: value.split() for name, value in re.findall(r'const (\w+) = "([^"]+)"\.split', source)}
    assert len(lists["LANGUAGES"]) > 12
    assert len(lists["WORDS"]) > 8
    files = [f"data/{one}.json" for one in lists["LANGUAGES"]] + [f"i18n/{one}.js" for one in lists["WORDS"]]
    for file in files:
        assert page.request.head(f"/static/vendor/emoji-picker-element/{file}").ok, file
