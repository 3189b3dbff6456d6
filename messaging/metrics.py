"""What an operator watches of the messages, at ``/metrics``: of this process, as Prometheus reads it."""

from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram

SENDS = Counter(
    "paperplane_sends",
    "Messages asked to be sent, by what became of them: acknowledged, duplicate, or the code of the refusal",
    ["outcome"],
)
SEND_SECONDS = Histogram(
    "paperplane_send_seconds",
    "From when a send joins the queue until it is answered",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BATCH = Histogram("paperplane_send_batch", "Sends that shared a transaction", buckets=(1, 2, 5, 10, 20, 50, 100))
QUEUE = Gauge("paperplane_send_queue", "Sends that wait for the next transaction")
SOCKETS = Gauge("paperplane_sockets", "Open sockets")
CATCH_UPS = Counter("paperplane_catch_ups", "Times that a page asked for what it missed")
BEHIND = Counter("paperplane_readers_behind", "Times that a reader was told to catch up, being too far behind")
DROPPED = Counter("paperplane_layer_drops", "Events that other processes were not told, as the channel layer was gone")


def watch_queue(depth: Callable[[], int]) -> None:
    """Have ``/metrics`` tell the ``depth`` of the queue at the moment it is read."""
    QUEUE.set_function(lambda: float(depth()))
