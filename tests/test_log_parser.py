"""What a log line really says."""

import pytest

from jobs.log_parser import Severity, TracebackReader, delivered, read

INFO, WARNING, ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        ("INFO", INFO),
        ("info", INFO),
        ("DEFAULT", INFO),
        ("NOTICE", INFO),
        ("WARNING", WARNING),
        ("ERROR", ERROR),
        ("EMERGENCY", Severity.CRITICAL),
        ("", INFO),
        ("banana", INFO),
    ],
)
def test_the_cloud_s_words_for_levels(level: str, severity: Severity) -> None:
    assert delivered(level) == severity


@pytest.mark.parametrize(
    ("message", "severity", "rule"),
    [
        ("2026-05-06 14:30:33.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] CPU", INFO, "TensorFlow"),
        (
            "2026-05-06 14:30:33.123456: W tensorflow/compiler/tf2tensorrt/utils.cc:38] No TensorRT",
            WARNING,
            "TensorFlow",
        ),
        ("2026-05-06 14:30:33.123456: E external/local_xla/cuda_dnn.cc:9261] Unable to register", ERROR, "TensorFlow"),
        ("W0000 00:00:1715005833.123456    1 gpu_device.cc:2344] Cannot dlopen", WARNING, "glog"),
        ("I0506 14:30:33.123456 12345 file.cc:12] hello", INFO, "glog"),
        ("INFO:root:loading 240 images", INFO, "Python logging"),
        ("2026-05-06 14:30:33,123 - WARNING - few images", WARNING, "Python logging"),
        ("WARNING: Running pip as the 'root' user", WARNING, "Python logging"),
        (" 45%|████▌     | 9/20 [00:01<00:01,  8.51it/s]", INFO, "progress bar"),
        ("12/50 [====>.........] - ETA: 3s - loss: 0.31", INFO, "progress bar"),
        ("\x1b[1m24/24\x1b[0m \x1b[32m━━━━━━━━━━\x1b[0m 1s 21ms/step - loss: 0.3", INFO, "progress bar"),
        ("/lib/x.py:12: UserWarning: deprecated", WARNING, "Python warning"),
        ("Traceback (most recent call last):", ERROR, "Python traceback"),
        ("something that no rule knows", ERROR, ""),
    ],
)
def test_lines_that_arrive_as_error_are_read_for_what_they_are(message: str, severity: Severity, rule: str) -> None:
    reading = read("ERROR", message)
    assert (reading.severity, reading.rule) == (severity, rule)


def test_a_traceback_that_arrives_as_information_is_an_error() -> None:
    assert read("INFO", "Traceback (most recent call last):").severity == ERROR


def test_what_no_rule_knows_keeps_its_level() -> None:
    assert read("WARNING", "hm").severity == WARNING


TRACEBACK = [
    "Traceback (most recent call last):",
    '  File "model/training.py", line 12, in main',
    "    train()",
    "ValueError: no images",
]


def read_all(reader: TracebackReader, lines: list[str], first: int = 1) -> list[Severity]:
    return [reader.read(number, "INFO", line).severity for number, line in enumerate(lines, first)]


def test_a_traceback_reaches_from_its_start_to_the_error() -> None:
    reader = TracebackReader()
    read_all(reader, ["epoch 1", *TRACEBACK, "shutting down"])
    assert (reader.first, reader.last, reader.is_open) == (2, 5, False)


def test_all_lines_of_a_traceback_are_errors_and_the_next_one_is_not() -> None:
    assert read_all(TracebackReader(), [*TRACEBACK, "shutting down"]) == [ERROR] * 4 + [INFO]


def test_a_traceback_may_come_in_two_batches() -> None:
    first = TracebackReader()
    read_all(first, TRACEBACK[:2])
    second = TracebackReader(first.first, first.last, first.is_open)
    read_all(second, TRACEBACK[2:], first=3)
    assert (second.first, second.last) == (1, 4)


def test_the_last_of_two_tracebacks_counts() -> None:
    reader = TracebackReader()
    between = "During handling of the above exception, another exception occurred:"
    read_all(reader, [*TRACEBACK, "", between, "", *TRACEBACK])
    assert (reader.first, reader.last) == (8, 11)


def test_a_traceback_may_be_one_message() -> None:
    reader = TracebackReader()
    read_all(reader, ["\n".join(TRACEBACK), "next"])
    assert (reader.first, reader.last, reader.is_open) == (1, 1, False)
