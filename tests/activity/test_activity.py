"""The activity pages: everything that was asked for, filtered, exported; and whose job it is."""

import csv
import re
from html import unescape
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from emulator.server import Emulator
from jobs.domain import JobStatus
from jobs.models import AuditEntry, Job, Organization

pytestmark = pytest.mark.django_db


def running(bolt: Organization) -> Job:
    job = bolt.jobs.filter(status=JobStatus.IN_PROGRESS).first()
    assert job
    return job


def rows(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))


def test_a_cancel_is_told_with_who_when_where_and_why(bo_client: Client, bolt: Organization) -> None:
    job = running(bolt)
    bo_client.post(f"{job.get_absolute_url()}cancel/", {"reason": "wrong <b>dataset</b>"})

    text = bo_client.get(f"/orgs/{bolt.slug}/activity/").text

    assert '<span class="action" title="job:cancel">asked to cancel</span>' in text
    assert "wrong &lt;b&gt;dataset&lt;/b&gt;" in text
    assert "wrong &lt;b&gt;dataset&lt;/b&gt;" in bo_client.get(job.get_absolute_url()).text
    entry = AuditEntry.objects.get(action="job:cancel")
    assert (entry.actor_name, entry.address, entry.via, entry.subject) == ("bo", "127.0.0.1", "browser", str(job))


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ("action=job:cancel", True),
        ("action=job:delete", False),
        ("action=nonsense", True),
        ("who=bo", True),
        ("who=nobody", False),
        ("outcome=done", True),
        ("outcome=rejected", False),
        ("q=dataset+wrong", True),
        ("q=%25", False),
        ("since=2020-01-01&until=2020-01-02", False),
        ("since=2020-01-01", True),
        ("since=9999-12-31&until=0001-01-01&page=-1", True),
        ("page=2", False),
        ("q=%00&who=%00", True),
    ],
)
def test_the_log_is_filtered(bo_client: Client, bolt: Organization, question: str, is_found: bool) -> None:
    job = running(bolt)
    bo_client.post(f"{job.get_absolute_url()}cancel/", {"reason": "wrong dataset"})

    answer = bo_client.get(f"/orgs/{bolt.slug}/activity/?{question}")

    assert answer.status_code == 200
    assert ("wrong dataset</bdi>" in re.sub("</?mark>", "", answer.text)) == is_found


def test_the_export_is_safe_in_a_spreadsheet(bo_client: Client, adam_client: Client, bolt: Organization) -> None:
    """Row 49."""
    bo_client.post(f"{running(bolt).get_absolute_url()}cancel/", {"reason": '=HYPERLINK("http://evil.example")'})

    exported = rows(adam_client, f"/orgs/{bolt.slug}/activity.csv?action=job:cancel")

    assert exported[0][:3] == ["when", "who", "from"]
    assert exported[1][5] == "job:cancel"
    assert exported[1][8] == '\'=HYPERLINK("http://evil.example")'
    assert len(exported) == 2


def test_the_site_s_owner_sees_all_of_it(ana_client: Client, bo_client: Client, bolt: Organization) -> None:
    bo_client.post(f"{running(bolt).get_absolute_url()}cancel/")

    text = ana_client.get("/activity/").text

    assert '<span class="action" title="credentials:add">connected the key</span>' in text
    assert f"in <bdi>{bolt.name}</bdi>" in text


def test_only_a_declared_proxy_s_word_counts(bo_client: Client, bolt: Organization, settings: Settings) -> None:
    """Row 7, in part: what stands in the log can't be forged."""
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    job = running(bolt)

    bo_client.post(f"{job.get_absolute_url()}cancel/", headers=forged)
    settings.BEHIND_PROXY = True
    bo_client.post(f"{job.get_absolute_url()}cancel/", headers=forged)

    told = AuditEntry.objects.filter(action="job:cancel").order_by("pk")
    assert [entry.address for entry in told] == ["127.0.0.1", "198.51.100.7"]


def test_a_job_started_elsewhere_is_claimed_and_given_back(bo_client: Client, bo: User, bolt: Organization) -> None:
    job = running(bolt)
    assert "Claim this job" in bo_client.get(job.get_absolute_url()).text

    bo_client.post(f"{job.get_absolute_url()}claim/")
    assert "claimed by <b><bdi>bo</bdi></b>" in bo_client.get(job.get_absolute_url()).text
    bo_client.post(f"{job.get_absolute_url()}disown/")

    assert "Claim this job" in bo_client.get(job.get_absolute_url()).text
    told = AuditEntry.objects.filter(job_id=job.viam_id).order_by("pk").values_list("action", flat=True)
    assert list(told) == ["job:claim", "job:disown"]


def test_what_is_somebody_s_can_t_be_claimed(
    cloud: Emulator, bo_client: Client, adam_client: Client, bo: User, bolt: Organization
) -> None:
    job = running(bolt)
    bo_client.post(f"{job.get_absolute_url()}claim/")

    adam_client.post(f"{job.get_absolute_url()}claim/")
    adam_client.post(f"{job.get_absolute_url()}disown/")

    job.refresh_from_db()
    assert job.submitted_by == bo


def test_a_claim_shows_at_the_next_poll(bo_client: Client, bolt: Organization) -> None:
    job = running(bolt)
    tag = bo_client.get(job.get_absolute_url())["HX-PTag"]

    bo_client.post(f"{job.get_absolute_url()}claim/")

    poll = bo_client.get(job.get_absolute_url(), headers={"HX-Request": "true", "HX-PTag": tag})
    assert poll.status_code == 200


def test_what_was_turned_down_is_not_told_as_done(bo_client: Client, bolt: Organization) -> None:
    bolt.actions.create(action="job:delete", subject="weld-quality", outcome="rejected", actor_name="bo")
    text = bo_client.get(f"/orgs/{bolt.slug}/activity/").text
    assert "tried to delete</span>" in text
    assert "deleted</span>" not in text


def test_actions_are_chosen_by_their_words(bo_client: Client, bolt: Organization) -> None:
    text = bo_client.get(f"/orgs/{bolt.slug}/activity/?action=job:disown").text
    assert re.search(r'<option\s+value="job:disown"\s+selected\s*>Unclaim</option>', text)
    assert '<optgroup label="Members">' in text
    assert '<a class="button plain" href="?">Clear</a>' in text


def test_pages_are_followed_while_entries_are_written(bo_client: Client, bolt: Organization) -> None:
    def write(first: int, last: int) -> None:
        for number in range(first, last):
            bolt.actions.create(action="job:cancel", subject=f"job {number}.")

    write(0, 60)
    first = bo_client.get(f"/orgs/{bolt.slug}/activity/").text
    write(60, 65)
    older = unescape(next(link for link in re.findall(r'href="([^"]+)"', first) if "after=" in link))
    second = bo_client.get(f"/orgs/{bolt.slug}/activity/{older}").text
    assert [number for number in range(65) if f"job {number}." in second] == [*range(10)]
    assert "after=" not in second.split('class="pager"')[1].partition("Newer")[0]
