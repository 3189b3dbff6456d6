"""The one description of what an emoji is: for names, which may hold nothing unseen else, and for large emoji."""

# Drawn as pictures by themselves, or left alone by so many keyboards that they are meant as pictures.
_PICTURE = (
    "[\u231a-\u23ff\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
# Signs of writing, which a selector turns into pictures: © ™ ↔ and the like.
_SIGN = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u24c2\u25aa-\u25fe"
    "\u2934\u2935\u2b05-\u2b07\u3030\u303d\u3297\u3299]"
)
_SELECTOR = "\ufe0f"  # asks for the picture
_TONE = "[\U0001f3fb-\U0001f3ff]"  # of the skin
_JOINER = "\u200d"  # holds several together
_ONE = f"(?:{_PICTURE}{_SELECTOR}?{_TONE}?|{_SIGN}{_SELECTOR}|{_TONE})"
_JOINED = f"{_JOINER}(?:{_PICTURE}{_SELECTOR}?{_TONE}?|{_SIGN}{_SELECTOR}?)"
# Of England, Scotland and Wales: letters that nobody sees. Others would be a way to hide a text in a name.
_TAGGED_FLAG = "\U0001f3f4\U000e0067\U000e0062(?:{})\U000e007f".format(
    "|".join("".join(chr(0xE0000 + ord(letter)) for letter in part) for part in ("eng", "sct", "wls"))
)
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = f"[0-9#*]{_SELECTOR}?\u20e3"

# A regular expression's source.
EMOJI = f"(?:{_TAGGED_FLAG}|{_FLAG}|{_KEYCAP}|{_ONE}(?:{_JOINED})*)"
