"""Notes, tags and stars: what is kept, who may, what the activity says, and that none of it is lost."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID
from jobs.annotations import service
from jobs.annotations.service import add_note, change_tags, set_star
from jobs.domain import JobStatus, Role
from jobs.models import MAX_NOTE, MAX_TAG, MAX_TAGS, Actor, Job, Membership, Note, Organization
from jobs.sync.cycle import refresh_now

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
SECRET = "Loss explodes after epoch 3."


@pytest.fixture
def job(bolt: Organization) -> Job:
    found = bolt.jobs.filter(status=JobStatus.COMPLETED).select_related("organization").first()
    assert found
    return found


@pytest.fixture
def robin(bolt: Organization) -> Client:
    """Another operator."""
    user = User.objects.create_user("robin")
    Membership.objects.create(organization=bolt, user=user, role=Role.OPERATOR)
    client = Client()
    client.force_login(user)
    return client


def at(name: str, job: Job, *more: int) -> str:
    return reverse(f"jobs:{name}", args=[job.organization.slug, job.viam_id, *more])


def tags_of(job: Job) -> list[str]:
    return [*job.tags.values_list("name", flat=True)]


def page(client: Client, job: Job) -> str:
    return unescape(client.get(job.get_absolute_url()).text)


# Notes.


def test_a_note_says_who_wrote_it_and_keeps_its_lines(bo_client: Client, job: Job) -> None:
    answer = bo_client.post(at("notes", job), {"text": f"\r\n{SECRET}  \r\n\r\nTry less.\r\n"})

    assert answer.headers["Location"] == f"{job.get_absolute_url()}#notes"
    assert [(note.author_name, note.text) for note in job.notes.all()] == [("bo", f"{SECRET}\n\nTry less.")]


def test_links_in_notes_can_be_followed_and_nothing_else_is_markup(bo: User, bo_client: Client, job: Job) -> None:
    add_note(Actor(bo), job, '<b>bold</b> https://example.com/a?b=1&c="x" javascript:alert(1)')
    text = bo_client.get(job.get_absolute_url()).text

    assert '<a href="https://example.com/a?b=1' in text and 'rel="nofollow"' in text
    assert "<b>bold" not in text and "&lt;b&gt;bold" in text and 'href="javascript' not in text


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_NOTE + 1)])
def test_a_note_that_is_refused_is_still_in_its_field(bo_client: Client, job: Job, text: str) -> None:
    answer = bo_client.post(at("notes", job), {"text": text})

    assert answer.status_code == 422 and not job.notes.exists()
    assert "Your note was not saved." in answer.text and f"\n{text}</textarea>" in answer.text


def test_a_page_that_polls_keeps_the_draft_in_its_own_field(bo_client: Client, job: Job) -> None:
    answer = bo_client.post(at("notes", job), {"text": "x" * (MAX_NOTE + 1)}, headers=HTMX)

    assert answer.status_code == 422 and "\n</textarea>" in answer.text


def test_only_its_author_edits_a_note_and_pages_say_that_it_was(
    bo: User, bo_client: Client, robin: Client, job: Job
) -> None:
    note = add_note(Actor(bo), job, SECRET)
    told = {"text": "Fixed by a lower rate.", "revision": "1"}

    assert robin.post(at("note-edit", job, note.pk), told).status_code == 403
    assert bo_client.post(at("note-edit", job, note.pk), told).status_code == 302
    note.refresh_from_db()
    assert (note.text, note.revision) == ("Fixed by a lower rate.", 2)
    assert "· edited" in page(robin, job)


def test_who_edits_what_was_changed_meanwhile_is_told_and_loses_nothing(bo: User, bo_client: Client, job: Job) -> None:
    note = add_note(Actor(bo), job, SECRET)
    bo_client.post(at("note-edit", job, note.pk), {"text": "First", "revision": "1"})
    answer = bo_client.post(at("note-edit", job, note.pk), {"text": "Second", "revision": "1"}, headers=HTMX)

    assert answer.status_code == 422 and answer.headers["HX-Retarget"] == "#dialog"
    assert "was changed in the meantime" in answer.text and "\nSecond</textarea>" in answer.text
    assert Note.objects.get().text == "First"
    bo_client.post(at("note-edit", job, note.pk), {"text": "Second", "revision": "2"})
    assert Note.objects.get().text == "Second"


def test_the_text_for_a_note_that_was_deleted_meanwhile_can_be_a_new_one(bo_client: Client, job: Job) -> None:
    answer = bo_client.post(at("note-edit", job, 77), {"text": "Second", "revision": "1"})

    assert answer.status_code == 422 and "\nSecond</textarea>" in answer.text
    assert f'action="{at("notes", job)}"' in answer.text


def test_an_administrator_deletes_what_others_wrote_and_no_operator_does(
    bo: User, adam_client: Client, robin: Client, job: Job
) -> None:
    note = add_note(Actor(bo), job, SECRET)

    assert robin.post(at("note-delete", job, note.pk)).status_code == 403
    assert adam_client.post(at("note-delete", job, note.pk)).status_code == 302
    assert not job.notes.exists()


def test_the_activity_says_who_did_what_and_never_what_a_note_says(bo: User, bo_client: Client, job: Job) -> None:
    note = add_note(Actor(bo), job, SECRET)
    service.edit_note(Actor(bo), note, f"{SECRET} Still.", 1)
    service.delete_note(Actor(bo), note)
    change_tags(Actor(bo), job, add=["baseline"])
    change_tags(Actor(bo), job, remove=["baseline"])
    entries = job.organization.actions.filter(job_id=job.viam_id).order_by("id")

    told = [(entry.action, entry.actor_name, entry.outcome) for entry in entries]
    actions = ("note:add", "note:edit", "note:delete", "tag:add", "tag:remove")
    assert told == [(action, "bo", "done") for action in actions]
    text = bo_client.get(f"/orgs/{job.organization.slug}/activity/").text
    assert "removed a tag from" in text and "baseline" in text and SECRET not in text


# Tags.


def test_a_tag_is_one_however_it_is_written(bo: User, job: Job) -> None:
    change_tags(Actor(bo), job, add=["  Needs   REVIEW ", "needs review", "Éclair", "E\u0301clair"])

    assert tags_of(job) == ["needs review", "éclair"]


def test_tags_are_typed_between_commas_and_taken_away_by_one_click(bo_client: Client, job: Job) -> None:
    bo_client.post(at("tags", job), {"tag": "baseline, v2,"})
    assert tags_of(job) == ["baseline", "v2"]
    assert 'aria-label="Remove tag v2"' in bo_client.post(at("tags", job), {"remove": "baseline"}, headers=HTMX).text
    assert tags_of(job) == ["v2"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter a tag."),
        ("x" * (MAX_TAG + 1), f"A tag can have {MAX_TAG} characters."),
        ("a\u0007b", "can't be printed"),
        (",".join(map(str, range(MAX_TAGS + 1))), f"A job can have {MAX_TAGS} tags."),
    ],
)
def test_a_tag_that_is_refused_changes_nothing(bo_client: Client, job: Job, typed: str, words: str) -> None:
    answer = bo_client.post(at("tags", job), {"tag": typed}, follow=True)

    assert words in unescape(answer.text) and tags_of(job) == []


def test_tags_of_other_jobs_are_suggested(bo: User, bo_client: Client, job: Job) -> None:
    other = job.organization.jobs.exclude(pk=job.pk).first()
    assert other
    change_tags(Actor(bo), other, add=["baseline"])

    assert "<option>baseline</option>" in bo_client.get(job.get_absolute_url()).text


# Stars.


def test_a_star_is_its_owner_s_alone(bo_client: Client, robin: Client, job: Job) -> None:
    star = reverse("jobs:star", args=[job.organization.slug])
    assert bo_client.post(star, {"star": job.viam_id}).headers["Location"] == job.get_absolute_url()

    assert 'name="unstar"' in page(bo_client, job) and 'name="unstar"' not in page(robin, job)
    assert not job.organization.actions.filter(job_id=job.viam_id).exists()
    bo_client.post(star, {"unstar": job.viam_id})
    assert 'name="unstar"' not in page(bo_client, job)


def test_a_viewer_stars_and_reads_and_writes_nothing(bo: User, vera_client: Client, job: Job) -> None:
    add_note(Actor(bo), job, SECRET)
    assert (
        vera_client.post(reverse("jobs:star", args=[job.organization.slug]), {"star": job.viam_id}).status_code == 302
    )
    text = page(vera_client, job)

    assert SECRET in text and 'name="unstar"' in text
    assert "<textarea" not in text and 'name="tag"' not in text and "Delete this note" not in text
    assert [vera_client.post(at(name, job)).status_code for name in ("notes", "tags")] == [403, 403]


def test_starring_in_the_list_answers_the_list_as_it_was_filtered(bo_client: Client, job: Job) -> None:
    listed = f"{job.organization.get_absolute_url()}?status=completed"
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{listed}"}
    text = bo_client.post(
        reverse("jobs:star", args=[job.organization.slug]), {"star": job.viam_id}, headers=headers
    ).text

    assert f'name="unstar" value="{job.viam_id}"' in text and 'id="job-table"' in text
    assert 'data-status="failed"' not in text.partition("<tbody")[2]


def test_there_is_no_star_for_a_job_of_another_organization(bo_client: Client, job: Job) -> None:
    assert bo_client.post(reverse("jobs:star", args=[job.organization.slug]), {"star": "elsewhere"}).status_code == 404


# What becomes of them.


def annotate(bo: User, job: Job) -> None:
    add_note(Actor(bo), job, SECRET)
    change_tags(Actor(bo), job, add=["baseline"])
    set_star(bo, job, True)


def has_all(client: Client, job: Job) -> bool:
    text = page(client, job)
    return all(piece in text for piece in (SECRET, "?tag=baseline", 'name="unstar"'))


def test_they_survive_a_job_that_vanishes_and_comes_back(
    cloud: Emulator, bo: User, bo_client: Client, job: Job
) -> None:
    annotate(bo, job)
    [kept] = [one for one in cloud.world.jobs(BOLT_ROBOTICS_ID) if one.id == job.viam_id]
    bo_client.post(at("delete", job))
    job.refresh_from_db()
    assert job.missing_since and has_all(bo_client, job)
    cloud.world.put(kept)
    refresh_now(job.organization)
    job.refresh_from_db()
    assert job.missing_since is None and has_all(bo_client, job)


def test_the_notes_of_somebody_who_was_removed_keep_their_name(bo: User, ana_client: Client, job: Job) -> None:
    annotate(bo, job)
    bo.delete()

    assert SECRET in page(ana_client, job)
    assert [(note.author, note.author_name) for note in job.notes.all()] == [(None, "bo")]
    assert not job.stars.exists()


def test_a_poll_hears_of_each(bo: User, robin: Client, job: Job) -> None:
    """The list, and the notes on the page of a job that is over, whose other parts ask no more."""
    places = [job.organization.get_absolute_url(), at("notes", job)]

    def polled() -> list[int]:
        return [
            robin.get(place, headers={**HTMX, "HX-PTag": tag}).status_code
            for place, tag in zip(places, seen, strict=True)
        ]

    for change in (
        lambda: add_note(Actor(bo), job, SECRET),
        lambda: change_tags(Actor(bo), job, add=["baseline"]),
        lambda: set_star(bo, job, True),
    ):
        seen = [robin.get(place, headers=HTMX).headers["HX-PTag"] for place in places]
        assert polled() == [204, 204]
        change()
        assert polled() == [200, 200]


def test_what_a_poll_of_a_job_that_is_over_brings(bo: User, robin: Client, job: Job) -> None:
    change_tags(Actor(bo), job, add=["baseline"])
    text = robin.get(at("notes", job), headers=HTMX).text

    assert text.lstrip().startswith("<section") and 'id="marks" class="marks" hx-swap-oob="outerMorph"' in text
    assert robin.get(at("notes", job)).headers["Location"] == f"{job.get_absolute_url()}#notes"
