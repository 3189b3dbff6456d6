"""What is filled into a stencil is exactly what the template would have drawn."""

import itertools
import json
import zoneinfo
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone, translation
from django.utils.safestring import SafeString

from messaging import rendering, stencils
from messaging.models import Folder, Message, Participant
from messaging.outgoing import written
from tests.messaging.people import change
from tests.messaging.talk import say

NASTY = [
    "hello",
    "<script>alert(1)</script> & \"quotes\" 'single'",
    "see https://example.org/?a=1&b=<2> and http://two.example",
    "\ue000id\ue001 \ue000name\ue001 %(name)s {{ name }} {name}",
    "👍",
    "line\nline",
]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(stencils, "_stencils", {})


@pytest.mark.parametrize("order", [1, -1])
def test_a_message_is_what_the_template_draws(order, mira, tom):
    change(mira, display_name="<b>\ue000seq\ue001</b> & Co")
    for body in NASTY[::order]:
        for sender, other in ((mira, tom), (tom, mira)):
            message = Message.objects.with_parts().get(pk=say(sender, other, body).pk)
            drawn = rendering.render_message(message)
            assert isinstance(drawn, SafeString)
            view = rendering.message_view(message, rendering.here())
            assert drawn == stencils.draw(rendering.MESSAGE, {"message": view})


def test_a_frame_is_the_json_of_what_was_drawn(mira, tom):
    change(mira, display_name='<b>"Mira" \\ & Co')
    for body in [*NASTY, 'a "\\" b\t\u2028\x07']:
        message = Message.objects.with_parts().get(pk=say(mira, tom, body).pk)
        frame = {"type": "message.created", "html": rendering.render_message(message), "seq": 1}
        assert json.loads(written(frame)[1]) == frame


def test_a_row_is_what_the_template_draws(mira, tom):
    change(tom, display_name="<i>\ue000url\ue001</i>")
    message = say(tom, mira)
    side = Participant.objects.select_related("conversation", "user").get(user=mira)
    row = rendering.row_view(side, tom, message, show_active=False)
    flags = ("preview_mine", "is_today", "marked_unread", "muted", "pinned", "show_active")
    for values in itertools.product((False, True), repeat=len(flags)):
        for folder in set(Folder) - {Folder.NOWHERE}:
            shown = replace(row, folder=folder, **dict(zip(flags, values, strict=True)))
            for preview, draft, unread in (("", "", 0), (NASTY[1], "", 3), (NASTY[3], NASTY[1], 0), ("x", "", 0)):
                one = replace(shown, preview=preview, draft=draft, unread=unread)
                assert rendering.render_row(one) == stencils.draw(rendering.ROW, {"row": one})
    assert len(stencils._stencils) == 2 ** len(flags) * (len(Folder) - 1) * 3


def test_each_language_has_its_own(mira, tom):
    message = Message.objects.with_parts().get(pk=say(mira, tom).pk)
    rendering.render_message(message)
    with translation.override("de"):
        rendering.render_message(message)
    assert len(stencils._stencils) == 2


def test_shapes_are_kept_up_to_a_number(monkeypatch):
    monkeypatch.setattr(stencils, "_MOST_SHAPES", 3)
    monkeypatch.setattr(stencils, "draw", lambda template, context: context["x"])
    for shape in range(10):
        drawn = stencils.fill("t", shape, lambda: {"x": f"a {stencils.mark('x')} z"}, {"x": "<"})
        assert drawn == "a &lt; z"
        assert len(stencils._stencils) <= 3


def test_times_are_those_of_the_page(mira, tom):
    message = say(mira, tom)
    view: Any = rendering.message_view(message, rendering.here())
    assert view.created.utc.endswith("Z")
    with timezone.override("Asia/Tokyo"):
        local = rendering.message_view(message, rendering.here()).created
    assert local.iso.endswith("+09:00")
    assert local.utc == view.created.utc
    assert local.clock == timezone.localtime(message.created_at, zoneinfo.ZoneInfo("Asia/Tokyo")).strftime("%H:%M")
