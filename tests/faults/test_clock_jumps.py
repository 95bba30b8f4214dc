"""A host's clock that jumps under a running refresher: libfaketime, Debian's package, turns it for one process."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.faults.cloud import BOLT, FaultyCloud
from tests.faults.site import Prepared, installed, tell
from tests.installed import Program, wait_until

LIBRARIES = [*Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]
pytestmark = pytest.mark.skipif(not LIBRARIES and "CI" not in os.environ, reason="libfaketime is not installed")

REFRESHED = "DEBUG jobs.sync.cycle bolt-robotics:"
NOW, A_DAY_AHEAD = "+0", "+1d"
SOON = 60.0


def test_a_clock_that_jumps_fails_no_refresh(prepared: Prepared, tmp_path: Path) -> None:
    """Row 134: a lease was given back after a sleep of no length, which failed while the clock jumped.

    Python sleeps until a moment of the monotonic clock, and libfaketime as Debian has it (0.9.10, its issue 426) moves
    that moment with the clock of the day. The lease stayed behind, and nothing was refreshed for a minute.
    """
    clock = tmp_path / "clock"
    clock.write_text(NOW)
    with FaultyCloud().running() as cloud:
        site = installed(prepared, tmp_path, {BOLT: str(cloud.endpoint)}, **_turned_by(clock))
        refresh = site.start("manage.py", "refresh")
        try:
            _refreshes(refresh)
            clock.write_text(A_DAY_AHEAD)
            _refreshes(refresh, times=2)
            clock.write_text(NOW)
            _refreshes(refresh)
        finally:
            ended = refresh.end(signal.SIGTERM, SOON)
        assert ended == 0
    assert "Traceback" not in refresh.said and "failed" not in refresh.said, refresh.said
    assert tell(tmp_path, "SELECT lease_owner FROM jobs_organization WHERE is_shown") == [("",)]


def _turned_by(clock: Path) -> dict[str, str]:
    """The monotonic clock stays as it is: a host that is set to another time does not change it."""
    return {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def _refreshes(program: Program, times: int = 1) -> None:
    """Of two that end from now on, the second began after this call."""
    before = program.said.count(REFRESHED)
    wait_until(lambda: program.said.count(REFRESHED) >= before + times, SOON)
