"""`manage.py connect`: what an operator sees, and what is kept."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID, HARBOR_PILOTS_ID, OTHER_TENANT_ID
from jobs.management.commands import connect as command
from jobs.models import ApiKey, Organization

pytestmark = pytest.mark.django_db

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def key_in_the_environment(monkeypatch: pytest.MonkeyPatch, cloud: Emulator) -> None:
    monkeypatch.setenv("VIAM_API_KEY", DEMO_KEY)


def connect(*words: str) -> None:
    call_command("connect", "--key-id", DEMO_KEY_ID, *words)


def test_prints_every_organization_with_its_jobs_and_address(cloud: Emulator, capsys: Output) -> None:
    connect()

    jobs = len(cloud.world.jobs(BOLT_ROBOTICS_ID))
    assert capsys.readouterr().out.splitlines() == [
        f"Bolt Robotics: {jobs} jobs  /orgs/bolt-robotics/jobs/",
        "Harbor Pilots: 5 jobs  /orgs/harbor-pilots/jobs/",
        "Quiet Greenhouse: 0 jobs  /orgs/quiet-greenhouse/jobs/",
    ]


def test_prints_whole_addresses_when_the_site_is_given(capsys: Output) -> None:
    connect("--org", HARBOR_PILOTS_ID, "--site", "https://yard.example")

    assert capsys.readouterr().out.strip().endswith(" https://yard.example/orgs/harbor-pilots/jobs/")


def test_shows_only_the_organizations_that_were_named() -> None:
    connect("--org", BOLT_ROBOTICS_ID)

    assert [row.name for row in Organization.objects.filter(is_shown=True)] == ["Bolt Robotics"]


def test_refuses_an_organization_that_the_key_does_not_see() -> None:
    with pytest.raises(CommandError, match=f"The key has no access to {OTHER_TENANT_ID}; it sees"):
        connect("--org", BOLT_ROBOTICS_ID, "--org", OTHER_TENANT_ID)

    assert not ApiKey.objects.exists()


def test_refuses_a_key_that_the_cloud_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIAM_API_KEY", "not-the-key-of-anybody")

    with pytest.raises(CommandError, match="rejected this API key") as refusal:
        connect()

    assert "not-the-key-of-anybody" not in str(refusal.value)
    assert not ApiKey.objects.exists()


def test_says_when_the_cloud_cannot_be_reached(cloud: Emulator) -> None:
    cloud.stop()

    with pytest.raises(CommandError, match="can't be reached"):
        connect()

    assert not ApiKey.objects.exists()


def test_refuses_a_cloud_that_the_operator_does_not_allow() -> None:
    with pytest.raises(CommandError, match=r"evil\.example:443 is not among VIAM_ENDPOINTS"):
        connect("--endpoint", "evil.example:443")


def test_without_a_label_the_key_is_called_by_its_organizations() -> None:
    connect("--org", BOLT_ROBOTICS_ID)

    assert ApiKey.objects.get().label == "Bolt Robotics and 2 more"


def test_connecting_again_keeps_one_row_and_its_label() -> None:
    connect("--label", "Ana's key")
    first = ApiKey.objects.get()

    connect()

    again = ApiKey.objects.get()
    assert (again.pk, again.label) == (first.pk, "Ana's key")


def test_the_key_is_sealed_and_never_printed(capsys: Output) -> None:
    connect()

    row = ApiKey.objects.get()
    assert row.credentials().key == DEMO_KEY
    assert DEMO_KEY not in row.sealed_key
    assert DEMO_KEY not in "".join(capsys.readouterr())


def test_asks_for_the_key_when_the_environment_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIAM_API_KEY")
    monkeypatch.setattr(command, "getpass", lambda prompt: f" {DEMO_KEY}\n")

    connect()

    assert ApiKey.objects.get().credentials().key == DEMO_KEY


def test_an_empty_answer_is_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIAM_API_KEY")
    monkeypatch.setattr(command, "getpass", lambda prompt: "")

    with pytest.raises(CommandError, match="No API key"):
        connect()


def test_the_key_is_no_argument() -> None:
    with pytest.raises(CommandError, match="unrecognized arguments"):
        connect("--key", DEMO_KEY)
