"""The layout holds; and each of its rules, shown a made-up file that breaks it, says so."""

import pytest

from tests import architecture
from tests.architecture import ROOT, Rule, own_files, parse, too_long

pytestmark = pytest.mark.once

RULES = [
    architecture.against_the_arrow,
    architecture.inner_imports_outer,
    architecture.orm_where_it_must_not_be,
    architecture.http_in_actions,
    architecture.layer_elsewhere,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule):
    sources = [
        parse(path.relative_to(ROOT).as_posix(), path.read_text()) for path in own_files() if path.suffix == ".py"
    ]
    assert {source.app for source in sources} >= {"accounts", "messaging", "dm_site"}
    assert [fault for source in sources for fault in rule(source)] == []


def test_every_file_can_be_held_in_the_head():
    files = own_files()
    assert {path.suffix for path in files} == architecture.OWN_SUFFIXES
    assert [fault for path in files for fault in too_long(path.relative_to(ROOT).as_posix(), path.read_text())] == []


BROKEN = [
    (architecture.against_the_arrow, "accounts/views.py", "import messaging"),
    (architecture.against_the_arrow, "accounts/views.py", "from messaging.models import Message"),
    (architecture.against_the_arrow, "accounts/actions.py", "def f():\n    from messaging import actions"),
    (architecture.against_the_arrow, "accounts/management/commands/demo.py", "import videos.models as v"),
    (architecture.against_the_arrow, "videos/models.py", "from messaging import models"),
    (architecture.against_the_arrow, "messaging/views/inbox.py", "from moderation.models import Report"),
    (architecture.against_the_arrow, "messaging/actions.py", "import_module('moderation.actions')"),
    (architecture.against_the_arrow, "messaging/views.py", "from dm_site.settings import DEBUG"),
    (architecture.against_the_arrow, "accounts/apps.py", "import dm_site"),
    (architecture.inner_imports_outer, "messaging/models.py", "from messaging.views import inbox"),
    (architecture.inner_imports_outer, "messaging/models.py", "from messaging import actions"),
    (architecture.inner_imports_outer, "messaging/querysets.py", "from . import forms"),
    (architecture.inner_imports_outer, "messaging/policies.py", "from .broadcast import send"),
    (architecture.inner_imports_outer, "messaging/policies.py", "import accounts.actions"),
    (architecture.inner_imports_outer, "messaging/models/message.py", "from ..views import inbox"),
    (architecture.orm_where_it_must_not_be, "messaging/consumers.py", "Message.objects.get(pk=1)"),
    (architecture.orm_where_it_must_not_be, "messaging/consumers.py", "async def f(): await message.asave()"),
    (architecture.orm_where_it_must_not_be, "messaging/consumers.py", "rows.filter(seq=1)"),
    (architecture.orm_where_it_must_not_be, "messaging/templatetags/m.py", "User._default_manager"),
    (architecture.orm_where_it_must_not_be, "accounts/templatetags/a.py", "user.follows.select_related('x')"),
    (architecture.http_in_actions, "messaging/actions.py", "from django.http import HttpRequest"),
    (architecture.http_in_actions, "messaging/actions/send.py", "import django.http"),
    (architecture.http_in_actions, "accounts/actions.py", "from django import http"),
    (architecture.layer_elsewhere, "messaging/views.py", "from channels.layers import get_channel_layer"),
    (architecture.layer_elsewhere, "messaging/actions.py", "self.channel_layer.group_send('x', {})"),
    (architecture.layer_elsewhere, "accounts/broadcast.py", "import channels.layers"),
    (architecture.layer_elsewhere, "dm_site/views.py", "import channels_redis.pubsub"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_broken_rule_is_found(rule: Rule, path: str, text: str):
    assert len(rule(parse(path, text))) >= 1


KEPT = [
    (architecture.against_the_arrow, "messaging/views.py", "from accounts.models import User\nimport videos"),
    (architecture.against_the_arrow, "messaging/views.py", "from . import actions\nimport accounts_of_others"),
    (architecture.against_the_arrow, "moderation/actions.py", "from messaging.actions import remove"),
    (architecture.against_the_arrow, "dm_site/urls.py", "from messaging import views"),
    (architecture.against_the_arrow, "tests/test_inbox.py", "import dm_site, moderation"),
    (architecture.inner_imports_outer, "messaging/models.py", "from accounts.models import User"),
    (architecture.inner_imports_outer, "messaging/models.py", "from django.views import View"),
    (architecture.inner_imports_outer, "messaging/views.py", "from messaging import actions, forms"),
    (architecture.orm_where_it_must_not_be, "messaging/consumers.py", "frame.get('type'); names.update(a=1)"),
    (architecture.orm_where_it_must_not_be, "messaging/actions.py", "Message.objects.get(pk=1)"),
    (architecture.orm_where_it_must_not_be, "accounts/templatetags/a.py", "@register.filter(name='x')\ndef f(): 0"),
    (architecture.http_in_actions, "messaging/views.py", "from django.http import HttpRequest"),
    (architecture.layer_elsewhere, "messaging/tabs.py", "from channels.layers import get_channel_layer"),
    (architecture.layer_elsewhere, "dm_site/redis_layer.py", "self.channel_layer.group_add('x', 'y')"),
    (architecture.layer_elsewhere, "dm_site/asgi.py", "from channels.routing import URLRouter"),
]


@pytest.mark.parametrize(("rule", "path", "text"), KEPT)
def test_what_is_allowed_passes(rule: Rule, path: str, text: str):
    assert rule(parse(path, text)) == []


def test_length_is_measured_in_lines():
    assert too_long("a.py", "x\n" * 400) == []
    assert too_long("a.py", "x\n" * 401) == ["a.py: 401 lines, at most 400"]
