"""The shape of what comes in: lengths, choices, identifiers. What is allowed is the policies' business."""

import re
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.validators import says_something
from messaging import hidden_words
from messaging.models import MessageKind
from videos.media.bounds import MAX_PHOTO_BYTES, MAX_STICKER_BYTES, MAX_VIDEO_MS, STICKER_MAX_MS
from videos.models import MAX_ALT_CHARACTERS

MAX_BODY_CHARACTERS = 6000
MAX_PHOTOS = 9
STICKER_TYPES = "image/jpeg,image/png,image/webp,image/gif,image/avif,video/mp4,video/quicktime,video/webm"
MAX_RECIPIENTS = 20  # of a video shared at once
_CONTENT_FIELDS = ("sticker", "gif", "photo", "video")
_WITHOUT_WORDS = (MessageKind.STICKER, MessageKind.GIF)


def is_text(text: str) -> bool:
    """Whether ``text`` is made of whole characters; JSON can carry halves of one, which nothing can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def cleaned_body(body: str) -> str:
    """Return ``body`` as it is kept, or nothing where there is nothing to see. Raises ``ValidationError``."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not is_text(body):
        raise forms.ValidationError(_("This ends in the middle of a character."), code="bad_text")
    if len(body) > MAX_BODY_CHARACTERS:
        raise forms.ValidationError(
            _("This is %(over)d characters too long; a message holds up to 6,000.")
            % {"over": len(body) - MAX_BODY_CHARACTERS},
            code="too_long",
        )
    return body if says_something(body) else ""


class PhotosField(forms.Field):
    """The ids of one or more uploaded photos, in the order they are shown: a list, or a single id."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> tuple[uuid.UUID, ...]:
        """Return the ids. Raises ``ValidationError`` for anything else, too many, or one named twice."""
        named = [value] if isinstance(value, str) else value or []
        try:
            ids = tuple(uuid.UUID(one) for one in named if one != "")
        except (ValueError, TypeError, AttributeError):
            raise forms.ValidationError(_("Not the id of a photo.")) from None
        if len(set(ids)) < len(ids):
            raise forms.ValidationError(_("A photo can be in a message once."))
        return ids


class MessageForm(forms.Form):
    """A message to send: ``client_id kind body reply_to``, and by kind ``sticker gif photo video``."""

    client_id = forms.UUIDField()
    # The words for an unknown kind don't repeat it: it could be anything.
    kind = forms.ChoiceField(
        choices=MessageKind, required=False, error_messages={"invalid_choice": _lazy("No such kind of message.")}
    )
    body = forms.CharField(required=False, strip=False)
    reply_to = forms.UUIDField(required=False)
    sticker = forms.CharField(required=False, max_length=64)
    gif = forms.UUIDField(required=False)
    photo = PhotosField(required=False)
    video = forms.UUIDField(required=False)

    def clean_kind(self) -> str:
        """Take a message without a kind for text."""
        return self.cleaned_data["kind"] or MessageKind.TEXT

    def clean_body(self) -> str:
        """Return the text without spaces around it, up to 6,000 characters; nothing to see counts as nothing."""
        return cleaned_body(self.cleaned_data["body"])

    def clean(self) -> dict[str, Any]:
        """Check that the message carries what its kind says, and nothing else."""
        data: dict[str, Any] = super().clean() or {}
        kind = data.get("kind")
        if kind == MessageKind.TEXT and data.get("body") == "":
            self.add_error("body", forms.ValidationError(_("Write something first."), code="empty"))
        if kind in _WITHOUT_WORDS and data.get("body"):
            self.add_error("body", forms.ValidationError(_("Stickers and GIFs go without words."), code="bad_body"))
        if len(data.get("photo", ())) > MAX_PHOTOS:
            self.add_error("photo", _("A message holds up to %(count)d photos.") % {"count": MAX_PHOTOS})
        for name in _CONTENT_FIELDS:
            if name in self.errors or kind is None:
                continue
            if name == kind and not data[name]:
                self.add_error(name, forms.ValidationError(_("Choose something to send."), code="required"))
            elif name != kind and data[name]:
                self.add_error(name, _("This doesn't belong to this kind of message."))
        return data

    def problem(self) -> tuple[str, str]:
        """Return the code and the sentence of the first thing that is wrong (of an invalid form)."""
        field, errors = next(iter(self.errors.as_data().items()))
        error = errors[0]
        if field == "body":
            code = error.code if error.code in {"empty", "too_long"} else "bad_body"
            return code, " ".join(error.messages)
        if field in _CONTENT_FIELDS:
            return "no_content", " ".join(error.messages)
        return "bad_frame", f"{field}: {' '.join(error.messages)}"


_PLAIN_FIELDS = frozenset({"type", "conversation", "client_id", "kind", "body"})
_PLAIN_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def plain_text(frame: dict[str, Any]) -> dict[str, Any] | None:
    """Return the ``cleaned_data`` of a ``MessageForm`` for a message that is good and nothing but text.

    None where the form has to look. To build one costs several times what it finds out about most messages.
    """
    client_id, body = frame.get("client_id"), frame.get("body")
    if frame.get("kind") != MessageKind.TEXT or not frame.keys() <= _PLAIN_FIELDS:
        return None
    if not (
        isinstance(client_id, str) and _PLAIN_ID.fullmatch(client_id) and isinstance(body, str) and "\0" not in body
    ):
        return None
    try:
        body = cleaned_body(body)
    except forms.ValidationError:
        return None
    if not body:
        return None
    nothing = {"reply_to": None, "sticker": "", "gif": None, "photo": (), "video": None}
    return {"client_id": uuid.UUID(client_id), "kind": MessageKind.TEXT.value, "body": body, **nothing}


class ShareForm(forms.Form):
    """What goes along with a shared video; whom it goes to (``to``) the view finds by their names."""

    client_id = forms.UUIDField()
    body = forms.CharField(required=False, strip=False)
    gif = forms.UUIDField(required=False)  # made of the video, to send in its place
    to = forms.Field(required=False, widget=forms.MultipleHiddenInput)

    def clean_body(self) -> str:
        """Return the caption, as of a message."""
        return cleaned_body(self.cleaned_data["body"])

    def clean(self) -> dict[str, Any]:
        """Let a GIF go without words."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("gif"):
            data["body"] = ""
        return data

    def clean_to(self) -> list[str]:
        """Return the names; at most 20 at once."""
        names: list[str] = self.cleaned_data["to"] or []
        if len(names) > MAX_RECIPIENTS:
            raise forms.ValidationError(_("Send it to up to %(count)d people at once.") % {"count": MAX_RECIPIENTS})
        return names


def bounded(file: UploadedFile, most_bytes: int) -> UploadedFile:
    """Return ``file``. Raises ``ValidationError`` where it is too large."""
    if (file.size or 0) > most_bytes:
        most = filesizeformat(most_bytes)
        raise forms.ValidationError(_("This file is too large: up to %(most)s.") % {"most": most}, code="too_heavy")
    return file


class AltForm(forms.Form):
    """What is on a picture, in words, for those who can't see it."""

    alt = forms.CharField(required=False, max_length=MAX_ALT_CHARACTERS)

    def clean_alt(self) -> str:
        """Return the words on one line. Raises ``ValidationError`` where they aren't whole characters."""
        alt: str = self.cleaned_data["alt"]
        if not is_text(alt):
            raise forms.ValidationError(_("This ends in the middle of a character."))
        return " ".join(alt.split())

    def problem(self) -> tuple[str, str]:
        """Return the code and the sentence of the first thing that is wrong (of an invalid form)."""
        field, errors = next(iter(self.errors.as_data().items()))
        code = "bad_alt" if field == "alt" else errors[0].code or "invalid"
        return code, " ".join(errors[0].messages)


class PhotoForm(AltForm):
    """A photo to be sent, and what is on it."""

    photo = forms.FileField(
        error_messages={
            "required": _lazy("Choose a photo."),
            "invalid": _lazy("Choose a photo."),
            "empty": _lazy("This file is empty."),
        }
    )
    field_order = ("photo", "alt")

    def clean_photo(self) -> UploadedFile:
        """Return the file. Raises ``ValidationError`` for one that is too large."""
        return bounded(self.cleaned_data["photo"], MAX_PHOTO_BYTES)


class StickerForm(AltForm):
    """A sticker to make of a file, or of a piece of a ``video``: seconds from its ``start``, and how many."""

    file = forms.FileField(
        required=False,
        label=_lazy("Picture or short video"),
        help_text=_lazy("JPEG, PNG, WebP, GIF, AVIF, MP4, MOV or WebM, up to 3 MB. Three seconds of it may move."),
        widget=forms.FileInput(attrs={"accept": STICKER_TYPES}),
        error_messages={"invalid": _lazy("Choose a file."), "empty": _lazy("This file is empty.")},
    )
    video = forms.UUIDField(required=False, widget=forms.HiddenInput)
    start = forms.FloatField(
        label=_lazy("Start of the video (seconds)"), required=False, min_value=0, max_value=MAX_VIDEO_MS / 1000
    )
    length = forms.FloatField(
        label=_lazy("Length (up to 3 seconds)"), required=False, min_value=0.1, max_value=STICKER_MAX_MS / 1000
    )
    alt = forms.CharField(
        required=False,
        max_length=MAX_ALT_CHARACTERS,
        label=_lazy("Description"),
        help_text=_lazy("Read out to people who can’t see it, and what you find it by."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    field_order = ("file", "video", "start", "length", "alt")

    def clean_file(self) -> UploadedFile | None:
        """Return the file, if there is one. Raises ``ValidationError`` for one that is too large."""
        file: UploadedFile | None = self.cleaned_data["file"]
        return bounded(file, MAX_STICKER_BYTES) if file else None

    def clean(self) -> dict[str, Any]:
        """Take either a file or a video."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("video"):
            self.add_error("file", forms.ValidationError(_("Choose a picture or a short video."), code="required"))
        return data

    def problem(self) -> tuple[str, str]:
        """Return the code and the sentence of the first thing that is wrong; what isn't the file's is ``invalid``."""
        code, sentence = super().problem()
        return code if "file" in self.errors or code == "bad_alt" else "invalid", sentence


class FoundGifForm(forms.Form):
    """A GIF of the provider; without a script, also the conversation it goes to."""

    provider_id = forms.CharField(max_length=64)
    conversation = forms.UUIDField(required=False)
    client_id = forms.UUIDField(required=False)


class ReadForm(forms.Form):
    """How far somebody read."""

    seq = forms.IntegerField(min_value=0, max_value=2**62, required=False)


class DraftForm(forms.Form):
    """A text not sent yet; anything goes, up to the length of a message and a bit."""

    body = forms.CharField(required=False, strip=False, max_length=MAX_BODY_CHARACTERS * 2)

    def clean_body(self) -> str:
        """Return the text; a half of a character becomes a question mark."""
        return self.cleaned_data["body"].encode(errors="replace").decode()


class SwitchForm(forms.Form):
    """Something switched on (the default) or off."""

    on = forms.ChoiceField(choices=[("1", "on"), ("0", "off")], required=False)

    def clean_on(self) -> bool:
        """Return whether it is switched on."""
        return bool(self.cleaned_data["on"] != "0")


def form_data(frame: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a frame as a form takes them: text and numbers, None for anything nested.

    Only photos come in a list.
    """
    return {key: value if _is_plain(value) or _is_photos(key, value) else None for key, value in frame.items()}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool))


def _is_photos(key: str, value: Any) -> bool:
    return key == "photo" and isinstance(value, list) and all(isinstance(one, str) for one in value)


def with_files(data: QueryDict, count: int) -> QueryDict:
    """Return what a form without a script says that came with ``count`` files: a message of as many photos.

    They have no ids yet; whatever stands for them here only lets the shape be checked.
    """
    said = data.copy()
    if said.get("kind") in {None, "", MessageKind.TEXT}:
        said["kind"] = MessageKind.PHOTO
    said.setlist("photo", [str(uuid.uuid4()) for _place in range(count)])
    return said


class RequestRulesForm(forms.Form):
    """What is held back of the requests somebody gets."""

    newer_than_days = forms.TypedChoiceField(
        label=_lazy("New accounts"),
        help_text=_lazy("Hold requests from accounts that are younger."),
        coerce=int,
        choices=[
            (0, _lazy("Show requests from all")),
            (1, _lazy("Younger than a day")),
            (7, _lazy("Younger than a week")),
            (30, _lazy("Younger than 30 days")),
            (90, _lazy("Younger than 90 days")),
        ],
    )
    without_picture = forms.BooleanField(label=_lazy("Hold requests from accounts without a picture"), required=False)
    unknown = forms.BooleanField(label=_lazy("Hold requests from people nobody you follow follows"), required=False)
    hidden_words = forms.CharField(
        label=_lazy("Hidden words"),
        required=False,
        help_text=_lazy(
            'One a line. Requests with one in them are held. A word is found inside of others too; in quotes ("art") '
            "only as a whole word. A star stands for any letters (f*llow)."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_hidden_words(self) -> str:
        """Return the patterns, one a line and each once. Raises ``ValidationError`` that names the line."""
        text = self.cleaned_data["hidden_words"]
        if not is_text(text):
            raise forms.ValidationError(_("This ends in the middle of a character."), code="bad_text")
        patterns = hidden_words.patterns_of(text)
        if len(patterns) > hidden_words.MAX_PATTERNS:
            raise forms.ValidationError(_("These are more than %d lines.") % hidden_words.MAX_PATTERNS, code="many")
        sentences = {
            "long": _("“%s” is too long: a line holds up to 60 characters."),
            "stars": _("“%s” has more than three stars."),
            "short": _("“%s” would hide nearly everything: give it at least two letters."),
        }
        for pattern in patterns:
            if fault := hidden_words.fault_of(pattern):
                raise forms.ValidationError(sentences[fault] % pattern[:60], code=fault)
        return "\n".join(patterns)
