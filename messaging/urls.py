"""Addresses of messaging."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from messaging.views import conversation, export, files, gifs, inbox, messages, photos, requests, share, sides, stickers


class PhotoSizeConverter(StringConverter):
    """One of the two sizes a photo is kept in."""

    regex = "640|2048"


class GifSuffixConverter(StringConverter):
    """One of the two formats a GIF is kept in."""

    regex = "webp|gif"


register_converter(PhotoSizeConverter, "photo_size")
register_converter(GifSuffixConverter, "gif_suffix")

urlpatterns = [
    path("@<username:username>/message/", inbox.write, name="write"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/new/", inbox.new, name="new"),
    path("inbox/requests/", requests.requests, name="requests"),
    path("inbox/requests/filtered/", requests.filtered, name="filtered"),
    path("inbox/requests/delete/", requests.delete_all, name="requests_delete"),
    path("settings/requests/", requests.RequestRulesSettings.as_view(), name="settings_requests"),
    path("inbox/archive/", inbox.archive, name="archive"),
    path("inbox/badge/", inbox.badge, name="badge"),
    path("inbox/<uuid:conversation_id>/", conversation.conversation, name="conversation"),
    path("inbox/<uuid:conversation_id>/messages/", messages.send_or_page, name="send"),
    path("inbox/<uuid:conversation_id>/changes/", conversation.changes, name="changes"),
    path("inbox/<uuid:conversation_id>/composer/", conversation.composer, name="composer"),
    path("inbox/<uuid:conversation_id>/read/", sides.read, name="read"),
    path("inbox/<uuid:conversation_id>/accept/", sides.accept, name="accept"),
    path("inbox/<uuid:conversation_id>/decline/", sides.decline, name="decline"),
    path("inbox/<uuid:conversation_id>/mute/", sides.mute, name="mute"),
    path("inbox/<uuid:conversation_id>/pin/", sides.pin, name="pin"),
    path("inbox/<uuid:conversation_id>/archive/", sides.archive, name="archive_conversation"),
    path("inbox/<uuid:conversation_id>/unread/", sides.unread, name="unread"),
    path("inbox/<uuid:conversation_id>/delete/", sides.delete, name="delete_conversation"),
    path("inbox/<uuid:conversation_id>/export/", export.conversation, name="conversation_export"),
    path("inbox/<uuid:conversation_id>/draft/", sides.draft, name="draft"),
    path("messages/<uuid:message_id>/like/", messages.like, name="message_like"),
    path("messages/<uuid:message_id>/unlike/", messages.unlike, name="message_unlike"),
    path("messages/<uuid:message_id>/delete/", messages.delete, name="message_delete"),
    path("messages/<uuid:message_id>/unsend/", messages.unsend, name="message_unsend"),
    path("photos/", photos.upload, name="photo_upload"),
    path("photos/<uuid:photo_id>/alt/", photos.describe, name="photo_alt"),
    path("photos/<uuid:photo_id>/delete/", photos.discard, name="photo_delete"),
    path("stickers/", stickers.sheet, name="stickers"),
    path("stickers/new/", stickers.new, name="sticker_new"),
    path("stickers/<uuid:sticker_id>/remove/", stickers.remove, name="sticker_remove"),
    path("gifs/", gifs.sheet, name="gifs"),
    path("gifs/search/", gifs.search, name="gif_search"),
    path("gifs/from-provider/", gifs.from_provider, name="gif_from_provider"),
    path("gifs/preview/<str:token>", gifs.preview, name="gif_preview_file"),
    path("gifs/<uuid:gif_id>/keep/", gifs.keep, name="gif_keep"),
    path("gifs/<uuid:gif_id>/remove/", gifs.remove, name="gif_remove"),
    path("videos/<uuid:video_id>/share/", share.share_video, name="video_share"),
    path("media/photos/<uuid:photo_id>/<photo_size:size>.webp", files.photo, name="photo_file"),
    path("media/gifs/<uuid:gif_id>.<gif_suffix:suffix>", files.gif, name="gif_file"),
    path("media/stickers/<uuid:sticker_id>.webp", files.sticker, name="sticker_file"),
    path("media/previews/<uuid:preview_id>.webp", files.preview, name="preview_file"),
]
