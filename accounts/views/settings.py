"""Settings: one form a page; saving leads back to the page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts import actions
from accounts.forms import AppearanceForm, AvatarForm, NotificationsForm, PrivacyForm, ProfileForm
from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.answers import PAGE_SIZE, page_key, page_of_signed_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


@page_of_signed_in
def settings_index(request: SignedInRequest) -> HttpResponse:
    """List the sections."""
    return render(request, "accounts/settings/index.html")


@method_decorator(never_cache, name="dispatch")
class SettingsView(LoginRequiredMixin, FormView):
    """A page with one form whose fields are fields of the account, saved by ``save``."""

    http_method_names: Sequence[str] = ("get", "head", "post", "options")
    request: SignedInRequest
    heading: "StrPromise"
    template_name = "accounts/settings/form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page is called."""
        return super().get_context_data(heading=self.heading, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """Start from what is set now."""
        return {name: getattr(self.request.user, name) for name in self.get_form_class().base_fields}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Save, and lead back to the page."""
        self.save(self.request.user, form)
        messages.success(self.request, _("Saved."))
        return redirect(self.request.path)

    def save(self, user: User, form: forms.Form) -> None:
        """Write what the valid ``form`` says."""
        raise NotImplementedError


class ProfileSettings(SettingsView):
    """Name and words about oneself; the picture has a form of its own beside."""

    form_class = ProfileForm
    template_name = "accounts/settings/profile.html"
    heading = gettext_lazy("Profile")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form whose profile it is."""
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the picture's form."""
        return super().get_context_data(**{"avatar_form": AvatarForm(), **kwargs})

    def save(self, user: User, form: forms.Form) -> None:
        """Write the profile."""
        actions.save_profile(user, **form.cleaned_data)


class AvatarSettings(ProfileSettings):
    """The picture's form, on the same page."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the picture, or show the page with what is wrong with it."""
        avatar_form = AvatarForm(self.request.POST, self.request.FILES)
        if not avatar_form.is_valid():
            form = ProfileForm(user=self.request.user)
            return self.render_to_response(self.get_context_data(form=form, avatar_form=avatar_form))
        actions.set_avatar(self.request.user, avatar_form.cleaned_data["avatar"])
        messages.success(request, _("Your picture is set."))
        return redirect("settings_profile")


@require_POST
@login_required
def remove_avatar(request: SignedInRequest) -> HttpResponse:
    """Take the picture away."""
    actions.remove_avatar(request.user)
    messages.success(request, _("Your picture is removed."))
    return redirect("settings_profile")


class PrivacySettings(SettingsView):
    """Who reaches the account, and what they learn of it."""

    form_class = PrivacyForm
    heading = gettext_lazy("Privacy")

    def save(self, user: User, form: forms.Form) -> None:
        """Write the privacy settings."""
        actions.save_privacy(user, **form.cleaned_data)


class AppearanceSettings(SettingsView):
    """Light, dark, or as the device."""

    form_class = AppearanceForm
    heading = gettext_lazy("Appearance")

    def save(self, user: User, form: forms.Form) -> None:
        """Write the look."""
        actions.save_appearance(user, **form.cleaned_data)


class NotificationsSettings(SettingsView):
    """What the pages tell of by themselves."""

    form_class = NotificationsForm
    heading = gettext_lazy("Notifications")

    def save(self, user: User, form: forms.Form) -> None:
        """Write the choice."""
        actions.save_notifications(user, **form.cleaned_data)


@page_of_signed_in
def blocked(request: SignedInRequest) -> HttpResponse:
    """List whom the account blocks, the latest first."""
    blocks = request.user.blocks_made.select_related("blocked").order_by("-pk")
    if (before := page_key(request)) is not None:
        blocks = blocks.filter(pk__lt=before)
    page = list(blocks[: PAGE_SIZE + 1])
    more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    context = {
        "heading": _("Blocked"),
        "people": [block.blocked for block in page],
        "next_page": f"?before={page[-1].pk}" if more else None,
    }
    return render(request, "accounts/settings/blocked.html", context)
