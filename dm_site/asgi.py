"""The site as an ASGI application: pages over HTTP, events over the socket."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dm_site.settings")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  (needs the apps loaded)

from accounts.in_turn import InTurn  # noqa: E402
from dm_site import bodies  # noqa: E402
from dm_site.body_limits import BodyLimit  # noqa: E402
from dm_site.origins import ExactOrigin  # noqa: E402
from dm_site.pacing import Paced  # noqa: E402
from dm_site.wires import Wired  # noqa: E402
from messaging.routing import websocket_urlpatterns  # noqa: E402
from videos.background import start_embedded  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": bodies.Bodies(Paced(BodyLimit(InTurn(pages)))),  # Bodies first: the others hide whose request it is
        "websocket": Wired(ExactOrigin(InTurn(URLRouter(websocket_urlpatterns)))),
    }
)
bodies.install()
start_embedded()

# All that was imported stays for good: without this each full collection looks at it again, and nobody is heard for
# as long as that takes.
gc.collect()
gc.freeze()
# A batch of messages makes thousands of objects, nearly all of which go by themselves; at the usual 700 they are looked
# through a dozen times on the way.
gc.set_threshold(10_000, 20, 20)
