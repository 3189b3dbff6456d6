"""Addresses of pages about people."""

from django.urls import path, register_converter

from accounts import avatars
from accounts.views import data, deletion, media, people, profile, relations, security, settings


class UsernameConverter:
    """A username, in whatever case."""

    regex = r"[A-Za-z0-9_.]{2,24}"

    def to_python(self, value: str) -> str:
        """Return the username as it was typed."""
        return value

    def to_url(self, value: str) -> str:
        """Return the username."""
        return value


class AvatarFileConverter(UsernameConverter):
    """The name of a profile picture's file."""

    regex = avatars.FILE_NAME.pattern


register_converter(UsernameConverter, "username")
register_converter(AvatarFileConverter, "avatar_file")

urlpatterns = [
    path("people/", people.people, name="people"),
    path("@<username:username>/", profile.profile, name="profile"),
    path("@<username:username>/followers/", profile.followers, name="followers"),
    path("@<username:username>/following/", profile.following, name="following"),
    path("@<username:username>/follow/", relations.follow, name="follow"),
    path("@<username:username>/unfollow/", relations.unfollow, name="unfollow"),
    path("@<username:username>/block/", relations.block, name="block"),
    path("@<username:username>/unblock/", relations.unblock, name="unblock"),
    path("settings/", settings.settings_index, name="settings"),
    path("settings/profile/", settings.ProfileSettings.as_view(), name="settings_profile"),
    path("settings/profile/avatar/", settings.AvatarSettings.as_view(), name="settings_avatar"),
    path("settings/profile/avatar/remove/", settings.remove_avatar, name="settings_avatar_remove"),
    path("settings/privacy/", settings.PrivacySettings.as_view(), name="settings_privacy"),
    path("settings/blocked/", settings.blocked, name="settings_blocked"),
    path("settings/appearance/", settings.AppearanceSettings.as_view(), name="settings_appearance"),
    path("settings/notifications/", settings.NotificationsSettings.as_view(), name="settings_notifications"),
    path("settings/security/", security.security, name="settings_security"),
    path("settings/data/", data.data, name="settings_data"),
    path("settings/data/delete/", deletion.delete, name="settings_data_delete"),
    path("settings/data/undo/<str:token>/", deletion.undo, name="deletion_undo"),
    path("settings/data/status/", data.status, name="settings_data_status"),
    path("media/avatars/<avatar_file:name>", media.avatar_file, name="avatar_file"),
]
