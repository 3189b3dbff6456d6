"""The shape of what people type and choose about their account."""

import datetime
import unicodedata
from typing import Any, BinaryIO, cast

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import avatars, counting
from accounts.models import MessagePrivacy, Theme, User
from accounts.policies import birth_date_refusal
from accounts.validators import validate_display_name


class BirthDateField(forms.DateField):
    """An ISO date of someone who is old enough to be here."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], label=_("Birth date"), **kwargs)

    def validate(self, value: datetime.date | None) -> None:
        """Raise ``ValidationError`` for a date nobody here can be born on."""
        super().validate(value)
        if value and (refusal := birth_date_refusal(value)):
            raise forms.ValidationError(refusal.detail, code=refusal.code)


class SignupForm(AllauthSignupForm):
    """A new account."""

    birth_date = BirthDateField(help_text=_("Others don't see it. You need to be 13 or older."))
    field_order = ("username", "email", "birth_date", "password1", "password2")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["username"].help_text = _("Small letters, digits, dots and underscores.")
        self.fields["username"].widget.attrs.update(autocapitalize="none", spellcheck="false")
        self.fields["password1"].help_text = _("8 characters or more; a few words are easy to remember.")
        self.fields["password2"].label = _("Password again")

    def clean_username(self) -> str:
        """Return the username in small letters. Raises ``ValidationError`` where it can't be had."""
        self.cleaned_data["username"] = self.cleaned_data["username"].lower()
        return super().clean_username()

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Write the account; where someone took the name in the same moment, say so at the field."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.add_error("username", get_adapter().error_messages["username_taken"])
            context = {"form": self, "login_url": reverse("account_login")}
            return None, render(request, "account/signup.html", context)


class LoginForm(AllauthLoginForm):
    """Signing in, by username or email address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].label = _("Username or email")
        self.fields["login"].widget.attrs.update(
            autocomplete="username webauthn", autocapitalize="none", spellcheck="false"
        )
        self.fields["password"].help_text = ""  # the way to a new password stands below the form


class NormalisedField(forms.CharField):
    """A text in the usual form of its characters, so that equal texts are equal; limits hold for this form."""

    def to_python(self, value: Any) -> str:
        """Return the text in normal form C, which can be longer than what was typed."""
        return unicodedata.normalize("NFC", super().to_python(value) or "")


class MultilineField(NormalisedField):
    """A text of several lines; a line's end counts as one character, as in the browser."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        """Return the text with plain line ends."""
        return super().to_python(value).replace("\r\n", "\n").replace("\r", "\n")


class ProfileForm(forms.Form):
    """What an account says of itself."""

    display_name = NormalisedField(
        label=_("Name"),
        max_length=50,
        required=False,
        validators=[validate_display_name],
        help_text=_("Shown instead of your username. Leave it empty to use the username."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    bio = MultilineField(
        label=_("About you"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Up to 200 characters."),
    )
    birth_date = BirthDateField(
        required=False, help_text=_("Needed for messaging, which is available from the age of 16. It can't be changed.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"display_name": user.display_name, "bio": user.bio})
        super().__init__(*args, **kwargs)
        if user.birth_date is not None:
            del self.fields["birth_date"]


class AvatarForm(forms.Form):
    """A picture to show."""

    avatar = forms.FileField(
        label=_("Choose a picture"),
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB. The middle square is shown."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}),
    )

    def clean_avatar(self) -> avatars.Rendition:
        """Return the files to keep. Raises ``ValidationError`` where the upload isn't a usable picture."""
        upload: UploadedFile = self.cleaned_data["avatar"]
        try:
            return avatars.render(cast(BinaryIO, upload), upload.size or 0)
        except avatars.UnusablePicture as error:
            raise forms.ValidationError(str(error), code="unusable") from error


class PrivacyForm(forms.Form):
    """Who reaches an account, and what they learn of it."""

    message_privacy = forms.ChoiceField(
        label=_("Who can send you messages"), choices=MessagePrivacy.choices, widget=forms.RadioSelect
    )
    read_receipts = forms.BooleanField(
        label=_("Read receipts"),
        required=False,
        help_text=_("You and the people you write with see what the other has read. Off here is off for both of you."),
    )
    show_activity = forms.BooleanField(
        label=_("Activity"),
        required=False,
        help_text=_("You and the people you write with see when the other is active or typing. Off is off for both."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["message_privacy"]).choices = [
            (choice, format_html('<span>{}<br><span class="meta">{}</span></span>', choice.label, explanation))
            for choice, explanation in PRIVACY_EXPLANATIONS.items()
        ]


PRIVACY_EXPLANATIONS = {
    MessagePrivacy.EVERYONE: _("Anyone who follows you. From people you don't follow, messages arrive as requests."),
    MessagePrivacy.FOLLOWING: _("People you follow, whether they follow you or not."),
    MessagePrivacy.FRIENDS: _("People you follow who follow you too."),
    MessagePrivacy.NOBODY: _("Nobody new. Conversations you already have go on."),
}


class AppearanceForm(forms.Form):
    """How the pages look."""

    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices, widget=forms.RadioSelect)


class NotificationsForm(forms.Form):
    """What the pages tell of by themselves."""

    notify_in_app = forms.BooleanField(
        label=_("Notices in the page"),
        required=False,
        help_text=_("A short notice when a message arrives and its conversation isn't open."),
    )


class DeletionForm(forms.Form):
    """The proof that it is the owner who deletes an account: the password, or where there is none, the username."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    username = forms.CharField(
        label=_("Your username"),
        help_text=_("Type it to confirm."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        del self.fields["username" if user.has_usable_password() else "password"]

    def clean_password(self) -> str:
        """Check the password, so many times in a while. Raises ``ValidationError``."""
        if wait := counting.seconds_until_room(counting.windows(f"deletion:{self.user.pk}", "DELETION_LIMITS")):
            raise forms.ValidationError(counting.too_fast(wait).detail, code="rate_limited")
        if not self.user.check_password(self.cleaned_data["password"]):
            raise forms.ValidationError(_("This isn’t your password."), code="wrong")
        return self.cleaned_data["password"]

    def clean_username(self) -> str:
        """Compare the username. Raises ``ValidationError``."""
        typed = self.cleaned_data["username"].strip().removeprefix("@").lower()
        if typed != self.user.username:
            raise forms.ValidationError(_("This isn’t your username."), code="wrong")
        return typed


class SearchForm(forms.Form):
    """A search for people: words ``q``, and the username the page begins ``after``."""

    q = forms.CharField(max_length=50, required=False)
    after = forms.CharField(max_length=24, required=False)
