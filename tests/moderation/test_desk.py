"""The desk: who gets in, the queue, a case and its files, decisions by form, appeals, and the log."""

import datetime
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts.models import User
from moderation import actions
from moderation.desk import BLURRED_PIXELS
from moderation.models import Appeal, Case, Decision, EvidenceFile, LogEntry, Report
from tests.messaging.belongings import send_photos
from tests.messaging.people import make_person
from tests.messaging.talk import say, signed_in
from tests.moderation.conftest import group as make_group

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def message(mira, tom):
    return say(tom, mira, "you fool")


@pytest.fixture
def case(mira, message):
    return actions.report_message(mira, message.pk, reason="harassment", details="look").case


def webp(width: int, height: int) -> bytes:
    target = io.BytesIO()
    Image.effect_noise((width, height), 90).save(target, "webp")
    return target.getvalue()


def page_of(case: Case) -> str:
    return f"{QUEUE}{case.pk}/change/"


def decide(client: Client, case: Case, **fields):
    return client.post(page_of(case), {"decide": "1", "ground": "harassment", **fields})


@pytest.mark.parametrize("name", ["Moderators", "Lead moderators"])
def test_the_groups_open_the_desk_and_nothing_else(case, name):
    person = make_person("newcomer", is_staff=True)
    person.groups.add(make_group(name))
    client = signed_in(person)
    assert client.get(QUEUE).status_code == 200
    assert client.get(page_of(case)).status_code == 200
    assert client.get("/admin/moderation/appeal/").status_code == 200
    assert client.get("/admin/moderation/logentry/").status_code == (403 if name == "Moderators" else 200)
    for url in ("/admin/accounts/user/", "/admin/auth/group/"):
        assert client.get(url).status_code == 403


def test_staff_without_the_permission_and_people_see_nothing(case, mira, tom):
    staff = make_person("porter", is_staff=True)
    for person in (staff, mira, tom):
        client = signed_in(person)
        for url in (QUEUE, page_of(case), f"{QUEUE}{case.pk}/files/{'0' * 64}/"):
            assert client.get(url).status_code in {302, 403}, url
        assert decide(client, case, measure="warn").status_code in {302, 403}
    assert not Decision.objects.exists()
    assert not LogEntry.objects.exists()


def test_who_may_only_look_decides_nothing(case):
    person = make_person("viewer", is_staff=True)
    person.user_permissions.add(*make_group("Moderators").permissions.filter(codename="view_case"))
    client = signed_in(User.objects.get(pk=person.pk))
    assert 'name="decide"' not in client.get(page_of(case)).content.decode()
    assert decide(client, case, measure="warn").status_code == 200
    assert client.post(page_of(case), {"claim": "1"}).status_code == 403
    assert client.post(QUEUE, {"action": "dismiss", "_selected_action": [str(case.pk)]}).status_code in {200, 302, 403}
    assert not Decision.objects.exists()
    assert Case.objects.get().claimed_by is None


def test_the_queue_puts_people_in_danger_first(mira, tom, otto, ines):
    third = make_person("third")
    spam = actions.report_account(mira, tom, reason="spam").case
    actions.report_account(otto, tom, reason="spam")
    danger = actions.report_account(mira, otto, reason="self_harm").case
    old = actions.report_account(mira, third, reason="spam").case
    Case.objects.filter(pk=old.pk).update(opened_at=timezone.now() - datetime.timedelta(hours=49))
    client = signed_in(ines)
    page = client.get(QUEUE)
    assert [one.pk for one in page.context["cl"].result_list] == [danger.pk, spam.pk, old.pk]
    assert page.content.decode().count("<strong>Urgent</strong>") == 1
    assert page.content.decode().count("<strong>Overdue</strong>") == 1
    actions.decide(ines, spam, "dismiss")
    assert [one.pk for one in client.get(QUEUE).context["cl"].result_list] == [danger.pk, old.pk]
    assert [one.pk for one in client.get(f"{QUEUE}?state=closed").context["cl"].result_list] == [spam.pk]


def test_a_case_shows_the_snapshot_and_looking_is_logged(case, message, ines):
    page = signed_in(ines).get(page_of(case)).content.decode()
    for words in ("you fool", "look", "@mira", "right in 0 of 0"):
        assert words in page
    entry = LogEntry.objects.get()
    assert (entry.action, entry.actor, entry.case) == ("view", ines, case)


def test_a_file_of_the_evidence_is_fetched_through_its_case_alone(mira, tom, otto, ines):
    case = actions.report_message(mira, send_photos(tom, mira, 1).pk, reason="sexual").case
    other = actions.report_account(mira, otto, reason="spam").case
    kept = EvidenceFile.objects.get()
    client = signed_in(ines)
    page = client.get(page_of(case)).content.decode()
    assert f"/files/{kept.sha256}/" in page
    assert page.index('<details class="veiled">') < page.index(f'/files/{kept.sha256}/"')
    response = client.get(f"{QUEUE}{case.pk}/files/{kept.sha256}/")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert LogEntry.objects.filter(action="view_file", case=case).count() == 1
    assert client.get(f"{QUEUE}{other.pk}/files/{kept.sha256}/").status_code == 404
    for name in ("..", "x" * 64, "%00"):
        assert client.get(f"{QUEUE}{case.pk}/files/{name}/").status_code in {302, 404}


def test_a_picture_is_first_seen_as_nobody_can_make_it_out(mira, tom, otto, ines):
    case = actions.report_message(mira, send_photos(tom, mira, 1).pk, reason="sexual").case
    other = actions.report_account(mira, otto, reason="spam").case
    kept = EvidenceFile.objects.get()
    default_storage.delete(kept.file_name)
    default_storage.save(kept.file_name, ContentFile(webp(1200, 900)))
    url = f"{QUEUE}{case.pk}/files/{kept.sha256}/blurred/"
    response = signed_in(ines).get(url)
    with Image.open(io.BytesIO(response.content)) as picture:
        assert max(picture.size) == BLURRED_PIXELS
    assert response["Cache-Control"] == "private, max-age=3600"
    assert not LogEntry.objects.exists()  # nobody looked yet
    assert signed_in(ines).get(url.replace(str(case.pk), str(other.pk))).status_code == 404
    for person in (mira, tom):
        assert signed_in(person).get(url).status_code == 302
    default_storage.delete(kept.file_name)
    default_storage.save(kept.file_name, ContentFile(b"no picture at all"))
    assert signed_in(ines).get(url).status_code == 404
    default_storage.delete(kept.file_name)
    assert signed_in(ines).get(url).status_code == 404


def test_the_way_leads_from_case_to_case_past_what_others_work_on(mira, ines, lea):
    people = [make_person(f"p{number}") for number in range(5)]
    reasons = ["spam", "self_harm", "spam", "minor", "hate"]
    cases = [actions.report_account(mira, person, reason=why).case for person, why in zip(people, reasons, strict=True)]
    Case.objects.filter(pk=cases[4].pk).update(weight=500)
    queue = list(Case.objects.queue())
    assert queue == [cases[place] for place in (1, 3, 4, 0, 2)]
    for place, case in enumerate(queue):
        assert list(Case.objects.behind(case)) == queue[place + 1 :]
    actions.claim(lea, queue[1])
    client = signed_in(ines)
    assert client.get(f"{QUEUE}{queue[0].pk}/next/")["location"] == page_of(queue[2])
    assert client.get(f"{QUEUE}{queue[4].pk}/next/")["location"] == QUEUE
    response = client.post(page_of(queue[2]), {"decide": "next", "measure": "dismiss"}, follow=True)
    assert response.redirect_chain[-1][0] == page_of(queue[3])
    assert signed_in(mira).get(f"{QUEUE}{queue[0].pk}/next/").status_code == 302
    assert signed_in(mira).get(f"{QUEUE}{queue[0].pk}/next/")["location"].startswith("/admin/login/")


def test_two_moderators_dont_collide(case, ines, lea):
    one, other = signed_in(ines), signed_in(lea)
    one.post(page_of(case), {"claim": "1"})
    response = decide(other, case, measure="warn", words="Typed with care.")
    assert "Take it over first." in response.content.decode()
    assert "Typed with care." in response.content.decode()
    assert not Decision.objects.exists()
    other.post(page_of(case), {"claim": "1"})
    assert Case.objects.get().claimed_by == lea
    assert decide(other, case, measure="warn")["location"] == QUEUE
    assert "decided meanwhile" in decide(one, case, measure="dismiss").content.decode()
    assert Decision.objects.count() == 1


def test_a_decision_removes_warns_and_can_be_taken_back(case, message, ines):
    client = signed_in(ines)
    response = decide(client, case, measure="suspend_7", words="Stop it.", remove=[str(message.pk)])
    assert response["location"] == QUEUE
    message.refresh_from_db()
    assert message.removed_at is not None
    decision = Decision.objects.get()
    assert (decision.measure, decision.ground, decision.words) == ("suspend_7", "harassment", "Stop it.")
    assert Report.objects.get().outcome == "upheld"
    client.post(page_of(case), {"undo": str(decision.pk)})
    message.refresh_from_db()
    assert message.removed_at is None
    assert User.objects.get(username="tom").messaging_suspended_until is None
    assert [entry.action for entry in LogEntry.objects.order_by("number")][:2] == ["decide", "undo"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "This field is required."),
        ({"measure": "hang"}, "Select a valid choice."),
        ({"measure": "warn", "ground": ""}, "Say why"),
        ({"measure": "remove"}, "Choose the messages to remove."),
        ({"measure": "warn", "remove": ["01890000-0000-7000-8000-000000000000"]}, "Select a valid choice."),
        ({"measure": "close"}, "Only lead moderators can decide this."),
    ],
)
def test_a_form_that_is_wrong_says_so_and_keeps_what_was_typed(case, ines, fields, words):
    response = decide(signed_in(ines), case, **{"note": "long thoughts", **fields})
    assert response.status_code == 200
    assert words in response.content.decode()
    assert "long thoughts" in response.content.decode()
    assert not Decision.objects.exists()


def test_a_wave_is_dismissed_at_once_without_what_others_work_on(mira, tom, otto, ines, lea):
    cases = [actions.report_account(mira, person, reason="spam").case for person in (tom, otto, make_person("third"))]
    actions.claim(lea, cases[1])
    chosen = [str(case.pk) for case in cases]
    response = signed_in(ines).post(QUEUE, {"action": "dismiss", "_selected_action": chosen}, follow=True)
    page = response.content.decode()
    assert "2 cases were dismissed." in page
    assert "@otto" in page
    assert list(Case.objects.filter(closed_at=None)) == [cases[1]]


def appeal_lists(moderator) -> list[str]:
    """Return the pages of appeals that wait, and of those decided."""
    url = "/admin/moderation/appeal/"
    return [signed_in(moderator).get(f"{url}{query}").content.decode() for query in ("", "?state=closed")]


def test_an_appeal_is_decided_by_another_moderator(case, tom, ines, lea):
    decision = actions.decide(ines, case, "suspend_7", ground="harassment")
    appeal = actions.appeal(tom, decision, "It was a song.")
    url = f"/admin/moderation/appeal/{appeal.pk}/change/"
    page = signed_in(ines).get(url).content.decode()
    assert "It was a song." in page
    assert 'name="grant"' not in page
    assert [url in one for one in appeal_lists(ines)] == [True, False]
    signed_in(ines).post(url, {"grant": "1"})
    assert Appeal.objects.get().granted is None
    assert signed_in(lea).post(url, {"refuse": "1", "answer": "No."})["location"] == "/admin/moderation/appeal/"
    assert (Appeal.objects.get().granted, Appeal.objects.get().answer) == (False, "No.")
    assert [url in one for one in appeal_lists(ines)] == [False, True]


def test_the_log_cant_be_changed(case, lea):
    signed_in(lea).get(page_of(case))
    root = make_person("root", is_staff=True, is_superuser=True)
    entry = LogEntry.objects.get()
    for action in ("change", "delete"):
        response = signed_in(root).post(
            f"/admin/moderation/logentry/{entry.pk}/{action}/", {"action": "x", "post": "yes"}
        )
        assert response.status_code == 403
    assert signed_in(root).get("/admin/moderation/logentry/add/").status_code == 403
    assert LogEntry.objects.get().action == "view"


def fill_queue(count: int) -> None:
    """Write ``count`` open cases with a report each straight into the tables."""
    reporter = User.objects.get(username="mira")
    start = User.objects.count()
    people = User.objects.bulk_create(User(username=f"n{start + n}", birth_date="1990-01-01") for n in range(count))
    cases = Case.objects.bulk_create(Case(subject=one, report_count=1, weight=50, reasons="spam") for one in people)
    Report.objects.bulk_create(
        Report(case=one, reporter=reporter, target="account", target_key="x", reason="spam") for one in cases
    )


def test_the_queue_costs_the_same_with_ten_thousand_cases(case, ines):
    client = signed_in(ines)
    client.get(QUEUE)
    counts = []
    for more in (3, 10_000):
        fill_queue(more)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(QUEUE).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] < 15


def test_a_case_costs_the_same_with_many_reports(mira, tom, ines):
    counts = []
    client = signed_in(ines)
    for until in (3, 30):
        for number in range(Report.objects.count(), until):
            case = actions.report_account(make_person(f"r{number}"), tom, reason="spam").case
        client.get(page_of(case))
        with CaptureQueriesContext(connection) as captured:
            page = client.get(page_of(case)).content.decode()
        counts.append(len(captured))
    assert page.count("Account: Spam or a scam") == 30
    assert counts[0] == counts[1]


def test_the_log_names_what_was_dismissed(case, ines):
    actions.decide(ines, case, "dismiss")
    assert json.loads(LogEntry.objects.get().content)["measure"] == "dismiss"


def test_what_isnt_there_is_404(ines):
    client = signed_in(ines)
    for pk in ("x", "01890000-0000-7000-8000-000000000000"):
        for model in ("case", "appeal"):
            response = client.get(f"/admin/moderation/{model}/{pk}/change/")
            assert response.status_code == 404, (model, pk)
