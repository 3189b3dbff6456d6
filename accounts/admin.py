"""Accounts at the desk of the site's staff."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import Block, Follow, User

# What holds for an account follows from moderators' decisions; written here, the next decision would undo it.
SANCTIONS = ("messaging_suspended_until", "restricted_until")
DELETION = ("deletion_requested_at", "erase_at", "erased_at")


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts: found by name or address, closed and opened again by actions."""

    list_display = ("username", "display_name", "email", "date_joined", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff", "message_privacy")
    search_fields = ("username", "display_name", "email")
    ordering = ("-date_joined",)
    readonly_fields = ("avatar", "is_active", "last_active_at", "last_login", "date_joined", *SANCTIONS, *DELETION)
    actions = ("deactivate", "reactivate")
    fieldsets = (
        (None, {"fields": ("username", "password", "email")}),
        (_("Profile"), {"fields": ("display_name", "bio", "birth_date", "avatar")}),
        (_("Privacy"), {"fields": ("message_privacy", "read_receipts", "show_activity")}),
        (_("Messaging"), {"fields": SANCTIONS}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": ("date_joined", "last_login", "last_active_at", *DELETION)}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "email", "birth_date", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are closed, not deleted: other people's conversations stand on them."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Save through the action, so that open pages hear of it."""
        actions.save_account(obj)

    @admin.action(description=_("Deactivate the chosen accounts"))
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Close the chosen accounts, except one's own."""
        for user in queryset.exclude(pk=request.user.pk or 0):
            actions.deactivate(user)

    @admin.action(description=_("Reactivate the chosen accounts"))
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Open the chosen accounts again."""
        for user in queryset:
            actions.reactivate(user)


class RelationAdmin(admin.ModelAdmin):
    """How two accounts stand: to look at. The people themselves change it."""

    list_select_related = True
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody relates people but themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody relates people but themselves."""
        return False


@admin.register(Follow)
class FollowAdmin(RelationAdmin):
    """Who follows whom."""

    list_display = ("follower", "followed", "created_at")
    search_fields = ("follower__username", "followed__username")


@admin.register(Block)
class BlockAdmin(RelationAdmin):
    """Who blocks whom."""

    list_display = ("blocker", "blocked", "created_at")
    search_fields = ("blocker__username", "blocked__username")
