"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from dm_site.views import healthz, metrics

# The admin signs in through the same door as everyone: throttled, with the second factor.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Paperplane"

urlpatterns = [
    path("healthz", healthz, name="healthz_bare"),
    path("healthz/", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("videos.urls")),
    path("", include("messaging.urls")),
    path("", include("moderation.urls")),
]
