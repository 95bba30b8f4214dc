"""A forked child speaks for itself: gRPC's threads and sockets stay with the parent."""

from __future__ import annotations

import os
import subprocess
import sys

from jobs.viam import session
from tests.viam.conftest import KEY
from tests.viam.small_cloud import SmallCloud

# In a process of its own, which is single-threaded but for gRPC: what is tested is our client, not this test run.
PARENT = """
import os, signal, sys
from django.conf import settings
from jobs import viam
from jobs.domain import Credentials
from jobs.viam.endpoints import parse
from jobs.viam import session

settings.configure()
client = viam.connect(parse(sys.argv[1]), Credentials("id", "key"))
client.list_organizations()
for _ in range(int(sys.argv[2])):
    lock = session._lock
    if "held" in sys.argv:
        lock.acquire()
    child = os.fork()
    if not child:
        signal.alarm(10)
        client.list_organizations()
        client.cancel_job("o-1", "j-1")
        os._exit(0)
    if "held" in sys.argv:
        lock.release()
    assert os.waitpid(child, 0)[1] == 0, "a child failed"
    client.cancel_job("o-1", "j-2")
print("all well")
"""


def test_twenty_children_and_their_parent_all_get_through(small_cloud: SmallCloud) -> None:
    """Row 84."""
    assert _run_parent(str(small_cloud.endpoint), "20") == "all well\n"
    assert small_cloud.count("Authenticate") == 21


def test_a_child_made_while_another_thread_connects(small_cloud: SmallCloud) -> None:
    assert _run_parent(str(small_cloud.endpoint), "1", "held") == "all well\n"


def test_lines_are_kept_by_process(small_cloud: SmallCloud) -> None:
    session.session_for(small_cloud.endpoint, KEY)
    assert (os.getpid(), small_cloud.endpoint, KEY) in session._lines
    session.close_session(small_cloud.endpoint, KEY)
    assert (os.getpid(), small_cloud.endpoint, KEY) not in session._lines


def _run_parent(*arguments: str) -> str:
    command = [sys.executable, "-c", PARENT, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ended.stdout or ended.stderr
