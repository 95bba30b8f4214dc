"""The words of the field."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.domain import MODEL_NAME, Credentials, JobStatus, ModelType, in_brief, key_name, told_apart
from jobs.domain.life import spans

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_status_that_does_not_exist_yet_is_shown_with_its_number() -> None:
    status = JobStatus(42)
    assert (status.label, status.word, status.is_final, status == 42) == ("Unknown (42)", "unknown", False, True)


@pytest.mark.parametrize(
    ("status", "is_final", "can_cancel"),
    [
        (JobStatus.PENDING, False, True),
        (JobStatus.IN_PROGRESS, False, True),
        (JobStatus.CANCELING, False, False),
        (JobStatus.COMPLETED, True, False),
        (JobStatus.FAILED, True, False),
        (JobStatus.CANCELED, True, False),
        (JobStatus(99), False, False),
    ],
)
def test_questions_to_a_status(status: JobStatus, is_final: bool, can_cancel: bool) -> None:
    assert (status.is_final, status.can_cancel) == (is_final, can_cancel)


def test_words_of_addresses_lead_back_to_the_status() -> None:
    assert all(JobStatus.from_word(status.word) is status for status in JobStatus)
    assert JobStatus.from_word("nonsense") is None


def test_several_labels_at_once_need_two() -> None:
    assert ModelType.MULTI_LABEL_CLASSIFICATION.fewest_labels == 2
    assert ModelType.SINGLE_LABEL_CLASSIFICATION.fewest_labels == 1
    assert ModelType.OBJECT_DETECTION.fewest_labels == 1


def test_a_key_shows_in_no_repr() -> None:
    assert "s3cret" not in repr(Credentials("id", "s3cret"))


@pytest.mark.parametrize("name", ["bolt-detector", "7seas", "a_b", "x" * 200])
def test_names_that_viam_takes(name: str) -> None:
    assert MODEL_NAME.fullmatch(name)


@pytest.mark.parametrize("name", ["", "-x", "_x", "a b", "a/b", "é", "x" * 201, "a\n"])
def test_names_that_viam_does_not_take(name: str) -> None:
    assert not MODEL_NAME.fullmatch(name)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def test_queued_and_running_are_told_apart() -> None:
    told = spans(created=NOON, started=minutes(4), ended=minutes(16), now=minutes(60), is_final=True)
    assert (told.queued, told.running) == (timedelta(minutes=4), timedelta(minutes=12))


def test_a_running_job_runs_until_now() -> None:
    told = spans(created=NOON, started=minutes(4), ended=None, now=minutes(9), is_final=False)
    assert told.running == timedelta(minutes=5)


def test_a_waiting_job_waits_until_now() -> None:
    told = spans(created=NOON, started=None, ended=None, now=minutes(9), is_final=False)
    assert (told.queued, told.running) == (timedelta(minutes=9), None)


def test_times_that_lie_never_make_a_duration_negative() -> None:
    told = spans(created=NOON, started=minutes(-5), ended=minutes(-9), now=NOON, is_final=True)
    assert (told.queued, told.running) == (timedelta(), timedelta())


def test_missing_times_make_no_duration() -> None:
    told = spans(created=None, started=None, ended=None, now=NOON, is_final=True)
    assert (told.queued, told.running) == (None, None)


KEY_ID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], ""),
        (["Bolt Robotics"], "Bolt Robotics"),
        (["Bolt Robotics", "Harbor Pilots"], "Bolt Robotics and Harbor Pilots"),
        (["Bolt Robotics", "Harbor Pilots", "Quiet Greenhouse"], "Bolt Robotics and 2 more"),
    ],
)
def test_several_names_in_few_words(names: list[str], told: str) -> None:
    assert in_brief(names) == told


def test_a_key_is_called_by_what_it_opens_and_cut_where_no_more_is_kept() -> None:
    assert key_name(KEY_ID, "app.viam.com:443", ["Bolt Robotics"]) == "Bolt Robotics"
    assert key_name(KEY_ID, "app.viam.com:443", ["B" * 255]) == "B" * 99 + "…"


@pytest.mark.parametrize(
    ("key_id", "endpoint", "name"),
    [
        (KEY_ID, "app.viam.com:443", "Key 0123…cdef at app.viam.com"),
        ("short", "http://127.0.0.1:8765", "Key short at 127.0.0.1:8765"),
    ],
)
def test_a_key_that_opens_nothing_is_called_by_its_id_and_its_cloud(key_id: str, endpoint: str, name: str) -> None:
    assert key_name(key_id, endpoint) == name


@pytest.mark.parametrize(
    ("datasets", "called"),
    [
        ([("id-1", "bolts", "12 May 2026"), ("id-2", "nuts", "")], ["bolts", "nuts"]),
        (
            [("66f0a1b2c3d4", "bolts", "12 May 2026"), ("66f0a1b2c3d5", " bolts", "13 May 2026")],
            ["bolts · 12 May 2026 · …b2c3d4", "bolts · 13 May 2026 · …b2c3d5"],
        ),
        ([("a-123456", "bolts", ""), ("b-123456", "bolts", "")], ["bolts · …a-123456", "bolts · …b-123456"]),
        ([("66f0a1b2c3d4", "", "12 May 2026")], ["(no name) · 12 May 2026 · …b2c3d4"]),
        ([("x", "", ""), ("y", "  ", "")], ["(no name) · …x", "(no name) · …y"]),
    ],
)
def test_datasets_of_one_name_are_told_apart(datasets: list[tuple[str, str, str]], called: list[str]) -> None:
    assert [told_apart(datasets)[viam_id] for viam_id, *_ in datasets] == called
