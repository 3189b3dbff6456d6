"""The shape of what comes in: lengths, choices, identifiers. What is allowed is the policies' business."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.validators import says_something
from messaging.models import MessageKind

MAX_BODY_CHARACTERS = 6000


def is_text(text: str) -> bool:
    """Whether ``text`` is made of whole characters; JSON can carry halves of one, which nothing can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class MessageForm(forms.Form):
    """A message to send: ``client_id kind body reply_to``."""

    client_id = forms.UUIDField()
    # The words for an unknown kind don't repeat it: it could be anything.
    kind = forms.ChoiceField(
        choices=MessageKind, required=False, error_messages={"invalid_choice": _lazy("No such kind of message.")}
    )
    body = forms.CharField(required=False, strip=False)
    reply_to = forms.UUIDField(required=False)

    def clean_kind(self) -> str:
        """Take a message without a kind for text."""
        return self.cleaned_data["kind"] or MessageKind.TEXT

    def clean_body(self) -> str:
        """Return the text without spaces around it; 1 to 6,000 characters, and something to see."""
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n").strip()
        if not is_text(body):
            raise forms.ValidationError(_("This ends in the middle of a character."), code="bad_text")
        if not says_something(body):
            raise forms.ValidationError(_("Write something first."), code="empty")
        if len(body) > MAX_BODY_CHARACTERS:
            raise forms.ValidationError(
                _("This is %(over)d characters too long; a message holds up to 6,000.")
                % {"over": len(body) - MAX_BODY_CHARACTERS},
                code="too_long",
            )
        return body

    def problem(self) -> tuple[str, str]:
        """Return the code and the sentence of the first thing that is wrong (of an invalid form)."""
        field, errors = next(iter(self.errors.as_data().items()))
        error = errors[0]
        if field == "body":
            code = error.code if error.code in {"empty", "too_long"} else "bad_body"
            return code, " ".join(error.messages)
        return "bad_frame", f"{field}: {' '.join(error.messages)}"


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
    """Return the fields of a frame as a form takes them: text and numbers only, None for anything nested."""
    return {
        key: value if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)) else None
        for key, value in frame.items()
    }
