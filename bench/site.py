"""A site of its own for a measurement: a fresh database, an emulated cloud, somebody signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from bench.timing import Measured, measure
from emulator.server import Emulator
from emulator.world.tenants import BOLT_ROBOTICS_ID, DEMO_KEY, DEMO_KEY_ID
from jobs.api_keys.service import choose, save_key
from jobs.models import COMMAND_LINE, ApiKey, Organization
from jobs.sync import cycle
from jobs.viam import endpoints


@dataclass(frozen=True, slots=True)
class Site:
    """`cloud` and its busiest organization, seen by `client`."""

    cloud: Emulator
    bolt: Organization
    client: Client

    def get(self, address: str, **headers: str) -> HttpResponseBase:
        """The answer, read to its end. Raises RuntimeError for anything but 200 and 204."""
        answer = self.client.get(address, headers=headers)
        if answer.status_code not in (200, 204):
            raise RuntimeError(f"{address} answered {answer.status_code}")
        if isinstance(answer, StreamingHttpResponse):
            sum(map(len, answer))
        return answer

    def floor(self) -> Measured:
        """F: session and user are read, an organization is looked up, nothing is found there."""
        return measure("F: a signed-in request that does nothing", lambda: self.client.get("/orgs/none/jobs/"), runs=50)


@contextmanager
def site(jobs: int) -> Iterator[Site]:
    """A site with `jobs` past jobs in its busiest organization."""
    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    settings.ALLOWED_HOSTS = ["testserver"]
    # Nobody refreshes it while it is measured, and no page is to tell of that.
    settings.REFRESH_ACTIVE_SECONDS = settings.REFRESH_QUIET_SECONDS = 3_600
    with Emulator(jobs=jobs, seed=7) as cloud:
        settings.VIAM_ENDPOINTS = [endpoints.parse(f"http://{cloud.address}")]
        row = ApiKey(label="bench", key_id=DEMO_KEY_ID)
        save_key(row=row, endpoint=settings.VIAM_ENDPOINTS[0], key=DEMO_KEY, actor=COMMAND_LINE)
        choose(row, [BOLT_ROBOTICS_ID], COMMAND_LINE)
        bolt = row.organizations.get(viam_id=BOLT_ROBOTICS_ID)
        cycle.refresh_now(bolt)
        client = Client()
        client.force_login(User.objects.create_superuser("ana", password="made up"))
        yield Site(cloud, bolt, client)
