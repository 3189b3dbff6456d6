"""The shape of what is reported, of appeals, and of what the desk decides."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.forms import is_text
from moderation.models import Ground, Measure, Reason
from moderation.models.cases import MAX_DETAILS_CHARACTERS
from moderation.models.decisions import MAX_WORDS_CHARACTERS


def _whole(text: str) -> str:
    if not is_text(text):
        raise forms.ValidationError(_("This ends in the middle of a character."), code="bad_text")
    return text.strip()


class ReasonForm(forms.Form):
    """Why something is reported: the first of the three steps."""

    reason = forms.ChoiceField(
        choices=Reason.choices,
        error_messages={"required": _("Choose what is wrong."), "invalid_choice": _("Choose what is wrong.")},
    )


class ReportForm(ReasonForm):
    """Why something is reported, and what the moderators should know."""

    details = forms.CharField(
        label=_("What should we know? (optional)"),
        required=False,
        max_length=MAX_DETAILS_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].widget = forms.HiddenInput()

    def clean_details(self) -> str:
        """Check that it can be stored. Raises ``ValidationError``."""
        return _whole(self.cleaned_data["details"])


class AppealForm(forms.Form):
    """Why a decision should be taken back, in the person's words."""

    text = forms.CharField(
        label=_("Why is this decision wrong?"),
        help_text=_("Another moderator reads it. You can appeal once."),
        max_length=MAX_WORDS_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )

    def clean_text(self) -> str:
        """Check that it can be stored. Raises ``ValidationError``."""
        return _whole(self.cleaned_data["text"])


class DecisionForm(forms.Form):
    """What is decided about a case, why, and which of the messages in evidence go."""

    measure = forms.ChoiceField(label=_("Decision"), choices=Measure.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=_("Reason"),
        choices=Ground.choices,
        required=False,
        help_text=_("The person reads it in their language."),
    )
    words = forms.CharField(
        label=_("To the person"),
        required=False,
        max_length=MAX_WORDS_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    note = forms.CharField(
        label=_("For the desk alone"),
        required=False,
        max_length=MAX_WORDS_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    remove = forms.TypedMultipleChoiceField(
        label=_("Remove for everyone"), required=False, coerce=uuid.UUID, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, messages: Iterable[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remove"].choices = [(one["id"], one["body"][:80] or one["kind"]) for one in messages]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check that people are told why. Raises ``ValidationError``."""
        cleaned = super().clean() or {}
        measure = cleaned.get("measure")
        if measure and measure != Measure.DISMISS and not (cleaned.get("ground") or cleaned.get("words", "").strip()):
            self.add_error("ground", _("Say why: choose a reason, or write to the person."))
        if measure == Measure.DISMISS and cleaned.get("remove"):
            self.add_error("remove", _("What is dismissed removes nothing."))
        if measure == Measure.REMOVE and not cleaned.get("remove"):
            self.add_error("remove", _("Choose the messages to remove."))
        return cleaned


class AnswerForm(forms.Form):
    """The answer to an appeal."""

    answer = forms.CharField(
        label=_("Answer to the person"),
        required=False,
        max_length=MAX_WORDS_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
