"""A small cloud, a client that knows its way there, and a stretch of network between them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jobs import viam
from jobs.domain import Credentials
from tests.viam.relay import Relay
from tests.viam.small_cloud import SmallCloud

KEY = Credentials("4b7e2e7c-6a0d-4f43-9a55-0d7c4c6ad0d1", "k3y/with+signs=and-32-characters!")


@pytest.fixture
def small_cloud() -> Iterator[SmallCloud]:
    with SmallCloud().running() as cloud:
        yield cloud


@pytest.fixture
def client(small_cloud: SmallCloud) -> Iterator[viam.Cloud]:
    yield viam.connect(small_cloud.endpoint, KEY)
    viam.forget(small_cloud.endpoint, KEY)


@pytest.fixture
def relay(small_cloud: SmallCloud) -> Iterator[Relay]:
    with Relay(small_cloud.port).running() as relay:
        yield relay


@pytest.fixture
def relayed(relay: Relay) -> Iterator[viam.Cloud]:
    """A client whose way to the cloud can be broken."""
    yield viam.connect(relay.endpoint, KEY)
    viam.forget(relay.endpoint, KEY)
