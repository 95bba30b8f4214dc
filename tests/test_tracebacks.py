"""Tracebacks that lie over many lines of a log."""

from time import process_time

import pytest

from jobs.error_fingerprint import alike, title
from jobs.log_parser import MAX_PIECES, Severity, read
from jobs.tracebacks import MAX_OPEN, TracebackReader, last_line

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR
TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "model/training.py", line 12, in main',
    "    train()",
    "ValueError: no images",
]
BAR = " 45%|████▌     | 9/20 [00:04<00:05,  2.04it/s]"


def read_all(reader: TracebackReader, lines: list[str], first: int = 1) -> list[Severity]:
    return [reader.read(number, "INFO", line).severity for number, line in enumerate(lines, first)]


def test_a_traceback_reaches_from_its_start_to_the_error() -> None:
    reader = TracebackReader()
    read_all(reader, ["epoch 1", *TRACEBACK, "shutting down"])
    assert (reader.first, reader.last, reader.is_open) == (2, 5, False)


def test_all_lines_of_a_traceback_are_errors_and_the_next_one_is_not() -> None:
    assert read_all(TracebackReader(), [*TRACEBACK, "shutting down", "  indented"]) == [ERROR] * 4 + [INFO] * 2


@pytest.mark.parametrize(
    "before",
    [
        "[rank0]: ",
        "(RayTrainWorker pid=1234, ip=10.0.0.1) ",
        "worker-3 | ",
        "2026-05-06 14:30:33,123 - ERROR - ",
    ],
)
def test_something_may_stand_before_each_line(before: str) -> None:
    reader = TracebackReader()
    assert read_all(reader, [before + line for line in TRACEBACK] + ["done"]) == [ERROR] * 4 + [INFO]
    assert (reader.first, reader.last, reader.is_open) == (1, 4, False)


def test_times_before_lines_may_differ() -> None:
    lines = [f"2026-05-06T14:30:3{at}.12{at}Z {line}" for at, line in enumerate(TRACEBACK)]
    assert read_all(TracebackReader(), lines) == [ERROR] * 4


def test_seconds_before_lines_may_differ() -> None:
    lines = [f"[rank0 {at + 9}.12{at}s] {line}" for at, line in enumerate(TRACEBACK)]
    assert read_all(TracebackReader(), lines) == [ERROR] * 4


def test_what_stands_before_the_first_line_may_be_missing_from_the_others() -> None:
    assert read_all(TracebackReader(), [f"2026-05-06 14:30:33,123 ERROR {TRACEBACK[0]}", *TRACEBACK[1:]]) == [ERROR] * 4


@pytest.mark.parametrize(
    "other",
    ["INFO:root:heartbeat", "Epoch 3/10", "Epoch: 3", "[rank1]: step 12", BAR, "saving checkpoint", "", "step 3: loss"],
)
@pytest.mark.parametrize("at", [1, 2, 3])
def test_lines_of_others_may_stand_within(other: str, at: int) -> None:
    reader = TracebackReader()
    severities = read_all(reader, [*TRACEBACK[:at], other, *TRACEBACK[at:], "shutting down"])
    assert severities[:at] + severities[at + 1 :] == [ERROR] * 4 + [INFO]
    assert (reader.first, reader.last, reader.is_open) == (1, 5, False)


def test_a_progress_bar_within_is_none_of_it() -> None:
    assert read_all(TracebackReader(), [*TRACEBACK[:2], BAR, *TRACEBACK[2:]])[2] == INFO


def test_of_several_workers_each_has_its_own() -> None:
    reader = TracebackReader()
    lines = [f"[rank{rank}]: {line}" for line in TRACEBACK for rank in (0, 1)]
    assert read_all(reader, [*lines, "[rank0]: over"]) == [ERROR] * 8 + [INFO]
    assert (reader.first, reader.last, reader.is_open) == (2, 8, False)


def test_one_that_never_ends_is_given_up() -> None:
    reader = TracebackReader()
    read_all(reader, [*TRACEBACK[:2], *["step"] * 150])
    assert reader.read(160, "INFO", "  indented").severity == INFO


def test_a_progress_bar_may_stand_before_its_lines() -> None:
    reader = TracebackReader()
    lines = [f"{BAR}{TRACEBACK[0]}", *TRACEBACK[1:3], f"{BAR}\r{TRACEBACK[3]}", "over"]
    assert read_all(reader, lines) == [ERROR] * 4 + [INFO]
    assert (reader.first, reader.last, reader.is_open) == (1, 4, False)


def test_the_message_of_an_error_may_go_on() -> None:
    more = ["RuntimeError: Error(s) in loading state_dict for Net:", "\tsize mismatch for fc.weight", "over"]
    assert read_all(TracebackReader(), [*TRACEBACK[:3], *more]) == [ERROR] * 5 + [INFO]


@pytest.mark.parametrize(
    "last",
    [
        "KeyboardInterrupt",
        "StopIteration",
        "SystemExit: 1",
        "socket.timeout: timed out",
        "json.decoder.JSONDecodeError: Expecting value",
        "Oops: of our own",
        "cv2.error: OpenCV(4.8.0) resize.cpp:3789",
    ],
)
def test_errors_have_many_names(last: str) -> None:
    reader = TracebackReader()
    assert read_all(reader, [*TRACEBACK[:3], last, "over"]) == [ERROR] * 4 + [INFO]
    assert not reader.is_open


def test_a_group_of_errors() -> None:
    group = """\
  + Exception Group Traceback (most recent call last):
  |   File "x.py", line 2, in <module>
  |     raise ExceptionGroup("several", [ValueError(1)])
  | ExceptionGroup: several (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: 1
    +------------------------------------
over"""
    assert read_all(TracebackReader(), group.splitlines()) == [ERROR] * 7 + [INFO]


def test_the_last_of_two_tracebacks_counts() -> None:
    reader = TracebackReader()
    between = "During handling of the above exception, another exception occurred:"
    read_all(reader, [*TRACEBACK, "", between, "", *TRACEBACK])
    assert (reader.first, reader.last) == (8, 11)


def test_a_traceback_may_be_one_message() -> None:
    reader = TracebackReader()
    read_all(reader, ["\n".join(TRACEBACK), "next"])
    assert (reader.first, reader.last, reader.is_open) == (1, 1, False)


def test_what_ends_a_program_without_a_traceback_is_found() -> None:
    reader = TracebackReader()
    bar = "  0%|          | 0/100 [00:00<?, ?it/s]"
    last = [f"{bar}terminate called after throwing an instance of 'c10::Error'", "  what():  CUDA error: no kernel"]
    assert read_all(reader, ["step 1", *last, "  0: frame"]) == [INFO, ERROR, ERROR, INFO]
    assert (reader.first, reader.last) == (2, 3)


def test_a_traceback_says_more_than_a_message() -> None:
    reader = TracebackReader()
    read_all(reader, ["ValueError: first", *TRACEBACK, "RuntimeError: last"])
    assert (reader.first, reader.last) == (2, 5)


def test_the_line_that_python_warns_of_is_no_more_than_the_warning() -> None:
    reader = TracebackReader()
    assert reader.read(1, "ERROR", "/lib/x.py:12: UserWarning: deprecated").severity == WARNING
    assert reader.read(2, "ERROR", "  torch.load(path)").severity == WARNING
    assert reader.read(3, "ERROR", "  else").severity == ERROR


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("\n".join(TRACEBACK), "ValueError: no images"),
        ("\n".join(f"[rank0]: {line}" for line in TRACEBACK), "ValueError: no images"),
        ("Job failed with exit code 1\n" + "\n".join(TRACEBACK), "ValueError: no images"),
        ("\n".join([*TRACEBACK, "shutting down"]), "ValueError: no images"),
        ("\n".join(TRACEBACK[:3]), "train()"),
        ("exit code 1\nsee the log", "exit code 1"),
    ],
)
def test_the_reason_of_a_failure_is_found(message: str, says: str) -> None:
    assert title(message) == says


def test_failures_of_several_workers_are_alike() -> None:
    first, second = ("\n".join(f"[rank{rank}]: {line}" for line in TRACEBACK) for rank in (0, 1))
    assert alike(first) == alike(second) == alike("\n".join(TRACEBACK))


def test_the_last_line_of_one_that_is_cut_off() -> None:
    assert last_line(TRACEBACK[:1]) == TRACEBACK[0]


@pytest.mark.parametrize("begun", [1, 100])
def test_many_tracebacks_in_one_message_cost_no_more_than_any_other_line(begun: int) -> None:
    """Whoever trains decides what a log says, and it is read while others wait."""
    reader = TracebackReader()
    for number in range(1, begun + 1):
        reader.read(number, "ERROR", "\n".join(f"w{number}.{at} {TRACEBACK[0]}" for at in range(400)))
    assert len(reader._open) <= MAX_OPEN
    began = process_time()
    reader.read(begun + 1, "ERROR", "a\n" * 8_000)
    # 0.1 s; it were minutes, were each compared with all that began.
    assert process_time() - began < 5


def test_as_many_workers_as_there_are_may_fail_at_once() -> None:
    names = [f"[rank{number}]: " for number in range(MAX_OPEN)]
    reader = TracebackReader()
    lines = [f"{name}{line}" for line in TRACEBACK for name in names]
    assert read_all(reader, lines) == [ERROR] * len(lines)
    assert reader.last == len(lines)


def test_of_a_message_of_very_many_lines_the_middle_is_not_read_and_thought_no_better_of() -> None:
    many = [BAR] * MAX_PIECES
    assert read("ERROR", "\r".join(many)).severity == INFO
    assert read("ERROR", "\r".join([*many, BAR])).severity == ERROR
    assert read("INFO", "\r".join([*many, BAR])).severity == INFO
    assert read("INFO", "\r".join([*many, "ValueError: no images"])).severity == ERROR
    assert read("INFO", "\r".join([TRACEBACK[0], *many])).severity == ERROR


def test_messages_of_very_many_lines_are_read_soon() -> None:
    reader = TracebackReader()
    began = process_time()
    for number in range(1, 101):
        reader.read(number, "ERROR", f"w{number} {TRACEBACK[0]}\n" + " a\r" * 100_000)
    # Two seconds or three; half a minute and more, were all of them looked at.
    assert process_time() - began < 15
