"""The emulator as a server: several at a time, outages, and the command line."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import grpc
import pytest

from emulator.server import Emulator
from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID
from protos import ml_training_pb2 as ml
from tests.emulator.people import Person, authenticate, refusal


@contextmanager
def command(*options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", *options], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


# Seconds, on a busy machine; who waits for a call that hangs waits for thirty.
QUICKLY = 15


def ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_it_starts_and_stops_quickly() -> None:
    began = time.perf_counter()
    with Emulator(jobs=20):
        started = time.perf_counter()
    assert started - began < QUICKLY
    assert time.perf_counter() - started < QUICKLY


def test_it_stops_although_somebody_waits(emulator: Emulator, ada: Person) -> None:
    emulator.faults.delay("GetTrainingJob", 30)
    waiting = ada.training.GetTrainingJob.future(ml.GetTrainingJobRequest(id="any"))
    time.sleep(0.05)
    began = time.perf_counter()
    emulator.stop()
    assert time.perf_counter() - began < QUICKLY
    assert refusal(waiting.result).code == grpc.StatusCode.UNAVAILABLE


def test_two_at_a_time_do_not_share_anything(emulator: Emulator, ada: Person) -> None:
    with Emulator(jobs=0) as other, grpc.insecure_channel(other.address) as channel:
        assert other.port != emulator.port
        stranger = Person(channel, ada.token, ada.clock)
        assert refusal(stranger.jobs).code == grpc.StatusCode.UNAUTHENTICATED
        assert other.calls["ListTrainingJobs"] == 1
        assert emulator.calls["ListTrainingJobs"] == 0


def test_it_comes_back_on_its_port_with_its_jobs(emulator: Emulator, ada: Person) -> None:
    job_id = ada.submit()
    port = emulator.port
    emulator.stop()
    assert refusal(ada.job, job_id).code == grpc.StatusCode.UNAVAILABLE
    emulator.start()
    assert emulator.port == port
    with grpc.insecure_channel(emulator.address) as channel:
        assert Person(channel, ada.token, ada.clock).job(job_id).id == job_id


def test_stopping_twice_is_harmless(emulator: Emulator) -> None:
    emulator.stop()
    emulator.stop()


def test_a_taken_port_is_an_error(emulator: Emulator) -> None:
    with pytest.raises(RuntimeError):
        Emulator(jobs=0, port=emulator.port).start()


def test_an_unknown_method_is_unimplemented(emulator: Emulator, channel: grpc.Channel) -> None:
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary("/viam.app.v1.AppService/CreateKey")
    assert refusal(call, b"").code == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_told_to_stop(number: signal.Signals) -> None:
    with command("--port", "0", "--jobs", "3", "--live") as process:
        line = ready_line(process)
        match = re.fullmatch(r"emulator ready on (127\.0\.0\.1:\d+)\n", line)
        assert match, line
        with grpc.insecure_channel(match[1]) as channel:
            assert authenticate(channel, DEMO_KEY_ID, DEMO_KEY)
        process.send_signal(number)
        assert process.wait(QUICKLY) == 0


def test_the_command_says_when_the_port_is_taken(emulator: Emulator) -> None:
    with command("--port", str(emulator.port)) as process:
        _, complaint = process.communicate(timeout=QUICKLY)
        assert process.returncode == 1
        assert f"emulator cannot listen on 127.0.0.1:{emulator.port}" in complaint


@pytest.mark.parametrize("options", [(), ("--port", "0", "--speed", "0"), ("--port", "x")])
def test_the_command_refuses_nonsense(options: tuple[str, ...]) -> None:
    with command(*options) as process:
        assert process.wait(QUICKLY) == 2


def test_it_shares_nothing_with_the_site_but_the_contract() -> None:
    program = (
        "import sys, emulator.server\n"
        "ours = {name for name in sys.modules if name.split('.')[0] in ('jobs', 'dashboard', 'django', 'tests')}\n"
        "print(*(name for name in ours if not name.startswith('emulator') and name != 'jobs'))"
    )
    answer = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)
    assert answer.stdout.strip() == ""
