"""Who the demo is about, and how they stand to each other."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import MessagePrivacy
from messaging.demo import scenes
from messaging.demo.canvas import Canvas
from messaging.demo.faces import Portrait


@dataclass(frozen=True)
class Person:
    """An account to make; ``seen`` is how many minutes ago they were last here, None where they hide it."""

    username: str
    name: str
    bio: str
    age: int
    picture: Callable[[], Canvas] | None = None
    privacy: MessagePrivacy = MessagePrivacy.FRIENDS
    read_receipts: bool = True
    seen: int | None = None
    joined: int = 400  # days ago

    def birth_date(self, today: datetime.date) -> datetime.date:
        """Return a birth date that makes them ``age`` on ``today``, some weeks after their birthday."""
        day = today - datetime.timedelta(days=40 + 17 * len(self.name))
        return day.replace(year=day.year - self.age, day=min(day.day, 28))


MIRA = Portrait(("#ffd9c2", "#f4a58a"), "#f3c9ab", "long", "#8a4b2d", "#355c7d", earrings="#f2c14e").draw
TOMAS = Portrait(("#bfe3d0", "#6fb899"), "#d9a179", "side", "#2c2320", "#e9e2d0", beard=True).draw
LAYLA = Portrait(("#e8d8f2", "#b795d3"), "#e2b48d", "scarf", "#3f6f78", "#274a52").draw
AOI = Portrait(("#fbe3a4", "#f0b65b"), "#f2cfae", "bob", "#1f1c24", "#b8434e", glasses="#3a2c2c").draw
AMARA = Portrait(("#ffc7b3", "#e9765b"), "#8a5536", "curly", "#2a1a18", "#f2d16b", earrings="#ffe08a").draw
PRIYA = Portrait(("#cfe8f7", "#78b6dd"), "#b97a50", "bun", "#231a1c", "#d94f70", earrings="#f5c542").draw
CHLOE = Portrait(("#dfe9c0", "#a3bf6a"), "#f6d3b8", "bob", "#d9a441", "#5b4a7d").draw
INES = Portrait(("#f7cfe0", "#e184ab"), "#dba67f", "long", "#241a1f", "#2f8f83").draw
NOOR = Portrait(("#d6e4c9", "#8fae7c"), "#e6bd98", "bun", "#6b4a2f", "#34495e", glasses="#22303c").draw
JOOST = Portrait(("#dcdde6", "#9a9db5"), "#f0c9ab", "side", "#b5793f", "#4a5a45", beard=True).draw

# The first two are the ones to try side by side.
PEOPLE = (
    Person(
        "mira",
        "Mira Lind",
        "Film photos, night trains, too many plants.",
        31,
        MIRA,
        privacy=MessagePrivacy.EVERYONE,
        seen=0,
    ),
    Person("tomas", "Tomás Ortega", "Cartographer. I know a shortcut. It is longer.", 34, TOMAS, seen=0),
    Person("amara.n", "Amara Nwosu", "Cooks for four, eats for two 🍊", 29, AMARA, seen=7, joined=600),
    Person("layla.k", "ليلى الخطيب", "معلّمة لغة، وقهوة بالهيل دائماً", 38, LAYLA, seen=26),
    Person(
        "aoi_k",
        "Aoi Kobayashi",
        "写真と散歩。Darkroom on Sundays.",
        27,
        AOI,
        privacy=MessagePrivacy.FOLLOWING,
        seen=190,
    ),
    Person("kofi", "Kofi Asante", "Bass, mostly. Records, always.", 33, scenes.record, read_receipts=False, seen=95),
    Person("priya.r", "Priya Raman", "Botanical drawings and long walks.", 26, PRIYA, seen=44, joined=19),
    Person("sanne", "Sanne de Wit", "Up a mountain. Back on Monday.", 41, scenes.mountains),
    Person(
        "elif.d",
        "Elif Demir",
        "Repairs old radios. Swims in cold water.",
        36,
        scenes.moonlit_sea,
        privacy=MessagePrivacy.EVERYONE,
        joined=220,
    ),
    Person("viktor", "Viktor Brandt", "Collector. Trader. Always buying.", 45, joined=90),
    Person("chloe.m", "Chloé Marchand", "Ceramics, glazes, small disasters.", 30, CHLOE, joined=310),
    Person("mateus", "Mateus Carvalho", "Surf reports before breakfast.", 28, joined=260),
    Person("ines.q", "Inés Quiroga", "School radio, Thursdays at four.", 16, INES, privacy=MessagePrivacy.NOBODY),
    Person("finn", "Finn Rasmussen", "My cat is called Biscuit.", 14, scenes.cat, privacy=MessagePrivacy.NOBODY),
    # They moderate.
    Person("noor.b", "Noor Bakker", "Moderates here.", 37, NOOR, privacy=MessagePrivacy.NOBODY, seen=12, joined=700),
    Person("joost", "Joost Verhagen", "Moderates here.", 52, JOOST, privacy=MessagePrivacy.NOBODY, joined=800),
)

FRIENDS = """
    mira tomas, mira amara.n, mira layla.k, mira aoi_k, mira kofi, mira sanne,
    tomas amara.n, tomas kofi, tomas aoi_k, tomas layla.k, tomas priya.r, tomas ines.q,
    priya.r amara.n, priya.r aoi_k, amara.n kofi, aoi_k elif.d, sanne finn, mateus kofi, chloe.m aoi_k
"""

# The first follows the second, who doesn't follow back.
FOLLOWERS = """
    priya.r mira, chloe.m mira, viktor mira, mira elif.d, mira mateus, mira ines.q, mira finn,
    viktor kofi, tomas chloe.m, amara.n elif.d, layla.k sanne, finn tomas
"""

# The first blocked the second.
BLOCKS = "mira viktor"


def pairs(text: str) -> list[tuple[str, str]]:
    """Read a list of two usernames each, separated by commas."""
    return [(one, other) for one, other in (pair.split() for pair in text.split(","))]
