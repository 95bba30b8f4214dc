"""Logs: their lines, their pages, and their end."""

import re

import grpc
import pytest

from emulator.logs.book import RETENTION
from emulator.logs.lines import LogLine
from emulator.logs.pages import PAGE
from emulator.server import Emulator
from emulator.timestamps import MINUTE, moment
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, refusal


@pytest.fixture
def job_id(ada: Person) -> str:
    """A custom job that has run for a while."""
    job_id = ada.submit_custom(arguments={"num_epochs": "100"})
    ada.clock.wait(2 * MINUTE)
    return job_id


def messages(entries: list[ml.TrainingJobLogEntry]) -> list[str]:
    return [entry.message for entry in entries]


def test_a_log_grows_while_the_job_runs(ada: Person, job_id: str) -> None:
    before = ada.log(job_id)
    ada.clock.wait(10)
    after = ada.log(job_id)
    assert 0 < len(before) < len(after)
    assert after[: len(before)] == before


def test_lines_are_in_order_and_not_from_the_future(ada: Person, job_id: str) -> None:
    times = [moment(entry.time) for entry in ada.log(job_id)]
    assert times == sorted(times)
    assert times[-1] <= ada.clock()


def test_epochs_with_loss_and_accuracy(ada: Person, job_id: str) -> None:
    ada.wait_until_over(job_id)
    measured = [m for m in messages(ada.log(job_id)) if re.search(r"- accuracy: 0\.\d{4} - loss: \d\.\d{4} - val_", m)]
    assert len(measured) == 100


def test_levels_lie(ada: Person, job_id: str) -> None:
    entries = ada.log(job_id)
    errors = messages([entry for entry in entries if entry.level == "ERROR"])
    assert any(" I tensorflow/core/" in message for message in errors)
    assert any(message.startswith("W0000 ") for message in errors)
    assert {"INFO", "WARNING", "ERROR"} == {entry.level for entry in entries}


def test_bars_and_colours(ada: Person, job_id: str) -> None:
    text = "\n".join(messages(ada.log(job_id)))
    assert "\x1b[32m" in text
    assert "━━━" in text


def test_the_command_line_shows_the_arguments(ada: Person, job_id: str) -> None:
    assert any(message.endswith(" --num_epochs=100") for message in messages(ada.log(job_id)))


def test_a_crash_ends_with_its_traceback(ada: Person) -> None:
    job_id = ada.submit_custom(model_name="fail-me")
    error = ada.wait_until_over(job_id).error_status.message
    log = messages(ada.log(job_id))
    assert "Traceback (most recent call last):" in log
    assert error == f"training script exited with code 1: {log[-1]}"


def test_a_canceled_job_falls_silent(ada: Person, job_id: str) -> None:
    ada.cancel(job_id)
    ended = ada.wait_until_over(job_id).training_ended
    assert moment(ada.log(job_id)[-1].time) <= moment(ended)


def test_a_job_in_the_queue_has_no_log(ada: Person) -> None:
    assert ada.log(ada.submit_custom()) == []


def test_managed_classifiers_have_no_log(ada: Person) -> None:
    job_id = ada.submit()
    ada.wait_until_over(job_id)
    assert ada.log_page(job_id) == ml.GetTrainingJobLogsResponse()


def test_managed_detectors_have_one(ada: Person) -> None:
    job_id = ada.submit(model_type=ml.MODEL_TYPE_OBJECT_DETECTION)
    ada.wait_until_over(job_id)
    assert "Epoch 1/40" in messages(ada.log(job_id))


def test_logs_expire_a_week_after_the_end(ada: Person, job_id: str) -> None:
    ended = moment(ada.wait_until_over(job_id).training_ended)
    ada.clock.time = ended + RETENTION - 1
    assert ada.log(job_id)
    ada.clock.wait(2)
    assert ada.log(job_id) == []


def test_a_log_comes_in_pages_one_of_them_empty(emulator: Emulator, ada: Person, job_id: str) -> None:
    emulator.world.set_log_lines(job_id, 250)
    pages = ada.log_pages(job_id)
    assert [len(page.logs) for page in pages] == [PAGE, PAGE, 0, 50]
    assert [bool(page.next_page_token) for page in pages] == [True, True, True, False]


@pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 5 * PAGE, 1234])
def test_no_line_is_lost_between_pages(emulator: Emulator, ada: Person, job_id: str, count: int) -> None:
    emulator.world.set_log_lines(job_id, count)
    steps = [message.split("/")[0] for message in messages(ada.log(job_id))]
    assert steps == [f"step {number}" for number in range(1, count + 1)]


def test_the_last_token_shows_what_was_written_since(emulator: Emulator, ada: Person, job_id: str) -> None:
    emulator.world.set_log_lines(job_id, PAGE + 10)
    token = ada.log_page(job_id).next_page_token
    assert len(ada.log_page(job_id, token).logs) == 10
    emulator.world.set_log_lines(job_id, PAGE + 25)
    assert len(ada.log_page(job_id, token).logs) == 25


def test_a_hundred_thousand_lines_cost_nothing_until_they_are_read(
    emulator: Emulator, ada: Person, job_id: str
) -> None:
    emulator.world.set_log_lines(job_id, 100_000)
    page = ada.log_page(job_id)
    assert page.logs[0].message.startswith("step 1/100000")


@pytest.mark.parametrize("token", ["garbage", "é", "bm9ib2R5LzE="])
def test_a_token_of_nobody_is_refused(ada: Person, job_id: str, token: str) -> None:
    assert refusal(ada.log_page, job_id, token).code == grpc.StatusCode.INVALID_ARGUMENT


def test_the_token_of_another_job_is_refused(emulator: Emulator, ada: Person, job_id: str) -> None:
    emulator.world.set_log_lines(job_id, 250)
    token = ada.log_page(job_id).next_page_token
    other = ada.some_job(ml.TRAINING_STATUS_COMPLETED)
    assert refusal(ada.log_page, other.id, token).code == grpc.StatusCode.INVALID_ARGUMENT


def test_lines_of_a_tests_own(emulator: Emulator, ada: Person, job_id: str) -> None:
    emulator.world.set_log(job_id, [LogLine("", None, '<script>"\x1b[31m'), LogLine("notice", 5, "a\nb")])
    first, second = ada.log(job_id)
    assert (first.level, first.message, first.HasField("time")) == ("", '<script>"\x1b[31m', False)
    assert (second.level, second.message, second.time.seconds) == ("notice", "a\nb", 5)
