"""The site starts while the cloud is away, or behind a certificate that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.outages import CloudProcess
from tests.faults.site import Prepared, serving
from tests.faults.tabs import NEVER_WAITED
from tests.faults.watching import RECOVERY_SECONDS, job_ids, wait_for_job, wait_for_warning
from tests.installed import free_port
from tests.viam.certificates import self_signed

AN_HOUR_OLD = ("UPDATE jobs_organization SET fetched_at = datetime(fetched_at, '-1 hour')",)
NOTHING_LOADED = (
    "DELETE FROM jobs_job WHERE true",
    "UPDATE jobs_organization SET fetched_at = NULL, completed_at = NULL, counts = '{}'",
)


def test_what_was_known_is_shown_at_once(prepared: Prepared, tmp_path: Path) -> None:
    """Row 69: with its age from the first page on, and the reason as soon as it is known."""
    cloud = CloudProcess(tmp_path)
    with (
        serving(prepared, tmp_path, {BOLT: cloud.endpoint}, changes=AN_HOUR_OLD) as site,
        site.visitor() as visitor,
    ):
        page = visitor.get()
        assert (page.status, set(page.jobs), page.seconds < NEVER_WAITED) == (200, job_ids(site), True)
        assert page.is_old
        wait_for_warning(visitor, "Viam's cloud can't be reached. Showing data from")


def test_when_nothing_is_known_the_page_says_why_and_fills_by_itself(prepared: Prepared, tmp_path: Path) -> None:
    """Row 70: no spinner for ever."""
    with (
        CloudProcess(tmp_path) as cloud,
        serving(prepared, tmp_path, {BOLT: cloud.endpoint}, changes=NOTHING_LOADED) as site,
        site.visitor() as visitor,
    ):
        wait_for_warning(visitor, "Jobs couldn't be loaded yet Viam's cloud can't be reached. First failed")
        cloud.start()
        wait_for_job(visitor, f"{BOLT[:2]}{7:022x}", RECOVERY_SECONDS)


def test_a_wrong_certificate_is_told_of_and_no_key_is_sent(prepared: Prepared, tmp_path: Path) -> None:
    """A self-signed certificate instead of the trusted one: nothing is said to that server, and it passes."""
    right, wrong, port = self_signed(), self_signed(), free_port()
    (tmp_path / "roots.pem").write_bytes(right[1])
    clouds = {BOLT: f"localhost:{port}"}
    trusted = {"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(tmp_path / "roots.pem")}
    with serving(prepared, tmp_path, clouds, settings=trusted) as site, site.visitor() as visitor:
        with _behind(right, port) as cloud:
            wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)
        with _behind(wrong, port) as impostor:
            page = wait_for_warning(visitor, "The certificate of Viam's cloud is not trusted. Showing data from")
            assert "certificate" in page.warning.lower()
            assert impostor.seen == []
        with _behind(right, port) as cloud:
            cloud.add_job()
            wait_for_job(visitor, cloud.add_job().id, RECOVERY_SECONDS)


@contextmanager
def _behind(pair: tuple[bytes, bytes], port: int) -> Iterator[FaultyCloud]:
    """A cloud with this key and certificate."""
    with FaultyCloud(port=port, tls=grpc.ssl_server_credentials([pair])).running() as cloud:
        yield cloud
