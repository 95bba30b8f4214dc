"""Only the operator says which clouds are spoken to: what anybody types, or the database says, leads nowhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import reverse

from emulator.world.tenants import DEMO_KEY, DEMO_KEY_ID
from jobs.api_keys import key_states
from jobs.models import COMMAND_LINE, ApiKey, Organization
from jobs.sync import cycle
from jobs.viam.errors import NotAllowed

pytestmark = pytest.mark.django_db

PLACES = (
    *("127.0.0.1", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.7", "192.168.1.1", "[fc00::1]"),  # noqa: S104
    *("[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "localhost.", "127.0.0.1.nip.io"),
)


class Listener:
    """A port that somebody would like to know about, and who knocked there."""

    def __init__(self) -> None:
        self.knocks = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self._socket.accept()[0].close()
                self.knocks += 1


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.mark.parametrize("scheme", ["", "http://", "dns:", "ipv4:", "https://"])
@pytest.mark.parametrize("place", PLACES)
def test_no_other_place_can_be_typed(
    ana_client: Client, bolt: Organization, listener: Listener, place: str, scheme: str
) -> None:
    """Row 36, Row 38, Row 39: not even by the site's owner; nobody knocks there."""
    form = {"label": "x", "endpoint": f"{scheme}{place}:{listener.port}", "key_id": DEMO_KEY_ID, "key": DEMO_KEY}
    answer = ana_client.post(reverse("jobs:key-create"), form)
    assert (answer.status_code, ApiKey.objects.count(), listener.knocks) == (422, 1, 0)


@pytest.mark.parametrize("place", PLACES)
def test_what_the_database_says_is_not_enough(bolt: Organization, listener: Listener, place: str) -> None:
    """Row 36, Row 37: looked up anew before each connection, whatever was allowed when the row was written."""
    ApiKey.objects.update(endpoint=f"http://{place}:{listener.port}")
    cycle.refresh_now(bolt)
    bolt.refresh_from_db()
    assert (bolt.problem, listener.knocks) == (NotAllowed.kind, 0)
    with pytest.raises(NotAllowed):
        key_states.check_key(ApiKey.objects.get(), COMMAND_LINE)
    assert listener.knocks == 0
