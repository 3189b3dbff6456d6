"""A long history between two friends, made up of exchanges, the same one in every run."""

import datetime
import random
import re
from collections.abc import Iterator
from pathlib import Path

from messaging.demo.script import Line

# Exchanges separated by empty lines, in the notation of ``script``, with words to fill in.
EXCHANGES = Path(__file__).with_suffix(".txt")
WORDS = {
    "dish": "lentil soup;mushroom risotto;plantain curry;tomato tart;jollof;noodle soup;pumpkin dumplings;flatbread",
    "spice": "smoked paprika;cumin;star anise;cardamom;black lime;sumac;fennel seed;long pepper",
    "place": "the canal;the market;the botanical garden;the old harbour;the hill;the library steps;the tram depot",
    "plant": "fern;monstera;lemon tree;basil;cactus;string of pearls;rubber plant;mint",
    "film": "the one with the lighthouse;the one on the train;the slow one in black and white;the beekeeper film",
    "day": "Monday;Tuesday;Wednesday;Thursday;Friday;Saturday;Sunday",
    "hour": "five;half past five;six;quarter past six;seven;half past seven;eight",
    "song": "the one with the trumpet;that waltz;the seven-minute one;the new one by the choir;the one from the bus",
    "weather": "rain;fog;sun;wind;drizzle;frost;thunder",
    "person": "Kofi;Tomás;Aoi;my sister;my neighbour;the baker;my aunt",
}
# Days before now on which the small talk ends; what comes later is told by the script.
LAST_DAY = 3
_PARTS_OF_THE_DAY = ((7, 9), (11, 14), (16, 18), (19, 22))  # hours, UTC
_QUIET_DAYS = 0.15
_LIKED = 0.05
_ANSWERED = 0.03


def long_history(count: int, now: datetime.datetime) -> list[Line]:
    """Return the last ``count`` messages of a friendship, oldest first, as of some days before ``now``."""
    chance = random.Random(20)  # noqa: S311 -- made-up texts, nothing secret
    decks = _exchanges(chance)
    sessions: list[list[Line]] = []
    missing, day = count, LAST_DAY
    while missing > 0:
        todays = (
            []
            if chance.random() < _QUIET_DAYS
            else sorted(chance.sample(_PARTS_OF_THE_DAY, chance.choice((1, 2, 2, 3))))
        )
        for hours in reversed(todays):
            start = (now - datetime.timedelta(days=day)).replace(
                hour=chance.randint(*hours), minute=chance.randrange(60), second=chance.randrange(60), microsecond=0
            )
            sessions.append(_session(next(decks), start, chance, len(sessions)))
            missing -= len(sessions[-1])
        day += 1
    return [line for session in reversed(sessions) for line in session][-count:]


def _exchanges(chance: random.Random) -> Iterator[list[str]]:
    """Deal exchanges for ever, each once before any comes again, with their gaps filled."""
    all_of_them = [text.splitlines() for text in EXCHANGES.read_text(encoding="utf-8").strip().split("\n\n")]
    while True:
        for rows in chance.sample(all_of_them, len(all_of_them)):
            words = {name: chance.choice(choices.split(";")) for name, choices in WORDS.items()}
            yield [_capital(row.format_map(words)) for row in rows]


def _capital(row: str) -> str:
    """Begin a filled-in line with a capital letter, as the others do."""
    return re.sub(r"\A[<>] \w", lambda match: match[0].upper(), row)


def _session(rows: list[str], start: datetime.datetime, chance: random.Random, number: int) -> list[Line]:
    """Let the lines of one exchange follow each other as people type: quickly, or after a while."""
    lines: list[Line] = []
    at = start
    for place, row in enumerate(rows):
        by_first = row[0] == ">"
        answers = ""
        if place and chance.random() < _ANSWERED and lines[-1].by_first != by_first:
            answers = lines[-1].name
        lines.append(
            Line(
                by_first=by_first,
                words=row[2:],
                at=at,
                name=f"{number}.{place}",
                answers=answers,
                likes=(not by_first,) if chance.random() < _LIKED else (),
            )
        )
        at += datetime.timedelta(seconds=chance.choice((9, 16, 25, 38, 52, 70, 110, 190, 420)))
    return lines
