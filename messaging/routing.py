"""The one address of the socket."""

from django.urls import path

from messaging.consumers import inbox_consumer

websocket_urlpatterns = [path("ws/inbox/", inbox_consumer)]  # type: ignore[arg-type]  # Channels calls it
