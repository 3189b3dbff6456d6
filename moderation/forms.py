"""The shape of what is reported, and of appeals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.forms import is_text
from moderation.models import Reason
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
