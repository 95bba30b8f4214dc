"""Row 75: the site's owners hear by e-mail of a key that is refused: once an outage, whoever notices."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from math import inf
from uuid import UUID

import environ
import grpc
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from emulator.server import Emulator
from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID
from jobs import mail
from jobs.api_keys.service import choose
from jobs.models import COMMAND_LINE, ApiKey, Organization, Submission
from jobs.sync import cycle
from tests.letterbox import letterbox

pytestmark = pytest.mark.django_db

WORDS = "the key was rotated"


@pytest.fixture(autouse=True)
def owner(db: None) -> User:
    """Dana owns the site, and has an address."""
    return User.objects.create_superuser("dana", "dana@trainyard.example")


@pytest.fixture
def refusing(cloud: Emulator, bolt: Organization) -> Emulator:
    """From now on the key is refused."""
    cloud.revoke_tokens()
    cloud.faults.fail("Authenticate", grpc.StatusCode.PERMISSION_DENIED, WORDS, times=inf)
    return cloud


def test_owners_are_told_once_while_it_goes_on(
    refusing: Emulator, bolt: Organization, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.SITE_URL = "https://trainyard.example"
    for _ in range(3):
        assert cycle.refresh_now(bolt)
    [message] = mailoutbox
    assert message.to == ["dana@trainyard.example"]
    assert message.subject == "Trainyard: Viam refused the API key Bolt's key"
    address = reverse("jobs:key-edit", args=[key_of(bolt).pk])
    for words in ("rejected this API key", WORDS, "Since:", f"https://trainyard.example{address}"):
        assert words in message.body


def test_a_key_that_worked_in_between_is_another_outage(
    refusing: Emulator, bolt: Organization, mailoutbox: list[EmailMessage]
) -> None:
    cycle.refresh_now(bolt)
    refusing.faults.clear()
    cycle.refresh_now(bolt)
    assert key_of(bolt).notified_at is None
    refusing.revoke_tokens()
    refusing.faults.fail("Authenticate", grpc.StatusCode.PERMISSION_DENIED, WORDS, times=inf)
    cycle.refresh_now(bolt)
    assert len(mailoutbox) == 2


def test_a_key_that_works_for_one_organization_only_is_one_outage(
    cloud: Emulator, bolt: Organization, mailoutbox: list[EmailMessage]
) -> None:
    """Each refresh of the one that works would otherwise be the end of an outage."""
    key = key_of(bolt)
    choose(key, [row.viam_id for row in key.organizations.all()], COMMAND_LINE)
    others = list(key.organizations.exclude(pk=bolt.pk))
    for _ in range(3):
        cloud.faults.fail("ListTrainingJobs", grpc.StatusCode.UNAUTHENTICATED, WORDS, times=2)
        cycle.refresh_now(others[0])
        cloud.faults.clear()
        cycle.refresh_now(bolt)
    assert len(mailoutbox) == 1
    cycle.refresh_now(others[0])
    assert key_of(bolt).notified_at is None


@pytest.fixture
def three(bolt: Organization) -> list[Organization]:
    """All that the key sees: in the last one it is an operator's."""
    key = key_of(bolt)
    choose(key, [row.viam_id for row in key.organizations.all()], COMMAND_LINE)
    return list(key.organizations.order_by("name"))


def test_an_organization_that_denies_is_no_bad_key(
    cloud: Emulator, three: list[Organization], mailoutbox: list[EmailMessage]
) -> None:
    """The key was marked as refused and mail was sent, and with each organization that worked it was taken back."""
    limited = three[-1]
    cloud.world.demote(DEMO_KEY_ID, limited.viam_id)
    since = key_of(limited).works_since
    for organization in (*three, *three):
        cycle.refresh_now(organization)
        key = key_of(limited)
        assert (key.problem, key.notified_at, key.works_since) == ("", None, since)
    assert mailoutbox == []
    told = dict(Organization.objects.values_list("name", "problem"))
    assert told == {**dict.fromkeys(told, ""), limited.name: "forbidden"}


def test_it_is_told_at_that_organization_and_ends_with_the_role(
    cloud: Emulator, three: list[Organization], ana_client: Client
) -> None:
    limited = three[-1]
    cycle.refresh_now(limited)
    cloud.world.demote(DEMO_KEY_ID, limited.viam_id)
    cycle.refresh_now(limited)
    page = ana_client.get(limited.get_absolute_url()).text
    assert "Not allowed here: the API key needs the role Organization Owner." in page
    assert "requires the role organization_owner" in page and "Try now" in page
    assert "Not allowed here" not in ana_client.get(three[0].get_absolute_url()).text
    keys = ana_client.get(reverse("jobs:keys")).text
    assert "Working since" in keys and "Failing since" not in keys
    limited.refresh_from_db()
    assert limited.due_at and limited.due_at > timezone.now() + timedelta(seconds=290)
    cloud.world.promote(DEMO_KEY_ID, limited.viam_id)
    cycle.refresh_now(limited)
    assert "Not allowed here" not in ana_client.get(limited.get_absolute_url()).text


def test_a_submit_that_is_denied_is_rejected_and_its_form_is_kept(
    cloud: Emulator, bolt: Organization, bo_client: Client
) -> None:
    """It was looked for in lists that are denied as well, for ever."""
    cloud.world.demote(DEMO_KEY_ID, bolt.viam_id)
    dataset = bolt.datasets.get(name="bolts-line-3").viam_id
    form = {"token": "once", "dataset": dataset, "name": "by-bo", "version": "1", "type": "object_detection"}
    page = bo_client.post(f"/orgs/{bolt.slug}/jobs/new/", {**form, "framework": "tflite", "labels": "bolt"})
    assert (page.status_code, "Not allowed here: the API key needs the role" in page.text) == (422, True)
    assert page.context["form"]["name"].value() == "by-bo"
    submission = Submission.objects.get()
    assert (submission.state, submission.entry.outcome, key_of(bolt).problem) == ("rejected", "rejected", "")


def test_a_right_that_is_missing_sends_nothing_and_marks_nothing(
    cloud: Emulator, bolt: Organization, ana_client: Client
) -> None:
    """What denies the look before a write is no word about the key."""
    cloud.faults.fail("ListOrganizations", grpc.StatusCode.PERMISSION_DENIED, "not today", times=inf)
    answer = ana_client.post(reverse("jobs:key-test", args=[key_of(bolt).pk]), follow=True).text
    assert "did not work. Not allowed here" in answer and "not today" in answer
    assert key_of(bolt).problem == ""


def test_a_key_that_does_not_open_is_told_of(
    bolt: Organization, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    settings.VIAM_ENDPOINTS = []
    cycle.refresh_now(bolt)
    [message] = mailoutbox
    assert "is not among VIAM_ENDPOINTS" in message.body
    assert "in Trainyard, under API keys" in message.body


def test_no_secret_is_in_it(cloud: Emulator, bolt: Organization, mailoutbox: list[EmailMessage]) -> None:
    cloud.revoke_tokens()
    cloud.faults.fail("Authenticate", grpc.StatusCode.PERMISSION_DENIED, f"no {DEMO_KEY}", times=inf)
    cycle.refresh_now(bolt)
    assert DEMO_KEY not in mailoutbox[0].message().as_string()
    assert "[redacted]" in mailoutbox[0].body


def test_other_trouble_is_none_of_the_key_s(
    cloud: Emulator, bolt: Organization, mailoutbox: list[EmailMessage]
) -> None:
    cloud.stop()
    cycle.refresh_now(bolt)
    assert mailoutbox == []


@pytest.mark.parametrize("missing", ["EMAIL_URL is not set", "nobody who manages it has an email address"])
def test_where_nobody_can_be_told_one_line_says_so(
    missing: str, refusing: Emulator, bolt: Organization, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    if missing.startswith("EMAIL_URL"):
        settings.EMAIL_BACKEND = mail.NOBODY
    else:
        User.objects.update(is_active=False)
    for _ in range(3):
        cycle.refresh_now(bolt)
    told = [record for record in caplog.records if record.name == "jobs.mail"]
    assert [(record.levelno, missing in record.getMessage()) for record in told] == [(logging.WARNING, True)]


def test_it_goes_over_the_wire(refusing: Emulator, bolt: Organization, settings: Settings) -> None:
    with letterbox() as box:
        send_to(settings, box.url)
        cycle.refresh_now(bolt)
    [letter] = box.letters
    assert "To: dana@trainyard.example" in letter
    assert "From: trainyard@localhost" in letter


@pytest.mark.parametrize("is_there", [True, False])
def test_a_mail_server_that_fails_is_logged_and_tried_again(
    is_there: bool,
    refusing: Emulator,
    bolt: Organization,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    mailoutbox: list[EmailMessage],
) -> None:
    usual = settings.EMAIL_BACKEND
    with letterbox(refuses=True) as box:
        send_to(settings, box.url if is_there else "smtp://127.0.0.1:1")
        assert cycle.refresh_now(bolt)
    assert "no email could be sent about it" in caplog.text
    bolt.refresh_from_db()
    assert (bolt.problem, bolt.lease_owner) == ("refused", "")
    settings.EMAIL_BACKEND = usual
    cycle.refresh_now(bolt)
    assert len(mailoutbox) == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_who_notice_one_writes(bolt: Organization, mailoutbox: list[EmailMessage]) -> None:
    """As several processes and hosts do: what was told is in the database."""
    key = key_of(bolt)
    ApiKey.objects.update(problem="refused", problem_words=WORDS, problem_since=key.added_at)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(_tell, [key.pk] * 6))
    assert len(mailoutbox) == 1


def test_a_process_that_dies_while_it_sends_loses_no_mail(
    refusing: Emulator, bolt: Organization, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was noted as sent beforehand. While another process may still be at it, nobody sends a second one."""
    key, lease = key_of(bolt), f"mail-of-refusal-{key_of(bolt).pk}"
    with monkeypatch.context() as killed:
        killed.setattr(EmailMessage, "send", _dies)
        killed.setattr(cache, "delete", lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            cycle.refresh_now(bolt)
    cycle.refresh_now(bolt)
    assert mailoutbox == []
    cache.delete(lease)
    for _ in range(2):
        cycle.refresh_now(bolt)
    assert len(mailoutbox) == 1
    key.refresh_from_db()
    assert key.notified_at


def _dies(_: EmailMessage) -> None:
    raise KeyboardInterrupt


def test_a_key_that_works_again_while_the_mail_is_sent(
    refusing: Emulator, bolt: Organization, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail tells of what was, and the next outage is another: it was taken for the one that was told."""
    usual = mail.recipients

    def works_again(row: ApiKey) -> list[str]:
        Organization.objects.update(problem="")
        ApiKey.objects.update(problem="", problem_words="", problem_since=None)
        return usual(row)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(mail, "recipients", works_again)
        cycle.refresh_now(bolt)
    assert (len(mailoutbox), key_of(bolt).notified_at) == (1, None)
    cycle.refresh_now(bolt)
    assert len(mailoutbox) == 2


def _tell(pk: UUID) -> None:
    try:
        mail.tell_of_refusal(ApiKey.objects.get(pk=pk))
    finally:
        connection.close()


def key_of(organization: Organization) -> ApiKey:
    return ApiKey.objects.get(organizations=organization)


def send_to(settings: Settings, url: str) -> None:
    """As EMAIL_URL says."""
    for name, value in environ.Env.email_url_config(url).items():
        setattr(settings, name, value)
