"""What ``/metrics`` tells of messages."""

import uuid

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from tests.messaging.sockets import Tab, in_thread
from tests.messaging.talk import changes, converse, signed_in

NAMES = [
    "paperplane_sends_total",
    "paperplane_send_seconds_bucket",
    "paperplane_send_batch_bucket",
    "paperplane_send_queue",
    "paperplane_sockets",
    "paperplane_catch_ups_total",
    "paperplane_readers_behind_total",
    "paperplane_layer_drops_total",
]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


@pytest.mark.django_db(transaction=True)
async def test_sends_are_counted_by_what_became_of_them_and_sockets_while_open(mira, tom):
    conversation = await in_thread(converse, mira, tom)
    outcomes = ("acknowledged", "duplicate", "client_id_reused", "empty", "not_found")
    before = {outcome: value("paperplane_sends_total", outcome=outcome) for outcome in outcomes}
    sockets = value("paperplane_sockets")
    client_id = str(uuid.uuid4())
    async with Tab(mira) as tab:
        assert value("paperplane_sockets") == sockets + 1
        await tab.send(conversation, "hello", client_id=client_id)
        await tab.send(conversation, "hello", client_id=client_id)
        await tab.send(conversation, "other", client_id=client_id)
        await tab.send(conversation, " ")
        await tab.send(uuid.uuid4(), "nowhere")
    assert value("paperplane_sockets") == sockets
    after = {outcome: value("paperplane_sends_total", outcome=outcome) for outcome in outcomes}
    assert {outcome: after[outcome] - before[outcome] for outcome in outcomes} == dict.fromkeys(outcomes, 1)


def test_the_page_tells_all_of_it(mira, tom, settings):
    settings.METRICS_TOKEN = "watching"
    before = value("paperplane_catch_ups_total")
    changes(signed_in(mira), converse(mira, tom), "0.0")
    assert value("paperplane_catch_ups_total") == before + 1
    page = Client().get("/metrics", headers={"authorization": "Bearer watching"}).content.decode()
    assert [name for name in NAMES if name not in page] == []
