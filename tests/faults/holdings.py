"""What a process holds, read off /proc: memory, descriptors, threads, connections to the cloud."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ESTABLISHED = "01"


@dataclass(frozen=True, slots=True)
class Holdings:
    """Memory in MiB; the others are counted. For clients are connections that are open or listened for, pipes, and
    files without a name.
    """

    memory: float
    descriptors: int
    threads: int
    connections: int
    clients: int = 0


def holdings_of(process: int, cloud_port: int) -> Holdings:
    status = Path(f"/proc/{process}/status").read_text()
    links = _descriptors(process)
    return Holdings(
        memory=_number("VmRSS", status) / 1024,
        descriptors=len(links),
        threads=_number("Threads", status),
        connections=len(_sockets_to(process, cloud_port) & set(links)),
        clients=sum("socket:" in link or "pipe:" in link or "deleted" in link for link in links),
    )


def _descriptors(process: int) -> list[str]:
    """What each descriptor leads to, for instance `socket:[4711]`."""
    found = []
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(os.readlink(descriptor))
    return found


def _sockets_to(process: int, port: int) -> set[str]:
    """Established TCP connections of this network to the port, by what a descriptor says of them."""
    # gRPC's sockets speak both versions of IP, and are listed with the newer one.
    tables = [Path(f"/proc/{process}/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    return {f"socket:[{row[9]}]" for row in rows if row[3] == ESTABLISHED and row[2].endswith(f":{port:04X}")}


def _number(name: str, status: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
    assert found
    return int(found[1])
