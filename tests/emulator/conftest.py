"""An emulator for each test, Ada of Bolt Robotics, and Mallory, whose key sees only another tenant."""

from collections.abc import Iterator

import grpc
import pytest

from emulator.server import Emulator
from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID, OTHER_KEY, OTHER_KEY_ID
from tests.emulator.people import Person, StoppedClock, authenticate


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def emulator(clock: StoppedClock) -> Iterator[Emulator]:
    with Emulator(jobs=60, seed=7, clock=clock) as emulator:
        yield emulator


@pytest.fixture
def channel(emulator: Emulator) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(emulator.address, options=[("grpc.max_receive_message_length", -1)]) as channel:
        yield channel


@pytest.fixture
def ada(channel: grpc.Channel, clock: StoppedClock) -> Person:
    return Person(channel, authenticate(channel, DEMO_KEY_ID, DEMO_KEY), clock)


@pytest.fixture
def mallory(channel: grpc.Channel, clock: StoppedClock) -> Person:
    return Person(channel, authenticate(channel, OTHER_KEY_ID, OTHER_KEY), clock)
