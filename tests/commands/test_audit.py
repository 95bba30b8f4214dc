"""Row 120: `make audit` passes only when every package was looked up, and what is installed is pinned with hashes."""

from __future__ import annotations

import os
import re
import shlex
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from tests.installed import ROOT
from tests.viam.certificates import self_signed

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
LOCKS = {
    "requirements.txt": "requirements.lock",
    "requirements-dev.txt": "requirements-dev.lock",
    "tests/conformance/requirements.txt": "tests/conformance/requirements.lock",
}


def test_a_package_that_nobody_knows_fails_the_audit(tmp_path: Path) -> None:
    with an_index_that_knows_nothing(tmp_path) as environment:
        audit = run_audit(environment, tmp_path)

    assert "could not be audited" in audit.stderr
    assert audit.returncode != 0


def test_an_index_that_is_away_fails_the_audit(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        away = f"http://127.0.0.1:{closing.getsockname()[1]}"

    assert run_audit({"HTTPS_PROXY": away}, tmp_path).returncode != 0


@pytest.mark.parametrize(("named", "lock"), LOCKS.items())
def test_the_lock_file_pins_what_is_asked_for(named: str, lock: str) -> None:
    asked, locked = pinned(named), pinned(lock)

    assert asked.items() - locked.items() == set(), "`make lock` was not run after a change"


@pytest.mark.parametrize("lock", LOCKS.values())
def test_every_package_of_a_lock_file_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    blocks = re.findall(r"^\S+==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)

    assert len(blocks) == len(pinned(lock)) > 0
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_everybody_installs_from_the_lock_files() -> None:
    """The ways to install that the project names: make, the image, and the README."""
    for place in ("Makefile", "Dockerfile", "README.md"):
        installs = re.findall(r"pip install .*", (ROOT / place).read_text())
        assert installs, place
        assert [line for line in installs if "--require-hashes" not in line] == [], place


def pinned(file: str) -> dict[str, str]:
    """Name and version of each package, names as pip compares them."""
    found = PINNED.findall((ROOT / file).read_text())
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def run_audit(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The Makefile's own command, on what is installed already, with an empty cache.

    `make test ARGS=...` hands its ARGS to each make that is started below it.
    """
    made = subprocess.check_output(["make", "--dry-run", "audit", "ARGS="], cwd=ROOT, text=True)
    command = next(line for line in made.splitlines() if "pip-audit" in line)
    return subprocess.run(
        [*shlex.split(command), "--cache-dir", folder / "cache"],
        cwd=ROOT,
        env=without_proxies() | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def without_proxies() -> dict[str, str]:
    """The environment without the machine's own proxies, and without its exceptions from them."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


@contextmanager
def an_index_that_knows_nothing(folder: Path) -> Iterator[dict[str, str]]:
    """A proxy on loopback that answers 404 in the name of whatever host is asked for; gives the environment for it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        environment = {"HTTPS_PROXY": f"http://127.0.0.1:{server.getsockname()[1]}"}
        asked = Thread(target=run_audit, args=(environment, folder), daemon=True)
        asked.start()
        server.settimeout(100)
        with server.accept()[0] as first:
            host = first.recv(4096).split()[1].partition(b":")[0].decode()
        # What else the first one asks is refused: it was only to tell the host, for the certificate.
        key, certificate = self_signed(host)
        (folder / "certificate.pem").write_bytes(certificate)
        (folder / "both.pem").write_bytes(key + certificate)
        asked.join()
        server.settimeout(None)
        Thread(target=answer_all, args=(server, folder / "both.pem"), daemon=True).start()
        yield environment | {"REQUESTS_CA_BUNDLE": str(folder / "certificate.pem")}


def answer_all(server: socket.socket, certificate: Path) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        plain.recv(4096)
        plain.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(plain, server_side=True) as connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
