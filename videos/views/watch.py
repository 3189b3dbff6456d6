"""Watching: the short videos of the home page, and one video's own page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.views.suggestions import suggestions
from videos import feed
from videos.looks import clip_of
from videos.models import Video

MORE_BY_AUTHOR = 6
FOLLOWING = "following"


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show videos one a screen, or to someone who isn't signed in what this is.

    ``?feed=following``: only those of the people one follows; ``?after=``: where the list goes on. htmx gets the
    clips alone.
    """
    viewer = request.user
    if not viewer.is_authenticated:
        return render(request, "landing.html")
    is_following = request.GET.get("feed") == FOLLOWING
    after = feed.Key.read(request.GET.get("after", ""))
    page = (feed.following if is_following else feed.for_you)(viewer, after)
    context = {
        "clips": [clip_of(video, viewer) for video in page.videos],
        "is_following": is_following,
        "next_key": page.next_key,
    }
    if getattr(request, "htmx", None):
        return render(request, "videos/clips.html", context)
    if page.videos or after:
        return render(request, "videos/feed.html", context)
    people = {"people": suggestions(viewer), "follows_someone": viewer.follows_made.exists()}
    return render(request, "home.html", context | people)


@require_safe
@never_cache
def video(request: HttpRequest, video_id: uuid.UUID) -> HttpResponse:
    """Show one video to anyone who may watch it; its author sees meanwhile how far it is."""
    viewer = request.user
    found = feed.watchable(viewer).filter(pk=video_id).first()
    if found is None:
        if viewer.is_authenticated and Video.objects.manageable_by(viewer).filter(pk=video_id).exists():
            return redirect("video_status", video_id)
        # The same page whatever the reason, so that a block can't be told from a deletion.
        return render(request, "videos/gone.html", status=404)
    others = [other for other in feed.of_author(viewer, found.author, size=MORE_BY_AUTHOR + 1).videos if other != found]
    context = {"clip": clip_of(found, viewer), "others": others[:MORE_BY_AUTHOR]}
    return render(request, "videos/video.html", context)
