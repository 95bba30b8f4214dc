"""Where keys and tokens could come out: database, pages, downloads, logs, audit, errors, the list of processes."""

from __future__ import annotations

import io
import os
import signal
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import grpc
import pytest
from django.conf import settings as site
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from jobs import viam
from jobs.api_keys import key_states
from jobs.api_keys.service import choose, remove_key, save_key
from jobs.domain import Credentials
from jobs.models import COMMAND_LINE, ApiKey, Membership, Organization
from jobs.sync import connection, cycle
from jobs.viam import session
from protos import app_pb2
from tests.installed import Installation, production
from tests.sweeps.addresses import filled
from tests.sweeps.test_access import NEVER, TABLE
from tests.viam.small_cloud import Refusal, SmallCloud

pytestmark = pytest.mark.django_db

# What is not the same in base64, in an address and in plain text.
SECRET = Credentials("4b7e2e7c-6a0d-4f43-9a55-0d7c4c6ad0d1", "s3cret/with+signs=and&32<characters>!")
TOKEN = "token-0001-of-the-small-cloud"
FORMS = {
    form
    for secret in (SECRET.key, TOKEN)
    for form in (
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        b64encode(secret.encode()).decode().rstrip("="),
        urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        secret.encode().hex(),
    )
}


@pytest.fixture
def told(settings: Settings) -> Iterator[SmallCloud]:
    """A cloud that repeats key and token in all that it refuses."""
    with SmallCloud().running() as cloud:
        settings.VIAM_ENDPOINTS = [cloud.endpoint]
        yield cloud
        viam.forget(cloud.endpoint, SECRET)


@pytest.fixture
def organization(told: SmallCloud, bo: User) -> Organization:
    mine = app_pb2.Organization(id=BOLT_ROBOTICS_ID, name="Bolt Robotics")
    told.reply("ListOrganizations", app_pb2.ListOrganizationsResponse(organizations=[mine]))
    row = ApiKey(label="Ours", key_id=SECRET.key_id)
    save_key(row=row, endpoint=told.endpoint, key=SECRET.key, actor=COMMAND_LINE)
    choose(row, [BOLT_ROBOTICS_ID], COMMAND_LINE)
    organization = row.organizations.get()
    Membership.objects.create(organization=organization, user=bo, role=2)
    words = f"no: {' '.join(sorted(FORMS))}"
    for name in ("ListTrainingJobs", "SubmitTrainingJob", "ListDatasetsByOrganizationID"):
        told.reply(name, Refusal(grpc.StatusCode.PERMISSION_DENIED, words))
    cycle.refresh_now(organization)
    organization.refresh_from_db()
    return organization


def found_in(*places: str) -> set[str]:
    return {form for place in places for form in FORMS if form in place}


def test_the_database_holds_neither_key_nor_token(organization: Organization) -> None:
    """Row 25, Row 31: not in the dump, in none of the usual codes; what the cloud repeated is cut out."""
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump)
    assert "[redacted]" in dump.getvalue()
    assert found_in(dump.getvalue()) == set()


def test_no_page_holds_key_or_token(ana_client: Client, organization: Organization) -> None:
    """Row 25, Row 31: every page of the site's owner, exports included."""
    key = organization.credentials_id
    values = {"slug": organization.slug, "uuid": key, "viam_id": "none", "name": "none"}
    pages = [filled(route, values) for route, (by_get, _) in TABLE.items() if by_get != NEVER]
    texts = {page: b"".join(ana_client.get(page)).decode(errors="replace") for page in pages}
    assert {page: found_in(text) for page, text in texts.items() if found_in(text)} == {}
    assert "[redacted]" in texts[organization.get_absolute_url()]


def test_the_log_holds_neither(ana_client: Client, log: io.StringIO, told: SmallCloud) -> None:
    """Row 25, Row 31, Row 32: on the lowest level, while a key is added, tried, refused and removed."""
    form = {"label": "Ours", "endpoint": told.endpoint.text, "key_id": SECRET.key_id, "key": SECRET.key}
    told.reply("ListOrganizations", Refusal(grpc.StatusCode.INTERNAL, f"broken by {SECRET.key} and {TOKEN}"))
    assert "[redacted]" in ana_client.post(reverse("jobs:key-create"), form).text
    assert "Authenticate" in log.getvalue()
    assert found_in(log.getvalue()) == set()


def test_a_broken_page_tells_neither(
    ana_client: Client, organization: Organization, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 32: an error of ours in the middle of saving a key, on the page and with its traceback in the log."""
    monkeypatch.setattr(ApiKey, "works_now", lambda row: 1 / 0)
    ana_client.raise_request_exception = False
    form = {"label": "Ours", "endpoint": organization.endpoint, "key_id": SECRET.key_id, "key": SECRET.key}
    answer = ana_client.post(reverse("jobs:key-edit", args=[organization.credentials_id]), form)
    assert answer.status_code == 500
    assert "ZeroDivisionError" in log.getvalue()
    assert found_in(answer.text, log.getvalue()) == set()


def test_a_report_of_an_error_tells_neither(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 34: the report that Django makes of an error for its operators, local variables and settings included."""
    monkeypatch.setattr(viam.Cloud, "list_organizations", lambda cloud: 1 / 0)
    key = organization.credentials
    assert key
    with pytest.raises(ZeroDivisionError) as caught:
        key_states.check_key(key, COMMAND_LINE)
    reporter = ExceptionReporter(RequestFactory().get("/"), caught.type, caught.value, caught.tb)
    assert found_in(reporter.get_traceback_text()) == set()
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert found_in("".join(shown.format())) == set()


def test_a_removed_key_leaves_the_memory(organization: Organization) -> None:
    """Row 35: the row is gone, the channel closed and the token dropped in the process that removes it."""
    row = organization.credentials
    assert row
    assert session.is_any_open()
    remove_key(row, COMMAND_LINE)
    assert not _is_held(SECRET)
    assert not ApiKey.objects.exists()


def test_a_key_that_another_process_removed_leaves_ours(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 35: this process only sees that the row is gone, within one interval."""
    monkeypatch.setattr(connection, "_checked_at", 0.0)
    connection.let_go()
    assert _is_held(SECRET)
    ApiKey.objects.all().delete()
    connection.let_go()
    assert _is_held(SECRET)
    monkeypatch.setattr(connection, "_checked_at", connection._checked_at - site.REFRESH_ACTIVE_SECONDS)
    connection.let_go()
    assert not _is_held(SECRET)


def test_a_replaced_key_leaves_the_memory(organization: Organization) -> None:
    """Row 35."""
    row = organization.credentials
    assert row
    save_key(row=row, endpoint=row.allowed_endpoint(), key="another key", actor=COMMAND_LINE)
    assert not _is_held(SECRET)
    viam.forget(row.allowed_endpoint(), row.credentials())


def test_the_list_of_processes_tells_no_key(tmp_path: Path, cloud: Emulator) -> None:
    """Row 34: the key comes by a variable or by typing, and what a refresher runs with holds none of it."""
    settings = {"VIAM_ENDPOINTS": f"http://{cloud.address}"}
    installation = Installation(tmp_path, **production(**settings))
    assert installation.manage("migrate", "-v", "0").returncode == 0
    refused = installation.manage("connect", "--key", SECRET.key)
    assert refused.returncode != 0
    program = installation.start("manage.py", "refresh")
    program.wait_for("Refreshing all")
    folder = Path(f"/proc/{program.process.pid}")
    shown = (folder / "cmdline").read_text(), (folder / "environ").read_text()
    program.end(signal.SIGTERM)
    assert found_in(*shown, program.said) == set()


def _is_held(credentials: Credentials) -> bool:
    return any(key[0] == os.getpid() and key[2] == credentials for key in session._lines)
