import pytest
from django.core.exceptions import ValidationError

from accounts.validators import NameOfTheSiteValidator, says_something, validate_display_name

pytestmark = pytest.mark.once

UNSEEN = [
    "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180b", "\u180f", "\u200b", "\u200d", "\u2060",
    "\u2065", "\u2800", "\u3164", "\ufe00", "\ufe0e", "\ufe0f", "\ufeff", "\uffa0", "\U00016fe4", "\U0001d159",
    "\U0001d173", "\U000e0001", "\U000e0020", "\U000e0100", "\U000e0fff",
]  # fmt: skip


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
@pytest.mark.parametrize("around", ["{}", "mia{}", "{}mia", "mi{}a", "1{}", "🎈{}{}"])
def test_what_cannot_be_seen_is_refused_in_a_name(character, around):
    with pytest.raises(ValidationError):
        validate_display_name(around.format(character, character))


@pytest.mark.parametrize(
    "name",
    [
        "mia \u200d\U0001f388", "\U0001f388\u200d", "a\u200db", "°\ufe0f", "1\ufe0f", "\U0001f388\ufe0f\ufe0f",
        # A text in letters that nobody sees, behind a flag.
        "🏴\U000e0061\U000e0062\U000e0063\U000e0064\U000e0065\U000e007f", "🏴\U000e0067\U000e0062\U000e0065",
    ],
)  # fmt: skip
def test_joiners_and_selectors_stay_inside_emoji(name):
    with pytest.raises(ValidationError):
        validate_display_name(name)


@pytest.mark.parametrize("name", [" ", "\u3000", "\u00a0 \u2003"])
def test_a_name_is_more_than_spaces(name):
    with pytest.raises(ValidationError):
        validate_display_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Mia Lindqvist", "Zoë", "田中", "مريم", "नेहा", "O’Brien-Smith", "a+b°c", "한글", "", "\U0001f388",
        "❤\ufe0f Mia", "👩\u200d👩\u200d👧", "👩🏽\u200d🚀", "🕵\ufe0f\u200d♂\ufe0f", "🕵🏻\u200d♂\ufe0f",
        "🏳\ufe0f\u200d🌈", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3", "↔\ufe0f", "‼\ufe0f", "ℹ\ufe0f", "🇸🇪", "\U0001fa77",
        "Mia 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ],
)  # fmt: skip
def test_names_of_people_are_let_through(name):
    validate_display_name(name)


@pytest.mark.parametrize("text", ["", " \n", *UNSEEN, "".join(UNSEEN)], ids=ascii)
def test_a_text_that_shows_nothing(text):
    assert not says_something(text)


@pytest.mark.parametrize("text", ["a", "\u200b.\u200b", "🎈", "❤\ufe0f", "\U0001fa77", "한"])
def test_a_text_that_shows_something(text):
    assert says_something(text)


@pytest.mark.parametrize(
    "password",
    ["paperplane", "Paper-Plane!2026", "p4p3rpl4n3", "MESSENGER99", "adminadmin", "chat.inbox.chat", "testserver-1"],
)
def test_passwords_made_of_the_sites_own_words_are_refused(password):
    with pytest.raises(ValidationError, match="close to the name"):
        NameOfTheSiteValidator().validate(password)


@pytest.mark.parametrize("password", ["paperplane-otter", "49817264", "!!!!????", "a-long-passphrase", "почтовый ящик"])
def test_others_pass(password):
    NameOfTheSiteValidator().validate(password)
