"""Videos at the desk of the site's staff."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from videos import actions
from videos.models import Video
from videos.templatetags.videos import duration


@admin.register(Video)
class VideoAdmin(admin.ModelAdmin):
    """Videos: found by author or caption, reworded and taken away by actions. Deleted ones aren't here."""

    list_display = ("author", "caption", "state", "length", "created_at", "published_at", "page")
    list_filter = ("state",)
    search_fields = ("author__username", "caption")
    ordering = ("-id",)
    readonly_fields = (
        *("author", "page", "state", "progress", "failure", "attempts", "claimed_until"),
        *("folder", "byte_count", "width", "height", "length", "has_audio"),
        *("like_count", "created_at", "published_at"),
    )
    fieldsets = (
        (None, {"fields": ("author", "page", "caption", "allow_sharing", "allow_download")}),
        (_("Processing"), {"fields": ("state", "progress", "failure", "attempts", "claimed_until")}),
        (_("Files"), {"fields": ("folder", "byte_count", "width", "height", "length", "has_audio")}),
        (_("Likes and dates"), {"fields": ("like_count", "created_at", "published_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Video]:
        """Return those that are still there."""
        return super().get_queryset(request).filter(deleted_at=None).select_related("author")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Videos are uploaded by those they are of."""
        return False

    def save_model(self, request: HttpRequest, obj: Video, form: ModelForm, change: bool) -> None:
        """Save the words and the permissions alone: the rest may change meanwhile."""
        actions.edit(
            obj.author,
            obj.pk,
            caption=obj.caption,
            allow_download=obj.allow_download,
            allow_sharing=obj.allow_sharing,
        )

    def delete_model(self, request: HttpRequest, obj: Video) -> None:
        """Take it down: its files go, and where it was shared a placeholder stays."""
        actions.take_down(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Video]) -> None:
        """Take down each."""
        for video in queryset:
            actions.take_down(video)

    def get_deleted_objects(
        self, objs: "QuerySet[Video] | Iterable[Video]", request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """Name the videos alone: no other row goes with them."""
        named = [f"@{video.author.username}: {video.caption or video.pk}" for video in objs]
        return named, {Video._meta.verbose_name_plural: len(named)}, set(), []

    def view_on_site(self, obj: Video) -> str | None:
        """Return the address it is watched at, if it can be."""
        return obj.get_absolute_url() if obj.is_ready and obj.author.is_active else None

    @admin.display(description=_("page"))
    def page(self, video: Video) -> str | None:
        """Link to where it is watched."""
        url = self.view_on_site(video)
        return format_html('<a href="{}">{}</a>', url, _("Watch")) if url else None

    @admin.display(description=_("length"), ordering="duration_ms")
    def length(self, video: Video) -> str | None:
        """Say how long it is, in minutes and seconds."""
        return duration(video.duration_ms) if video.duration_ms else None
